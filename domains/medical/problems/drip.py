"""Drip rates: mL/h = mL / h, in whole numbers. No pair of volume and hours is in both splits."""

from collections.abc import Iterator

from chartered.domains.authoring import LEVELS, generator, split_of, worked_problem
from chartered.domains.contract import Problem
from chartered.domains.medical.facts import infusions

KIND = "drip"

TEMPLATES = (
    "{volume} mL of {fluid} run over {hours} hours. What is the rate in mL/h?",
    "A patient is to receive {volume} mL of {fluid} in {hours} hours. Set the rate in mL/h.",
    "A bag of {volume} mL {fluid} must last {hours} hours. How many mL/h is that?",
)


def problems() -> Iterator[Problem]:
    """The problems, fluid by fluid."""
    for fluid, volume, hours in infusions():
        rng = generator(KIND, fluid, volume, hours)
        yield worked_problem(
            domain="medical",
            kind=KIND,
            split=split_of(KIND, volume, hours),
            asked=rng.choice(TEMPLATES).format(fluid=fluid, volume=volume, hours=hours),
            answer=str(volume // hours),
            work=f"{volume} / {hours} = {volume // hours}.",
            level=LEVELS[(hours > 4) + (hours > 10)],
            unit="mL/h",
        )
