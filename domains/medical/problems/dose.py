"""Doses by weight: mg = mg/kg x kg, in whole numbers. No pair of drug and weight is in both splits."""

from collections.abc import Iterator

from chartered.domains.authoring import LEVELS, generator, split_of, worked_problem
from chartered.domains.contract import Problem
from chartered.domains.medical.facts import Drug, drugs

KIND = "dose"

TEMPLATES = (
    "{drug} is given at {dose} mg/kg. The child weighs {weight} kg. What is the dose in mg?",
    "A child of {weight} kg needs {drug} for {use}. Give {dose} mg/kg. How many mg is one dose?",
    "A child is given {drug} for {use}. The weight is {weight} kg and the dose {dose} mg/kg. How many mg is that?",
)


def problems() -> Iterator[Problem]:
    """The problems, drug by drug."""
    for drug in drugs():
        for weight in range(drug.weights[0], drug.weights[1] + 1):
            yield _problem(drug, weight)


def product(dose: int, weight: int) -> str:
    """The product, worked in partial products where both numbers are above ten: small models need the steps."""
    tens, units = dose - dose % 10, dose % 10
    if not _in_parts(dose, weight):
        return f"{dose} x {weight} = {dose * weight}."
    parts = f"{tens} x {weight} + {units} x {weight} = {tens * weight} + {units * weight}"
    return f"{dose} x {weight} = {parts} = {dose * weight}."


def _in_parts(dose: int, weight: int) -> bool:
    return dose > 10 and weight > 10 and dose % 10 > 0 and weight % 10 > 0


def _problem(drug: Drug, weight: int) -> Problem:
    rng = generator(KIND, drug.name, weight)
    asked = rng.choice(TEMPLATES).format(drug=drug.name, dose=drug.dose, weight=weight, use=drug.use)
    return worked_problem(
        domain="medical",
        kind=KIND,
        split=split_of(KIND, drug.name, weight),
        asked=asked[0].upper() + asked[1:],
        answer=str(drug.dose * weight),
        work=product(drug.dose, weight),
        level=LEVELS[(drug.dose > 10) + _in_parts(drug.dose, weight)],
        unit="mg",
    )
