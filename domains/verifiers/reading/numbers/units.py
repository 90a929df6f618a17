"""Units of measurement as they are written: names with powers, products and quotients, in any vocabulary.

"kJ mol^-1", "J/(mol K)", "mL per hour" and "10^9/L" are read here; what a name means is for a vocabulary to say (see
`vocabularies`). What follows a stroke by a space or a dot stays below it, as in J/mol K.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import prod

from chartered.domains.verifiers.reading.numbers.latex import unlatexed

LONGEST_UNIT = 80
"""Characters of a unit, without LaTeX."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A unit; a quantity in it is value * factor + offset in base units."""

    dimension: tuple[tuple[str, int], ...]
    """Base dimensions and their powers, sorted; empty for a pure number."""
    factor: Fraction
    offset: Fraction = Fraction(0)
    """What is added for a temperature scale; 0 for everything else, and for differences such as J/°C."""


@dataclass(frozen=True, kw_only=True, eq=False, slots=True)
class Vocabulary:
    """The names of units that are known in one kind of text."""

    meaning: Callable[[str], Unit]
    """A name without powers, as the unit that it means; a dimension of its own where it is not known."""
    cancels: bool
    """Whether mg/kg is a pure number. Where not, what is above the stroke is never set off against what is below."""


_TOKEN = re.compile(
    r"""(?P<per> / | (?i:per\b))
      | (?P<open> \() | (?P<close> \))
      | (?P<ten> 10\s?\^\s?[-+]?\d{1,3}) (?!\d)
      | (?P<name> °\s?[CFK] (?![^\W\d_]) | [^\W\d_]+ (?:_[^\W_]+)? | [^\w\s^*·⋅∙.×-] | _ )
        (?:\s?\^\s? (?P<raised> [-+]?\d{1,2}) | (?P<glued> -?\d))? (?! \d | \.\d)
      | [*·⋅∙.×\s-] | \b1(?=\s*/)""",
    re.VERBOSE,
)
_SCALE = re.compile(r"\b(?:deg(?:rees?)?\s?)?(?:(c)elsius|(f)ahrenheit)\b|\bdeg(?:rees?)?\s?([CF])\b", re.IGNORECASE)


@lru_cache(maxsize=4096)
def parse_unit(written: str, vocabulary: Vocabulary) -> Unit | None:
    """The unit that a text spells, in plain characters or LaTeX; None where a number or an exponent is left over."""
    text = unlatexed(written).strip(" .,;")
    factors = _factors(_SCALE.sub(_scale, text)) if len(text) <= LONGEST_UNIT else None
    if factors is None:
        return None
    size = prod((Fraction(10) ** power for name, power in factors if name == "10"), start=Fraction(1))
    units = [(vocabulary.meaning(name), power) for name, power in factors if name != "10"]
    above, below = Counter[str](), Counter[str]()
    for unit, power in units:
        size *= unit.factor**power
        for base, times in unit.dimension:
            (above if vocabulary.cancels or power > 0 else below)[base] += times * power
    dimension = sorted((base, times) for side in (above, below) for base, times in side.items() if times)
    offset = units[0][0].offset if [power for _, power in units] == [1] else Fraction(0)
    return Unit(dimension=tuple(dimension), factor=size, offset=offset)


def _scale(words: re.Match[str]) -> str:
    """A temperature scale in words, such as "degrees Celsius", as its sign."""
    return "°" + "".join(filter(None, words.groups())).upper()


def _factors(text: str) -> list[tuple[str, int]] | None:
    """The names of a text and their powers, negative below a stroke; a power of ten has the name "10"."""
    found, end, sign, outer, token = list[tuple[str, int]](), 0, 1, [1], None
    while end < len(text):
        token = _TOKEN.match(text, end)
        if token is None:
            return None
        end = token.end()
        if token["per"]:
            sign = -outer[-1]
        elif token["open"]:
            outer.append(sign)
        elif token["close"] and len(outer) > 1:
            outer.pop()
            sign = outer[-1]
        elif token["ten"]:
            found.append(("10", sign * int(token["ten"].partition("^")[2])))
        elif token["name"]:
            found.append((token["name"].replace(" ", ""), sign * int(token["raised"] or token["glued"] or 1)))
    return found if not (token and token["per"]) else None
