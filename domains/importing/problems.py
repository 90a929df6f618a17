"""The problems of a file that people have: its rows, their fields, one reading of answers, what is left out and why."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from chartered.common.errors import DataError, UsageError
from chartered.common.rows import Records, Row, Unusable, mapped, missing, plain_text
from chartered.common.rows.columns import Columns, check_columns
from chartered.domains.authoring.published import split_of_file
from chartered.domains.contract import Problem, Split
from chartered.domains.importing.answers import Answered, AnswerForm, right_options
from chartered.domains.importing.duplicates import distinct
from chartered.domains.importing.forms import FORMS, Form, form_of, question_row
from chartered.domains.importing.questions import Fields, Question, find_fields, read_question
from chartered.domains.prompts import final_answer
from chartered.domains.records import read_problem

FIELDS = ("question", "options", "answer", "unit", "tests", "solution", "split")
"""What may be mapped."""
OWN = FORMS[0]
_SAMPLE = 200
"""Rows by which the form of a file is told."""


class Kinds(NamedTuple):
    """What problems are made of: the domain, and the kinds of those with options and of the others."""

    domain: str
    options: str
    open: str


@dataclass(frozen=True, kw_only=True)
class Reading:
    """How a person says that a file is to be read; what is left out is found in the file."""

    columns: Columns = field(default_factory=dict)
    part: str | None = None
    answers: AnswerForm | None = None
    base: int | None = None
    """From what answers count that are numbers of options."""
    split: Split | None = None


@dataclass(frozen=True, kw_only=True)
class Imported:
    """The problems of a file, and how they were read."""

    problems: tuple[Problem, ...]
    dropped: Counter[str]
    rows: int
    notes: tuple[str, ...]
    """What the file was recognised as, where the fields are, how answers are given."""
    first: str = ""
    """The first row that was left out, in a sentence."""


class Result(NamedTuple):
    """What became of one row."""

    where: str
    row: Row
    problem: Problem | Unusable


def import_problems(path: Path, kinds: Kinds, reading: Reading | None = None) -> Imported:
    """The problems of a file.

    Raises:
        DataError: the file cannot be read, or does not say how its answers are given.
        UsageError: a mapped column is nowhere.
    """
    form, results, notes = read_file(path, kinds, reading or Reading())
    if "problems" not in form.uses and not (reading and reading.columns):
        raise DataError(f"{path}: {form.name}, which holds no right answers; read it as {' or '.join(form.uses)}.")
    dropped = Counter(each.problem.reason for each in results if isinstance(each.problem, Unusable))
    kept = distinct((each.problem for each in results if isinstance(each.problem, Problem)), dropped)
    return Imported(
        problems=tuple(kept), dropped=dropped, rows=len(results), notes=notes, first=first_unusable(results)
    )


def first_unusable(results: Sequence[Result]) -> str:
    """The first row that cannot be used, in a sentence; "" where all can."""
    return next((f"{each.where}: {each.problem}" for each in results if isinstance(each.problem, Unusable)), "")


def read_file(path: Path, kinds: Kinds, reading: Reading) -> tuple[Form, list[Result], tuple[str, ...]]:
    """The form of a file, each row with its problem or why there is none, and how it was read.

    Raises:
        DataError, UsageError: as `import_problems`.
    """
    records = Records(path, reading.part)
    given = [(where, mapped(row, reading.columns)) for where, row in records]
    if reading.columns:
        check_columns(reading.columns, (row for _, row in records))
    form = form_of([row for _, row in given[:_SAMPLE]])
    notes: list[str] = []
    if form is OWN:
        results = _own(given)
    elif "problems" not in form.uses and not reading.columns:
        results = [Result(where, row, Unusable("no question")) for where, row in given]
    else:
        results, notes = _asked(given, form, path, kinds, reading)
    return form, results, (f"{records.form}: {form.name}", *notes)


def _own(given: Sequence[tuple[str, Row]]) -> list[Result]:
    """Rows in the project's own fields: what is empty is left out, an unknown field or another type is a mistake."""
    return [Result(where, row, _tried(read_problem, row, where)) for where, row in given]


