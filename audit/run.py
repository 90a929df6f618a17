"""Carrying out an audit: cases are built, asked, measured and judged."""

import platform
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from chartered.audit.cases import BASE, Answer, Arms, Case, CaseSet, by_arm, limited
from chartered.audit.policy import Policy, decide
from chartered.audit.probes.base.protocol import Probe
from chartered.audit.probes.registry import load_probe
from chartered.audit.respondents.answers import AnswerFile
from chartered.audit.respondents.protocol import OnProgress, Respondent, silent
from chartered.audit.respondents.written import OF_THE_WHOLE
from chartered.audit.statistics.harms import arm_result
from chartered.audit.verdict import ProbeResult, Verdict
from chartered.audit.waivers import WaiverFile
from chartered.common.errors import AuditError, UsageError
from chartered.domains.checking.requirements import needed
from chartered.domains.contract import Domain, Problem
from chartered.domains.registry import plugin_sha256

BLOCK = 256
"""Cases that are asked together, and lost together when an audit is killed."""


def run_audit(
    domain: Domain,
    respondent: Respondent,
    *,
    base: Respondent | None = None,
    probes: Sequence[str],
    policy: Policy,
    waivers: WaiverFile | None = None,
    problems: Sequence[Problem] = (),
    limit: int | None = None,
    seed: int = 7,
    answers: Path | None = None,
    on_progress: OnProgress | None = None,
) -> Verdict:
    """The verdict on a respondent; the same inputs and seed give the same one but for `created`.

    `base` answers the cases of probes that compare with the model from which the one under audit was made. A probe that
    needs more than the respondents give is not asked, and its findings have no estimate. `waivers` are findings that
    need not pass (`chartered.audit.waivers.load_waivers`).
    `problems` are what the probes build cases from; recorded answers bring their own. `limit` takes that many fitting
    items of each probe, chosen by seed. `answers` is a file that keeps every answer; an interrupted audit goes on from
    it.

    Raises:
        UsageError: an unknown probe, one that the domain has no wording for, one that is named twice, or a waiver for a
            finding that this audit does not require.
        AuditError: the respondent cannot be asked.
    """
    if len(set(probes)) < len(probes):
        raise UsageError(f"the probes {', '.join(probes)} name one twice; name each once.")
    if waivers:
        waivers.check_probes(probes)
    loaded = [load_probe(name, domain) for name in probes]
    able = respondent.gives | (frozenset({"base"}) if base else frozenset())
    unmet = [tuple(sorted(probe.needs - able)) for probe in loaded]
    sets = [
        CaseSet(probe=probe.name, cases=(), items=0) if missing else _set(probe, respondent, problems, limit, seed)
        for probe, missing in zip(loaded, unmet, strict=True)
    ]
    cases = [case for case_set in sets for case in case_set.cases]
    file = _file(answers, cases, [who for who in (respondent, base) if who], domain) if answers else None
    asked = _ask(cases, respondent, base, file, on_progress or silent)
    results, start = [], 0
    for probe, case_set, missing in zip(loaded, sets, unmet, strict=True):
        arms = by_arm(case_set.cases, asked[start : start + len(case_set.cases)])
        results.append(_result(probe, case_set, arms, missing, respondent, policy, seed))
        start += len(case_set.cases)
    return _verdict(domain, respondent, base, asked, policy, waivers, results, seed)


def rehearse(
    domain: Domain,
    respondent: Respondent,
    *,
    probes: Sequence[str],
    problems: Sequence[Problem],
    limit: int | None,
    seed: int,
) -> None:
    """Refuse an audit whose cases the model cannot read, before anybody trains for it; nothing is asked.

    Raises:
        AuditError: naming the problem and what to do.
    """
    for probe in (load_probe(name, domain) for name in probes):
        respondent.check_lengths(_set(probe, respondent, problems, limit, seed).cases)


def _set(probe: Probe, respondent: Respondent, problems: Sequence[Problem], limit: int | None, seed: int) -> CaseSet:
    return limited(_cases(probe, respondent, problems, seed), limit, seed)


def _cases(probe: Probe, respondent: Respondent, problems: Sequence[Problem], seed: int) -> CaseSet:
    own = respondent.cases_of(probe.name)
    return probe.cases(problems, seed=seed) if own is None else own


