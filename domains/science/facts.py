"""The facts that problems and corpus are written from, read once from `data/*.yaml`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from chartered.domains.authoring import shipped_facts
from chartered.domains.science.formulas import Reaction, read_reaction

DATA = Path(__file__).parent / "data"
DOMAIN = "science"
LICENCE = "Apache-2.0"
_POWER = re.compile(r"([A-Za-z]+)(?:\^(-?\d+))?")


@dataclass(frozen=True, kw_only=True)
class Element:
    """A chemical element with its abridged standard atomic weight."""

    name: str
    symbol: str
    weight: Decimal


@dataclass(frozen=True, kw_only=True)
class Trait:
    """A gene with two alleles, the capital one completely dominant."""

    organism: str
    letter: str
    dominant: str
    recessive: str


@dataclass(frozen=True, kw_only=True)
class Quantity:
    """A physical quantity with its SI unit."""

    name: str
    unit: str
    base: str
    """The unit in base units, such as `kg m s^-2`."""
    powers: Mapping[str, int]
    """Base units and their powers; no other quantity has the same."""


@dataclass(frozen=True, kw_only=True)
class PowerLaw:
    """A result that is a constant times powers of other things."""

    result: str
    by: Mapping[str, Fraction]


@cache
def elements() -> Mapping[str, Element]:
    """Elements by symbol."""
    rows = _read("elements.yaml")
    made = (Element(name=name, symbol=row["symbol"], weight=Decimal(row["weight"])) for name, row in rows.items())
    return {element.symbol: element for element in made}


@cache
def compounds() -> Mapping[str, str]:
    """Formulas by name."""
    return dict(_read("compounds.yaml"))


@cache
def reactions() -> tuple[Reaction, ...]:
    """Balanced equations."""
    return tuple(map(read_reaction, _read("reactions.yaml")))


@cache
def heats() -> Mapping[str, Decimal]:
    """Specific heat capacity in J/(g K) by substance."""
    return {name: Decimal(value) for name, value in _read("substances.yaml")["heat"].items()}


@cache
def meltings() -> Mapping[str, tuple[Decimal, Decimal]]:
    """Enthalpy of melting in kJ/mol and melting point in K by substance."""
    rows = _read("substances.yaml")["melting"]
    return {name: (Decimal(row["enthalpy"]), Decimal(row["point"])) for name, row in rows.items()}


@cache
def gases() -> tuple[str, ...]:
    """Gases that are treated as ideal."""
    return tuple(_read("substances.yaml")["gases"])


@cache
def traits() -> tuple[Trait, ...]:
    """Genes, organism by organism."""
    return tuple(Trait(organism=name, **row) for name, rows in _read("traits.yaml").items() for row in rows)


@cache
def quantities() -> tuple[Quantity, ...]:
    """Physical quantities, no two of the same dimension."""
    return tuple(
        Quantity(name=name, unit=row["unit"], base=row["base"], powers=powers_of(row["base"]))
        for name, row in _read("quantities.yaml").items()
    )


@cache
def power_laws() -> tuple[PowerLaw, ...]:
    """Power laws with the exponents of what they depend on."""
    return tuple(
        PowerLaw(result=row["result"], by={name: Fraction(power) for name, power in row["by"].items()})
        for row in _read("scaling.yaml")
    )


@cache
def primer_rules() -> Mapping[str, list[str]]:
    """The rules of each topic in plain sentences."""
    return {topic: list(sentences) for topic, sentences in _read("primer.yaml").items()}


def powers_of(base: str) -> dict[str, int]:
    """Base units and their powers, of a text such as `kg m s^-2`."""
    return {name: int(power or 1) for name, power in _POWER.findall(base)}


def _read(name: str) -> Any:
    return shipped_facts(DATA / name)
