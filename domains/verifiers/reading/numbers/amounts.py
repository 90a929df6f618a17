"""Amounts as financial tables and filings write them, read out of a line.

Read are signs and parentheses ("(1,234)" is negative), currencies, scale words and letters (thousand, k, million, m,
mn, bn, lakh, crore), percent, basis points, and words of decrease ("a decrease of 5%" and "a 5% decrease" are -5 %).
Bounds, ranges and sums are no amounts.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from chartered.domains.verifiers.reading.numbers import numerals
from chartered.domains.verifiers.reading.numbers.numerals import Written

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


KNOWN = frozenset(word for words in (*_SCALE, *_PERCENT, *_CURRENCY) for word in words.split())
_LETTERS, _SIGNS = ([word for word in _CURRENCY if word[0].isalpha() is letters] for letters in (True, False))
MONEY = rf"(?:(?<![a-z])(?:{_any_of(_LETTERS)})|{_any_of(_SIGNS)})"
_SIZE = _any_of([*_SCALE, *_PERCENT])
_NUMERAL = re.compile(rf"(?<![\d.,])(?P<number>{numerals.NUMBER})(?P<exponent>e[+-]?\d{{1,2}}(?!\d))?(?![\d])")
_BEFORE = re.compile(rf"(?:[-+(\s]|{MONEY})*\Z")
BEHIND = re.compile(rf"(?:[\s)]|{_SIZE}|{MONEY}|of\s|u\.?s\.?\s)*")
_TOKEN = re.compile(rf"(?P<size>{_SIZE})|(?P<money>{MONEY})|(?P<mark>[-()])")
COUNTED = re.compile(rf"\s*({'|'.join(_COUNTED.split())})s?\b")
_FALL = re.compile(r"\b(?:decreas\w{1,3}|declin\w{1,3}|fell|dropp?\w{0,3}|negative|minus|down)\b[^\d]{0,60}\Z")
_FALL_AFTER = re.compile(r"\s*(?:decrease|decline|drop|reduction|fall)\b")
LATEX = re.compile(r"\\(?:boxed|text|mathrm|left|right|[,;! ])|[{}\\]")
_MORE_DIGITS = re.compile(r"[.,]\d")
_RANGE = re.compile(r"[\d%]\s*-\s*\Z")
_PERIOD = re.compile(
    r"\b(?:in|for|during|of|at|as of|from|since|over)\s+(?:the\s+)?(?:fiscal\s+|year\s+)*(?:19|20)\d\d\b"
)
_REACH = 80


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


def read_amounts(line: str, count: int = 1, decimal: str = ".") -> list[Amount] | None:
    """The amounts of a line when it holds just so many, else None: bounds, ranges and sums are no answer.

    After an equals sign only the result counts. A note in brackets and the year of a period are left out where they
    would be one amount too many.
    """
    if len(line) > numerals.LONGEST_LINE:
        return None
    said = numerals.folded_line(line).lower().rpartition("=")[2].strip(" \t*_`").rstrip(".")
    if "\\" in said or (said[:1] == "$" == said[-1:]):
        said = LATEX.sub("", said.removeprefix("$").removesuffix("$") if said[-1:] == "$" else said)
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
        after = BEHIND.match(text, match.end())
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
        yield _amount(match, front, text[match.end() : end], COUNTED.match(text, end), fall, decimal)


def _amount(
    match: re.Match[str], front: str, back: str, counted: re.Match[str] | None, fall: bool, decimal: str
) -> Amount:
    factor, kind, currency, marks = affixes(front + "\0" + back)
    number = numerals.written(match["number"], int(match["exponent"][1:]) if match["exponent"] else 0, decimal=decimal)
    if fall or "-" in marks or ("(" in front and ")" in back):
        factor = -factor
    return Amount(
        number=number.times(factor), kind=kind, currency=currency, counted=counted[1] if counted else "", fall=fall
    )


@lru_cache(maxsize=4096)
def affixes(text: str) -> tuple[Fraction, Literal["bare", "scaled", "percent"], frozenset[str], str]:
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
