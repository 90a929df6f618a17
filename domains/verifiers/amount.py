"""Amounts as financial tables and filings write them.

Read are signs and parentheses ("(1,234)" is negative), currencies, scale words and letters (thousand, k, million, m,
mn, bn, lakh, crore), percent, basis points, and words of decrease ("a decrease of 5%" and "a 5% decrease" are -5 %; to
a question for the decrease itself they are 5 % too). The gold answer may be one amount, several that are all asked for
("795; 772", in their order), or a JSON list of acceptable forms.

`problem.unit` is the unit that was asked for ("million", "percent", "USD thousand"): a bare number is taken in it, in
the gold answer as in the response. Without it a bare number stands for itself, so 12.6 is not 12.6 million, and 0.05
is 5 %. A response may leave out the currency but not name another one.

A result agrees when it equals the gold answer; where that is written with decimals, also when it rounds to it at them
and is within a tenth of it. A problem's `precision` (in its unit) or `tolerance` decides in their place. A word behind
the amount that is neither of the question nor part of a sentence ("160 furlong") makes it another unit. `decimal` is
the decimal mark of the domain; a number such as 9.927 that is right only by the other one is no answer.

Not covered: numbers in words, full dates; a full number ("$1,500,000") where millions were asked for.
"""

import re
from dataclasses import replace
from fractions import Fraction
from functools import lru_cache

from chartered.domains.contract import Check, Problem
from chartered.domains.verifiers.reading.conclusions import conclusion
from chartered.domains.verifiers.reading.numbers import numerals
from chartered.domains.verifiers.reading.numbers.amounts import (
    BEHIND,
    COUNTED,
    KNOWN,
    LATEX,
    MONEY,
    Amount,
    affixes,
    read_amounts,
)
from chartered.domains.verifiers.reading.numbers.numerals import Written
from chartered.domains.verifiers.reading.response import NO_ANSWER, read_answer
from chartered.domains.verifiers.reading.stages import allowed

FURTHEST = Fraction(1, 10)
"""How far, relative to it, an amount that rounds to the gold answer may be off."""

_ASKS_FALL = re.compile(r"\b(?:decreas|declin|drop|reduc|fall|fell)", re.IGNORECASE)
_ASKS_CHANGE = re.compile(r"\b(?:increas|chang|gr[oe]w|rise|rose|differ)", re.IGNORECASE)
_GOLD = re.compile(
    r"(?:(?:approximately|about|nearly|roughly|an?|the|net|total|increased?|decreased?|declined?|by|of|loss|gain|usd)\s*)*"
    rf"[^a-z\d]*(?:(?:{MONEY})\s*)?[^a-z\d]*\d[\d.,]*(?:e[-+]?\d+)?(?:\W*[a-z$]+){{0,5}}[^a-z\d]*"
)
"""How a gold amount is written; a sentence that mentions an amount is none."""


def amount(problem: Problem, response: str, *, decimal: str = ".") -> Check:
    """Compare the amount, or amounts, that a response answers with the gold answer and the unit that was asked for."""
    accepted = _accepted(problem.answer, problem.unit)
    if accepted is None:
        return Check(status="error", score=0.0, reason=f"the gold answer {problem.answer[:80]!r} is no amount")
    stretch = read_answer(response)
    if stretch is None and "conclusion" in allowed():
        stretch = conclusion(response, problem.question, lambda text: bool(read_amounts(text, len(accepted[0]))))
    if stretch is None:
        return Check(status="no_answer", score=0.0, reason=NO_ANSWER)
    line = f"{stretch.text} {stretch.after}" if BEHIND.fullmatch(stretch.after.lower()) else stretch.text
    wrong = _compared(problem, line.strip(), accepted, decimal)
    if wrong == "":
        return Check(status="correct", score=1.0, answer=line, reason=stretch.where)
    if wrong is None:
        return Check(status="no_answer", score=0.0, reason=f"no such count of amounts can be read from {line[:80]!r}")
    other = "," if decimal == "." else "."
    if numerals.other(line.strip(" $\u20ac\u00a3")) and _compared(problem, line, accepted, other) == "":
        reason = f"{line[:80]!r} is two numbers, by which mark stands before decimals; it would be right by one of them"
        return Check(status="no_answer", score=0.0, reason=reason)
    return Check(status="wrong", score=0.0, answer=line, reason=f"{wrong}; {stretch.where}")


def _compared(problem: Problem, line: str, accepted: tuple[tuple[Amount, ...], ...], decimal: str) -> str | None:
    """Why the amounts of a line are not the gold ones; empty where they are, None where they cannot be read."""
    wrong = None
    for gold in accepted:
        found = read_amounts(line, len(gold), decimal)
        if found is None:
            continue
        given = [_asked(one, problem.unit) for one in found]
        wrong = next(filter(None, (_difference(a, b, problem) for a, b in zip(given, gold, strict=True))), "")
        if not wrong:
            return _strange(line, problem)
    return wrong


