"""What each stage of a run does: plain functions of the line, the stage, a work folder and the folder to fill.

A work folder keeps what a killed try left behind; what a task writes into `output` is kept when it is whole.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chartered.common.errors import DataError
from chartered.common.files import read_rows, write_rows
from chartered.domains.contract import Check, Problem
from chartered.domains.rewards.rollouts import rollout_row
from chartered.pipeline.ledger import Stage, Task
from chartered.pipeline.line import ANSWERS, BASE, MODEL, ROLLOUTS, SAMPLES, TRACES, Line
from chartered.pipeline.prepare import CORPUS, HELDOUT, TRAIN, prepare_data, stratified

if TYPE_CHECKING:
    from chartered.adapt.training import Setup
    from chartered.audit.respondents.local import Local

REPLIES = "replies.jsonl"
"""In the run folder: replies are paid for, so they stay when the stage becomes stale, and are found again."""


def prepare(line: Line, stage: Stage, work: Path, output: Path) -> dict[str, Any]:
    """Write corpus, training problems and held-out problems; returns counts."""
    with line.reporter.task(stage.name):
        return prepare_data(line.domain, line.checker(), line.recipe.data, output)


def annotate(line: Line, stage: Stage, work: Path, output: Path) -> dict[str, Any]:
    """Write the traces that the verifier accepts; returns counts."""
    from chartered.annotation import Teacher, own_traces, write_traces
    from chartered.annotation import annotate as solve

    block = line.recipe.annotate
    if block.traces is not None:
        with line.reporter.task(stage.name):
            own, counts, _ = own_traces(block.traces, line.problems(HELDOUT))
        if not own:
            raise DataError(f"{block.traces}: no row can be used as a trace ({'; '.join(counts.failures)}).")
        write_traces(output / TRACES, own[: block.limit])
        return dict(counts.row())
    teacher = Teacher(**block.teacher.model_dump()) if block.teacher else None
    problems = line.problems(TRAIN)[: block.limit]
    with line.reporter.task(stage.name) as report:
        traces, summary = solve(
            line.domain,
            problems,
            checker=line.checker(),
            teacher=teacher,
            store=line.folder / REPLIES,
            on_progress=report,
        )
    write_traces(output / TRACES, traces)
    return dict(summary.row())


def score(line: Line, stage: Stage, work: Path, output: Path) -> dict[str, Any]:
    """Answer the held-out problems greedily and check them; returns accuracies with intervals."""
    from chartered.audit.respondents.local import Local
    from chartered.audit.respondents.protocol import written

    if stage.model == BASE:
        rehearse(line)
    block, checker = line.recipe.score, line.checker()
    problems = stratified(line.problems(HELDOUT), line.recipe.data.heldout)
    with line.reporter.task(stage.name.replace("-", " ")) as report:
        respondent = Local(
            line.model(stage.model), checker, max_new_tokens=block.max_new_tokens, batch_size=block.batch_size
        )
        responses = written(respondent, problems, on_progress=report)
    checks = checker.check(list(zip(problems, responses, strict=True)))
    write_rows(output / SAMPLES, map(rollout_row, problems, responses, checks))
    return _scores(problems, checks)


def pretrain(line: Line, stage: Stage, work: Path, output: Path) -> dict[str, Any]:
    """Train on the corpus."""
    from chartered.adapt.methods import pretrain as method

    texts = [row["text"] for _, row in read_rows(line.folder / "prepare" / CORPUS)]
    return _trained(line, stage, work, output, lambda setup: method.pretrain(texts, setup))


def finetune(line: Line, stage: Stage, work: Path, output: Path) -> dict[str, Any]:
    """Train on the traces."""
    from chartered.adapt.methods import finetune as method
    from chartered.annotation import read_traces, sft_row

    rows = [sft_row(trace) for trace in read_traces(line.folder / "annotate" / TRACES)]
    return _trained(line, stage, work, output, lambda setup: method.finetune(rows, setup))


def reinforce(line: Line, stage: Stage, work: Path, output: Path) -> dict[str, Any]:
    """Train against the domain's rewards."""
    from chartered.adapt.methods import reinforce as method

    block = line.recipe.reinforce
    assert block is not None
    problems = [p for p in line.problems(TRAIN) if not block.problems or p.kind in block.problems]
    return _trained(
        line,
        stage,
        work,
        output,
        lambda setup: method.reinforce(
            problems, line.domain, block.rewards, setup, checker=line.checker(), rollouts=output / ROLLOUTS
        ),
    )


