"""Annotation: problems become verified reasoning traces."""

from collections.abc import Callable, Sequence
from pathlib import Path

from chartered.annotation.engine.teacher import Teacher
from chartered.annotation.strategies.one_pass import distil
from chartered.annotation.strategies.own_rows import own_traces
from chartered.annotation.strategies.worked_solutions import worked_traces
from chartered.annotation.summary import Summary
from chartered.annotation.traces import Trace, read_traces, sft_row, write_traces
from chartered.common.errors import DataError
from chartered.domains.contract import Checks, Domain, Problem

__all__ = [
    "Summary",
    "Teacher",
    "Trace",
    "annotate",
    "distil",
    "own_traces",
    "read_traces",
    "sft_row",
    "worked_traces",
    "write_traces",
]


def annotate(
    domain: Domain,
    problems: Sequence[Problem],
    *,
    checker: Checks | None = None,
    teacher: Teacher | None,
    store: Path,
    on_progress: Callable[[int, int], None] | None = None,
) -> tuple[list[Trace], Summary]:
    """The traces of the problems and the counts: one pass over the teacher's replies, or else worked solutions.

    Responses are checked in one batch by `checker`, or else by the domain, here and with no limit of time.
    `store` keeps a teacher's replies; without a teacher it is not touched. `on_progress` is told of problems that are
    through and problems in all.

    Raises:
        DataError: no trace is left.
        UsageError, CharteredError: as in `distil`.
    """
    if teacher is None:
        traces, summary = worked_traces(domain, problems, checker or domain)
        if on_progress is not None:
            on_progress(len(problems), len(problems))
    else:
        traces, summary = distil(checker or domain, problems, teacher, store, on_progress)
    if not traces:
        raise DataError(_nothing_left(summary, teacher))
    return traces, summary


def _nothing_left(summary: Summary, teacher: Teacher | None) -> str:
    names = ("no_solution", "wrong", "no_answer", "cut", "unchecked", "failed")
    counts = ", ".join(f"{name.replace('_', ' ')} {getattr(summary, name)}" for name in names if getattr(summary, name))
    remedy = (
        "name an endpoint under annotate.teacher in the recipe, or give the problems solutions"
        if teacher is None
        else f"ask a stronger teacher than {teacher.model!r}, or raise max_tokens if replies were cut"
    )
    return f"annotate: none of the {summary.problems} problems gave a trace ({counts or 'there are none'}); {remedy}."
