"""A quantity at the answer line: number, power of ten and unit, in plain text or LaTeX. One reader, two policies.

`number` is for doses: in the gold answer's unit the number equals it, or rounds to it (halves away from zero) at the
decimals that it is written with and lies within one per cent of it: 41.67 is 42, and 0.5 is not 1. Units are clinical,
mg/kg is not a bare number, and a missing unit is wrong where one is asked for: in dosing it is part of the answer.

`measure` is for science: the quantity has the dimension of the gold answer's unit and rounds to it within five per cent
of it. A bare number is read in a unit that is only a power of ten; Celsius, Fahrenheit and kelvin are converted.
`measure_within` asks for a value within a relative tolerance alone, as SciBench's own check does (Wang et al. 2023,
arXiv 2307.10635: five per cent, so 399 passes for 385).

A problem's `precision` or `tolerance` decides in their place. Words behind a unit ("of pressure", "in total") do not
count; where the gold answer has no unit, the word behind a number is one of the question ("58 apples"). `decimal` is
the decimal mark of the domain, "." or ","; a number such as 9.927 that is right only by the other one is no answer, and
the reason says so. Two numbers, bounds and ranges are no answer. Not covered: conversion between mass and amount of
substance, symbolic results (see `expression`), decibels and other logarithmic units converted to anything else.
"""

import re
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache, partial
from typing import NamedTuple

from chartered.domains.contract import Check, Problem, Verifier
from chartered.domains.verifiers.reading.conclusions import conclusion
from chartered.domains.verifiers.reading.numbers.numerals import (
    NOTE,
    Written,
    agrees,
    agrees_as_asked,
    asked_precision,
    is_near,
)
from chartered.domains.verifiers.reading.numbers.quantities import Quantity, read_quantity
from chartered.domains.verifiers.reading.numbers.units import Vocabulary, parse_unit
from chartered.domains.verifiers.reading.numbers.vocabularies import CLINICAL, SCIENTIFIC
from chartered.domains.verifiers.reading.response import NO_ANSWER, Stretch, read_answer
from chartered.domains.verifiers.reading.stages import allowed


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Policy:
    """What makes a quantity that was read the right one."""

    units: Vocabulary
    pure_units: bool
    """Whether a unit that is a pure number, such as 10^3 or a percent, may be left out or added."""
    furthest: Fraction
    """How far, relative to it, the number may be off the gold answer."""
    rounds: bool = True
    """Whether it must also round to the gold answer as far as that is written."""
    to_ones: bool = False
    """Whether a gold answer such as 3E+2 counts as written to the ones."""


DOSE = Policy(units=CLINICAL, pure_units=False, furthest=Fraction(1, 100), to_ones=True)
SCIENCE = Policy(units=SCIENTIFIC, pure_units=True, furthest=Fraction(5, 100))


class Conversion(NamedTuple):
    """How a number in one unit becomes a number in another."""

    scale: Fraction
    shift: Fraction

    def of(self, number: Written) -> Written:
        """The number in the other unit."""
        scaled = number.times(self.scale)
        return replace(scaled, value=scaled.value + self.shift) if self.shift else scaled


AS_IT_IS = Conversion(Fraction(1), Fraction(0))


def number(problem: Problem, response: str, *, decimal: str = ".") -> Check:
    """Compare the quantity that a response answers with the gold answer and its clinical unit."""
    return _check(problem, response, DOSE, decimal)


def measure(problem: Problem, response: str, *, decimal: str = ".") -> Check:
    """Compare the quantity that a response answers with the gold answer and its unit of science."""
    return _check(problem, response, SCIENCE, decimal)


def measure_within(tolerance: Fraction) -> Verifier:
    """A `measure` that asks only for a value within the relative tolerance of the gold answer, 0.05 in SciBench."""
    return partial(_check, policy=replace(SCIENCE, furthest=tolerance, rounds=False))


def _check(problem: Problem, response: str, policy: Policy, decimal: str = ".") -> Check:
    gold = _gold(problem.answer, problem.unit or "", policy)
    if gold is None:
        unit = f" in {problem.unit!r:.80}" if problem.unit else ""
        reason = f"the gold answer {problem.answer[:80]!r}{unit} is not a quantity"
        return Check(status="error", score=0.0, reason=reason)
    stretch = read_answer(response)
    if stretch is None and "conclusion" in allowed():
        stretch = conclusion(response, problem.question, lambda text: read_quantity(text, decimal) is not None)
    if stretch is None:
        return Check(status="no_answer", score=0.0, reason=NO_ANSWER)
    said, quantity, conversions = _read(stretch, gold.unit, policy, problem, decimal)
    if quantity is None or conversions is None:
        return Check(status="no_answer", score=0.0, reason=f"no single quantity can be read from {said[:80]!r}")
    if isinstance(conversions, str):
        return Check(status="wrong", score=0.0, answer=said, reason=f"{conversions}; {stretch.where}")
    if any(_is_close(conversion.of(quantity.number), gold.number, policy, problem) for conversion in conversions):
        return Check(status="correct", score=1.0, answer=said, reason=stretch.where)
    if quantity.other and any(_is_close(c.of(quantity.other), gold.number, policy, problem) for c in conversions):
        reason = f"{said[:80]!r} is two numbers, by which mark stands before decimals; it would be right by one of them"
        return Check(status="no_answer", score=0.0, reason=reason)
    return Check(
        status="wrong", score=0.0, answer=said, reason=f"the value is not {problem.answer[:80]}; {stretch.where}"
    )