_WORD_BEHIND = re.compile(r"\d[)\s]*([^\W\d_]{2,})", re.IGNORECASE)
_SENTENCE_WORD = re.compile(
    r"of|in|for|at|by|from|to|and|or|as|than|per|since|with|on|is|was|were|are|which|that|compared|versus|vs|each|more|less"
    r"|higher|lower|increase|decrease|decline|drop|fall|rise|growth|loss|gain|profit|net|total|respectively|overall|annually"
    r"|year|over|year-over-year|yoy|approximately|rounded|when|because|so|after|before|during|between|if|using|based|up|down"
    r"|reduction|points?|\w+(?:ing|ly|ed)",
    re.IGNORECASE,
)


def _strange(line: str, problem: Problem) -> str:
    """Why a word right behind an amount makes it another unit; empty where none does."""
    words = _LETTERS_ONLY.findall(f"{problem.question} {problem.unit or ''}")
    asked = {word.lower().removesuffix("s") for word in words}
    for word in _WORD_BEHIND.findall(numerals.NOTE.sub("", numerals.folded_line(LATEX.sub(" ", line)))):
        plain = word.lower()
        known = plain in KNOWN or plain.removesuffix("s") in asked or _SENTENCE_WORD.fullmatch(plain)
        if not known and not COUNTED.match(plain):
            return f"the unit {word!r} is not that of the answer"
    return ""


_LETTERS_ONLY = re.compile(r"[^\W\d_]+")


@lru_cache(maxsize=4096)
def _accepted(answer: str, unit: str | None) -> tuple[tuple[Amount, ...], ...] | None:
    """Every acceptable form of the gold answer, as the amounts it asks for."""
    read = []
    for form in numerals.forms(answer):
        plain = [numerals.folded_line(part).strip().lower() for part in form.split(";") if part.strip()]
        parts = [read_amounts(part) if _GOLD.fullmatch(part[: numerals.LONGEST_LINE]) else None for part in plain]
        if not parts or None in parts:
            return None
        whole = ["." not in part and "," not in _GROUPED.sub("", part) for part in plain]
        read.append(tuple(_asked(_gold(part[0], w), unit) for part, w in zip(parts, whole, strict=True) if part))
    return tuple(read)


_GROUPED = re.compile(r",(?=\d{3}(?!\d))")


def _gold(found: Amount, whole: bool) -> Amount:
    """A gold amount; a whole number stands for itself alone, and not for what rounds to it."""
    exact = replace(found.number, step=numerals.FLOAT_NOISE * (abs(found.number.value) or 1))
    return replace(found, number=exact) if whole else found


@lru_cache(maxsize=1024)
def _unit(unit: str) -> Amount:
    """A unit as the amount of one of it."""
    said = numerals.folded_line(unit).lower()
    factor, kind, currency, _ = affixes(said)
    counted = COUNTED.search(said)
    one = Written(value=factor, step=factor, digits=1)
    return Amount(number=one, kind=kind, currency=currency, counted=counted[1] if counted else "")


def _asked(found: Amount, unit: str | None) -> Amount:
    """The amount, in the unit that was asked for where it names none itself."""
    if unit is None:
        return found
    asked = _unit(unit)
    bare = found.kind == "bare"
    return Amount(
        number=found.number.times(asked.number.value) if bare else found.number,
        kind=asked.kind if bare else found.kind,
        currency=found.currency or asked.currency,
        counted=found.counted or asked.counted,
        fall=found.fall,
    )


def _difference(given: Amount, gold: Amount, problem: Problem) -> str:
    if given.currency and (gold.kind == "percent" or (gold.currency and not given.currency & gold.currency)):
        return "the currency is not that of the answer"
    if gold.currency and given.kind == "percent":
        return "a percentage is given where the answer is money"
    if given.counted and given.counted != gold.counted and (gold.counted or given.counted not in problem.question):
        return f"the unit {given.counted!r} is not that of the answer"
    readings = [given.number]
    if given.fall and _ASKS_FALL.search(problem.question) and not _ASKS_CHANGE.search(problem.question):
        readings.append(given.number.times(Fraction(-1)))  # "how far did it fall?": the word repeats the question
    if not any(_is_close(one, gold.number, problem) for one in readings):
        return f"the value is not {problem.answer[:80]}"
    return ""


def _is_close(given: Written, gold: Written, problem: Problem) -> bool:
    if problem.precision is None and problem.tolerance is None:
        return numerals.agrees(given, gold, FURTHEST)
    one = _unit(problem.unit).number.value if problem.unit else Fraction(1)
    return given.value == gold.value or numerals.agrees_as_asked(
        given.value / one, gold.value / one, *numerals.asked_precision(problem.precision, problem.tolerance)
    )
