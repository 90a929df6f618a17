"""What names of units mean: in clinical text by a table, in science by the library `pint`.

Both give sizes in the same base units (metre, kilogram, second, mole), so that a millilitre is one unit in either.
Each name is looked up by itself: no text of a response is evaluated. `pint` is not imported before a name of science
is read.
"""

import re
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

from chartered.domains.verifiers.reading.numbers.units import Unit, Vocabulary

_TABLE = (
    ("kg kilogram", 1, "[mass]", 1),
    ("g gram gm", Fraction(1, 10**3), "[mass]", 1),
    ("mg milligram", Fraction(1, 10**6), "[mass]", 1),
    ("mcg ug \u03bcg microgram", Fraction(1, 10**9), "[mass]", 1),
    ("ng nanogram", Fraction(1, 10**12), "[mass]", 1),
    ("l liter litre", Fraction(1, 10**3), "[length]", 3),
    ("dl deciliter decilitre", Fraction(1, 10**4), "[length]", 3),
    ("ml milliliter millilitre cc", Fraction(1, 10**6), "[length]", 3),
    ("ul \u03bcl microliter microlitre", Fraction(1, 10**9), "[length]", 3),
    ("s sec second", 1, "[time]", 1),
    ("min minute", 60, "[time]", 1),
    ("h hr hour", 3600, "[time]", 1),
    ("d day", 86_400, "[time]", 1),
    ("mol mole", 1, "[substance]", 1),
    ("mmol millimole", Fraction(1, 10**3), "[substance]", 1),
    ("umol \u03bcmol mcmol micromole", Fraction(1, 10**6), "[substance]", 1),
    ("nmol nanomole", Fraction(1, 10**9), "[substance]", 1),
    ("pmol picomole", Fraction(1, 10**12), "[substance]", 1),
    ("eq", 1, "[equivalent]", 1),
    ("meq", Fraction(1, 10**3), "[equivalent]", 1),
    ("drop gtt", 1, "[drop]", 1),
    ("unit u", 1, "[activity]", 1),
    ("milliunit", Fraction(1, 10**3), "[activity]", 1),
    ("iu", 1, "[international unit]", 1),
    ("% percent", 1, "[percent]", 1),
)
"""Clinical units: spellings, size in base units, dimension and its power."""
_CLINICAL = {
    spelling: Unit(dimension=((base, power),), factor=Fraction(size))
    for spellings, size, base, power in _TABLE
    for spelling in spellings.split()
}

_SPELLED = {
    "°": "degree",
    "deg": "degree",
    "°C": "delta_degree_Celsius",
    "°F": "delta_degree_Fahrenheit",
    "°K": "kelvin",
    "Å": "angstrom",
    "A": "ampere",
    "Torr": "torr",
    "AU": "au",
    "sec": "second",
    "Debye": "debye",
    "Hartree": "hartree",
    "l": "liter",
    "μ_B": "mu_B",
}
"""Names of science that `pint` spells otherwise."""
_OFFSET = {"°C": Fraction(27315, 100), "°F": Fraction(45967, 100) * Fraction(5, 9)}


_CASED = {
    spelling: Unit(dimension=((base, 1),), factor=size)
    for unit, base in (("U", "[activity]"), ("IU", "[international unit]"))
    for spelling, size in {
        f"m{unit}": Fraction(1, 10**3),
        f"k{unit}": Fraction(10**3),
        f"M{unit}": Fraction(10**6),
    }.items()
}
"""Units whose prefix is told by its case alone: a milliunit is not a million units."""
_MEGA = re.compile(r"M(?:g|l|mol|eq|Eq)")
"""Written so, a prefix is mega; MG and ML, all in capitals, are what labels print for mg and mL."""


def _clinical(name: str) -> Unit:
    """A name in singular or plural and, where the case of its prefix tells nothing apart, in any case."""
    if name in _CASED:
        return _CASED[name]
    if _MEGA.fullmatch(name):
        return _own(name)
    plain = name.casefold()
    singular = plain[:-1] if plain.endswith("s") and len(plain) > 1 else plain
    return _CLINICAL.get(plain) or _CLINICAL.get(singular) or _own(singular)


@lru_cache(maxsize=4096)
def _scientific(name: str) -> Unit:
    """A name of `pint`, where a longer one may be written with capitals."""
    spelled = _SPELLED.get(name, name)
    for spelling in (spelled, spelled.lower())[: 2 if len(spelled) > 3 else 1]:
        if known := _in_base_units(spelling):
            return Unit(dimension=known[0], factor=known[1], offset=_OFFSET.get(name, Fraction(0)))
    return _own(name)


def _own(name: str) -> Unit:
    """A unit that is a dimension of its own: tablets are tablets and nothing else."""
    return Unit(dimension=((name, 1),), factor=Fraction(1))


def _in_base_units(spelling: str) -> tuple[tuple[tuple[str, int], ...], Fraction] | None:
    """Dimension and size of what `pint` knows by this name; None for Gaussian units, whose powers are not whole."""
    try:
        one = _registry().Quantity(Fraction(1), spelling).to_base_units()
        powers = {str(base): Fraction(power) for base, power in one.dimensionality.items()}
        size = Fraction(one.magnitude)
    except Exception:  # unknown names raise one of many errors of pint and of the types below it
        return None
    if any(power.denominator > 1 for power in powers.values()):
        return None
    # pint counts angles as pure numbers; 30 degrees is not 30
    angle = 0 if powers else _angle(spelling)
    return tuple((base, int(power)) for base, power in powers.items()) + ((("[angle]", angle),) if angle else ()), size


def _angle(spelling: str) -> int:
    """The power of the radian in a unit: 1 in degree, 2 in steradian."""
    return int(dict(_registry().Quantity(1, spelling).to_root_units().unit_items()).get("radian", 0))


@cache
def _registry() -> Any:
    """One registry for all: building it takes a second, so it waits until a name of science is read."""
    import pint

    return pint.UnitRegistry(non_int_type=Fraction, cache_folder=None)


CLINICAL = Vocabulary(meaning=_clinical, cancels=False)
SCIENTIFIC = Vocabulary(meaning=_scientific, cancels=True)
