"""A measured or computed quantity of science: number, power of ten and unit, in plain text or LaTeX.

The quantity is right when it has the dimension of the gold answer's unit and, in that unit, agrees with its value: it
rounds to it at the decimals that it is written with, or the other way round with three digits kept (see `numerals`),
within `FURTHEST` of it. That limit is the relative tolerance of SciBench (Wang et al. 2023, arXiv 2307.10635), whose
own check asks for nothing else and so takes 399 for 385; `measure_within` makes that check, for comparison.

A missing unit is wrong where one is asked for; a bare number is read in a unit that is only a power of ten. Celsius,
Fahrenheit and kelvin are converted. Two numbers, bounds and ranges are no answer.
Not covered: symbolic results (see `expression`), decibels and other logarithmic units converted to anything else.
"""

import re
from fractions import Fraction
from functools import lru_cache

from chartered.domains.contract import Check, Problem, Verifier
from chartered.domains.prompts import final_answer
from chartered.domains.verifiers.reading import numerals
from chartered.domains.verifiers.reading.latex import unlatexed
from chartered.domains.verifiers.reading.numerals import Written
from chartered.domains.verifiers.reading.units import Physical, parse_physical

FURTHEST = Fraction(5, 100)
"""How far, relative to it, a quantity that rounds to the gold answer may be off."""

_QUANTITY = re.compile(
    rf"(?P<sign>[+-]?)\s?(?P<number>{numerals.NUMBER})"
    r"(?:\s?(?:x|\*|·|⋅|×)\s?10\s?\^\s?(?P<power>[+-]?\d{1,3})(?!\d)|[eE](?P<e>[+-]?\d{1,3})(?!\d))?(?P<unit>[^\d].*)?"
)
_LEAD = re.compile(
    r"(?:(?:the|a|an|total|result|answer|value|it|is|of|about|approximately|approx|roughly|exactly|be|equals?|to|at)\b\s*"
    r"|[=~:\u2248\u2243]\s*)*",
    re.IGNORECASE,
)


def measure(problem: Problem, response: str) -> Check:
    """Compare the quantity at the answer line with the gold answer and its unit."""
    return _check(problem, response, None)


def measure_within(tolerance: Fraction) -> Verifier:
    """A `measure` that asks only for a value within the relative tolerance of the gold answer, 0.05 in SciBench."""

    def checked(problem: Problem, response: str) -> Check:
        return _check(problem, response, tolerance)

    return checked


def read_measure(line: str) -> tuple[Written, str] | None:
    """The one number of a line and the text of its unit, or None; after an equals sign only the result counts."""
    if len(line) > numerals.LONGEST_LINE:
        return None
    said = unlatexed(line).rpartition("=")[2].strip(" *_`.,")
    lead = _LEAD.match(said)
    said = said[lead.end() :] if lead else said
    match = _QUANTITY.fullmatch(said)
    if match is None or len(match["number"]) > numerals.LONGEST_NUMBER or numerals.BOUND.search(said):
        return None
    exponent = int(match["power"] or match["e"] or 0)
    return numerals.written(match["sign"] + match["number"], exponent), (match["unit"] or "").strip(" .,;")


def _check(problem: Problem, response: str, tolerance: Fraction | None) -> Check:
    line = final_answer(response)
    if line is None:
        return Check(status="no_answer", score=0.0, reason="there is no answer line")
    gold = _gold(problem.answer, problem.unit or "")
    if gold is None:
        reason = f"the gold answer {problem.answer[:80]!r} in {problem.unit!r} is no quantity"
        return Check(status="error", score=0.0, reason=reason)
    found = read_measure(line)
    if found is None:
        return Check(status="no_answer", score=0.0, reason=f"no single quantity can be read from {line[:80]!r}")
    wrong = _difference(*found, *gold, tolerance)
    if wrong:
        return Check(status="wrong", score=0.0, answer=line, reason=wrong)
    return Check(status="correct", score=1.0, answer=line)


@lru_cache(maxsize=4096)
def _gold(answer: str, unit: str) -> tuple[Written, Physical] | None:
    found, asked = read_measure(answer), parse_physical(unlatexed(unit))
    if found is None or asked is None:
        return None
    own = parse_physical(found[1]) if found[1] else None
    if own is None:
        return (found[0], asked) if not found[1] else None
    return (found[0], own) if not asked.dimension or own.dimension == asked.dimension else None


def _difference(value: Written, unit: str, gold: Written, asked: Physical, tolerance: Fraction | None) -> str:
    given = parse_physical(unit)
    if given is None or given.dimension != asked.dimension:
        if not unit:
            return "the unit is missing"
        return f"the unit {unit!r} is not that of the answer"
    readings = [_converted(value, given, asked)]
    if not unit:
        readings.append(value)  # a unit that is a mere power of ten
    if any(_close(reading, gold, tolerance) for reading in readings):
        return ""
    return "the value is not that of the answer"


def _converted(value: Written, given: Physical, asked: Physical) -> Written:
    if given == asked:
        return value
    scaled = value.times(given.factor / asked.factor)
    moved = scaled.value + (given.offset - asked.offset) / asked.factor
    return Written(value=moved, step=scaled.step, digits=scaled.digits)


def _close(given: Written, gold: Written, tolerance: Fraction | None) -> bool:
    if tolerance is None:
        return numerals.agrees(given, gold, FURTHEST)
    return abs(given.value - gold.value) <= tolerance * abs(gold.value)