TRAINING_TASKS: Mapping[str, Task] = {"pretrain": pretrain, "finetune": finetune, "reinforce": reinforce}


def audit(line: Line, stage: Stage, work: Path, output: Path) -> dict[str, Any]:
    """Audit the run's last model and write verdict and report."""
    from chartered.audit.policy import load_policy
    from chartered.audit.report import write_report
    from chartered.audit.run import run_audit
    from chartered.audit.waivers import load_waivers

    block = line.recipe.audit
    with line.reporter.task(stage.name) as report:
        verdict = run_audit(
            line.domain,
            _respondent(line, stage.model),
            base=_respondent(line, BASE) if line.compared else None,
            probes=line.probes,
            policy=load_policy(line.policy),
            waivers=load_waivers(block.waivers) if block.waivers else None,
            problems=line.problems(HELDOUT),
            limit=block.items,
            seed=line.recipe.seed,
            answers=work / ANSWERS,
            on_progress=report,
        )
    (output / ANSWERS).write_bytes((work / ANSWERS).read_bytes())
    write_report(verdict, output)
    return {"outcome": verdict.outcome, "reasons": list(verdict.reasons)}


def _trained(
    line: Line, stage: Stage, work: Path, output: Path, method: Callable[["Setup"], dict[str, Any]]
) -> dict[str, Any]:
    from chartered.adapt.training import Setup

    block = getattr(line.recipe, stage.name)
    with line.reporter.task(stage.name) as report:
        return method(
            Setup(
                start=line.model(line.before(stage.name)),
                work=work,
                output=output / MODEL,
                seed=line.recipe.seed,
                keys=block.keys,
                lora=block.lora,
                on_log=report,
            )
        )


def _scores(problems: Sequence[Problem], checks: Sequence[Check]) -> dict[str, Any]:
    from chartered.audit.statistics.accuracy import accuracy

    by_kind: dict[str, list[Check]] = defaultdict(list)
    by_level: dict[str, list[Check]] = defaultdict(list)
    for problem, check in zip(problems, checks, strict=True):
        by_kind[problem.kind].append(check)
        by_level[problem.groups.get("difficulty", "not given")].append(check)
    return {
        "all": accuracy(checks),
        "difficulty": {level: accuracy(own) for level, own in by_level.items()},
        "labels": _labels(problems, checks),
        "kinds": {kind: accuracy(own) for kind, own in sorted(by_kind.items())},
        "statuses": dict(Counter(check.status for check in checks)),
    }


def _labels(problems: Sequence[Problem], checks: Sequence[Check]) -> dict[str, Any]:
    """How often each label is said and is right, for kinds whose problems all have the same options."""
    from chartered.audit.statistics.accuracy import label_scores

    scores: dict[str, Any] = {}
    for kind in dict.fromkeys(problem.kind for problem in problems):
        judged = [(p, c) for p, c in zip(problems, checks, strict=True) if p.kind == kind and not c.failed]
        if judged and len({frozenset(p.options) for p, _ in judged}) == 1 and judged[0][0].options:
            scores[kind] = label_scores([c.answer or "" for _, c in judged], [p.answer for p, _ in judged])
    return scores


def _respondent(line: Line, model: str) -> "Local":
    """A model of the run, as the audit asks it."""
    from chartered.audit.respondents.local import Local

    block, score = line.recipe.audit, line.recipe.score
    return Local(
        line.model(model),
        line.checker(),
        scoring=block.scoring,
        max_new_tokens=block.max_new_tokens or score.max_new_tokens,
        batch_size=score.batch_size,
        name=f"{line.folder.resolve().name}, {model}",
    )


def rehearse(line: Line) -> None:
    """Refuse a run whose audit its start model could not read, before anything is trained."""
    from chartered.audit import run

    run.rehearse(
        line.domain,
        _respondent(line, BASE),
        probes=line.probes,
        problems=line.problems(HELDOUT),
        limit=line.recipe.audit.items,
        seed=line.recipe.seed,
    )
