"""A quantity at the answer line: number, power of ten and unit, in plain text or LaTeX. One reader, two policies.

`number` is for doses: in the gold answer's unit the number equals it, or rounds to it (halves away from zero) at the
decimals that it is written with and lies within one per cent of it: 41.67 is 42, and 0.5 is not 1. Units are clinical,
mg/kg is not a bare number, and a missing unit is wrong where one is asked for: in dosing it is part of the answer.

`measure` is for science: the quantity has the dimension of the gold answer's unit and rounds to it, or the other way
round with three digits kept (see `numerals`), within five per cent of it. That is the relative tolerance of SciBench
(Wang et al. 2023, arXiv 2307.10635), whose own check asks for nothing else and so takes 399 for 385; `measure_within`
makes that check, for comparison. A bare number is read in a unit that is only a power of ten; Celsius, Fahrenheit and
kelvin are converted.

Two numbers, bounds and ranges are no answer. Not covered: conversion between mass and amount of substance, symbolic
results (see `expression`), decibels and other logarithmic units converted to anything else.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache, partial
from typing import NamedTuple

from chartered.domains.contract import Check, Problem, Verifier
from chartered.domains.verifiers.reading.numerals import FEWEST_DIGITS, NOTE, Written, agrees, is_near
from chartered.domains.verifiers.reading.quantities import Quantity, read_quantity
from chartered.domains.verifiers.reading.response import final_answer
from chartered.domains.verifiers.reading.units import Vocabulary, parse_unit
from chartered.domains.verifiers.reading.vocabularies import CLINICAL, SCIENTIFIC


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
    fewest_digits: int | None = None
    """Digits that a number must keep for the gold answer to round to it; None where it may not be the coarser one."""
    to_ones: bool = False
    """Whether a gold answer such as 3E+2 counts as written to the ones."""


DOSE = Policy(units=CLINICAL, pure_units=False, furthest=Fraction(1, 100), to_ones=True)
SCIENCE = Policy(units=SCIENTIFIC, pure_units=True, furthest=Fraction(5, 100), fewest_digits=FEWEST_DIGITS)


class Conversion(NamedTuple):
    """How a number in one unit becomes a number in another."""

    scale: Fraction
    shift: Fraction

    def of(self, number: Written) -> Written:
        """The number in the other unit."""
        scaled = number.times(self.scale)
        return replace(scaled, value=scaled.value + self.shift) if self.shift else scaled


AS_IT_IS = Conversion(Fraction(1), Fraction(0))


def number(problem: Problem, response: str) -> Check:
    """Compare the quantity at the answer line with the gold answer and its clinical unit."""
    return _check(problem, response, DOSE)


def measure(problem: Problem, response: str) -> Check:
    """Compare the quantity at the answer line with the gold answer and its unit of science."""
    return _check(problem, response, SCIENCE)


def measure_within(tolerance: Fraction) -> Verifier:
    """A `measure` that asks only for a value within the relative tolerance of the gold answer, 0.05 in SciBench."""
    return partial(_check, policy=replace(SCIENCE, furthest=tolerance, rounds=False))


def _check(problem: Problem, response: str, policy: Policy) -> Check:
    line = final_answer(response)
    if line is None:
        return Check(status="no_answer", score=0.0, reason="there is no answer line")
    gold = _gold(problem.answer, problem.unit or "", policy)
    if gold is None:
        unit = f" in {problem.unit!r:.80}" if problem.unit else ""
        reason = f"the gold answer {problem.answer[:80]!r}{unit} is not a quantity"
        return Check(status="error", score=0.0, reason=reason)
    quantity = read_quantity(line)
    conversions = _conversions(quantity.unit, gold.unit, policy) if quantity else None
    if quantity is None or conversions is None:
        return Check(status="no_answer", score=0.0, reason=f"no single quantity can be read from {line[:80]!r}")
    if isinstance(conversions, str):
        return Check(status="wrong", score=0.0, answer=line, reason=conversions)
    if any(_is_close(conversion.of(quantity.number), gold.number, policy) for conversion in conversions):
        return Check(status="correct", score=1.0, answer=line)
    return Check(status="wrong", score=0.0, answer=line, reason=f"the value is not {problem.answer[:80]}")


def _is_close(given: Written, gold: Written, policy: Policy) -> bool:
    if policy.rounds:
        return agrees(given, gold, policy.furthest, policy.fewest_digits)
    return is_near(given.value, gold.value, policy.furthest)


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


@lru_cache(maxsize=4096)
def _conversions(written: str, asked: str, policy: Policy) -> tuple[Conversion, ...] | str | None:
    """How a number with the written unit may be read in the unit that is asked for, or why it may not.

    A note in brackets behind the unit is left out where it is not part of it. None where a second number is written.
    """
    found = _converted(written, asked, policy)
    if isinstance(found, tuple) or not NOTE.search(written):
        return found
    return _converted(NOTE.sub("", written), asked, policy)


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
