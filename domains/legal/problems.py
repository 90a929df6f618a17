"""The problem sets of the legal domain: seven generated kinds, and published sets from local files."""

from collections.abc import Callable, Iterable
from pathlib import Path

from chartered.domains.contract import Problem, ProblemSet
from chartered.domains.errors import DataError
from chartered.domains.legal import citing, clause, deadline, hearsay, jurisdiction, limitation
from chartered.domains.legal.making import LICENCE
from chartered.domains.legal.real import REAL


def _generated(name: str, description: str, make: Callable[[], Iterable[Problem]]) -> ProblemSet:
    def load(path: Path | None) -> Iterable[Problem]:
        if path is not None:
            raise DataError(f"{path}: the problem set {name!r} is generated and reads no file; leave out `path`.")
        return make()

    return ProblemSet(name=name, description=description, licence=LICENCE, source="generated", load=load)


GENERATED = (
    _generated("deadline", "the last day of a period in days, months or working days", deadline.problems),
    _generated("limitation", "a claim in time or too late, by years, discovery or renewal", limitation.problems),
    _generated("jurisdiction", "may a court take a case, by home states and sums", jurisdiction.problems),
    _generated("hearsay", "is a statement shut out by the rule that is told", hearsay.problems),
    _generated("clause", "clauses and a statement: entailment, contradiction, not mentioned", clause.problems),
    _generated("citation", "volume, short name and first page, written in the usual form", citing.forms),
    _generated("reporter", "which of four citations fits a table of volumes and years", citing.tables),
)
PROBLEM_SETS = (*GENERATED, *REAL)
