"""Numeric problems from a law: draw the given values, compute the result exactly, put it in words.

The split is by the law and all values of it, given or asked for: 3 kg and 4 m/s^2 make 12 N, and whoever was trained
on that does not meet 12 N and 3 kg as a held-out question for the acceleration.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from random import Random

from chartered.domains.authoring import (
    Level,
    from_half,
    generator,
    in_full,
    places_for,
    split_of,
    to_places,
    worked_problem,
)
from chartered.domains.contract import Problem
from chartered.domains.science.facts import DOMAIN

DIGITS = 3
"""Significant digits of a rounded result."""
ROUNDED = "Give three significant figures."
"""How a question ends whose result is rounded."""
MARGIN = Fraction(3, 20)
"""How far from halfway between two roundings a result must be, in steps of its last digit: an atomic weight from
another table, or a product rounded on the way, then leads to the same answer."""

Given = Mapping[str, Fraction]
Things = Mapping[str, Mapping[str, Decimal]]
_TRIES = 400
"""Draws for each problem that is wanted; most laws need a few, exact results of long products more."""


@dataclass(frozen=True, kw_only=True)
class Sort:
    """One sort of problem on a law."""

    name: str
    law: str
    """Sorts of the same law, solved for different quantities, share it; their splits agree."""
    level: Level
    unit: str
    grids: Mapping[str, Sequence[Decimal]]
    """The values that each given quantity may take."""
    asked: tuple[str, ...]
    """Wordings, with the names of the quantities and of the `thing` in braces."""
    work: str
    """The calculation, with `{result}` for its result."""
    result: Callable[[Given], Fraction]
    within: tuple[str, str] | None = None
    """The least and the greatest result that is asked for: what such a thing may well be or do."""
    exactly: bool = True
    """Only results that are short decimals; else results are rounded, and the question says so."""
    things: Things = field(default_factory=lambda: {"": {}})
    """What the problem may be about, with properties of it that are given as well."""


def whole(first: int, last: int, step: int = 1) -> tuple[Decimal, ...]:
    """Whole numbers, both ends included."""
    return tuple(Decimal(value) for value in range(first, last + 1, step))


def steps(first: str, last: str, step: str) -> tuple[Decimal, ...]:
    """Decimals in equal steps, both ends included."""
    low, high, by = Decimal(first), Decimal(last), Decimal(step)
    return tuple(low + by * i for i in range(int((high - low) / by) + 1))


def rounded(value: Fraction) -> str | None:
    """The value to `DIGITS` significant digits; None where it is 0, 999 or more, under 0.01, or near halfway."""
    if not Fraction(1, 100) <= abs(value) < 999:
        return None
    places = places_for(value, DIGITS)
    return to_places(value, places) if from_half(value, places) >= MARGIN else None


def short_decimal(value: Fraction) -> str | None:
    """The value in full; None where it is 0, 100,000 or more, or has more than two decimals."""
    if value == 0 or abs(value) >= 100_000 or (value * 100).denominator != 1:
        return None
    return in_full(value)


def problems_on_laws(kind: str, sorts: Sequence[Sort], each: int) -> Iterator[Problem]:
    """Up to `each` problems of every sort, no two on the same values."""
    for sort in sorts:
        rng = generator(kind, sort.name)
        seen = set[tuple[str, ...]]()
        for _ in range(_TRIES * each):
            if len(seen) == each:
                break
            thing, given = _draw(sort, rng)
            values = tuple(map(str, given.values()))
            problem = None if values in seen else _problem(kind, sort, thing, given)
            if problem is not None:
                seen.add(values)
                yield problem


def _draw(sort: Sort, rng: Random) -> tuple[str, dict[str, Decimal]]:
    thing = rng.choice(list(sort.things))
    return thing, {**{name: rng.choice(grid) for name, grid in sort.grids.items()}, **sort.things[thing]}


def _problem(kind: str, sort: Sort, thing: str, given: Mapping[str, Decimal]) -> Problem | None:
    """The problem, or None where the result is not one to ask for."""
    value = sort.result({name: Fraction(one) for name, one in given.items()})
    result = short_decimal(value) if sort.exactly else rounded(value)
    if result is None or (sort.within and not Fraction(sort.within[0]) <= value <= Fraction(sort.within[1])):
        return None
    written = {name: in_full(one) for name, one in given.items()}
    asked = generator(kind, sort.name, *written.values()).choice(sort.asked).format(thing=thing, **written)
    return worked_problem(
        domain=DOMAIN,
        kind=kind,
        split=split_of(kind, sort.law, *sorted([*written.values(), result])),
        asked=asked if sort.exactly else f"{asked} {ROUNDED}",
        work=sort.work.format(result=result, thing=thing, **written),
        answer=result,
        level=sort.level,
        unit=sort.unit,
    )