def _asked(
    given: Sequence[tuple[str, Row]], form: Form, path: Path, kinds: Kinds, reading: Reading
) -> tuple[list[Result], list[str]]:
    rows = [question_row(form, row) for _, row in given]
    # a field `target` of recorded answers is not what is right
    known = FIELDS if "arm" in rows[0] else ()
    try:
        fields = find_fields(rows[:_SAMPLE], {*reading.columns, *(name for name in known if name in rows[0])})
    except Unusable as error:
        raise UsageError(f"{path}: {error}") from error
    asked = [_tried(read_question, row, where, fields) for row, (where, _) in zip(rows, given, strict=True)]
    places, said = _right(asked, path, reading)
    results = []
    for (where, row), own, question, place in zip(given, rows, asked, places, strict=True):
        problem: Problem | Unusable
        if isinstance(question, Unusable):
            problem = question
        else:
            problem = _tried(_problem, question, place, own, kinds, _split(own, path, reading))
        results.append(Result(where, row, problem))
    listed = any(isinstance(each, Question) and each.options for each in asked)
    return results, [_places(fields, listed), *([f"answers are {said}"] if said else [])]


def _right(
    asked: Sequence[Question | Unusable], path: Path, reading: Reading
) -> tuple[list[int | Unusable | None], str]:
    """The right option of each question that has options, None for the others; and how answers are given."""
    listed = [
        (number, Answered(each.where, each.options, each.answer))
        for number, each in enumerate(asked)
        if isinstance(each, Question) and each.options
    ]
    found: list[int | Unusable | None] = [None] * len(asked)
    if not listed:
        return found, ""
    places, said = right_options([row for _, row in listed], path, form=reading.answers, base=reading.base)
    for (number, _), place in zip(listed, places, strict=True):
        found[number] = place
    return found, said


def _tried(read: Callable[..., Any], *given: Any) -> Any:
    """What a reader gives, or why the row cannot be used."""
    try:
        return read(*given)
    except Unusable as reason:
        return reason


def _problem(asked: Question, place: int | Unusable | None, row: Row, kinds: Kinds, split: Split) -> Problem:
    if isinstance(place, Unusable):
        raise Unusable(place.reason, f"{place.reason} ({asked.answer!r:.40})")
    options = asked.options.texts if asked.options else ()
    if isinstance(asked.answer, bool) and not options:
        options, place = ("True", "False"), int(not asked.answer)
    answer = options[place] if place is not None else _open(asked)
    return Problem(
        prompt=({"role": "user", "content": asked.text},),
        answer=answer,
        kind=kinds.options if options else kinds.open,
        domain=kinds.domain,
        split=split,
        options=options,
        unit=plain_text(row.get("unit")),
        tests=None if missing(row.get("tests")) else str(row["tests"]),
        solution=plain_text(row.get("solution")),
    )


def _open(asked: Question) -> str:
    """The answer of a question without options: text or a number; after `####` as in GSM8K, or on an answer line."""
    answer = asked.answer["text"] if isinstance(asked.answer, Mapping) and "text" in asked.answer else asked.answer
    while isinstance(answer, list) and len(set(map(str, answer))) == 1:
        answer = answer[0]
    text = plain_text(answer)
    if text is None:
        reason = "no answer" if missing(answer) or answer == [] else "an answer that is not one text or number"
        raise Unusable(reason, f"{reason} ({answer!r:.40})")
    if "####" in text:
        return text.rpartition("####")[2].strip()
    return (final_answer(text) or text) if "\n" in text else text


def _split(row: Row, path: Path, reading: Reading) -> Split:
    """As a person says, as the row says in the field `split`, or by the name of the file."""
    said = str(row.get("split", "")).lower()
    if reading.split is None and said in ("train", "heldout", "test", "dev", "validation"):
        return "train" if said == "train" else "heldout"
    return reading.split or split_of_file(path)


def _places(fields: Fields, options: bool) -> str:
    parts = [f"question in {fields.question!r}"]
    parts += [f"after {fields.context!r}"] if fields.context else []
    parts += [f"options in {fields.options_from!r}"] if options else []
    return ", ".join([*parts, f"answer in {fields.answer!r}" if fields.answer else "no answer"])
