"""Three findings, four conditions: which is it? No combination of findings is in both splits."""

from collections.abc import Iterator
from itertools import combinations
from random import Random

from chartered.domains.authoring import LEVELS, Level, generator, split_of, worked_problem
from chartered.domains.contract import Problem
from chartered.domains.medical.facts import Condition, conditions
from chartered.domains.medical.patients import draw_patient

KIND = "diagnosis"
EACH = 44
"""Combinations of findings taken for each condition."""

TEMPLATES = (
    "{who} has {findings}. What is the most likely diagnosis?",
    "{who} comes with {findings}. Which condition is most likely?",
    "{who} is seen in the clinic. Findings: {findings}. What is the diagnosis?",
    "{who} is admitted. The notes say {findings}. Which diagnosis fits best?",
)


def problems() -> Iterator[Problem]:
    """The problems, condition by condition."""
    for condition in conditions():
        decisive = [c for c in combinations(condition.findings, 3) if _decides(condition, c)]
        for findings in generator(KIND, condition.name).sample(decisive, EACH):
            yield _problem(condition, findings)


def _decides(condition: Condition, findings: tuple[str, ...]) -> bool:
    """Whether no other condition shares more than one of the findings."""
    return all(_shared(other, findings) < 2 for other in conditions() if other is not condition)


def _shared(condition: Condition, findings: tuple[str, ...]) -> int:
    return len(set(condition.findings) & set(findings))


def _problem(condition: Condition, findings: tuple[str, ...]) -> Problem:
    rng = generator(KIND, condition.name, *findings)
    patient = draw_patient(rng, condition.ages)
    listed = "{}, {} and {}".format(*rng.sample(findings, 3))
    return worked_problem(
        domain="medical",
        kind=KIND,
        split=split_of(KIND, condition.name, *sorted(findings)),
        asked=rng.choice(TEMPLATES).format(who=patient.opening, findings=listed),
        answer=condition.name,
        work=f"Together these findings point to {condition.name}.",
        groups=patient.groups,
        level=_level(condition, findings),
        options=_options(rng, condition),
    )


def _level(condition: Condition, findings: tuple[str, ...]) -> Level:
    """By how many of the findings some other condition has too."""
    elsewhere = {finding for other in conditions() if other is not condition for finding in other.findings}
    return LEVELS[min(2, len(elsewhere & set(findings)))]


def _options(rng: Random, condition: Condition) -> tuple[str, ...]:
    others = rng.sample([c.name for c in conditions() if c is not condition], 3)
    return tuple(rng.sample([condition.name, *others], 4))
