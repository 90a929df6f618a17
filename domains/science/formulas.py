"""Chemical formulas and equations: the atoms in them. Covered: groups in brackets; not charges, hydrates, isotopes."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

_PART = re.compile(r"(?P<symbol>[A-Z][a-z]?)(?P<count>\d*)|(?P<open>\()|\)(?P<times>\d*)")
_TERM = re.compile(r"(?:(\d+) )?(\S+)")


@dataclass(frozen=True, kw_only=True)
class Reaction:
    """A chemical equation: formulas with their coefficients on either side."""

    text: str
    reactants: Mapping[str, int]
    products: Mapping[str, int]


@lru_cache(maxsize=512)
def atoms(formula: str) -> Mapping[str, int]:
    """Symbols and numbers of the atoms of a formula, such as Ca(OH)2.

    Raises:
        ValueError: it is not a formula.
    """
    groups, end = [Counter[str]()], 0
    while end < len(formula):
        part = _PART.match(formula, end)
        if part is None:
            raise ValueError(f"{formula!r} is not a chemical formula from character {end + 1} on")
        end = part.end()
        if part["open"]:
            groups.append(Counter())
        elif part["symbol"]:
            groups[-1][part["symbol"]] += int(part["count"] or 1)
        elif len(groups) == 1:
            raise ValueError(f"{formula!r} closes a bracket that was not opened")
        else:
            for symbol, count in groups.pop().items():
                groups[-1][symbol] += count * int(part["times"] or 1)
    if len(groups) > 1 or not formula:
        raise ValueError(f"{formula!r} is empty or leaves a bracket open")
    return dict(groups[0])


def read_reaction(text: str) -> Reaction:
    """The equation that a text such as `2 H2 + O2 -> 2 H2O` gives; whether it is balanced is not checked."""
    left, right = text.split(" -> ")
    return Reaction(text=text, reactants=_side(left), products=_side(right))


def _side(text: str) -> dict[str, int]:
    matches = [_TERM.fullmatch(term) for term in text.split(" + ")]
    return {match[2]: int(match[1] or 1) for match in matches if match}
