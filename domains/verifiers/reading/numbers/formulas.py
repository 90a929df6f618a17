r"""Formulas as models write them, brought to one writing before they are parsed: `\frac(1)(2)`, `-3 < x < 7`, `52_8`.

Nothing is computed here. What a formula is (a time, a number in a base, an interval, an equation, words) is told by its
form alone.
"""

import re
from typing import NamedTuple

_SPACES = re.compile(r"\\(?:!|,(?=\s*\d{3}(?!\d))|;|:|quad|qquad)|(?<=\d)\{,\}(?=\d{3})")
_ROUND = re.compile(r"\\(sqrt(?:\[[^\[\]]{1,9}\])?|d?frac|tfrac)\s*\(([^()]{1,60})\)(?:\s*\(([^()]{1,60})\))?")
_CUBE = re.compile("([\u221b\u221c])\\s*(\\d+|\\w|\\([^()]{1,60}\\))")
_UPRIGHT = re.compile(r"\\(?:mathrm|text|textrm|mathit|operatorname)\s*\{\s*([eid\u03c0])\s*\}")
_UNIT = re.compile(
    r"(?<=[\d}\])%])\s*(?:\\[,;: ]|~)*\s*\\(?:text|mathrm|textrm|mbox)\s*"
    r"\{\s*([^{}\d]{1,40}?)\.?\s*\}(?:\s*\^\s*\{?[23]\}?)?\s*\Z"
    r"|(?<=[\d)])\s+((?!and\b|or\b|pi\b|in\b)[a-zA-Z]{2,20}\.?)\s*\Z|(?<=\d)\s*(\^\s*\{?\s*\\circ\s*\}?|\u00b0|\\degree)\s*\Z"
)
_MONEY = re.compile(r"\A\s*\\?\$\s*(?=[\d.])")
_NAMED = re.compile(r"\A\s*([a-zA-Z](?:_\{?\w{1,3}\}?)?|[a-zA-Z]\s*\([a-z]\)|\\[a-z]{2,8})\s*=(?![=<>])")
_BASED = re.compile(r"\A\(?([0-9A-Za-z]{1,40})\)?_\{?\s*(?:\\text\s*\{\s*)?(\d{1,2})\s*\}?\}?\Z")
_TIME = re.compile(
    r"\A(\d{1,2})\s*(?::|\{:\})\s*(\d{2})\s*(?:\\text\s*\{)?\s*(?:([ap])\.?\s*m\.?)?\s*\}?\Z", re.IGNORECASE
)
_LESS = r"(<=?|\u2264|\\leq?(?:slant)?(?![a-z])|\\lt(?![a-z]))"
_MORE = r"(>=?|\u2265|\\geq?(?:slant)?(?![a-z])|\\gt(?![a-z]))"
_SIDE = r"\s*([^<>=\u2264\u2265]{1,80}?)\s*"
_NAME = r"\s*([a-zA-Z])\s*"
_BETWEEN = re.compile(rf"\A{_SIDE}{_LESS}{_NAME}{_LESS}{_SIDE}\Z")
_BETWEEN_DOWN = re.compile(rf"\A{_SIDE}{_MORE}{_NAME}{_MORE}{_SIDE}\Z")
_ABOVE = re.compile(rf"\A{_NAME}{_MORE}{_SIDE}\Z|\A{_SIDE}{_LESS}{_NAME}\Z")
_BELOW = re.compile(rf"\A{_NAME}{_LESS}{_SIDE}\Z|\A{_SIDE}{_MORE}{_NAME}\Z")
_MEMBER = re.compile(r"\A\s*[a-zA-Z]\s*(?:\\in(?![a-z])|\u2208)\s*")
_EITHER = re.compile(
    r"\s*(?:\\(?:text|mathrm)\s*\{\s*(?:or|and)\s*\}|\bor\b|\band\b|\\lor(?![a-z])|\u222a|\\cup(?![a-z]))\s*"
)
_WORDS = re.compile(
    r"\s*\\(?:text|mathrm|textrm|mbox)\s*\{([^{}]{2,80})\}\s*\.?\s*|([A-Za-z]{3,}(?:[ -][A-Za-z]+)*)\.?"
)


