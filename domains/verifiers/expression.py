r"""A mathematical expression that must equal the gold one.

Rational arithmetic ("3/4", "2^-3", "\frac{1}{8}", "12.5%") is compared exactly, here. Everything else (roots,
variables, sets, intervals, matrices) goes to `math-verify`. Two faults of that library are guarded against: it raises
outside the main thread, so its alarms are off and a limit of time is the worker's to set; and it rounds decimals, so
that 1/2^99 equals 1/2^98, so every equality of numbers that it finds must hold to `CLOSE` relative to them.

Nothing is compared that was not read whole: a formula of which `math-verify` drops the end ("6" of `6\sqrt(5)`) is no
answer, and an error in a gold answer. Inequalities are intervals, equations agree up to a factor, numbers in a base and
times of day are what they are, "x = 7" is not "y = 7". A unit may be left out or added; another one is wrong.

What would take hours (towers of powers, factorials, exponents over three digits) is no answer, and an error in a gold
answer. Among rationals a decimal is the number that is written, so 0.333333 is not 1/3, but for the sixteen digits of a
machine; for roots and constants six decimals do. Not covered: conversion of units, text around the expression.
"""

import logging
import re
from fractions import Fraction
from functools import cache, lru_cache
from math import prod
from typing import Any

from chartered.domains.contract import Check, Problem
from chartered.domains.verifiers.answered import answered
from chartered.domains.verifiers.reading.boxes import boxed
from chartered.domains.verifiers.reading.numbers import formulas
from chartered.domains.verifiers.reading.numbers.arithmetic import LARGEST_EXPONENT, exact
from chartered.domains.verifiers.reading.numbers.numerals import FLOAT_NOISE, LONGEST_LINE, folded_line

CLOSE = Fraction(1, 10**6)
"""How far apart, relative to them, two numbers may be that `math-verify` takes for equal; it rounds at 6 decimals."""
_DEEPEST = 30
_LONGEST_DIGITS = 40
_LONG_DECIMAL = re.compile(r"\.\d{14,}")

_ROOT = re.compile(r"(?:\u221a|(?<![\\a-zA-Z])sqrt)\s?(\d+|\w|\([^()]{0,100}\))")
_SIGNS = str.maketrans({"\u03c0": "\\pi ", "\u221e": "\\infty ", "\u222a": "\\cup ", "\u00b7": "\\cdot "})
"""Signs that people write and LaTeX spells."""
_TEN = re.compile(r"(?<=\d)[eE]([+-]?\d{1,3})(?![\d.])")
_WORDS = (
    "pi|infinity|infty|inf|oo|sqrt|exp|ln|log|(?:arc)?(?:sin|cos|tan)|sinh|cosh|tanh|cot|sec|csc"
    "|alpha|beta|delta|epsilon|theta|lambda|mu|rho|sigma|tau|phi|psi|omega"
)
_WORD = re.compile(rf"(?<![\\a-zA-Z])(?<!text\{{)(?<!mathrm\{{)(?<!name\{{)({_WORDS})(?![a-zA-Z])")
"""Names of functions, constants and letters as programs spell them; LaTeX would read them letter by letter."""
_INFINITY = {"infinity", "inf", "oo"}
_STARS = re.compile(r"\*\*\s*(?:\(([^()]{1,60})\)|(-?(?:\d+(?:\.\d+)?|[a-zA-Z])))")
_UNION = re.compile(r"(?<=[)\]])\s*U\s*(?=[(\[])")
_COSTLY = re.compile(
    r"!|\\(?:binom|sum|prod|int|lim|Gamma)|factorial|gamma"
    rf"|\d{{{_LONGEST_DIGITS + 1}}}|(?:\^|\*\*)\s*[{{(]?\s*-?\d{{{len(str(LARGEST_EXPONENT)) + 1}}}|[eE][+-]?\d{{4}}"
)

_EXPONENT = re.compile(r"(?:\^|\*\*)\s*[{(]?\s*-?(\d{1,6})")
_RAISED_GROUP = re.compile(r"[)}\]]\s*(?:\^|\*\*)")
_RAISED = 10_000
_CHAIN = re.compile(r"\^-?(?:\w{1,40}|\\[a-z]{1,20})\^")


