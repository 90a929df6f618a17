"""What all kinds of financial problems share: exact rounding, how amounts are written, how problems are made."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from chartered.domains.authoring.generated import shipped_facts, worked_problem
from chartered.domains.authoring.splits import split_of
from chartered.domains.contract import Problem, Split

DATA = Path(__file__).parent / "data"
LICENCE = "Apache-2.0"
DOMAIN = "finance"
ONE_IN = 5
"""One combination of figures in so many is held out."""
NEAR = Fraction(1, 50)
"""How near to a half, in units of the last digit, no exact result lies: nothing then hangs on how halves round."""

Level = str
"""One of `chartered.domains.authoring.splits.LEVELS`."""
CURRENCIES = ("USD", "EUR", "GBP")


def problem(
    kind: str,
    *,
    asked: str,
    answer: str,
    work: str,
    level: Level,
    facts: Sequence[object],
    unit: str | None = None,
    options: tuple[str, ...] = (),
    groups: Mapping[str, str] | None = None,
    split: Split | None = None,
) -> Problem:
    """A problem with the working and the answer line as its solution; its split is that of its facts."""
    return worked_problem(
        domain=DOMAIN,
        kind=kind,
        split=split or split_of(kind, *facts, one_in=ONE_IN),
        asked=asked,
        answer=answer,
        work=work,
        groups={**(groups or {}), "difficulty": level},
        unit=unit,
        options=options,
    )


def rounded(value: Fraction, places: int) -> str:
    """The value to so many decimals, halves away from zero."""
    scaled = int(abs(value) * 10**places + Fraction(1, 2))
    sign = "-" if value < 0 and scaled else ""
    whole, part = divmod(scaled, 10**places)
    return f"{sign}{whole}.{part:0{places}d}" if places else f"{sign}{whole}"


def plainly(value: Fraction) -> str:
    """The value in full.

    Raises:
        ValueError: it has no finite decimal form of at most nine places.
    """
    for places in range(10):
        if (value * 10**places).denominator == 1:
            return rounded(value, places)
    raise ValueError(f"{value} cannot be written in full")


def is_clear(value: Fraction, places: int) -> bool:
    """Whether the rounding of the value is beyond doubt, and it has two digits or more after rounding."""
    scaled = abs(value) * 10**places
    return bool(scaled >= 10 and abs(scaled % 1 - Fraction(1, 2)) > NEAR)


def bracketed(value: int) -> str:
    """An amount as a financial table has it: thousands apart by a comma, a negative one in parentheses."""
    return f"({-value:,})" if value < 0 else f"{value:,}"


def decimals(places: int) -> str:
    """In words, how a result is to be rounded."""
    return {1: "Round to one decimal.", 2: "Round to two decimals.", 0: "Round to a whole number."}[places]


def picked(rng: Random, values: Sequence[str], count: int) -> list[str]:
    """Some of the values, in their order."""
    chosen = set(rng.sample(range(len(values)), count))
    return [value for place, value in enumerate(values) if place in chosen]


@cache
def facts(name: str) -> Mapping[str, Any]:
    """The content of one file of `data/`."""
    rows = shipped_facts(DATA / f"{name}.yaml")
    assert isinstance(rows, dict)
    return rows
