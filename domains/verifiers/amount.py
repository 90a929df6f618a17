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
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from chartered.domains.contract import Check, Problem
from chartered.domains.verifiers.reading import numerals
from chartered.domains.verifiers.reading.conclusions import conclusion
from chartered.domains.verifiers.reading.numerals import Written
from chartered.domains.verifiers.reading.response import NO_ANSWER, read_answer
from chartered.domains.verifiers.reading.stages import allowed

FURTHEST = Fraction(1, 10)
"""How far, relative to it, an amount that rounds to the gold answer may be off."""

_SCALES = {
    "thousand thousands k": 3,
    "million millions m mn mm mio": 6,
    "billion billions bn b": 9,
    "trillion trillions tn t": 12,
    "lakh lakhs": 5,
    "crore crores": 7,
}
_SCALE = {word: Fraction(10) ** power for words, power in _SCALES.items() for word in words.split()}
_PERCENT = {"%": 2, "percent": 2, "pct": 2, "percentage points": 2, "percentage point": 2, "per cent": 2}
_PERCENT |= {"pp": 2, "basis points": 4, "basis point": 4, "bps": 4, "bp": 4}
_DOLLARS = "usd aud cad hkd nzd sgd"
_CURRENCIES = {
    "$ dollar dollars": _DOLLARS, "us$": "usd", "a$": "aud", "c$": "cad", "hk$": "hkd", "nz$": "nzd", "s$": "sgd",
    "\u20ac euro euros": "eur", "\u00a3 pound pounds": "gbp", "\u00a5 yen": "jpy cny", "yuan": "cny",
    "\u20b9 rs rs. rupee rupees": "inr", "\u20a9 won": "krw", "franc francs": "chf", "r$": "brl",
    "cent cents \u00a2": _DOLLARS + " eur", "pence": "gbp",
}  # fmt: skip
_CODES = "usd eur gbp jpy cny rmb inr krw chf brl aud cad hkd nzd sgd sek nok dkk zar mxn pln czk huf try twd thb"
_CURRENCY = {word: frozenset(codes.split()) for words, codes in _CURRENCIES.items() for word in words.split()}
_CURRENCY |= {code: frozenset({"cny" if code == "rmb" else code}) for code in _CODES.split()}
_HUNDREDTHS = {"cent", "cents", "\u00a2", "pence"}
_COUNTED = (
    "second minute hour day week month quarter year share employee mg kg g lb ounce km mile metre meter litre liter"
)


def _any_of(words: list[str]) -> str:
    """One pattern for all words, the longest first; a word of letters ends where its letters do."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word) + (r"(?![a-z])" if word[-1].isalpha() else "") for word in ordered)


_KNOWN = frozenset(word for words in (*_SCALE, *_PERCENT, *_CURRENCY) for word in words.split())
_LETTERS, _SIGNS = ([word for word in _CURRENCY if word[0].isalpha() is letters] for letters in (True, False))
_MONEY = rf"(?:(?<![a-z])(?:{_any_of(_LETTERS)})|{_any_of(_SIGNS)})"
_SIZE = _any_of([*_SCALE, *_PERCENT])
_NUMERAL = re.compile(rf"(?<![\d.,])(?P<number>{numerals.NUMBER})(?P<exponent>e[+-]?\d{{1,2}}(?!\d))?(?![\d])")
_BEFORE = re.compile(rf"(?:[-+(\s]|{_MONEY})*\Z")
_AFTER = re.compile(rf"(?:[\s)]|{_SIZE}|{_MONEY}|of\s|u\.?s\.?\s)*")
_TOKEN = re.compile(rf"(?P<size>{_SIZE})|(?P<money>{_MONEY})|(?P<mark>[-()])")
_COUNTED_WORD = re.compile(rf"\s*({'|'.join(_COUNTED.split())})s?\b")
_FALL = re.compile(r"\b(?:decreas\w{1,3}|declin\w{1,3}|fell|dropp?\w{0,3}|negative|minus|down)\b[^\d]{0,60}\Z")
_FALL_AFTER = re.compile(r"\s*(?:decrease|decline|drop|reduction|fall)\b")
_ASKS_FALL = re.compile(r"\b(?:decreas|declin|drop|reduc|fall|fell)", re.IGNORECASE)
_ASKS_CHANGE = re.compile(r"\b(?:increas|chang|gr[oe]w|rise|rose|differ)", re.IGNORECASE)
_LATEX = re.compile(r"\\(?:boxed|text|mathrm|left|right|[,;! ])|[{}\\]")
_MORE_DIGITS = re.compile(r"[.,]\d")
_RANGE = re.compile(r"[\d%]\s*-\s*\Z")
_PERIOD = re.compile(
    r"\b(?:in|for|during|of|at|as of|from|since|over)\s+(?:the\s+)?(?:fiscal\s+|year\s+)*(?:19|20)\d\d\b"
)
_REACH = 80
_GOLD = re.compile(
    r"(?:(?:approximately|about|nearly|roughly|an?|the|net|total|increased?|decreased?|declined?|by|of|loss|gain|usd)\s*)*"
    rf"[^a-z\d]*(?:(?:{_MONEY})\s*)?[^a-z\d]*\d[\d.,]*(?:e[-+]?\d+)?(?:\W*[a-z$]+){{0,5}}[^a-z\d]*"
)
"""How a gold amount is written; a sentence that mentions an amount is none."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Amount:
    """One amount: 12.6 million dollars is 12,600,000 with a step of 100,000; 5 % is 0.05."""

    number: Written
    kind: Literal["bare", "scaled", "percent"]
    currency: frozenset[str] = frozenset()
    """Every currency that the sign can mean; empty where none is named."""
    counted: str = ""
    """What is counted, such as "year"; empty for anything else."""
    fall: bool = False
    """Whether a word of decrease made it negative."""


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
    line = f"{stretch.text} {stretch.after}" if _AFTER.fullmatch(stretch.after.lower()) else stretch.text
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
    asked = {
        word.lower().removesuffix("s") for word in _LETTERS_ONLY.findall(f"{problem.question} {problem.unit or ''}")
    }
    for word in _WORD_BEHIND.findall(numerals.folded_line(_LATEX.sub(" ", line))):
        plain = word.lower()
        known = plain in _KNOWN or plain.removesuffix("s") in asked or _SENTENCE_WORD.fullmatch(plain)
        if not known and not _COUNTED_WORD.match(plain):
            return f"the unit {word!r} is not that of the answer"
    return ""