def expression(problem: Problem, response: str) -> Check:
    """Compare the expression at the answer line with the gold one."""
    return answered(response, lambda said: _equal(problem, said))


def _equal(problem: Problem, said: str) -> Check:
    line, gold = _bare(said), _bare(problem.answer)
    (given_name, given), (right_name, right) = formulas.named(line), formulas.named(gold)
    (given, given_unit), (right, right_unit) = formulas.without_unit(given), formulas.without_unit(right)
    if right and (decided := _by_form(right, given)) is not None:
        return _verdict(decided, gold, line)
    exact_right, exact_given = _exact(right), exact(given)
    if exact_right is not None and exact_given is not None:
        check = _verdict(_same(exact_right, exact_given, given), gold, line)
    elif not right or _too_costly(right):
        return Check(status="error", score=0.0, reason=f"the gold answer {gold[:80]!r} is too large to compare")
    elif not given or _too_costly(given):
        return Check(status="no_answer", score=0.0, reason=f"no expression of bearable size: {said[:80]!r}")
    else:
        check = _compared(formulas.interval(right), formulas.interval(given))
        if check.status != "correct" and (found := _equations(gold, line)) is not None:
            return found
    if check.status == "correct" and exact_given is not None and given_name and right_name and given_name != right_name:
        return Check(
            status="wrong", score=0.0, answer=line, reason=f"{given_name} is given where {right_name} is asked"
        )
    if check.status == "correct" and given_unit and right_unit and given_unit != right_unit:
        return Check(status="wrong", score=0.0, answer=line, reason=f"the unit {given_unit!r} is not {right_unit!r}")
    return check


def _by_form(right: str, given: str) -> bool | None:
    """Whether two formulas are the same where their form decides: times, numbers in a base, words; else None."""
    if (time := formulas.clock(right)) is not None:
        other = formulas.clock(given)
        return other is not None and time[:2] == other[:2] and (not time[2] or not other[2] or time[2] == other[2])
    if (number := formulas.based(right)) is not None:
        return number == formulas.based(given)
    if (said := formulas.words(right)) is not None and not _WORD.search(right):
        return said == (formulas.words(given) or given.lower())
    return None


def _same(right: Fraction, given: Fraction, written: str) -> bool:
    """Whether two numbers are equal, or one is the other as a machine computes it, to sixteen digits."""
    if right == given:
        return True
    digits = _LONG_DECIMAL.search(written)
    return digits is not None and abs(right - given) <= abs(right) * FLOAT_NOISE


def _equations(gold: str, line: str) -> Check | None:
    """What two equations are to each other: equal if the difference of the sides is a multiple; None for others."""
    right, given = formulas.equation(gold), formulas.equation(line)
    if right is None or given is None or _too_costly(gold) or _too_costly(line):
        return None
    sides = [_parsed(_library(), f"({side.left})-({side.right})") for side in (right, given)]
    if not all(sides):
        return None
    first, second = (side[0] for side in sides)
    try:
        ratio = (first / second).simplify()
    except Exception:  # sympy raises one of many errors on what is not an expression
        return None
    return _verdict(bool(ratio.is_number and ratio.is_finite and not ratio.is_zero), gold, line)


def _bare(said: str) -> str:
    """The expression without emphasis, dollars, box, full stop and "x =" before it."""
    if len(said) > 4 * LONGEST_LINE:
        return ""
    said = folded_line(said).strip(" \t*_`").rstrip(".")
    said = _ROOT.sub(r"\\sqrt{\1}", boxed(said) or said).translate(_SIGNS)
    said = said.strip().removeprefix("\\[").removesuffix("\\]").strip().strip("$")
    said = formulas.plain_formula(said.removeprefix("\\(").removesuffix("\\)").strip())
    return _TEN.sub(r"*10^{\1}", said.strip())


