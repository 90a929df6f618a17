"""What the gate decides: whether a verdict opens it for these weights, under this policy, today.

Every check gives reasons against a release, in words, so that a person learns all of them at once. What a release is
made of and how it is written stands in `chartered.audit.release.make`.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from chartered.audit.policy import NOT_WAIVED, Policy, decide, load_policy
from chartered.audit.probes.registry import load_probe
from chartered.audit.verdict import Finding, Verdict, Waiver
from chartered.audit.waivers import has_expired, read_waivers
from chartered.common.errors import CharteredError, ModelError
from chartered.common.models import weights_sha256
from chartered.domains.contract import Domain

POLICY, WAIVERS = "policy.yaml", "waivers.yaml"
"""Names in a release of the policy that was applied and of the file of waivers."""


def today_utc() -> date:
    """The day on which expiry is judged."""
    return datetime.now(UTC).date()


def verdict_reasons(verdict: Verdict, model_folder: Path | None, *, today: date) -> list[str]:
    """Why the verdict does not open the gate for the weights in a folder on that day; empty when it does.

    Without a folder the weights are not looked at.
    """
    return [
        *_outcome_reasons(verdict),
        *_waiver_reasons(verdict, today),
        *_age_reasons(verdict, today),
        *(_weight_reasons(verdict, model_folder) if model_folder is not None else []),
    ]


def policy_reasons(verdict: Verdict, path: Path) -> list[str]:
    """Why a policy file does not carry the verdict: another policy, or findings that do not pass under it.

    Every finding is judged again from its interval, so that a verdict whose outcome does not follow is found.
    """
    if not path.is_file():
        return [f"there is no {POLICY} with the limits that the verdict was reached under"]
    try:
        policy = load_policy(path)
    except CharteredError as error:
        return [_clause(error)]
    if policy.info != verdict.policy:
        return [f"{path} is not the policy that the verdict was reached under"]
    return _judged_again(verdict, policy, path)


def waiver_file_reasons(verdict: Verdict, path: Path | None) -> list[str]:
    """Why a file of waivers is not the one that the verdict was reached with."""
    held = list(waivers_of(verdict))
    if verdict.waivers_sha256 is None:
        return ["findings are waived, and the verdict names no file of waivers"] if held else []
    if path is None or not path.is_file():
        return [f"there is no {WAIVERS} with the waivers that the verdict was reached with"]
    try:
        file = read_waivers(path)
    except CharteredError as error:
        return [_clause(error)]
    if file.sha256 != verdict.waivers_sha256:
        return [f"{path} is not the file of waivers that the verdict was reached with"]
    return [f"{path} has no such waiver for {w.finding} as the verdict" for w in held if w not in file.waivers]


def wording_reasons(verdict: Verdict, domain: Domain) -> list[str]:
    """Why the verdict's probes are not those that are installed: another domain, another version or wording."""
    if verdict.domain != domain.name:
        return [f"the verdict is about the domain {verdict.domain!r}, not {domain.name!r}"]
    reasons = []
    for result in verdict.probes:
        try:
            installed = load_probe(result.probe, domain).wording_sha256
        except CharteredError as error:
            reasons.append(_clause(error))
            continue
        if installed != result.wording_sha256:
            reasons.append(
                f"the verdict was reached with another version of the probe {result.probe} "
                f"({result.wording_sha256[:12]}..., installed is {installed[:12]}...); audit again"
            )
    return reasons


def waivers_of(verdict: Verdict) -> tuple[Waiver, ...]:
    """The waivers that hold findings of the verdict, in the order of the findings."""
    return tuple(finding.waiver for finding in verdict.findings if finding.waiver is not None)


def _outcome_reasons(verdict: Verdict) -> list[str]:
    required = [finding for finding in verdict.findings if finding.required]
    reasons = [] if verdict.outcome == "pass" else [f"the verdict is {verdict.outcome}{_told(verdict.reasons)}"]
    if not required:
        reasons.append("the verdict has no required finding, so nothing was shown")
    elif verdict.outcome == "pass":
        reasons += [f"{f.id} did not pass, though the verdict says pass" for f in required if not _settled(f)]
    return reasons


def _settled(finding: Finding) -> bool:
    return finding.outcome == "pass" or (finding.waiver is not None and finding.outcome in ("fail", "inconclusive"))


def _waiver_reasons(verdict: Verdict, today: date) -> list[str]:
    reasons = []
    for finding in verdict.findings:
        waiver = finding.waiver
        if waiver is None:
            continue
        if finding.outcome == "error":
            reasons.append(f"{finding.id} has a waiver that does not hold, {NOT_WAIVED}")
        if waiver.finding != finding.id:
            reasons.append(f"the waiver of {finding.id} is for another finding, {waiver.finding}")
        if has_expired(waiver, today):
            who = f"{waiver.name} ({waiver.role})"
            reasons.append(f"the waiver of {finding.id} by {who} has expired: it held until {waiver.expires}")
    return reasons


def created_on(verdict: Verdict) -> date | None:
    """The day of the verdict in UTC, or None where what it says is not a time."""
    try:
        at = datetime.fromisoformat(verdict.created)
        return (at if at.tzinfo is None else at.astimezone(UTC)).date()
    except (ValueError, OverflowError):
        return None


def _age_reasons(verdict: Verdict, today: date) -> list[str]:
    made, days = created_on(verdict), verdict.policy.valid_days
    if made is None:
        return [f"the verdict does not say when it was reached ({verdict.created!r})"]
    if made > today + timedelta(days=1):  # one day for clocks that differ
        return [f"the verdict is dated {made}, which is in the future on {today}"]
    if days is None or (today - made).days <= days:
        return []
    return [f"the verdict of {made} is {(today - made).days} days old and the policy accepts it for {days}"]


def _weight_reasons(verdict: Verdict, folder: Path) -> list[str]:
    if verdict.respondent.kind != "local":
        return [f"the verdict is about {_ABOUT[verdict.respondent.kind]}, not about weights"]
    try:
        actual = weights_sha256(folder)
    except ModelError:
        return ["there are no weights in safetensors"]
    expected = verdict.respondent.sha256
    if actual == expected:
        return []
    return [f"the verdict is about other weights ({expected[:12]}..., these are {actual[:12]}...)"]


_ABOUT = {"recorded": "recorded answers", "endpoint": "an endpoint", "callable": "a function"}


def _judged_again(verdict: Verdict, policy: Policy, path: Path) -> list[str]:
    bare = {"required": False, "limit": None, "outcome": None, "waiver": None}
    unjudged = [finding.model_copy(update=bare) for finding in verdict.findings]
    decision = decide(unjudged, policy, waivers_of(verdict))
    reasons = [
        f"{then.id} is {now.outcome or 'not judged'} under {path.name}, though the verdict says {then.outcome}"
        for then, now in zip(verdict.findings, decision.findings, strict=True)
        if (then.outcome, then.required, then.limit) != (now.outcome, now.required, now.limit)
    ]
    if not reasons and verdict.outcome == "pass" and decision.outcome != "pass":
        reasons.append(
            f"the findings do not pass under {path.name}, though the verdict says pass{_told(decision.reasons)}"
        )
    return reasons


def _told(reasons: Iterable[str]) -> str:
    clauses = [reason.rstrip(".") for reason in reasons]
    return f" ({'; '.join(clauses)})" if clauses else ""


def _clause(error: CharteredError) -> str:
    return str(error).rstrip(".")
