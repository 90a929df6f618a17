"""One number, its power of ten and the text of its unit, read from an answer line in plain characters or LaTeX.

What the unit means and whether the number is near enough is for others (see `vocabularies` and `quantity`). Two
numbers, a bound ("at least 5 mg") and a range are not one quantity.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from chartered.domains.verifiers.reading import numerals
from chartered.domains.verifiers.reading.latex import unlatexed
from chartered.domains.verifiers.reading.numerals import Written

_WORDS = (
    "the|a|an|total|dose|rate|result|answer|value|it|is|of|about|approximately|approx|roughly|exactly|give|be|equals?"
    "|to|at"
)
_LEAD = re.compile(rf"(?:(?:{_WORDS})(?![^\W\d_])\s*|[=~:\u2248\u2243]\s*|\.(?!\d)\s*)+", re.IGNORECASE)
"""What may stand before the number."""
_POWER = r"\s?(?:[xX*\u00b7\u22c5\u00d7]\s?10(?:\s?\^\s?(?=[-+\d])|(?=[-+]))|[eE])(?P<power>[-+]?\d{1,3})(?!\d)"
"""A power of ten; its caret may be lost before a sign, as in "3 x 10-5", for "3 x 105" may be a product."""
_QUANTITY = re.compile(rf"(?P<sign>[-+]?)\s?(?P<number>{numerals.NUMBER})(?:{_POWER})?(?P<unit>.*)")


class Quantity(NamedTuple):
    """A number as it is written, and the text of its unit: empty where there is none, and with a note behind it."""

    number: Written
    unit: str


def read_quantity(line: str) -> Quantity | None:
    """The one quantity of a line, or None; after an equals sign only the result counts."""
    if len(line) > numerals.LONGEST_LINE:
        return None
    text = unlatexed(line).rpartition("=")[2].lstrip(" *_`,")
    if lead := _LEAD.match(text):
        text = text[lead.end() :]
    match = _QUANTITY.match(text)
    if match is None or len(match["number"]) > numerals.LONGEST_NUMBER:
        return None
    unit = _unit(match["unit"])
    if unit is None:
        return None
    return Quantity(numerals.written(match["sign"] + match["number"], int(match["power"] or 0)), unit)


@lru_cache(maxsize=4096)
def _unit(text: str) -> str | None:
    """The unit in what stands behind a number, without marks around it; None where it makes the number a bound."""
    unit = text.strip(" .,;*_`[]")
    if numerals.BOUND.search(numerals.NOTE.sub("", unit)):
        return None
    return unit if unit.strip(" ()") else ""
