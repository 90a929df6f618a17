"""A condition and four drugs: which must be avoided? No set of condition, drug and other options is in both splits.

The pairs of condition and drug themselves are in both: a fact cannot be known that was never told.
"""

from collections.abc import Iterator
from itertools import combinations

from chartered.domains.authoring import LEVELS, Level, generator, split_of, worked_problem
from chartered.domains.contract import Problem
from chartered.domains.medical.facts import Caution, cautions
from chartered.domains.medical.patients import draw_patient

KIND = "contraindication"
EACH = 16
"""Sets of other options taken for each pair of condition and drug, or as many as there are."""

TEMPLATES = (
    "{who} {has}. Which drug should be avoided?",
    "{who} {has} and needs new treatment. Which drug must not be given?",
    "{who} {has}. Which of these drugs is not safe?",
)


def problems() -> Iterator[Problem]:
    """The problems, pair by pair."""
    for caution in cautions():
        sets = list(combinations(sorted(caution.safe), 3))
        for drug in caution.avoid:
            for others in generator(KIND, caution.condition, drug).sample(sets, min(EACH, len(sets))):
                yield _problem(caution, drug, others)


def _problem(caution: Caution, drug: str, others: tuple[str, ...]) -> Problem:
    rng = generator(KIND, caution.condition, drug, *others)
    patient = draw_patient(rng, caution.ages, caution.sex)
    return worked_problem(
        domain="medical",
        kind=KIND,
        split=split_of(KIND, caution.condition, drug, *others),
        asked=rng.choice(TEMPLATES).format(who=patient.opening, has=caution.has),
        answer=drug,
        work=f"In {caution.condition}, {drug} is avoided: it {caution.avoid[drug]}.",
        groups=patient.groups,
        level=_level(caution, others),
        options=tuple(rng.sample([drug, *others], 4)),
    )


def _level(caution: Caution, others: tuple[str, ...]) -> Level:
    """By how many of the other options are to be avoided in some other condition."""
    elsewhere = {drug for other in cautions() if other is not caution for drug in other.avoid}
    return LEVELS[min(2, sum(drug in elsewhere for drug in others))]
