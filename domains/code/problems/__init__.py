"""The problem sets of the code domain: five generated kinds, and published sets from local files.

Expected values are what the reference functions give when they are run, and every bug that is shown fails the tests.
"""

from chartered.domains.authoring import generated
from chartered.domains.code.functions import LICENCE
from chartered.domains.code.problems import choose, fill, output, repair, synthesis
from chartered.domains.code.published import PUBLISHED

PROBLEM_SETS = (
    generated("synthesis", "a description and two examples: write the function", synthesis.problems, LICENCE),
    generated("repair", "a function with a bug and a call that shows it", repair.problems, LICENCE),
    generated("fill", "a function in which one line is missing", fill.problems, LICENCE),
    generated("output", "a function and a call: what does it return", output.problems, LICENCE),
    generated("choose", "a function and a value: which of four calls returns it", choose.problems, LICENCE),
    *PUBLISHED,
)
