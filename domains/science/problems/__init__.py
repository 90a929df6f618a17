"""The problem sets of the science domain: six generated kinds, and a published set from a local file."""

from chartered.domains.authoring.generated import generated
from chartered.domains.science.facts import LICENCE
from chartered.domains.science.problems.genetics import genetics
from chartered.domains.science.problems.mechanics import mechanics
from chartered.domains.science.problems.scaling import scaling
from chartered.domains.science.problems.stoichiometry import stoichiometry
from chartered.domains.science.problems.thermodynamics import thermodynamics
from chartered.domains.science.problems.units import units
from chartered.domains.science.published import REAL

PROBLEM_SETS = (
    generated("mechanics", "motion, forces, energy and pressure, with units", mechanics, LICENCE),
    generated("stoichiometry", "amounts and masses from the periodic table", stoichiometry, LICENCE),
    generated("thermodynamics", "heat, gases, cycles and free energy, with units", thermodynamics, LICENCE),
    generated("genetics", "shares of the offspring of a cross, as fractions", genetics, LICENCE),
    generated("units", "the unit of a product or quotient, four options", units, LICENCE),
    generated("scaling", "how a result changes with what it depends on, four options", scaling, LICENCE),
    *REAL,
)
