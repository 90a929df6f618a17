"""Units of measurement as they are written in clinical text: spelling, dimension and size.

A unit keeps numerator and denominator apart, so that mg/kg does not cancel to a bare number. A word that is not in the
table is a dimension of its own: "tablets" equals "tablet" and nothing else.
"""

import re
import unicodedata
from dataclasses import dataclass
from fractions import Fraction

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


def parse_unit(written: str) -> Unit:
    """The unit that a text spells, such as "mL/h", "ml per hour" or "mcg/kg/min"."""
    plain = unicodedata.normalize("NFKC", written).casefold().strip(" .")
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
