"""A figure at the answer line: `amount`, and stricter where a question allows it.

`amount` reads a number beside a word that it does not know as a bare number, so that "12 furlong" would be 12 where
millions of dollars were asked for. Here a word that is neither part of an amount nor of the question makes the answer
wrong. It also takes 2.2 where the answer is 2, since published answers are rounded hard; here a result that is not to
be rounded must be the very value. Not covered: units in other scripts, and a rounded result with fewer decimals than
were asked for that keeps three digits, which `amount` accepts.
"""

import re
from fractions import Fraction

from chartered.domains.contract import Check, Problem
from chartered.domains.prompts import final_answer
from chartered.domains.verifiers import amount
from chartered.domains.verifiers.reading.numbers.amounts import read_amounts

ROUNDED = re.compile(r"Round to (?:a whole number|(?:one|two) decimals?)\.$")
"""How a question ends whose result is rounded."""
_WORD = re.compile(r"[^\W\d_]+")
_WORDS = (
    "a an and answer approximately about around by change decline decrease decreased declined down equals fall fell",
    "final gain increase increased is it just loss minus negative nearly net of or over per plus positive profit",
    "result rise roughly rose rounded so the thus times to total up value was x",
    "k m mn mio bn b thousand thousands million millions billion billions",
    "percent pct per cent percentage point points pp basis bps bp",
    "us usd eur gbp dollar dollars euro euros pound pounds sterling cent cents pence boxed text mathrm left right",
)
_KNOWN = frozenset(word for line in _WORDS for word in line.split())


def figure(problem: Problem, response: str) -> Check:
    """Compare the amount of the answer line with the gold one, in the unit that was asked for."""
    check = amount(problem, response)
    if check.status != "correct":
        return check
    line = final_answer(response) or ""
    words = {word.lower() for word in _WORD.findall(line)}
    asked = {word.lower() for word in _WORD.findall(f"{problem.question} {problem.unit or ''}")}
    strange = sorted(words - _KNOWN - asked)
    if strange:
        return Check(status="wrong", score=0.0, answer=check.answer, reason=f"{strange[0]!r} is not part of the answer")
    if not ROUNDED.search(problem.question) and _value(line, problem.unit) != _value(problem.answer, problem.unit):
        return Check(status="wrong", score=0.0, answer=check.answer, reason=f"the value is not just {problem.answer}")
    return check


def _value(line: str, unit: str | None) -> Fraction | None:
    """The one amount of a line in single units: 12 is 12,000 where thousands were asked for."""
    amounts, one = read_amounts(line), read_amounts(f"1 {unit}") if unit else None
    if not amounts:
        return None
    return amounts[0].number.value * (one[0].number.value if one and amounts[0].kind == "bare" else 1)
