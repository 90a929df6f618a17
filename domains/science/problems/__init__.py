"""The problem sets of the science domain: six generated kinds, and a published set from a local file."""

from chartered.domains.authoring import generated
from chartered.domains.science.facts import LICENCE
from chartered.domains.science.problems import genetics, mechanics, scaling, stoichiometry, thermodynamics, units
from chartered.domains.science.published import PUBLISHED

PROBLEM_SETS = (
    generated("mechanics", "motion, forces, energy and pressure, with units", mechanics.problems, LICENCE),
    generated("stoichiometry", "amounts and masses from the periodic table", stoichiometry.problems, LICENCE),
    generated("thermodynamics", "heat, gases, cycles and free energy, with units", thermodynamics.problems, LICENCE),
    generated("genetics", "shares of the offspring of a cross, as fractions", genetics.problems, LICENCE),
    generated("units", "the unit of a product or quotient, four options", units.problems, LICENCE),
    generated("scaling", "how a result changes with what it depends on, four options", scaling.problems, LICENCE),
    *PUBLISHED,
)
