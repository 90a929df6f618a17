"""Units of measurement: spelling, dimension and size.

`parse_unit` reads them as clinical text writes them. It keeps numerator and denominator apart, so that mg/kg does not
cancel to a bare number. A word that is not in its table is a dimension of its own: "tablets" equals "tablet" and
nothing else.

`parse_physical` reads them as science writes them, with powers, products and LaTeX, from the units of `pint`; there
mg/g does cancel. Each name is looked up by itself: no text of a response is evaluated.
"""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

_TABLE: dict[str, dict[Fraction, str]] = {
    "mass": {
        Fraction(1000): "kg kilogram",
        Fraction(1): "g gram gm",
        Fraction(1, 1000): "mg milligram",
        Fraction(1, 10**6): "mcg ug \u03bcg microgram",
        Fraction(1, 10**9): "ng nanogram",
    },
    "volume": {
        Fraction(1): "l liter litre",
        Fraction(1, 10): "dl deciliter decilitre",
        Fraction(1, 1000): "ml milliliter millilitre cc",
        Fraction(1, 10**6): "ul \u03bcl microliter microlitre",
    },
    "time": {
        Fraction(1): "h hr hour",
        Fraction(1, 60): "min minute",
        Fraction(1, 3600): "s sec second",
        Fraction(24): "d day",
    },
    "amount": {
        Fraction(1): "mol mole",
        Fraction(1, 1000): "mmol millimole",
        Fraction(1, 10**6): "umol \u03bcmol mcmol micromole",
        Fraction(1, 10**9): "nmol nanomole",
        Fraction(1, 10**12): "pmol picomole",
    },
    "charge": {Fraction(1): "eq", Fraction(1, 1000): "meq"},
    "drop": {Fraction(1): "drop gtt"},
    "activity": {Fraction(1): "unit u", Fraction(1, 1000): "mu milliunit"},
    "international": {Fraction(1): "iu"},
    "percent": {Fraction(1): "% percent"},
}

