"""Every answer derived a second time, from the words of its question and by another formula."""

import re

import pint
import pytest

from chartered.domains.science import domain as SCIENCE
from chartered.domains.science.facts import quantities


def _pint(name: str, registry: "pint.UnitRegistry[float]") -> "pint.Unit":
    """A unit in words, as pint writes it."""
    written = re.sub(r"\b(square|cubic) (\w+)", lambda m: f"{m[2]}**{2 if m[1] == 'square' else 3}", name)
    written = re.sub(r"(\w+) squared", r"\1**2", written)
    over, _, under = written.partition(" per ")
    over, under = ("*".join(part.split()) for part in (over, under))
    return registry.parse_units(f"({over})/({under})" if under else over)


def test_every_unit_has_the_base_units_of_the_table() -> None:
    registry: pint.UnitRegistry[float] = pint.UnitRegistry()
    for quantity in quantities():
        base = registry.parse_units("*".join(f"{name}**{power}" for name, power in quantity.powers.items()))
        assert (1 * _pint(quantity.unit, registry)).to(base).magnitude == pytest.approx(1), quantity.name
    dimensions = [frozenset(dict(_pint(q.unit, registry).dimensionality).items()) for q in quantities()]
    assert len(set(dimensions)) == len(dimensions)


def test_the_right_unit_and_no_other_option_is_that_of_the_product_or_quotient() -> None:
    registry: pint.UnitRegistry[float] = pint.UnitRegistry()
    units = {q.name: _pint(q.unit, registry) for q in quantities()}
    for problem in SCIENCE.problem_set("units").load(None):
        names = re.search(r"(?:ultiplying|ultiply|ividing|ivide) an? (.+?) by an? (.+?)\.", problem.question)
        assert names
        one, other = units[names[1]], units[names[2]]
        result = one * other if "ultipl" in problem.question else one / other
        fits = [o for o in problem.options if _pint(o, registry).dimensionality == result.dimensionality]
        assert fits == [problem.answer], (problem.question, fits)