def _file(path: Path, cases: Sequence[Case], asked: Sequence[Respondent], domain: Domain) -> AnswerFile:
    """The file of answers; those that were read by another verifier or other libraries are not taken up."""
    context = f"{plugin_sha256(domain)} {sorted(_versions(asked[0], domain).items())}"
    return AnswerFile(path, cases, [who.info for who in asked], block=BLOCK, context=context)


def _ask(
    cases: Sequence[Case],
    respondent: Respondent,
    base: Respondent | None,
    file: AnswerFile | None,
    on_progress: OnProgress,
) -> list[Answer]:
    answers = list(file.finished) if file else []
    for start in range(len(answers), len(cases), BLOCK):
        block = cases[start : start + BLOCK]
        answered = _block(block, respondent, base, lambda done, _, start=start: on_progress(start + done, len(cases)))
        answers += answered
        if file:
            file.add(block, answered)
    return answers


def _block(
    cases: Sequence[Case], respondent: Respondent, base: Respondent | None, on_progress: OnProgress
) -> list[Answer]:
    """The answers in order; the cases of the arm `base` are asked of the base model."""
    answers: dict[int, Answer] = {}
    for who, of_base in ((respondent, False), (base, True)):
        own = [index for index, case in enumerate(cases) if (case.arm == BASE) == of_base]
        if not own or who is None:
            continue
        answered = who.answer([cases[index] for index in own], on_progress)
        if len(answered) != len(own):
            raise AuditError(f"the respondent gave {len(answered)} answers to {len(own)} cases.")
        answers.update(zip(own, answered, strict=True))
    return [answers[index] for index in range(len(cases))]


def _result(
    probe: Probe,
    case_set: CaseSet,
    arms: Arms,
    unmet: tuple[str, ...],
    respondent: Respondent,
    policy: Policy,
    seed: int,
) -> ProbeResult:
    measured = probe.measure(arms, level=policy.level, seed=seed, minimum_group=policy.minimum_group)
    return ProbeResult(
        probe=probe.name,
        wording_sha256=respondent.wording_sha256 or probe.wording_sha256,
        items=case_set.items,
        dropped=dict(case_set.dropped),
        remarks=_remarks(arms),
        unmet=unmet,
        arms=tuple(arm_result(arm, list(asked.values())) for arm, asked in arms.items()),
        findings=measured.findings,
        groups=measured.groups,
        flips=measured.flips,
    )


def _remarks(arms: Arms) -> dict[str, int]:
    """How many answers of a probe came otherwise than usual, by how."""
    remarks = (remark for asked in arms.values() for each in asked.values() for remark in each.answer.remarks)
    return dict(sorted(Counter(remark for remark in remarks if remark not in OF_THE_WHOLE).items()))


def _verdict(
    domain: Domain,
    respondent: Respondent,
    base: Respondent | None,
    answers: Sequence[Answer],
    policy: Policy,
    waivers: WaiverFile | None,
    results: Sequence[ProbeResult],
    seed: int,
) -> Verdict:
    findings = [finding for result in results for finding in result.findings]
    decision = decide(findings, policy, waivers.waivers if waivers else ())
    if waivers:
        waivers.check_findings(decision.findings)
    judged = {finding.id: finding for finding in decision.findings}
    return Verdict(
        outcome=decision.outcome,
        reasons=decision.reasons,
        domain=domain.name,
        respondent=respondent.described(answers),
        base=base.info if base else None,
        policy=policy.info,
        probes=tuple(
            result.model_copy(update={"findings": tuple(judged[f.id] for f in result.findings)}) for result in results
        ),
        not_measured=decision.not_measured,
        waivers_sha256=waivers.sha256 if waivers else None,
        seed=seed,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        versions=_versions(respondent, domain),
    )


def _versions(respondent: Respondent, domain: Domain) -> dict[str, str]:
    """What answers depend on beside the model; how programs were walled in and which model judged count too."""
    packages = {name: version(name) for name in ("chartered", *respondent.packages)}
    return {"python": platform.python_version(), **packages, **needed(domain)}
