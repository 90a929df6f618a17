"""Published sets of science, read from a local file (see `chartered.domains.authoring.published`)."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from chartered.common.errors import DataError
from chartered.domains.authoring import (
    Row,
    Unusable,
    field,
    published,
    published_corpus,
    read_problem_file,
    read_source,
)
from chartered.domains.contract import Document, Message, Problem, Split
from chartered.domains.verifiers.reading.numbers.latex import unlatexed
from chartered.domains.verifiers.reading.numbers.quantities import read_quantity

SCIBENCH, PES2O = "xw27/scibench", "allenai/peS2o"


def scibench(path: Path | None) -> Iterable[Problem]:
    """SciBench (Wang et al. 2023, arXiv 2307.10635): problems of college textbooks with a numeric answer."""
    return read_problem_file(path, SCIBENCH, _scibench)


def pes2o(path: Path | None) -> Iterator[Document]:
    """peS2o (Soldaini and Lo 2023): open-access papers of all sciences, one a row, with the field `text`."""
    for where, row in read_source(path, PES2O):
        yield Document(text=field(row, "text", where), source=PES2O, licence="ODC-By-1.0")


def _scibench(row: Row, where: str, split: Split) -> Problem:
    answer, unit = field(row, "answer_number", where), row.get("unit")
    if not isinstance(unit, str):
        raise DataError(f"{where}: the field 'unit' must be text, not {unit!r:.60}; it may be empty.")
    if read_quantity(answer) is None:
        raise Unusable("an answer that is not a single number")
    turn: tuple[Message, ...] = ({"role": "user", "content": field(row, "problem_text", where)},)
    return Problem(
        prompt=turn,
        answer=answer,
        kind="scibench",
        domain="science",
        split=split,
        unit=unlatexed(unit) or None,
    )


PUBLISHED = (
    published("scibench", "college textbook problems with a numeric answer and unit", scibench, "MIT", SCIBENCH),
)
PAPERS = published_corpus("papers", "open-access papers and abstracts of all sciences", pes2o, "ODC-By-1.0", PES2O)
