"""Doses by weight and drip rates. No pair of drug and weight, or of volume and hours, is in both splits."""

from collections.abc import Iterator

from chartered.domains.authoring.generated import worked_problem
from chartered.domains.authoring.splits import LEVELS, generator, split_of
from chartered.domains.contract import Problem, Split
from chartered.domains.medical.facts import Drug, drugs, infusions

DOSE, DRIP = "dose", "drip"

DOSE_TEMPLATES = (
    "{drug} is given at {dose} mg/kg. The child weighs {weight} kg. What is the dose in mg?",
    "A child of {weight} kg needs {drug} for {use}. Give {dose} mg/kg. How many mg is one dose?",
    "A child is given {drug} for {use}. The weight is {weight} kg and the dose {dose} mg/kg. How many mg is that?",
)
DRIP_TEMPLATES = (
    "{volume} mL of {fluid} run over {hours} hours. What is the rate in mL/h?",
    "A patient is to receive {volume} mL of {fluid} in {hours} hours. Set the rate in mL/h.",
    "A bag of {volume} mL {fluid} must last {hours} hours. How many mL/h is that?",
)


def doses() -> Iterator[Problem]:
    """Dose in mg = mg/kg x kg, in whole numbers."""
    for drug in drugs():
        for weight in range(drug.weights[0], drug.weights[1] + 1):
            yield _dose(drug, weight)


def drips() -> Iterator[Problem]:
    """Rate in mL/h = mL / h, in whole numbers."""
    for fluid, volume, hours in infusions():
        yield _drip(fluid, volume, hours)


def product(dose: int, weight: int) -> str:
    """The product, worked in partial products where both numbers are above ten: small models need the steps."""
    tens, units = dose - dose % 10, dose % 10
    if dose <= 10 or weight <= 10 or not units or weight % 10 == 0:
        return f"{dose} x {weight} = {dose * weight}."
    parts = f"{tens} x {weight} + {units} x {weight} = {tens * weight} + {units * weight}"
    return f"{dose} x {weight} = {parts} = {dose * weight}."


def _dose(drug: Drug, weight: int) -> Problem:
    rng = generator(DOSE, drug.name, weight)
    asked = rng.choice(DOSE_TEMPLATES).format(drug=drug.name, dose=drug.dose, weight=weight, use=drug.use)
    split = split_of(DOSE, drug.name, weight)
    level = (drug.dose > 10) + (drug.dose % 10 > 0 and drug.dose > 10 and weight > 10 and weight % 10 > 0)
    return _numeric(DOSE, split, asked, product(drug.dose, weight), f"{drug.dose * weight} mg", LEVELS[level])


def _drip(fluid: str, volume: int, hours: int) -> Problem:
    rng = generator(DRIP, fluid, volume, hours)
    asked = rng.choice(DRIP_TEMPLATES).format(fluid=fluid, volume=volume, hours=hours)
    work = f"{volume} / {hours} = {volume // hours}."
    level = LEVELS[(hours > 4) + (hours > 10)]
    return _numeric(DRIP, split_of(DRIP, volume, hours), asked, work, f"{volume // hours} mL/h", level)


def _numeric(kind: str, split: Split, asked: str, work: str, result: str, level: str) -> Problem:
    answer, unit = result.split()
    return worked_problem(
        domain="medical",
        kind=kind,
        split=split,
        asked=asked[0].upper() + asked[1:],
        answer=answer,
        work=work,
        groups={"difficulty": level},
        unit=unit,
    )
