"""Rational arithmetic, read and computed exactly, within bounds that hostile text cannot pass."""

import re
from fractions import Fraction

from chartered.domains.verifiers.reading.numbers.numerals import LONGEST_LINE

LARGEST_EXPONENT = 999
_LONGEST_DIGITS = 40
_DEEPEST = 30
_BITS = 20_000
"""Binary digits of numerator and denominator together."""

_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d*)?|\.\d+)|(\*\*|[-+*/^()%]))")
_GROUPED = re.compile(r"(?<![\d.])(\d{1,3}(?:,\d{3})+)(?![\d,])")
_FRACTION = re.compile(r"\\[dt]?frac\s*(?:\{([^{}]{1,60})\}\s*\{([^{}]{1,60})\}|(\d)\s*(\d))")
_MIXED = re.compile(r"\s*(-?)\s*(\d+)\s+(\d+\s*/\s*\d+)\s*")
_PLAIN = {
    r"\left": "", r"\right": "", r"\cdot": "*", r"\times": "*", r"\div": "/", r"\%": "%", r"\,": "", r"\!": "",
    r"\;": "", "×": "*", "·": "*", "÷": "/", "{": "(", "}": ")", "$": "",
}  # fmt: skip


def exact(text: str) -> Fraction | None:
    """The rational number that a text of arithmetic means, or None for everything else.

    Covered: whole, decimal and mixed numbers ("1 1/2"), + - * / ^ %, brackets, LaTeX fractions; powers have whole
    exponents.
    """
    if len(text) > LONGEST_LINE:
        return None
    text = _GROUPED.sub(lambda grouped: grouped[1].replace(",", ""), text)
    text = _FRACTION.sub(lambda f: f"(({f[1] or f[3]})/({f[2] or f[4]}))", text)
    for written, plain in _PLAIN.items():
        text = text.replace(written, plain)
    if mixed := _MIXED.fullmatch(text):
        text = f"{mixed[1]}({mixed[2]}+{mixed[3]})"
    try:
        return _Arithmetic(text).value()
    except (ValueError, ZeroDivisionError):
        return None


class _Arithmetic:
    """A reader of arithmetic by descent; it raises ValueError for whatever is no rational number of bearable size."""

    def __init__(self, text: str) -> None:
        self.tokens, self.depth = self._split(text.strip()), 0

    @staticmethod
    def _split(text: str) -> list[str]:
        tokens, end = [], 0
        while end < len(text):
            match = _TOKEN.match(text, end)
            if match is None or len(match[0]) > _LONGEST_DIGITS:
                raise ValueError
            tokens.append(match[1] or match[2])
            end = match.end()
        return tokens[::-1]

    def value(self) -> Fraction:
        found = self.sum()
        if self.tokens:
            raise ValueError
        return found

    def next_is(self, *wanted: str) -> str | None:
        return self.tokens.pop() if self.tokens and self.tokens[-1] in wanted else None

    def sum(self) -> Fraction:
        total = self.product()
        while sign := self.next_is("+", "-"):
            total += self.product() if sign == "+" else -self.product()
        return _bearable(total)

    def product(self) -> Fraction:
        total = self.signed()
        while sign := self.next_is("*", "/"):
            factor = self.signed()
            total = _bearable(total * factor if sign == "*" else total / factor)
        return total

    def signed(self) -> Fraction:
        negative = False
        while sign := self.next_is("+", "-"):
            negative ^= sign == "-"
        return -self.power() if negative else self.power()

    def power(self) -> Fraction:
        base = self.atom()
        if not self.next_is("^", "**"):
            return base
        exponent = self.signed_exponent()
        if exponent.denominator != 1 or abs(exponent) > LARGEST_EXPONENT:
            raise ValueError
        if abs(base) != 1 and (base.numerator.bit_length() + base.denominator.bit_length()) * abs(exponent) > _BITS:
            raise ValueError
        return base ** int(exponent)

    def signed_exponent(self) -> Fraction:
        sign = -1 if self.next_is("-") else 1
        return sign * self.power()

    def atom(self) -> Fraction:
        if not self.tokens:
            raise ValueError
        self.depth += 1
        if self.depth > _DEEPEST:
            raise ValueError
        token = self.tokens.pop()
        if token == "(":
            found = self.sum()
            if not self.next_is(")"):
                raise ValueError
        else:
            found = Fraction(token)  # raises ValueError for a sign
        self.depth -= 1
        return found / 100 if self.next_is("%") else found


def _bearable(value: Fraction) -> Fraction:
    if value.numerator.bit_length() + value.denominator.bit_length() > _BITS:
        raise ValueError
    return value
