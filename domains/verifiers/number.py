"""A number with its unit at the answer line.

The number is right when, in the gold answer's unit, it equals it; or when it rounds to it (halves away from zero) at
the decimals that the gold answer is written with and lies within one per cent of it: 41.67 is 42, and 0.5 is not 1.
A missing unit is wrong where one is asked for: in dosing it is part of the answer. Two numbers, a bound ("at least
5 mg") and a range are read as no answer. LaTeX around number and unit is read.
Not covered: conversion between mass and amount of substance, or between temperature scales.
"""

import re
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from chartered.domains.contract import Check, Problem
from chartered.domains.prompts import final_answer
from chartered.domains.verifiers.reading.latex import unlatexed
from chartered.domains.verifiers.reading.numerals import LONGEST_LINE
from chartered.domains.verifiers.reading.units import parse_unit

TOLERANCE = Fraction(1, 100)
"""How far, relative to it, an answer that rounds to the gold answer may be off; rounding alone would double a dose."""
_LONGEST = 30
"""Characters of a number: longer ones are no answer to anything, and powers of ten as large cost hours."""

_NUMBER = r"[+-]?(?:\d{1,3}(?:[, ]\d{3})+(?!\d)|\d+)(?:\.\d+)?|[+-]?\.\d+"
_QUANTITY = re.compile(
    rf"(?P<lead>[^\d.+-]*?)\s*(?P<number>{_NUMBER})(?P<power>\s?(?:[x\u00b7]\s?10\^?|e)[+-]?\d{{1,2}})?(?P<unit>.*)"
)
_LEAD = re.compile(
    r"(?:(?:the|a|total|dose|rate|result|answer|it|is|of|about|approximately|roughly|give|exactly|be)\b\s*|[=~:\u2248\u2243])*"
)
_DIGIT = re.compile(r"\d")
_POWERS = re.compile(r"10\^9|m\^?2")
_GROUPS = re.compile(r"[, ]")
_TEN = re.compile(r".*(?:\^|e|[x\u00b7]\s?10)")
_NOTE = re.compile(r"\s*\([^()]*\d[^()]*\)\.?$")


def number(problem: Problem, response: str) -> Check:
    """Compare the quantity at the answer line with the gold answer and its unit."""
    line = final_answer(response)
    if line is None:
        return Check(status="no_answer", score=0.0, reason="there is no answer line")
    gold = _gold(problem.answer)
    if gold is None:
        return Check(status="error", score=0.0, reason=f"the gold answer {problem.answer[:80]!r} is no number")
    found = read_quantity(line)
    if found is None:
        return Check(status="no_answer", score=0.0, reason=f"no single number can be read from {line[:80]!r}")
    value, written = found
    wrong = _unit_error(written, problem.unit) or _value_error(value, written, problem, gold)
    if wrong:
        return Check(status="wrong", score=0.0, answer=line, reason=wrong)
    return Check(status="correct", score=1.0, answer=line)


def read_quantity(line: str) -> tuple[Fraction, str] | None:
    """The one number of a line and the text of its unit (empty when there is none), or None.

    After an equals sign only the result counts, and a note in brackets after the unit is left out.
    """
    if len(line) > LONGEST_LINE:
        return None
    said = unlatexed(line).replace("\u00d7", "x").strip(" *_`$").rstrip(".")
    said = _NOTE.sub("", said.rpartition("=")[2].strip()).lower()
    match = _QUANTITY.fullmatch(said)
    if match is None or len(match["number"]) > _LONGEST or not _LEAD.fullmatch(match["lead"].strip()):
        return None
    unit = match["unit"].strip(" .,;()[]*_")
    if _DIGIT.search(unit) and _DIGIT.search(_POWERS.sub("", unit)):
        return None
    return _value(match["number"], match["power"]), unit


@lru_cache(maxsize=4096)
def _gold(answer: str) -> tuple[Fraction, int] | None:
    """The gold answer and how many decimals it is written with."""
    try:
        exact = Decimal(_GROUPS.sub("", answer))
        return Fraction(exact), max(0, -int(exact.as_tuple().exponent))
    except (ArithmeticError, ValueError):  # not a number, or infinite
        return None


def _value(written: str, power: str | None) -> Fraction:
    plain = _GROUPS.sub("", written)
    value = Fraction(int(plain)) if plain.isdecimal() else Fraction(plain)
    return value * Fraction(10) ** int(_TEN.sub("", power)) if power else value


def _unit_error(written: str, unit: str | None) -> str:
    if unit is None:
        return f"the unit {written!r} is given where the answer has none" if written else ""
    if not written:
        return f"the unit is missing; the answer is in {unit}"
    if parse_unit(written).dimension != parse_unit(unit).dimension:
        return f"the unit {written!r} is not {unit}"
    return ""


def _value_error(value: Fraction, written: str, problem: Problem, gold: tuple[Fraction, int]) -> str:
    right, places = gold
    scale = _scale(written, problem.unit)
    given = value if scale == 1 else value * scale
    if given == right:
        return ""
    # whole numbers, since sums of fractions cost most of a check
    a, b = given.numerator * right.denominator, right.numerator * given.denominator
    near = abs(a - b) * TOLERANCE.denominator <= abs(b) * TOLERANCE.numerator
    if near and _rounded(given, places) == _rounded(right, places):
        return ""
    return f"the value is not {problem.answer}"


@lru_cache(maxsize=4096)
def _scale(written: str, unit: str | None) -> Fraction:
    """How many of the unit that is asked for one of the written unit is."""
    return parse_unit(written).factor / parse_unit(unit or "").factor


def _rounded(value: Fraction, places: int) -> int:
    """The value in steps of its last decimal, halves away from zero."""
    steps: int = (2 * abs(value.numerator) * 10**places + value.denominator) // (2 * value.denominator)
    return steps if value >= 0 else -steps
