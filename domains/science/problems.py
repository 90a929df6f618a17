"""The problem sets of the science domain: six generated kinds, and a published set from a local file."""

from collections.abc import Callable, Iterable
from pathlib import Path

from chartered.domains.contract import Problem, ProblemSet
from chartered.domains.errors import DataError
from chartered.domains.science.facts import LICENCE
from chartered.domains.science.genetics import genetics
from chartered.domains.science.mechanics import mechanics
from chartered.domains.science.real import REAL
from chartered.domains.science.scaling import scaling
from chartered.domains.science.stoichiometry import stoichiometry
from chartered.domains.science.thermodynamics import thermodynamics
from chartered.domains.science.units import units


def _generated(name: str, description: str, make: Callable[[], Iterable[Problem]]) -> ProblemSet:
    def load(path: Path | None) -> Iterable[Problem]:
        if path is not None:
            raise DataError(f"{path}: the problem set {name!r} is generated and reads no file; leave out `path`.")
        return make()

    return ProblemSet(name=name, description=description, licence=LICENCE, source="generated", load=load)


PROBLEM_SETS = (
    _generated("mechanics", "motion, forces, energy and pressure, with units", mechanics),
    _generated("stoichiometry", "amounts and masses from the periodic table", stoichiometry),
    _generated("thermodynamics", "heat, gases, cycles and free energy, with units", thermodynamics),
    _generated("genetics", "shares of the offspring of a cross, as fractions", genetics),
    _generated("units", "the unit of a product or quotient, four options", units),
    _generated("scaling", "how a result changes with what it depends on, four options", scaling),
    *REAL,
)
