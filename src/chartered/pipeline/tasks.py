"""What the stages of a run do, each in the words of its room."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chartered.common.files import read_rows, write_rows
from chartered.common.progress import Report
from chartered.domains.contract import Check, Domain, Problem
from chartered.domains.rewards.rollouts import rollout_row
from chartered.pipeline.prepare import CORPUS, HELDOUT, TRAIN
from chartered.pipeline.recipe import Annotate, Score

if TYPE_CHECKING:
    from chartered.adapt.training import Setup
    from chartered.audit.respondents.local import Local
    from chartered.pipeline.line import Line

MODEL, TRACES, SAMPLES, ANSWERS = "model", "traces.jsonl", "samples.jsonl", "answers.jsonl"
ROLLOUTS = "rollouts.jsonl"


def traces(
    domain: Domain, problems: Sequence[Problem], block: Annotate, replies: Path, output: Path, report: Report
) -> dict[str, Any]:
    """Write the traces that the verifier accepts; returns counts."""
    from chartered.annotation import Teacher, annotate, write_traces

    teacher = Teacher(**block.teacher.model_dump()) if block.teacher else None
    found, summary = annotate(domain, problems, teacher=teacher, store=replies, on_progress=report)
    write_traces(output / TRACES, found)
    return dict(summary.row())


def _pretrain(line: "Line", setup: "Setup") -> dict[str, Any]:
    from chartered.adapt.methods.pretrain import pretrain

    return pretrain([row["text"] for _, row in read_rows(line.folder / "prepare" / CORPUS)], setup)


def _finetune(line: "Line", setup: "Setup") -> dict[str, Any]:
    from chartered.adapt.methods.finetune import finetune
    from chartered.annotation import read_traces, sft_row

    return finetune([sft_row(trace) for trace in read_traces(line.folder / "annotate" / TRACES)], setup)


def _reinforce(line: "Line", setup: "Setup") -> dict[str, Any]:
    from chartered.adapt.methods.reinforce import reinforce

    block = line.recipe.reinforce
    assert block is not None
    problems = [p for p in line.problems(TRAIN) if not block.problems or p.kind in block.problems]
    return reinforce(
        problems,
        line.domain,
        block.rewards,
        setup,
        pool=line.pool,
        share=line.recipe.verify.failures,
        rollouts=setup.output.with_name(ROLLOUTS),
    )


TRAINERS: Mapping[str, Callable[["Line", "Setup"], dict[str, Any]]] = {
    "pretrain": _pretrain,
    "finetune": _finetune,
    "reinforce": _reinforce,
}


def score(
    model: Path, domain: Domain, problems: Sequence[Problem], block: Score, output: Path, report: Report
) -> dict[str, Any]:
    """Answer the problems greedily and check each with the domain's verifier; returns accuracies with intervals."""
    from chartered.audit.respondents.local import Local
    from chartered.audit.respondents.protocol import written
    from chartered.audit.statistics.accuracy import accuracy

    respondent = Local(model, domain, max_new_tokens=block.max_new_tokens, batch_size=block.batch_size)
    responses = written(respondent, problems, on_progress=report)
    checks = [domain.verify(problem, response) for problem, response in zip(problems, responses, strict=True)]
    write_rows(output / SAMPLES, map(rollout_row, problems, responses, checks))
    by_kind: dict[str, list[Check]] = defaultdict(list)
    by_level: dict[str, list[Check]] = defaultdict(list)
    for problem, check in zip(problems, checks, strict=True):
        by_kind[problem.kind].append(check)
        by_level[problem.groups.get("difficulty", "not given")].append(check)
    return {
        "all": accuracy(checks),
        "difficulty": {level: accuracy(found) for level, found in by_level.items()},
        "labels": _labels(problems, checks),
        "kinds": {kind: accuracy(found) for kind, found in sorted(by_kind.items())},
        "statuses": dict(Counter(check.status for check in checks)),
    }


def _labels(problems: Sequence[Problem], checks: Sequence[Check]) -> dict[str, Any]:
    """How often each label is said and is right, for kinds whose problems all have the same options."""
    from chartered.audit.statistics.accuracy import label_scores

    found: dict[str, Any] = {}
    for kind in dict.fromkeys(problem.kind for problem in problems):
        judged = [(p, c) for p, c in zip(problems, checks, strict=True) if p.kind == kind and not c.failed]
        if judged and len({frozenset(p.options) for p, _ in judged}) == 1 and judged[0][0].options:
            found[kind] = label_scores([c.answer or "" for _, c in judged], [p.answer for p, _ in judged])
    return found


def _respondent(line: "Line", model: Path, stage: str) -> "Local":
    """A model of the run, as the audit asks it."""
    from chartered.audit.respondents.local import Local

    block, score = line.recipe.audit, line.recipe.score
    return Local(
        model,
        line.guarded,
        scoring=block.scoring,
        max_new_tokens=block.max_new_tokens or score.max_new_tokens,
        batch_size=score.batch_size,
        name=f"{line.folder.resolve().name}, {stage}",
    )


def rehearse(line: "Line") -> None:
    """Refuse a run whose audit its start model could not read, before anything is trained."""
    from chartered.audit.run import rehearse as run_through

    run_through(
        line.guarded,
        _respondent(line, line.start, "base"),
        probes=line.probes,
        problems=line.problems(HELDOUT),
        limit=line.recipe.audit.items,
        seed=line.recipe.seed,
    )


def audit(line: "Line", folder: Path, output: Path, report: Report) -> dict[str, Any]:
    """Audit the run's last model and write verdict and report."""
    from chartered.audit.policy import load_policy
    from chartered.audit.report import write_report
    from chartered.audit.run import run_audit
    from chartered.audit.waivers import load_waivers

    block = line.recipe.audit
    verdict = run_audit(
        line.guarded,
        _respondent(line, line.final, line.trained[-1] if line.trained else "base"),
        base=_respondent(line, line.start, "base") if line.compared else None,
        probes=line.probes,
        policy=load_policy(line.policy),
        waivers=load_waivers(block.waivers) if block.waivers else None,
        problems=line.problems(HELDOUT),
        limit=block.items,
        seed=line.recipe.seed,
        answers=folder / ANSWERS,
        on_progress=report,
    )
    (output / ANSWERS).write_bytes((folder / ANSWERS).read_bytes())
    write_report(verdict, output)
    return {"outcome": verdict.outcome, "reasons": list(verdict.reasons)}
