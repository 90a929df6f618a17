"""A draft plugin with answers that only a judge can read; where it is stands in environment variables."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from chartered.domains import Domain, Problem, ProblemSet
from chartered.domains.verifiers import Cascade, Judge, text
from tests.toy_domain import domain as toy


def reasons(_: Path | None) -> Iterator[Problem]:
    for number in range(60):
        yield Problem(
            prompt=({"role": "user", "content": f"Why is {number} + 1 more than {number}?"},),
            answer=f"because 1 is added to {number}",
            kind="reason",
            domain="judged",
            split="heldout" if number % 4 == 0 else "train",
        )


domain: Domain = replace(
    toy,
    name="judged",
    problem_sets=(ProblemSet(name="reasons", description="", licence="CC0-1.0", source="generated", load=reasons),),
    verifiers={"reason": Cascade(text, Judge("The response must give the same reason.", seconds=5, retries=0))},
)
