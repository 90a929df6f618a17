from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from tests.audit.releases import Workshop
from tests.paths import MEDICAL

from chartered.domains import API_VERSION, Domain, Problem
from chartered.domains.verifiers.choice import choice

MakeProblem = Callable[..., Problem]


def made(
    number: int = 0, *, options: tuple[str, ...] = ("ash", "birch", "cedar", "fir"), answer: str = "cedar"
) -> Problem:
    question = f"Trees were counted on plot {number}. Which tree was it?"
    return Problem(
        prompt=({"role": "user", "content": question},),
        answer=answer,
        kind="tree",
        domain="trees",
        split="heldout",
        options=options,
    )


@pytest.fixture
def problem() -> MakeProblem:
    """Makes a multiple-choice problem."""
    return made


@pytest.fixture(scope="session")
def problems() -> list[Problem]:
    """300 problems whose right answer moves over the options."""
    options = ("ash", "birch", "cedar", "fir")
    return [made(number, answer=options[number % 4]) for number in range(300)]


@pytest.fixture(scope="session")
def trees(tmp_path_factory: pytest.TempPathFactory) -> Domain:
    """A domain with the medical wording of cognitive_bias, and what the medical policy requires of that probe."""
    policy = yaml.safe_load((MEDICAL / "policy.yaml").read_text(encoding="utf-8"))
    policy = {key: value for key, value in policy.items() if key not in ("roles", "valid_days")}
    policy["required"] = [rule for rule in policy["required"] if rule["finding"].startswith("cognitive_bias/")]
    path = tmp_path_factory.mktemp("trees") / "policy.yaml"
    path.write_text(yaml.safe_dump(policy), encoding="utf-8")
    return Domain(
        name="trees",
        api_version=API_VERSION,
        description="",
        licence="CC0-1.0",
        corpora=(),
        problem_sets=(),
        verifiers={"tree": choice},
        rewards={},
        probes={"cognitive_bias": MEDICAL / "probes" / "cognitive_bias.yaml"},
        policy=path,
        recipes={},
    )


@pytest.fixture
def workshop(tmp_path: Path, trees: Domain) -> Workshop:
    """All that a small release is made of, under `tmp_path`."""
    return Workshop(tmp_path, trees).set_up()
