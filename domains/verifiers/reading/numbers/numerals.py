"""Numbers as they are written: value, the step of the last decimal, and when two of them are the same result.

What rounding passes is part of a problem: its `precision` (the step to which the result is asked for) or `tolerance`
(relative). Without either, a gold answer with decimals stands for every value that rounds to it (halves away from zero,
NIST SP 811 appendix B.7 allows either), so a result with more decimals agrees; a rounder one does not.

Groups of three may stand apart by a comma, a space, an apostrophe or, in other countries, a point; groups of Indian
numbers as in 12,34,567. A comma with other than three digits behind it is a decimal comma. A single mark with three
digits behind it, as in 9.927, is read as in English unless a caller says that the comma is the decimal mark; `other`
gives what it is elsewhere.
"""

import json
import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

NUMBER = (
    r"(?:\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:\.\d{3}){2,}(?![.,]?\d)|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?(?!,?\d)"
    r"|(?:\d{1,3}(?:[,'_\u2019]\d{3})+(?!\d)|\d{1,3}(?: \d{3})+(?!\d)|\d+)(?:\.\d+|,\d+(?![,.]?\d))?|\.\d+)"
)
"""An unsigned number; see the head of this file for its marks."""
FRACTION = r"(?:(?:\d{1,9} )?\d{1,9} ?/ ?\(?\d{1,9}\)?(?! ?[/.,]?\d))"
"""A fraction or mixed number, such as 3/4 and 2 3/4; LaTeX's keeps its brackets (see `latex`)."""
LONGEST_LINE = 300
"""Characters of an answer line; a longer one is no single answer, and reading it would cost more than it is worth."""
LONGEST_NUMBER = 40
FLOAT_NOISE = Fraction(1, 10**14)
"""What is left over, relative to it, when a machine computes a number with sixteen digits."""
BOUND = re.compile(
    r"\b(?:at (?:least|most)|(?:more|less|greater|fewer) than|up to|between|not|or(?! so\b)|either|neither|nor"
    r"|cannot)\b|n't\b|[<>\u2264\u2265\u00b1]|\+/-",
    re.IGNORECASE,
)
"""What makes a number a bound, a choice or a denial, and so no answer."""
NOTE = re.compile(r"\s*\((?!\s*(?:per|each|every|daily|hourly|weekly|a day|/))[^()]*\)\.?\s*\Z", re.IGNORECASE)
"""A note in brackets at the end of a line, such as "(seventy-three)" or "(15 x 20)"; a rate is none."""

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_RAISED_RUN = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+")
_DASHES = re.compile("[\u2010-\u2015\u2212\ufe63\uff0d]")
_VULGAR = re.compile("[\u00bc-\u00be\u2150-\u215e\u2189]")
_AMBIGUOUS = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


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


def written(number: str, exponent: int = 0, *, decimal: str = ".") -> Written:
    """Read the digits of `NUMBER`, with a sign or without, times ten to the exponent; or those of `FRACTION`."""
    if "/" in number:
        return _fraction(number, exponent)
    plain = number if number.isdecimal() else _plain(number, decimal)
    whole, _, decimals = plain.partition(".")
    digits = (whole + decimals).lstrip("+-")
    step = _ten(exponent - len(decimals))
    signed = -int(digits) if plain.startswith("-") else int(digits)
    value = Fraction(signed * step.numerator, step.denominator)
    return Written(value=value, step=step, digits=len(digits.lstrip("0")) or 1)


def other(number: str) -> str | None:
    """What a number such as 9.927 or 9,927 is where the marks are used the other way round; None for every other."""
    if not _AMBIGUOUS.fullmatch(number.lstrip("+-")):
        return None
    return number.translate(_SWAPPED)


_SWAPPED = str.maketrans(".,", ",.")


def _plain(number: str, decimal: str) -> str:
    """The number with a point before its decimals and nothing between its groups."""
    number = _GROUPS.sub("", number)
    points, commas = number.count("."), number.count(",")
    if not commas and (points == 0 or (points == 1 and decimal == ".")):
        return number
    if points and commas:
        mark = "." if number.rfind(".") > number.rfind(",") else ","
    elif points + commas > 1:
        mark = "\0"  # groups alone
    elif _AMBIGUOUS.fullmatch(number.lstrip("+-")):
        mark = decimal
    else:
        mark = "," if commas else "."
    whole, _, decimals = number.rpartition(mark) if mark in number else (number, "", "")
    return whole.replace(",", "").replace(".", "") + ("." + decimals if decimals else "")


_GROUPS = re.compile("[ '_\u2019]")


def _fraction(number: str, exponent: int) -> Written:
    """A fraction, which is exact. Raises ValueError for a denominator of zero."""
    whole, below = number.replace("(", "").replace(")", "").split("/")
    *mixed, above = whole.split()
    if int(below) == 0:
        raise ValueError(f"{number!r} divides by zero")
    value = Fraction(int(above.lstrip("+-")), int(below)) + (int(mixed[0].lstrip("+-")) if mixed else 0)
    value *= -_ten(exponent) if number.startswith("-") else _ten(exponent)
    return Written(value=value, step=FLOAT_NOISE * (abs(value) or 1), digits=1)


@lru_cache(maxsize=1024)
def _ten(exponent: int) -> Fraction:
    return Fraction(10) ** exponent


def agrees(given: Written, gold: Written, furthest: Fraction) -> bool:
    """Whether a number is the gold one, or rounds to it as far as that is written and is off by at most `furthest`.

    Without the limit any 0.5 would be a gold answer of 1.
    """
    if given.value == gold.value:
        return True
    if not is_near(given.value, gold.value, furthest):
        return False
    return _rounded(given.value, gold.step) == gold.value or is_near(given.value, gold.value, FLOAT_NOISE)


def agrees_as_asked(given: Fraction, gold: Fraction, precision: Fraction | None, tolerance: Fraction | None) -> bool:
    """Whether a number is the gold one to the step, or within the relative distance, that a problem asks for."""
    if tolerance is not None and is_near(given, gold, tolerance):
        return True
    return precision is not None and _rounded(given, precision) == _rounded(gold, precision)


@lru_cache(maxsize=1024)
def asked_precision(precision: float | None, tolerance: float | None) -> tuple[Fraction | None, Fraction | None]:
    """Precision and tolerance of a problem, exactly as they are written."""
    return tuple(None if value is None else Fraction(str(value)) for value in (precision, tolerance))  # type: ignore[return-value]


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
    raised = _VULGAR.sub(_in_figures, raised)
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


def _in_figures(sign: re.Match[str]) -> str:
    """A fraction of one character, such as \u00bd, as a number of its own; NFKC would join it to a digit before."""
    value = Fraction(unicodedata.numeric(sign[0])).limit_denominator(10)
    return f" {value.numerator}/{value.denominator}"


def _rounded(value: Fraction, step: Fraction) -> Fraction:
    """The nearest multiple of the step, halves away from zero."""
    steps = int(abs(value) / step + Fraction(1, 2))
    return steps * step if value >= 0 else -steps * step