def _latex(text: str) -> str:
    """The text with the words and powers of a program, as in "2*pi*x**2", spelled as LaTeX spells them."""
    text = _STARS.sub(r"^{\1\2}", _UNION.sub(r"\\cup ", text))
    return _WORD.sub(lambda word: "\\infty " if word[1] in _INFINITY else f"\\{word[1]} ", text)


def _too_costly(text: str) -> bool:
    """Whether comparing it may take hours: an exponent with a power in it, or a power raised far."""
    if len(text) > LONGEST_LINE or _COSTLY.search(text) or _in_exponent(text):
        return True
    return _RAISED_GROUP.search(text) is not None and prod(max(1, int(e)) for e in _EXPONENT.findall(text)) > _RAISED


def _in_exponent(text: str) -> bool:
    """Whether a power stands in an exponent, as in 9^9^9 and 9^{9^9}, or brackets are nested out of all measure."""
    text = text.replace("**", "^").replace(" ", "")
    if _CHAIN.search(text):
        return True
    open_brackets: list[bool] = []  # of each, whether it holds an exponent
    for i, character in enumerate(text):
        if character in "{(":
            open_brackets.append(text[i - 1 : i] == "^")
            if len(open_brackets) > _DEEPEST:
                return True
        elif character in "})" and open_brackets:
            open_brackets.pop()
        elif character == "^" and any(open_brackets):
            return True
    return False


def _compared(gold: str, line: str) -> Check:
    """What math-verify says of two expressions of bearable size."""
    if gold == line:
        return _verdict(True, gold, line)
    try:
        math_verify = _library()
    except ImportError:
        return Check(status="error", score=0.0, reason="math-verify is not installed; pip install math-verify")
    right, given = _parsed(math_verify, gold), _parsed(math_verify, line)
    if not right or not _whole(math_verify, gold, right):
        return Check(status="error", score=0.0, reason=f"the gold answer {gold[:80]!r} is no expression")
    if not given or not _whole(math_verify, line, given):
        return Check(status="no_answer", score=0.0, reason=f"no whole expression can be read from {line[:80]!r}")
    equal = math_verify.verify(right, given, timeout_seconds=None, raise_on_error=True)
    return _verdict(equal and _truly(right, given), gold, line)


def _verdict(equal: bool, gold: str, line: str) -> Check:
    if equal:
        return Check(status="correct", score=1.0, answer=line)
    return Check(status="wrong", score=0.0, answer=line, reason=f"not equal to {gold[:80]}")


@cache
def _library() -> Any:
    """`math_verify`, which brings sympy: a second to import."""
    import math_verify

    for name in ("math_verify.parser", "math_verify.grader"):  # they warn once that their alarms are off
        logging.getLogger(name).setLevel(logging.ERROR)
    return math_verify


@lru_cache(maxsize=4096)
def _exact(gold: str) -> Fraction | None:
    return exact(gold)


def _parsed(math_verify: Any, text: str) -> list[Any]:
    """The sympy objects of a text, without the texts that math-verify puts beside them."""
    found = math_verify.parse(f"${_latex(text)}$", parsing_timeout=None)
    return [one for one in found if not isinstance(one, str)]


def _whole(math_verify: Any, text: str, found: list[Any]) -> bool:
    """Whether a formula was read to its end: then a term behind it counts, or nothing that stands in it is missing."""
    one = found[0]
    if getattr(one, "is_number", False) or getattr(one, "free_symbols", None):
        more = _parsed(math_verify, f"{text}+{_TERM}")
        if more and hasattr(more[0], "is_number") and more[0] == one:
            return False
    return True


_TERM = 7919
"""A prime that no formula is likely to end in."""


def _truly(gold: list[Any], given: list[Any]) -> bool:
    """Whether two numbers that were found equal are so relative to their size; anything but numbers is let pass."""
    right, said = gold[0], given[0]
    if right == said:  # infinities too, which have no difference
        return True
    if not (getattr(right, "is_number", False) and getattr(said, "is_number", False)):
        return True
    apart, size = abs((right - said).evalf(30)), abs(right.evalf(30))
    return bool(apart <= size * float(CLOSE))