_LONGEST_WORDS = 80


class Equation(NamedTuple):
    """Two sides of an equation."""

    left: str
    right: str


def plain_formula(text: str) -> str:
    r"""The formula with the brackets of LaTeX, without fine spaces and a sign of money, constants as letters."""
    text = _SPACES.sub(lambda found: "," if "," in found[0] and "{" in found[0] else "", text)
    text = _ROUND.sub(_braced, text)
    text = _CUBE.sub(lambda root: rf"\sqrt[{3 if root[1] == chr(0x221B) else 4}]{{{root[2].strip('()')}}}", text)
    return _MONEY.sub("", _UPRIGHT.sub(r"\1", text)).strip()


def _braced(found: re.Match[str]) -> str:
    name, first, second = found.groups()
    if name.endswith("frac") and second is None:
        return found[0]
    return rf"\{name}{{{first}}}" + (
        "" if second is None else f"{{{second}}}" if name.endswith("frac") else f"({second})"
    )


def without_unit(text: str) -> tuple[str, str]:
    """The formula without the unit behind it, and the unit in small letters; empty where there is none."""
    found = _UNIT.search(text)
    if found is None:
        return text, ""
    unit = next(filter(None, found.groups()), "").strip().lower().rstrip(".")
    return text[: found.start()].strip(), "degree" if "circ" in unit or unit in (
        "\u00b0",
        "\\degree",
    ) else unit.removesuffix("s")


def named(text: str) -> tuple[str, str]:
    """The name that a formula is said to be the value of, as x in "x = 7", and the formula; no name is empty."""
    found = _NAMED.match(text)
    return (found[1].replace(" ", ""), text[found.end() :].strip()) if found else ("", text)


def based(text: str) -> tuple[int, int] | None:
    """Value and base of a number such as 52_8; None for anything else."""
    found = _BASED.match(text.replace(" ", ""))
    if found is None or not 2 <= int(found[2]) <= 36:
        return None
    try:
        return int(found[1], int(found[2])), int(found[2])
    except ValueError:
        return None


def clock(text: str) -> tuple[int, int, str] | None:
    """Hour, minute and "a", "p" or nothing of a time such as 3:45 p.m.; None for anything else."""
    found = _TIME.match(text)
    return (int(found[1]), int(found[2]), (found[3] or "").lower()) if found else None


def interval(text: str) -> str:
    """An inequality in one unknown as the interval or union that it means; anything else unchanged."""
    text = _MEMBER.sub("", text)
    parts = [_interval(part) for part in _EITHER.split(text)]
    return r" \cup ".join(part for part in parts if part) if all(parts) else text


def _interval(text: str) -> str | None:
    if found := _BETWEEN.match(text):
        return f"{_open(found[2], '(', '[')}{found[1]},{found[5]}{_open(found[4], ')', ']')}"
    if found := _BETWEEN_DOWN.match(text):
        return f"{_open(found[4], '(', '[')}{found[5]},{found[1]}{_open(found[2], ')', ']')}"
    if found := _ABOVE.match(text):
        sign, low = (found[2], found[3]) if found[2] else (found[5], found[4])
        return rf"{_open(sign, '(', '[')}{low},\infty)"
    if found := _BELOW.match(text):
        sign, high = (found[2], found[3]) if found[2] else (found[5], found[4])
        return rf"(-\infty,{high}{_open(sign, ')', ']')}"
    return None


def _open(sign: str, strict: str, closed: str) -> str:
    return strict if sign in ("<", ">", "\\lt", "\\gt") else closed


def equation(text: str) -> Equation | None:
    """The sides of an equation; None for anything else."""
    left, sign, right = text.partition("=")
    return (
        Equation(left.strip(), right.strip()) if sign and left.strip() and right.strip() and "=" not in right else None
    )


def words(text: str) -> str | None:
    """An answer in words, such as "no solution", in small letters; None for a formula."""
    found = _WORDS.fullmatch(text) if len(text) <= _LONGEST_WORDS else None
    return " ".join(next(filter(None, found.groups())).lower().replace("-", " ").split()) if found else None
