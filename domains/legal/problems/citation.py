"""Citations in the usual form, written from a table of short names: volume, short name and first page of a decision.

The decisions are made up, in reporters that exist; **that such a case exists is not said**, and most do not. No volume
and page of a reporter is in both splits.
"""

from collections.abc import Iterator
from random import Random

from chartered.domains.authoring import LEVELS, Level, generator, split_of, worked_problem
from chartered.domains.contract import Problem
from chartered.domains.legal.facts import ONE_IN, facts

KIND = "citation"
EACH = 50
"""Problems of each level."""
STYLE = "Rule: A citation is the volume, the short name of the reporter and the first page, and nothing else."


def problems() -> Iterator[Problem]:
    """The problems, level by level."""
    for level in LEVELS:
        for number in range(EACH):
            yield _problem(generator(KIND, level, number), level)


def _problem(rng: Random, level: Level) -> Problem:
    """Easy: the reporter's short name is given. Medium: with numbers that do not belong. Hard: of two decisions."""
    reporters = facts("citation")["reporters"]
    chosen = rng.sample(list(reporters), {"easy": 1, "medium": 3, "hard": 4}[level])
    cases = [(name, rng.randint(2, reporters[name]["volumes"]), rng.randint(2, 1200)) for name in chosen]
    short = "; ".join(f"{reporters[name]['short']} = {name}" for name in sorted(chosen))
    matters = rng.sample(facts("citation")["matters"], 2)
    decisions = [
        _decision(rng, case, matter, level)
        for case, matter in zip(cases[: 2 if level == "hard" else 1], matters, strict=False)
    ]
    rng.shuffle(decisions)
    name, volume, page = cases[0]
    return worked_problem(
        domain="legal",
        kind=KIND,
        split=split_of(KIND, name, volume, page, one_in=ONE_IN),
        asked=f"{' '.join(decisions)} Short names: {short}. {STYLE} "
        f"Write the citation of the decision on {matters[0]}.",
        answer=f"{volume} {reporters[name]['short']} {page}",
        work=f"Volume {volume}, short name {reporters[name]['short']}, first page {page}.",
        level=level,
    )


def _decision(rng: Random, case: tuple[str, int, int], matter: str, level: Level) -> str:
    name, volume, page = case
    place = f"A decision on {matter} stands in volume {volume} of the {name}, from page {page}"
    if level == "easy":
        return f"{place}."
    docket, quoted = rng.randint(100, 999), page + rng.randint(1, 9)
    return f"{place} to page {page + rng.randint(10, 30)}; its docket number is {docket}, and page {quoted} is quoted."