_LETTERS_ONLY = re.compile(r"[^\W\d_]+")


def read_amounts(line: str, count: int = 1, decimal: str = ".") -> list[Amount] | None:
    """The amounts of a line when it holds just so many, else None: bounds, ranges and sums are no answer.

    After an equals sign only the result counts. A note in brackets and the year of a period are left out where they
    would be one amount too many.
    """
    if len(line) > numerals.LONGEST_LINE:
        return None
    said = numerals.folded_line(line).lower().rpartition("=")[2].strip(" \t*_`").rstrip(".")
    if "\\" in said or (said[:1] == "$" == said[-1:]):
        said = _LATEX.sub("", said.removeprefix("$").removesuffix("$") if said[-1:] == "$" else said)
    if numerals.BOUND.search(said):
        return None
    for text in _shortened(said):
        found = list(_amounts(text, decimal))
        if len(found) == count:
            return None if None in found else [one for one in found if one is not None]
    return None


def _shortened(said: str) -> Iterator[str]:
    """The line, then without the note at its end, then without years of periods too."""
    yield said
    yield (shorter := numerals.NOTE.sub("", said))
    yield _PERIOD.sub("", said)
    yield _PERIOD.sub("", shorter)


def _amounts(text: str, decimal: str) -> Iterator[Amount | None]:
    """Each amount of a text, and None for one that is part of a range or sum or is too long."""
    end = 0
    for match in _NUMERAL.finditer(text):
        before = text[end : match.start()]
        after = _AFTER.match(text, match.end())
        end = after.end() if after else match.end()
        lead = _BEFORE.search(before[-_REACH:])
        front = lead[0] if lead else ""
        if not front and before[-1:].isalpha():  # Q4, FY2019
            continue
        behind = text[max(0, match.start() - _REACH) : match.start()]
        if len(match[0]) > numerals.LONGEST_NUMBER or _RANGE.search(behind) or _MORE_DIGITS.match(text, match.end()):
            yield None
            continue
        fall = bool(_FALL.search(before[-_REACH:]) or _FALL_AFTER.match(text, end))
        yield _amount(match, front, text[match.end() : end], _COUNTED_WORD.match(text, end), fall, decimal)


def _amount(
    match: re.Match[str], front: str, back: str, counted: re.Match[str] | None, fall: bool, decimal: str
) -> Amount:
    factor, kind, currency, marks = _affixes(front + "\0" + back)
    number = numerals.written(match["number"], int(match["exponent"][1:]) if match["exponent"] else 0, decimal=decimal)
    if fall or "-" in marks or ("(" in front and ")" in back):
        factor = -factor
    return Amount(
        number=number.times(factor), kind=kind, currency=currency, counted=counted[1] if counted else "", fall=fall
    )


@lru_cache(maxsize=4096)
def _affixes(text: str) -> tuple[Fraction, Literal["bare", "scaled", "percent"], frozenset[str], str]:
    """What stands around a number: its factor, kind and currency, and the signs."""
    factor, kind, currency, marks = Fraction(1), "bare", frozenset[str](), ""
    for token in _TOKEN.finditer(text):
        word = token[0]
        marks += token["mark"] or ""
        currency = currency or _CURRENCY.get(word, currency)
        factor *= _SCALE.get(word, Fraction(1))
        if word in _PERCENT:
            factor, kind = factor / 10 ** _PERCENT[word], "percent"
        elif word in _SCALE or word in _HUNDREDTHS:
            kind = "scaled"
            factor /= 100 if word in _HUNDREDTHS else 1
    return factor, kind, currency, marks  # type: ignore[return-value]


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
    factor, kind, currency, _ = _affixes(said)
    counted = _COUNTED_WORD.search(said)
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
