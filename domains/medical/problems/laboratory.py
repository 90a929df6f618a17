"""A laboratory value: low, normal or high? No pair of analyte and value is in both splits."""

from collections.abc import Iterator
from decimal import Decimal

from chartered.domains.authoring import LEVELS, Level, generator, split_of, worked_problem
from chartered.domains.contract import Problem
from chartered.domains.medical.facts import Analyte, analytes
from chartered.domains.medical.patients import draw_patient

KIND = "laboratory"
EACH = 13
"""Values of an analyte for each answer, or as many as there are."""

TEMPLATES = (
    "{who} has {article} {analyte} of {value}. How is this value?",
    "The {analyte} of {who} is {value}. Is it low, normal or high?",
    "A blood test of {who} shows {analyte} {value}. What does this mean?",
)


def problems() -> Iterator[Problem]:
    """The problems, analyte by analyte; values within a tenth of the range from either end are not asked."""
    for analyte in analytes():
        for answer, values in _values(analyte).items():
            rng = generator(KIND, analyte.name, answer)
            for value in sorted(rng.sample(values, min(EACH, len(values)))):
                yield _problem(analyte, value, answer)


def _values(analyte: Analyte) -> dict[str, list[Decimal]]:
    margin = max(analyte.step, (analyte.high - analyte.low) / 10)
    below = min(margin, max(analyte.step, analyte.low / 10))  # a range that starts near zero has little room under it
    steps = int((analyte.span[1] - analyte.span[0]) / analyte.step)
    grid = [analyte.span[0] + i * analyte.step for i in range(steps + 1)]
    return {
        "low": [v for v in grid if v <= analyte.low - below],
        "normal": [v for v in grid if analyte.low + margin <= v <= analyte.high - margin],
        "high": [v for v in grid if v >= analyte.high + margin],
    }


def _problem(analyte: Analyte, value: Decimal, answer: str) -> Problem:
    rng = generator(KIND, analyte.name, value)
    patient = draw_patient(rng, (18, 85))
    template = rng.choice(TEMPLATES)
    who = patient.opening if template.startswith("{who}") else patient.opening.replace("A", "a", 1)
    measured = f"{analyte.written(value)} {analyte.unit}".strip()
    return worked_problem(
        domain="medical",
        kind=KIND,
        split=split_of(KIND, analyte.name, str(value)),
        asked=template.format(who=who, analyte=analyte.name, article=analyte.article, value=measured),
        answer=answer,
        work=_reason(analyte, value, answer),
        groups=patient.groups,
        level=_level(analyte, value),
        options=tuple(rng.sample(("low", "normal", "high"), 3)),
    )


def _level(analyte: Analyte, value: Decimal) -> Level:
    """By how near the value is to an end of the range, in widths of the range: up to 0.2 is hard, from 0.4 easy."""
    near = min(abs(value - analyte.low), abs(value - analyte.high)) / (analyte.high - analyte.low)
    return LEVELS[2 - (near > Decimal("0.2")) - (near >= Decimal("0.4"))]


def _reason(analyte: Analyte, value: Decimal, answer: str) -> str:
    low, high, given = (analyte.written(v) for v in (analyte.low, analyte.high, value))
    where = {"low": f"below {low}", "normal": f"between {low} and {high}", "high": f"above {high}"}[answer]
    return f"The range of {analyte.name} is {low} to {high}; {given} is {where}."
