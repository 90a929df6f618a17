"""The problem sets of the finance domain: six generated kinds, and published sets from local files."""

from collections.abc import Callable, Iterable
from pathlib import Path

from chartered.domains.contract import Problem, ProblemSet
from chartered.domains.errors import DataError
from chartered.domains.finance import bond, interest, ratio, reading, sentiment, table
from chartered.domains.finance.making import LICENCE
from chartered.domains.finance.real import REAL


def _generated(name: str, description: str, make: Callable[[], Iterable[Problem]]) -> ProblemSet:
    def load(path: Path | None) -> Iterable[Problem]:
        if path is not None:
            raise DataError(f"{path}: the problem set {name!r} is generated and reads no file; leave out `path`.")
        return make()

    return ProblemSet(name=name, description=description, licence=LICENCE, source="generated", load=load)


GENERATED = (
    _generated("table", "sums, changes, averages and scales of a small table with signs", table.problems),
    _generated(
        "reading", "a small table: which of four lines is largest, moved most or changed sign", reading.problems
    ),
    _generated("ratio", "margins, liquidity, growth and gearing, as each question defines them", ratio.problems),
    _generated("interest", "simple and compound interest, present values, level payments", interest.problems),
    _generated("bond", "coupons, accrued interest, prices and yields of bonds", bond.problems),
    _generated("sentiment", "news about a company: positive, neutral or negative", sentiment.problems),
)
PROBLEM_SETS = (*GENERATED, *REAL)
