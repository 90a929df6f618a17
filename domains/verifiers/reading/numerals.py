"""Numbers as they are written: value, the step of the last decimal, and when two of them are the same result.

A gold answer is written with so many decimals, and stands for every value that rounds to it. So a result with more
decimals agrees when it rounds to the gold answer (halves away from zero, NIST SP 811 appendix B.7 allows either), and
one with fewer when the gold answer rounds to it and it keeps `FEWEST_DIGITS` significant digits.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

NUMBER = r"(?:\d{1,3}(?:[, ]\d{3})+(?!\d)|\d+)(?:\.\d+)?|\.\d+"
"""An unsigned number; groups of three may stand apart by a comma or a space, a decimal comma is not read."""
LONGEST_LINE = 300
"""Characters of an answer line; a longer one is no single answer, and reading it would cost more than it is worth."""
LONGEST_NUMBER = 40
FEWEST_DIGITS = 3
"""Significant digits that a result must keep to count when it is given with fewer decimals than the gold answer."""
BOUND = re.compile(
    r"\b(?:at (?:least|most)|(?:more|less|greater|fewer) than|up to|between|not|or|either|neither|nor|cannot)\b"
    r"|n't\b|[<>\u2264\u2265\u00b1]|\+/-",
    re.IGNORECASE,
)
"""What makes a number a bound, a choice or a denial, and so no answer."""
NOTE = re.compile(r"\s*\([^()]*\d[^()]*\)\.?\s*\Z")
"""A note in brackets at the end of a line, with a number in it."""

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_RAISED_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe63\uff0d]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Written:
    """A number and how finely it is written."""

    value: Fraction
    step: Fraction
    """The worth of one in the last digit that is written."""
    digits: int
    """Significant digits; zeros at the end of a whole number count."""

    def times(self, factor: Fraction) -> "Written":
        """The number in a unit that is `factor` times smaller."""
        if factor == 1:
            return self
        return Written(value=self.value * factor, step=self.step * abs(factor), digits=self.digits)


def written(number: str, exponent: int = 0) -> Written:
    """Read the digits of `NUMBER`, with a sign or without, times ten to the exponent."""
    plain = number.replace(",", "").replace(" ", "")
    whole, _, decimals = plain.partition(".")
    digits = (whole + decimals).lstrip("+-")
    step = _ten(exponent - len(decimals))
    signed = -int(digits) if plain.startswith("-") else int(digits)
    value = Fraction(signed * step.numerator, step.denominator)
    return Written(value=value, step=step, digits=len(digits.lstrip("0")) or 1)


@lru_cache(maxsize=1024)
def _ten(exponent: int) -> Fraction:
    return Fraction(10) ** exponent


def agrees(given: Written, gold: Written, furthest: Fraction, fewest_digits: int | None = FEWEST_DIGITS) -> bool:
    """Whether the given number is the gold one as far as both are written, and off by at most `furthest` of it.

    Without the limit any 0.5 would be a gold answer of 1. Where `fewest_digits` is None, a number that is written less
    finely than the gold answer must equal it.
    """
    if given.value == gold.value:
        return True
    if not is_near(given.value, gold.value, furthest):
        return False
    if _rounded(given.value, gold.step) == gold.value:
        return True
    return (
        fewest_digits is not None and given.digits >= fewest_digits and _rounded(gold.value, given.step) == given.value
    )


def is_near(given: Fraction, gold: Fraction, furthest: Fraction) -> bool:
    """Whether a number is off by at most `furthest` of the gold one; in whole numbers, since fractions are slow."""
    a, b = given.numerator * gold.denominator, gold.numerator * given.denominator
    return abs(a - b) * furthest.denominator <= abs(b) * furthest.numerator


def folded_line(line: str) -> str:
    """An answer line in plain characters: raised digits as ^2, every dash as "-", compatible characters made one.

    A plain NFKC would turn ten to the power 8 into 108.
    """
    if line.isascii():
        return line
    raised = _RAISED_RUN.sub(lambda run: "^" + run[0].translate(_RAISED), line)
    return _DASHES.sub("-", unicodedata.normalize("NFKC", raised))


@lru_cache(maxsize=4096)
def forms(answer: str) -> tuple[str, ...]:
    """The acceptable forms of a gold answer: the texts of a JSON list such as `["50%", "0.5"]`, or itself."""
    if answer.lstrip().startswith("["):
        try:
            listed = json.loads(answer)
        except ValueError:
            return (answer,)
        if isinstance(listed, list) and listed and all(isinstance(form, str) for form in listed):
            return tuple(listed)
    return (answer,)


def _rounded(value: Fraction, step: Fraction) -> Fraction:
    """The nearest multiple of the step, halves away from zero."""
    steps = int(abs(value) / step + Fraction(1, 2))
    return steps * step if value >= 0 else -steps * step
