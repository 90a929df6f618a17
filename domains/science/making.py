"""What the kinds have in common: a problem from its parts, and exact results written as decimals."""

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from chartered.domains.authoring.generated import worked_problem
from chartered.domains.authoring.splits import generator
from chartered.domains.contract import Problem, Split

Level = Literal["easy", "medium", "hard"]
DIGITS = 3
"""Significant digits of a rounded result."""
ROUNDED = "Give three significant figures."
_MARGIN = Fraction(3, 20)
"""How far from halfway between two roundings a result must be, in steps of its last digit: an atomic weight from
another table, or a product rounded on the way, then leads to the same answer."""


def make(
    *,
    kind: str,
    level: Level,
    split: Split,
    asked: str,
    work: str,
    answer: str,
    unit: str | None = None,
    options: tuple[str, ...] = (),
) -> Problem:
    """A problem of this domain whose worked solution ends with the answer line."""
    return worked_problem(
        domain="science",
        kind=kind,
        split=split,
        asked=asked[0].upper() + asked[1:],
        answer=answer,
        work=work,
        groups={"difficulty": level},
        unit=unit,
        options=options,
    )


def exact(value: Fraction) -> str | None:
    """The value as a decimal of up to two places and below 100,000, or None where it is none."""
    if value == 0 or abs(value) >= 100_000 or (value * 100).denominator != 1:
        return None
    return plain(Decimal(value.numerator) / Decimal(value.denominator))


def rounded(value: Fraction) -> str | None:
    """The value to `DIGITS` significant digits; None where it is 0, 1000 or more, under 0.01, or near halfway."""
    size = abs(value)
    if not Fraction(1, 100) <= size < 999:
        return None
    places = DIGITS - 1
    while size >= 10:
        size, places = size / 10, places - 1
    while size < 1:
        size, places = size * 10, places + 1
    steps = abs(value) * 10**places
    if abs(steps % 1 - Fraction(1, 2)) < _MARGIN:
        return None
    sign = "-" if value < 0 else ""
    return f"{sign}{Decimal(round(steps)).scaleb(-places):f}"


def plain(value: Decimal) -> str:
    """The value without zeros at its end and without a power of ten."""
    return f"{value.normalize():f}"


def in_order(right: str, others: Sequence[str], *key: object) -> tuple[str, ...]:
    """The options in an order drawn by the key."""
    return tuple(generator("options", *key).sample([right, *others], len(others) + 1))
