"""Exact results as decimals: in full, or rounded where nothing hangs on how halves are rounded."""

from decimal import Decimal
from fractions import Fraction

_MOST_PLACES = 9


def to_places(value: Fraction, places: int) -> str:
    """The value to so many decimals, halves away from zero; zero has no sign."""
    scaled = int(abs(value) * 10**places + Fraction(1, 2))
    sign = "-" if value < 0 and scaled else ""
    whole, part = divmod(scaled, 10**places)
    return f"{sign}{whole}.{part:0{places}d}" if places else f"{sign}{whole}"


def in_full(value: Fraction | Decimal) -> str:
    """The value with all its decimals and no zeros behind them.

    Raises:
        ValueError: it has no finite decimal form of at most nine places.
    """
    exact = Fraction(value)
    for places in range(_MOST_PLACES + 1):
        if (exact * 10**places).denominator == 1:
            return to_places(exact, places)
    raise ValueError(f"{value} cannot be written in full with {_MOST_PLACES} decimals")


def places_for(value: Fraction, digits: int) -> int:
    """The decimals that show so many significant digits; negative where the value is larger than these.

    Raises:
        ValueError: it is zero, which has none.
    """
    if value == 0:
        raise ValueError("zero has no significant digits")
    size, places = abs(value), digits - 1
    while size >= 10:
        size, places = size / 10, places - 1
    while size < 1:
        size, places = size * 10, places + 1
    return places


def from_half(value: Fraction, places: int) -> Fraction:
    """How far the value is from halfway between two roundings, in units of the last digit: 0 to 1/2.

    Ask only for results that are far from it: one that was rounded on the way, or is computed from another table, then
    leads to the same answer.
    """
    return abs(abs(value) * Fraction(10) ** places % 1 - Fraction(1, 2))
