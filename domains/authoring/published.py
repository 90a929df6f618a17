"""Local files of published data sets: JSON lines, JSON, Parquet. Nothing is downloaded here.

A set on the hub changes; what was trained on must be nameable. So a person downloads a revision that they chose,
`hf download NAME --repo-type dataset --revision COMMIT`, and gives the file: its hash goes into the run's record.
"""

import json
import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from chartered.common.errors import DataError, nearest
from chartered.common.files import read_rows
from chartered.domains.contract import Corpus, Document, Problem, ProblemSet, Split

Row = dict[str, Any]
SUFFIXES = (".jsonl", ".jsonl.gz", ".json", ".parquet")
_LOCAL = "; from a local file"
_TRAIN = re.compile(r"(?<![a-z])train(?:ing)?(?![a-z])")


class Unusable(Exception):
    """A row that is left out and counted; the text is the reason."""


def published(
    name: str, description: str, load: Callable[[Path | None], Iterable[Problem]], licence: str, source: str
) -> ProblemSet:
    """A set of that name on the hub, which `load` reads from a local file; its description says so."""
    return ProblemSet(name=name, description=f"{description}{_LOCAL}", licence=licence, source=source, load=load)


def published_corpus(
    name: str, description: str, load: Callable[[Path | None], Iterable[Document]], licence: str, source: str
) -> Corpus:
    """The same for a corpus."""
    return Corpus(name=name, description=f"{description}{_LOCAL}", licence=licence, source=source, load=load)


def read_source(path: Path | None, hub: str) -> Iterator[tuple[str, Row]]:
    """Where each row stands (file and line or row) and the row.

    Raises:
        DataError: no file is given, it is missing or damaged, or of another format.
    """
    if path is None:
        raise DataError(
            f"the set {hub} is not shipped; download a revision that you choose with "
            f"`hf download {hub} --repo-type dataset --revision COMMIT` and give the file as `path` in the recipe."
        )
    if not path.is_file():
        raise DataError(f"{path}: there is no such file; check the path.")
    if path.name.endswith((".jsonl", ".jsonl.gz")):
        return ((f"{path}, line {number}", row) for number, row in read_rows(path))
    if path.suffix not in (".json", ".parquet"):
        raise DataError(f"{path}: files of this name cannot be read; give one of {', '.join(SUFFIXES)}.")
    rows = _json(path) if path.suffix == ".json" else _parquet(path)
    return ((f"{path}, row {number}", row) for number, row in enumerate(rows, start=1))


def split_of_file(path: Path | None) -> Split:
    """To train on where the file has the word "train" in its name; the problems of any other file are held out."""
    return "train" if path is not None and _TRAIN.search(path.name.lower()) else "heldout"


def read_problem_file(path: Path | None, hub: str, convert: Callable[[Row, str, Split], Problem]) -> Iterator[Problem]:
    """Each row as a problem of the file's split; rows that are unusable are left out and counted in one warning."""

    def converted(row: Row, where: str, split: Split) -> Iterator[Problem | Unusable]:
        try:
            yield convert(row, where, split)
        except Unusable as reason:
            yield reason

    return read_problems_of_rows(path, hub, converted)


def read_problems_of_rows(
    path: Path | None, hub: str, convert: Callable[[Row, str, Split], Iterable[Problem | Unusable]]
) -> Iterator[Problem]:
    """As `read_problem_file`, where a row may give several problems, or none."""
    split = split_of_file(path)
    dropped: Counter[str] = Counter()
    for where, row in read_source(path, hub):
        for problem in convert(row, where, split):
            if isinstance(problem, Unusable):
                dropped[str(problem)] += 1
            else:
                yield problem
    if dropped:
        counts = ", ".join(f"{count} with {reason}" for reason, count in sorted(dropped.items()))
        warnings.warn(f"{path}: questions left out: {counts}.", stacklevel=2)


def field(row: Row, key: str, where: str) -> str:
    """The text of a field.

    Raises:
        DataError: it is missing, blank or not text.
    """
    if key not in row:
        raise DataError(f"{where}: there is no field {key!r}; {nearest(key, row)}")
    value = row[key]
    if not isinstance(value, str) or not value.strip():
        raise DataError(f"{where}: the field {key!r} must be text, not {value!r:.60}.")
    return value.strip()


def _json(path: Path) -> list[Row]:
    """A list of objects, or an object of objects, whose keys become the field `id`."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: not whole JSON ({error}); fetch it again.") from error
    rows = [{"id": key, **row} for key, row in content.items() if isinstance(row, dict)] if _keyed(content) else content
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise DataError(f"{path}: a list of JSON objects is needed, with at least one in it.")
    return rows


def _keyed(content: Any) -> bool:
    return isinstance(content, dict) and all(isinstance(row, dict) for row in content.values())


def _parquet(path: Path) -> list[Row]:
    import pyarrow.parquet  # type: ignore[import-untyped]  # comes with datasets, and takes a while to import

    try:
        rows: list[Row] = pyarrow.parquet.read_table(path).to_pylist()
    except (pyarrow.ArrowException, OSError) as error:
        raise DataError(f"{path}: not a whole Parquet file ({error}); fetch it again.") from error
    if not rows:
        raise DataError(f"{path}: the file holds no rows.")
    return rows
