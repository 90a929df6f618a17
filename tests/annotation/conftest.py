"""A small domain of sums, and teachers for it."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.endpoints import Response, completion

from chartered.annotation import Teacher
from chartered.domains import Check, Domain, Problem
from chartered.domains.prompts import answer_line, final_answer


def verify_sum(problem: Problem, response: str) -> Check:
    """The integer at the start of the answer line."""
    found = re.match(r"-?\d+\b", final_answer(response) or "")
    if found is None:
        return Check(status="no_answer", score=0.0)
    right = found.group() == problem.answer
    return Check(status="correct" if right else "wrong", score=float(right), answer=found.group())


def _sum(each: int, count: int) -> Problem:
    question = f"Each box holds {each} coins. How many coins are in {count} of them?"
    work = f"{each} per unit for {count} units. {each} x {count} = {each * count}."
    return Problem(
        prompt=({"role": "user", "content": question},),
        answer=str(each * count),
        kind="sum",
        domain="sums",
        split="train",
        unit="coins",
        solution=f"{work}\n{answer_line(f'{each * count} coins')}",
    )


@pytest.fixture
def problems() -> list[Problem]:
    """Twenty products: 2 to 6 in each of 10, 11, 12 or 20 boxes."""
    return [_sum(each, count) for each in range(2, 7) for count in (10, 11, 12, 20)]


@pytest.fixture
def sums(tmp_path: Path) -> Domain:
    """A domain whose only kind of problem is a product."""
    return Domain(
        name="sums",
        api_version=1,
        description="products",
        licence="CC0-1.0",
        corpora=(),
        problem_sets=(),
        verifiers={"sum": verify_sum},
        rewards={},
        probes={},
        policy=tmp_path / "policy.yaml",
        recipes={},
    )


def work_out(body: dict[str, Any]) -> str:
    """A right response to one of the sums, read out of the request; yes to the question after a refusal."""
    if "the word yes" in body["messages"][-1]["content"]:
        return "Yes."
    each, count = map(int, re.findall(r"\d+", body["messages"][-1]["content"])[:2])
    return f"{each} x {count} = {each * count}.\nAnswer: {each * count} coins"


@pytest.fixture
def teacher_at() -> Callable[..., Teacher]:
    """Makes a teacher that gives up at once, for an endpoint's address."""

    def make(url: str, **changes: Any) -> Teacher:
        return Teacher(**{"base_url": url, "model": "m", "retries": 0, "timeout": 30.0, **changes})

    return make


@pytest.fixture
def right() -> Callable[[int, dict[str, Any]], Response]:
    """Responds rightly to every sum."""
    return lambda _, body: (200, completion(work_out(body)))


@pytest.fixture
def replying() -> Callable[..., dict[str, Any]]:
    """The body of a chat completion with a text, a finish reason and usage."""
    return completion


@pytest.fixture
def worked_out() -> Callable[[dict[str, Any]], str]:
    """A right response to the sum in a request."""
    return work_out
