from collections import Counter
from dataclasses import replace

import pytest

from chartered.domains import Problem
from chartered.domains.importing.duplicates import BOTH_SPLITS, TWICE, TWO_ANSWERS, distinct, folded

PROBLEM = Problem(
    prompt=({"role": "user", "content": "Which tree is it?"},),
    answer="ash",
    kind="k",
    domain="d",
    split="train",
    options=("ash", "oak"),
)


def asked(text: str, **changes: object) -> Problem:
    return replace(PROBLEM, prompt=({"role": "user", "content": text},), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (asked("which  TREE is it?"), TWICE),
        (asked("Which tree is it?", options=("oak", "ash")), TWICE),
        (asked("Which tree is it?", answer="oak"), TWO_ANSWERS),
        (asked("WHICH TREE IS IT?", split="heldout"), BOTH_SPLITS),
    ],
)
def test_the_same_question_is_found_whatever_its_case_and_order(other: Problem, reason: str) -> None:
    dropped: Counter[str] = Counter()
    kept = distinct([PROBLEM, other], dropped)
    assert set(dropped) == {reason}
    assert kept == {TWICE: [PROBLEM], TWO_ANSWERS: [], BOTH_SPLITS: [other]}[reason]


@pytest.mark.parametrize(
    "other", [asked("Which tree is this?"), asked("Which tree is it?", kind="l"), asked("Which tree is it?", unit="m")]
)
def test_other_questions_are_kept(other: Problem) -> None:
    dropped: Counter[str] = Counter()
    assert distinct([PROBLEM, other], dropped) == [PROBLEM, other] and not dropped


def test_case_that_means_something_stays() -> None:
    assert folded("Vv x VV") != folded("VV x Vv") and folded("AABB") != folded("aabb") and folded("mU") != folded("MU")
    assert folded("MHz") != folded("mHz")
    assert folded("WHAT IS  a Thing") == folded("what is A thing")
