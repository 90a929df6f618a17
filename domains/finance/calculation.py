"""Problems that are one formula on a few figures: what is given and asked, the exact result and its rounding."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from chartered.domains.authoring import Level, from_half, generator, in_full, split_of, to_places, worked_problem
from chartered.domains.contract import Problem
from chartered.domains.finance.facts import DOMAIN, ONE_IN

NEAR = Fraction(1, 50)
"""How near to a half, in units of the last digit, no exact result lies: nothing then hangs on how halves round."""
ENDINGS = {
    None: "Do not round.",
    0: "Round to a whole number.",
    1: "Round to one decimal.",
    2: "Round to two decimals.",
}
"""By the decimals of the result, how a question ends."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Calculation:
    """A formula on given figures."""

    given: str
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
        return in_full(self.value) if self.places is None else to_places(self.value, self.places)

    @property
    def is_clear(self) -> bool:
        """Whether it is not zero, and where it is rounded has two digits or more and no doubt about the last."""
        if self.places is None:
            return bool(self.value)
        return abs(self.value) * 10**self.places >= 10 and from_half(self.value, self.places) > NEAR


Formula = Callable[[Random], Calculation]


def calculations(kind: str, formulas: Mapping[str, tuple[Formula, Level, int]]) -> Iterator[Problem]:
    """So many problems of each formula, no two on the same figures."""
    for name, (formula, level, count) in formulas.items():
        seen: set[tuple[int | Fraction, ...]] = set()
        rng = generator(kind, name)
        while len(seen) < count:
            calculation = formula(rng)
            if calculation.figures not in seen and calculation.is_clear:
                seen.add(calculation.figures)
                yield _problem(kind, name, level, calculation)


def _problem(kind: str, name: str, level: Level, calculation: Calculation) -> Problem:
    answer = calculation.answer
    about = "" if Fraction(answer) == calculation.value else "about "
    return worked_problem(
        domain=DOMAIN,
        kind=kind,
        split=split_of(kind, name, *map(str, calculation.figures), one_in=ONE_IN),
        asked=f"{calculation.given} {calculation.asked} {ENDINGS[calculation.places]}",
        answer=answer,
        work=f"{calculation.work} = {about}{answer}.",
        level=level,
        unit=calculation.unit,
    )
