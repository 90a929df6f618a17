"""What all kinds of legal problems share: the licence, people, and how a problem is put together."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from chartered.domains.authoring.generated import shipped_facts, worked_problem
from chartered.domains.authoring.splits import split_of
from chartered.domains.contract import Problem

DATA = Path(__file__).parent / "data"
LICENCE = "Apache-2.0"
ONE_IN = 5
"""One combination of facts in so many is held out."""

Level = str
"""One of `chartered.domains.authoring.splits.LEVELS`."""


def aged(rng: Random, role: str) -> str:
    """Somebody whose age, which is of no account, is told: "A 45-year-old claimant"."""
    age = rng.randint(21, 84)
    return f"{'An' if str(age).startswith('8') else 'A'} {age}-year-old {role}"


def problem(
    kind: str,
    *,
    asked: str,
    answer: str,
    work: str,
    level: Level,
    facts: Sequence[object],
    options: tuple[str, ...] = (),
) -> Problem:
    """A problem whose split is that of its facts, with the working and the answer line as its solution."""
    return worked_problem(
        domain="legal",
        kind=kind,
        split=split_of(kind, *facts, one_in=ONE_IN),
        asked=asked,
        answer=answer,
        work=work,
        groups={"difficulty": level},
        options=options,
    )


def yes_or_no(rng: Random) -> tuple[str, ...]:
    """The options yes and no, in an order of their own."""
    return tuple(rng.sample(("yes", "no"), 2))


@cache
def facts(name: str) -> Mapping[str, Any]:
    """The content of one file of `data/`."""
    rows = shipped_facts(DATA / f"{name}.yaml")
    assert isinstance(rows, dict)
    return rows
