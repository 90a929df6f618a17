"""Problems that are one formula on a few figures: what is told and asked, the exact result and its rounding."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from chartered.domains.authoring.splits import generator
from chartered.domains.contract import Problem
from chartered.domains.finance.making import Level, decimals, is_clear, plainly, problem, rounded


@dataclass(frozen=True, kw_only=True, slots=True)
class Worked:
    """A formula on given figures."""

    told: str
    asked: str
    value: Fraction
    """The exact result."""
    work: str
    """The working, up to the equals sign before the result."""
    figures: tuple[int | Fraction, ...]
    unit: str | None = None
    places: int | None = None
    """Decimals to round to; None where the result is written in full."""

    @property
    def answer(self) -> str:
        """The result as it is asked for."""
        return plainly(self.value) if self.places is None else rounded(self.value, self.places)

    @property
    def is_clear(self) -> bool:
        """Whether the result is not zero and its rounding is beyond doubt."""
        return bool(self.value) if self.places is None else is_clear(self.value, self.places)


Maker = Callable[[Random], Worked]


def problems(kind: str, makers: Mapping[str, tuple[Maker, Level, int]]) -> Iterator[Problem]:
    """So many problems of each formula, no two on the same figures."""
    for name, (make, level, count) in makers.items():
        seen: set[tuple[int | Fraction, ...]] = set()
        rng = generator(kind, name)
        while len(seen) < count:
            worked = make(rng)
            if worked.figures not in seen and worked.is_clear:
                seen.add(worked.figures)
                yield _problem(kind, name, level, worked)


def _problem(kind: str, name: str, level: Level, worked: Worked) -> Problem:
    ending = "Do not round." if worked.places is None else decimals(worked.places)
    about = "" if Fraction(worked.answer) == worked.value else "about "
    return problem(
        kind, asked=f"{worked.told} {worked.asked} {ending}", answer=worked.answer, level=level, unit=worked.unit,
        work=f"{worked.work} = {about}{worked.answer}.", facts=(name, *map(str, worked.figures)),
    )  # fmt: skip