def _read(
    stretch: Stretch, asked: str, policy: Policy, problem: Problem, decimal: str
) -> tuple[str, Quantity | None, tuple[Conversion, ...] | str | None]:
    """The quantity of a stretch and its conversions; with what stands behind a box where that is its unit."""
    if stretch.after and _is_unit(stretch.after):
        said = f"{stretch.text} {stretch.after}"
        quantity = read_quantity(said, decimal)
        conversions = _in_unit(quantity.unit, asked, policy, problem) if quantity else None
        if isinstance(conversions, tuple):
            return said, quantity, conversions
    quantity = read_quantity(stretch.text, decimal)
    return stretch.text, quantity, _in_unit(quantity.unit, asked, policy, problem) if quantity else None


def _is_close(given: Written, gold: Written, policy: Policy, problem: Problem) -> bool:
    if problem.precision is not None or problem.tolerance is not None:
        return given.value == gold.value or agrees_as_asked(
            given.value, gold.value, *asked_precision(problem.precision, problem.tolerance)
        )
    if policy.rounds:
        return agrees(given, gold, policy.furthest)
    return is_near(given.value, gold.value, policy.furthest)


def _is_unit(after: str) -> bool:
    """Whether what stands behind a box may be the unit of what is in it."""
    return bool(after) and after[0] not in ".,;:!?)" and not any(c in "=+<>" or c.isdigit() for c in after[:40])


@lru_cache(maxsize=4096)
def _gold(answer: str, unit: str, policy: Policy) -> Quantity | None:
    """The gold answer in the unit that it is written with, or else in the problem's; None where the two do not fit."""
    quantity, asked = read_quantity(answer), parse_unit(unit, policy.units)
    own = parse_unit(quantity.unit, policy.units) if quantity else None
    if quantity is None or asked is None or own is None:
        return None
    if quantity.unit and asked.dimension and own.dimension != asked.dimension:
        return None
    step = min(quantity.number.step, Fraction(1)) if policy.to_ones else quantity.number.step
    return Quantity(replace(quantity.number, step=step), quantity.unit or unit)


def _in_unit(written: str, asked: str, policy: Policy, problem: Problem) -> tuple[Conversion, ...] | str | None:
    """`_conversions`, where a word of the question may stand behind a number that has no unit."""
    found = _conversions(written, asked, policy)
    if isinstance(found, tuple) or asked or not written:
        return found
    word = _COUNTED.match(written)
    return (AS_IT_IS,) if word and _is_asked(word[0].lower(), problem.question) else found


_COUNTED = re.compile(r"(?:US\s?)?(?:[^\W\d_]+)(?=[\s.,;)]|\Z)")
_PLURAL = re.compile(r"(?:es|s)\Z")
_MEASURED = re.compile(r"\b(?:hundred|thousand|million|billion|percent|per|and|or|to)\b", re.IGNORECASE)


@lru_cache(maxsize=4096)
def _is_asked(word: str, question: str) -> bool:
    """Whether a question asks in the word, in singular or plural, or shows its sign ("$" for dollars)."""
    if _MEASURED.match(word):
        return False
    stem = _PLURAL.sub("", word)
    asked = {_PLURAL.sub("", other) for other in re.findall(r"[^\W\d_]+", question.lower())}
    return stem in asked or (stem in ("dollar", "usd") and "$" in question)


@lru_cache(maxsize=4096)
def _conversions(written: str, asked: str, policy: Policy) -> tuple[Conversion, ...] | str | None:
    """How a number with the written unit may be read in the unit that is asked for, or why it may not.

    A note in brackets behind the unit, and words that say of what it is, are left out where they are not part of it.
    None where a second number is written.
    """
    found = _converted(written, asked, policy)
    for shorter in (NOTE.sub("", written), _OF_WHAT.sub("", NOTE.sub("", written))):
        if isinstance(found, tuple):
            break
        if shorter != written:
            found = _converted(shorter, asked, policy)
    return found


_OF_WHAT = re.compile(
    r"(?:\A|\s+|,\s*)(?:of|in total|in all|total|altogether|left|remaining|rounded|because|since|as|so|which|when|after"
    r"|before|given|overall|approximately|or so)\b"
    r"(?![^\n]*(?:\d|\b(?:per|each|every|daily|hourly|twice|not|times)\b))[^\n]*\Z",
    re.IGNORECASE,
)


def _converted(written: str, asked: str, policy: Policy) -> tuple[Conversion, ...] | str | None:
    given, wanted = parse_unit(written, policy.units), parse_unit(asked, policy.units)
    if given is None or wanted is None:
        return None
    if given.dimension != wanted.dimension or (bool(written) != bool(asked) and not policy.pure_units):
        if not written:
            return f"the unit is missing; the answer is in {asked}"
        return f"the unit {written!r} is " + (f"not {asked}" if asked else "given where the answer has none")
    found = Conversion(given.factor / wanted.factor, (given.offset - wanted.offset) / wanted.factor)
    return (found,) if written else (found, AS_IT_IS)
