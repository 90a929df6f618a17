"""Problems and documents as rows of JSON lines, and back."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any, get_args

from chartered.common.errors import DataError, nearest
from chartered.common.files import read_rows, write_rows
from chartered.common.rows import Records, Unusable, missing
from chartered.domains.contract import Document, Problem, Split


def problem_row(problem: Problem) -> dict[str, Any]:
    """The row of a problem, its id first."""
    return {"id": problem.id, **asdict(problem)}


def write_problems(path: Path, problems: Iterable[Problem]) -> int:
    """Write problems as JSON lines; returns how many."""
    return write_rows(path, map(problem_row, problems))


def read_problems(path: Path) -> Iterator[Problem]:
    """The problems of a file of JSON lines.

    Raises:
        DataError: naming file, line and field, when a row is not a problem: no prompt, no answer, an answer that is
            not among the options, an unknown field.
    """
    for number, row in read_rows(path):
        yield read_problem(row, f"{path}, line {number}")


def problem_results(path: Path) -> Iterator[Problem | Unusable]:
    """The problems of a file of any form whose rows have the fields of a problem; in place of an empty one the reason.

    Raises:
        DataError: as `read_problems`, for an unknown field or another type.
    """
    for where, row in Records(path):
        try:
            yield read_problem(row, where)
        except Unusable as reason:
            yield reason


def read_documents(path: Path, licence: str) -> Iterator[Document]:
    """The texts of a file of JSON lines with a `text` field; `source` defaults to the file's name."""
    for number, row in read_rows(path):
        text = row.get("text")
        if not isinstance(text, str) or not text.strip():
            raise DataError(f"{path}, line {number}: no text in the field 'text'; a document must have some.")
        yield Document(
            text=text, source=str(row.get("source") or path.name), licence=str(row.get("licence") or licence)
        )


def read_problem(row: dict[str, Any], where: str) -> Problem:
    """The problem in a row that stands at `where`.

    Raises:
        DataError: as `read_problems`.
    """
    row = {key: value for key, value in row.items() if key != "id"}
    known = {f.name for f in fields(Problem)}
    for key in row:
        if key not in known:
            raise DataError(f"{where}: unknown field {key!r}; {nearest(key, known)}")
    for key in ("prompt", "answer", "kind", "domain"):
        if missing(row.get(key)) or row[key] == []:
            raise Unusable(f"no {key}", f"{where}: the problem has no {key}; give the field {key!r} a value.")
    row["prompt"] = _prompt(row["prompt"], where)
    row["options"] = _options(row.get("options"), where)
    row["groups"] = _groups(row.get("groups"), where)
    row["answer"] = _answer(row["answer"], where)
    for key in ("kind", "domain", "unit", "tests", "solution"):
        if not isinstance(row.get(key, ""), str | None):
            raise DataError(f"{where}: the field {key!r} must be text, not {row[key]!r:.60}.")
    for key in ("precision", "tolerance"):
        _check_positive(row, key, where)
    row.setdefault("split", "train")
    if row["split"] not in get_args(Split):
        raise DataError(f"{where}: split {row['split']!r} is neither 'train' nor 'heldout'.")
    if row["options"] and row["answer"] not in row["options"]:
        sentence = f"{where}: the answer {row['answer']!r} is none of the options {list(row['options'])}."
        raise Unusable("an answer that is none of the options", sentence)
    return Problem(**row)


def _check_positive(row: dict[str, Any], key: str, where: str) -> None:
    value = row.get(key)
    if value is None:
        return
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise DataError(f"{where}: the {key} must be a number over 0, not {value!r:.60}.")


def _answer(given: Any, where: str) -> str:
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise DataError(f"{where}: the answer must be text or a number, not {given!r:.60}.")
    return str(given)


def _options(given: Any, where: str) -> tuple[str, ...]:
    options = [] if given is None else given
    if not isinstance(options, list) or not all(isinstance(option, str) and option.strip() for option in options):
        raise DataError(f"{where}: the options must be a list of texts, none of them blank.")
    if len(set(options)) < len(options):
        sentence = f"{where}: an option is given twice in {options}; the answer would not be clear."
        raise Unusable("the same option twice", sentence)
    return tuple(options)


def _groups(given: Any, where: str) -> dict[str, str]:
    groups = {} if given is None else given
    if not isinstance(groups, dict) or not all(isinstance(value, str) for value in groups.values()):
        raise DataError(f"{where}: the groups must map names to texts, as in {{'sex': 'female'}}.")
    return groups


def _prompt(given: Any, where: str) -> tuple[Any, ...]:
    turns = [{"role": "user", "content": given}] if isinstance(given, str) else given
    good = isinstance(turns, list) and all(
        isinstance(turn, dict) and isinstance(turn.get("content"), str) and isinstance(turn.get("role"), str)
        for turn in turns
    )
    if not good or turns[-1]["role"] != "user" or not turns[-1]["content"].strip():
        raise DataError(
            f"{where}: the prompt must be text, or messages with role and content that end with the user's question."
        )
    return tuple(turns)
