"""Quantities as LaTeX writes them, made plain: commands of fonts, spaces and signs, not formulas (see `expression`)."""

import re

from chartered.domains.verifiers.reading.numbers.numerals import folded_line

_SPACES = re.compile(r"\s+")
_COMMANDS = (
    (
        re.compile(r"\\(?:mathrm|mathbf|text|textrm|rm|operatorname|boxed|mathring|left|right|displaystyle)(?![a-z])"),
        "",
    ),
    (re.compile(r"\\(?:times)(?![a-z])"), "x"),
    (re.compile(r"\\cdot(?![a-z])"), "·"),
    (re.compile(r"\^?\{?\s?\\circ(?![a-z])\}?|\\degree(?![a-z])"), "°"),
    (re.compile(r"\\mu(?![a-z])"), "μ"),
    (re.compile(r"\\Omega(?![a-z])"), "Ω"),
    (re.compile(r"\\pi(?![a-z])"), "π"),
    (re.compile(r"\\(?:AA|r\s?A)(?![a-z])"), "Å"),
    (re.compile(r"\\approx(?![a-z])"), "="),
    (re.compile(r"\\pm(?![a-z])"), "±"),
    (re.compile(r"\\[dt]?frac\{([^{}]{1,40})\}\{([^{}]{1,40})\}"), r" \1/(\2)"),
    (re.compile(r"\\[\[\]()!]"), ""),
    (re.compile(r"\\[,;: ]|~|\\?\$|\\(?=%)"), " "),
    (re.compile(r"[{}]"), ""),
)


def unlatexed(line: str) -> str:
    r"""A quantity without LaTeX: `$-0.16 \mathrm{~mm}$` is "-0.16 mm"."""
    for pattern, plain in _COMMANDS if "\\" in line or "$" in line or "{" in line else ():
        line = pattern.sub(plain, line)
    return _SPACES.sub(" ", folded_line(line)).strip()
