"""Recorded answers of a file: rows with model, arm, item, question, options, right answer and response.

Of files that evaluations wrote, and of questions with a field `response`. The output of a batch holds no questions: its
rows have the id of a request, the model and the response.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from string import ascii_uppercase

from chartered.common.errors import DataError
from chartered.common.rows import Row, Unusable, dotted, missing, plain_text
from chartered.domains.contract import Problem
from chartered.domains.importing.forms import Form, form_of
from chartered.domains.importing.problems import Kinds, Reading, Result, first_unusable, read_file
from chartered.domains.importing.results import model_of

CONTROL = "none"
"""The arm of questions that were asked as they are."""
_ITEMS = ("item", "doc_id", "custom_id", "id", "uid", "question_id")


@dataclass(frozen=True, kw_only=True)
class Responses:
    """Rows of recorded answers, each with its place, and how they were read."""

    rows: tuple[tuple[str, Row], ...]
    dropped: dict[str, int]
    notes: tuple[str, ...]
    first: str = ""


def import_responses(path: Path, kinds: Kinds, reading: Reading | None = None) -> Responses:
    """The recorded answers of a file.

    Raises:
        DataError: the file cannot be read, holds no answers, or does not say how its right answers are given.
        UsageError: a mapped column is nowhere.
    """
    form, results, notes = read_file(path, kinds, reading or Reading())
    if form.reply is None or not (
        form.question or any("response" in row or "custom_id" in row for _, row, _ in results)
    ):
        raise DataError(f"{path}: {form.name}; no row has a response. Say which field it is with --map response=NAME.")
    if "problems" not in form.uses:
        return Responses(rows=tuple(_bare(form, results)), dropped={}, notes=notes[:1])
    rows, dropped = [], dict[str, int]()
    for number, each in enumerate(results, start=1):
        if isinstance(each.problem, Unusable):
            dropped[each.problem.reason] = dropped.get(each.problem.reason, 0) + 1
        else:
            rows.append((each.where, _recorded(form, each.row, each.problem, number, path)))
    return Responses(rows=tuple(rows), dropped=dropped, notes=notes, first=first_unusable(results))


def holds_responses(rows: Sequence[Row]) -> bool:
    """Whether rows are of a form that is recorded by itself, with question and answer."""
    form = form_of(rows)
    return form.question is not None and form.reply is not None


def _recorded(form: Form, row: Row, problem: Problem, number: int, path: Path) -> Row:
    assert form.reply is not None
    found: Row = {
        "id": problem.id,
        "model": model_of(row) or path.name,
        "arm": row.get("arm") or CONTROL,
        "item": _item(row, number),
        "question": problem.question,
    }
    if problem.options:
        found["options"] = dict(zip(ascii_uppercase, problem.options, strict=False))
        found["answer"] = ascii_uppercase[problem.options.index(problem.answer)]
    else:
        found["answer"] = problem.answer
    return {**found, "target": row.get("target") if "arm" in row else None, "response": form.reply(row)}


def _item(row: Row, number: int) -> str:
    named = next((plain_text(row[name]) for name in _ITEMS if plain_text(row.get(name)) is not None), None)
    epoch = row.get("epoch")
    return f"{named or number}" + (f" {epoch}" if isinstance(epoch, int) and epoch > 1 else "")


def _bare(form: Form, results: Sequence[Result]) -> list[tuple[str, Row]]:
    assert form.reply is not None
    return [
        (
            each.where,
            {"id": dotted(each.row, "custom_id"), "model": model_of(each.row), "response": form.reply(each.row)},
        )
        for each in results
        if not missing(each.row.get("custom_id"))
    ]