_KNOWN = {
    spelling: (dimension, factor)
    for dimension, sizes in _TABLE.items()
    for factor, spellings in sizes.items()
    for spelling in spellings.split()
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Unit:
    """A unit: what it measures, and how many of the table's base units it is."""

    dimension: tuple[tuple[str, ...], tuple[str, ...]]
    """Dimensions of the numerator and of the denominators, each sorted."""
    factor: Fraction


@lru_cache(maxsize=4096)
def parse_unit(written: str) -> Unit:
    """The unit that a text spells, such as "mL/h", "ml per hour" or "mcg/kg/min"."""
    plain = unicodedata.normalize("NFKC", written).casefold().replace("^", "").strip(" .")
    above, *below = (part.strip() for part in re.split(r"/|\bper\b", plain))
    over, under = _one(above), [_one(part) for part in below]
    factor = over[1]
    for _, size in under:
        factor /= size
    return Unit(dimension=((over[0],), tuple(sorted(name for name, _ in under))), factor=factor)


def _one(name: str) -> tuple[str, Fraction]:
    name = name.strip(" .")
    singular = name[:-1] if name.endswith("s") and len(name) > 1 else name
    return _KNOWN.get(name) or _KNOWN.get(singular) or (singular, Fraction(1))


@dataclass(frozen=True, kw_only=True, slots=True)
class Physical:
    """A unit of science; a quantity in it is value * factor + offset in base units."""

    dimension: tuple[tuple[str, int], ...]
    """Base dimensions and their powers, sorted; empty for a pure number."""
    factor: Fraction
    offset: Fraction = Fraction(0)
    """What is added for a temperature scale; 0 for everything else, and for differences such as J/°C."""


LONGEST_UNIT = 80
_FACTOR = re.compile(
    r"(?P<ten>10\s?\^\s?(?P<power>[-+]?\d{1,3})(?!\d))|(?P<per>/|per\b)"
    r"|(?P<name>°\s?[CFK]?(?![^\W\d_])|%|'|[^\W\d_]+(?:_[^\W_]+)?)(?:\s?\^\s?(?P<raised>[-+]?\d{1,2})|(?P<glued>-?\d))?(?![\d.])"
    r"|(?P<mark>[()*·⋅∙.×-]|\b1(?=\s*/))|(?P<space>\s+)"
)
_SPELLED = {
    "°": "degree", "deg": "degree", "°C": "delta_degree_Celsius", "°F": "delta_degree_Fahrenheit",
    "°K": "kelvin", "Å": "angstrom", "A": "ampere", "Torr": "torr", "AU": "au",
    "sec": "second", "Debye": "debye", "Hartree": "hartree", "l": "liter", "μ_B": "mu_B",
}  # fmt: skip
_OFFSET = {"°C": Fraction(27315, 100), "°F": Fraction(45967, 100) * Fraction(5, 9)}
_DEGREES = re.compile(r"\b(?:deg(?:rees?)?\s?)?(?:(c)elsius|(f)ahrenheit)\b|\bdeg(?:rees?)?\s?([CF])\b", re.IGNORECASE)


@lru_cache(maxsize=4096)
def parse_physical(written: str) -> Physical | None:
    """The unit that a text spells, such as "kJ mol^-1", "m/s^2", "10^11 J" or "J/(mol K)"; None when it is none.

    What follows a slash by a space or a dot stays below it, as in J/mol K. A name that pint does not know is a
    dimension of its own.
    """
    if len(written) > LONGEST_UNIT:
        return None
    text = _DEGREES.sub(lambda scale: "°" + "".join(filter(None, scale.groups())).upper(), written.strip(" .,;"))
    factor, powers, end, below, depth, names = Fraction(1), Counter[str](), 0, 1, [1], []
    while end < len(text):
        match = _FACTOR.match(text, end)
        if match is None:
            return None
        end = match.end()
        if match["ten"]:
            factor *= Fraction(10) ** (int(match["power"]) * below)
        elif match["per"]:
            below = -depth[-1]
        elif match["mark"] == "(":
            depth.append(below)
        elif match["mark"] == ")" and len(depth) > 1:
            depth.pop()
            below = depth[-1]
        elif match["name"]:
            name = match["name"].replace(" ", "")
            power = int(match["raised"] or match["glued"] or 1) * below
            size, dimension = _physical_name(name)
            factor *= size**power
            names.append((name, power))
            for base, times in dimension:
                powers[base] += times * power
    kept = tuple(sorted((base, times) for base, times in powers.items() if times))
    offset = _OFFSET.get(names[0][0], Fraction(0)) if [power for _, power in names] == [1] else Fraction(0)
    return Physical(dimension=kept, factor=factor, offset=offset)


@lru_cache(maxsize=4096)
def _physical_name(name: str) -> tuple[Fraction, tuple[tuple[str, int], ...]]:
    """Size in base units and dimension of one unit without powers."""
    spelled = _SPELLED.get(name, name)
    for spelling in dict.fromkeys((spelled, spelled.lower() if len(spelled) > 3 else spelled)):
        try:
            one = _registry().Quantity(Fraction(1), spelling).to_base_units()
            powers = {str(base): Fraction(power) for base, power in one.dimensionality.items()}
            size = Fraction(one.magnitude)
        except Exception:  # unknown names raise one of many errors of pint and of the types below it
            continue
        if any(power.denominator > 1 for power in powers.values()):  # Gaussian units, as statcoulomb
            break
        dimension = [(base, int(power)) for base, power in powers.items()]
        # pint counts angles as pure numbers; 30 degrees is not 30
        angle = [("[angle]", power) for power in [_angle(spelling)] if power and not dimension]
        return size, tuple(dimension + angle)
    return Fraction(1), ((name, 1),)


def _angle(spelling: str) -> int:
    """The power of the radian in a unit: 1 in degree, 2 in steradian."""
    return int(dict(_registry().Quantity(1, spelling).to_root_units().unit_items()).get("radian", 0))


@cache
def _registry() -> Any:
    """One registry for all: building it takes a second, so it waits until a physical unit is read."""
    import pint

    return pint.UnitRegistry(non_int_type=Fraction, cache_folder=None)
