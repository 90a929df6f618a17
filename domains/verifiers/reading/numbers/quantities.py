"""One number, its power of ten and the text of its unit, read from an answer line in plain characters or LaTeX.

What the unit means and whether the number is near enough is for others (see `vocabularies` and `quantity`). Powers of
ten are read however they are written (10^3, 10**3, ten's power in raised digits, e3, "10 to the 3"), scale words are
multiplied in, brackets and quotes around the whole are left out. Two numbers, a bound ("at least 5 mg") and a range are
not one quantity.
"""

import re
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from chartered.domains.verifiers.reading.numbers import numerals
from chartered.domains.verifiers.reading.numbers.latex import unlatexed
from chartered.domains.verifiers.reading.numbers.numerals import Written

_WORDS = (
    "the|a|an|total|dose|rate|result|answer|value|it|is|of|about|around|approximately|approx|roughly|exactly|give|be"
    "|equals?|to|at|nearly|just|only"
)
_LEAD = re.compile(rf"(?:(?:{_WORDS})(?![^\W\d_])\s*|[=~:\u2248\u2243]\s*|\.(?!\d)\s*)+", re.IGNORECASE)
"""What may stand before the number."""
_EXPONENT = r"[({]?(?P<power>[-+]?\d{1,3})[)}]?(?!\d)"
_TEN = r"10(?:\s?(?:\^|\*\*)\s?(?=[-+({\d])|\s?to\sthe\s(?:power\s(?:of\s)?)?|(?=[-+]))"
"""Ten before its power; the caret may be lost before a sign, as in "3 x 10-5", for "3 x 105" may be a product."""
_POWER = rf"\s?(?:(?:[xX*\u00b7\u22c5\u00d7]|times)\s?{_TEN}|[eE]){_EXPONENT}"
_QUANTITY = re.compile(
    rf"(?P<sign>[-+]?)\s?(?P<number>{numerals.FRACTION}|(?!{_TEN}){numerals.NUMBER})(?:{_POWER})?(?P<unit>.*)"
)
_POWER_ALONE = re.compile(rf"(?P<sign>[-+]?)\s?{_TEN}{_EXPONENT}(?P<unit>.*)")
_SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12, "lakh": 5, "crore": 7}
_SCALE = re.compile(rf"\s?({'|'.join(_SCALES)}|dozen)s?(?![^\W\d_])", re.IGNORECASE)
_AROUND = {"(": ")", "[": "]", '"': '"', "'": "'", "\u201c": "\u201d", "\u00ab": "\u00bb"}


class Quantity(NamedTuple):
    """A number as it is written, and the text of its unit: empty where there is none, and with a note behind it."""

    number: Written
    unit: str
    other: Written | None = None
    """What the number is where point and comma are used the other way round, if that can be meant."""


def read_quantity(line: str, decimal: str = ".") -> Quantity | None:
    """The one quantity of a line, or None; after an equals sign only the result counts. `decimal` is the mark."""
    if len(line) > numerals.LONGEST_LINE:
        return None
    text = _unwrapped(unlatexed(line).rpartition("=")[2].strip(" *_`").lstrip(","))
    if lead := _LEAD.match(text):
        text = text[lead.end() :]
    match = _QUANTITY.match(text) or _POWER_ALONE.match(text)
    if match is None:
        return None
    digits = match.groupdict().get("number") or "1"
    scale, rest = _scaled(match["unit"]) if _SCALE.match(match["unit"]) else (None, match["unit"])
    unit = _unit(rest)
    if unit is None or len(digits) > numerals.LONGEST_NUMBER:
        return None
    exponent = int(match["power"] or 0)
    number = _written(match["sign"] + digits, exponent, decimal)
    swapped = numerals.other(digits) if number and not digits.isdecimal() else None
    other = _written(match["sign"] + swapped, exponent, decimal) if swapped else None
    if scale and number:
        number, other = number.times(scale), other and other.times(scale)
    return Quantity(number, unit, other) if number else None


def _written(digits: str, exponent: int, decimal: str) -> Written | None:
    try:
        return numerals.written(digits, exponent, decimal=decimal)
    except ValueError:
        return None


def _scaled(text: str) -> tuple[Fraction, str]:
    """The factor of the scale words that a text begins with, and the rest."""
    scale = Fraction(1)
    while word := _SCALE.match(text):
        name = word[1].lower()
        scale *= 12 if name == "dozen" else Fraction(10) ** _SCALES[name]
        text = text[word.end() :]
    return scale, text


def _unwrapped(text: str) -> str:
    """The text without brackets or quotes around the whole of it, and what may end a sentence behind them."""
    bare = text.rstrip(" .!;,")
    if bare and _AROUND.get(bare[0]) == bare[-1] and bare[0] not in bare[1:-1] and bare[-1] not in bare[1:-1]:
        return bare[1:-1].strip()
    return text


@lru_cache(maxsize=4096)
def _unit(text: str) -> str | None:
    """The unit in what stands behind a number, without marks around it; None where it makes the number a bound."""
    unit = text.strip(" .,;!*_`[]\"'\u201d")
    if numerals.BOUND.search(numerals.NOTE.sub("", unit)):
        return None
    return unit if unit.strip(" ()") else ""
