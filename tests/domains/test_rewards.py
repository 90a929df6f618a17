import pytest

from chartered.domains import Check, Problem
from chartered.domains.contract import Status
from chartered.domains.rewards import correct, format

PROBLEM = Problem(prompt=({"role": "user", "content": "?"},), answer="1", kind="k", domain="d", split="train")
RIGHT = Check(status="correct", score=1.0)


@pytest.mark.parametrize("status", ["correct", "wrong", "no_answer"])
def test_the_reward_for_the_right_answer_is_the_verifiers_score(status: Status) -> None:
    assert correct(PROBLEM, "", Check(status=status, score=0.25)) == 0.25


@pytest.mark.parametrize("status", ["timeout", "error"])
def test_a_failure_of_the_verifier_is_neither_rewarded_nor_punished(status: Status) -> None:
    assert correct(PROBLEM, "Answer: 1", Check(status=status, score=0.0)) is None


@pytest.mark.parametrize(
    ("response", "reward"),
    [
        ("Work.\nAnswer: 1", 1.0),
        ("Answer: 1", 1.0),
        ("**Answer:** 1\n\n", 1.0),
        ("", 0.0),
        (" \n ", 0.0),
        ("1", 0.0),
        ("Answer:", 0.0),
        ("Answer: 1\nThat is all.", 0.0),
        ("Answer: 1\nAnswer: 1", 0.0),
        ("Answer:\nAnswer: 1", 0.0),
        ("The answer: 1", 0.0),
    ],
)
def test_the_format_is_one_answer_line_and_it_stands_last(response: str, reward: float) -> None:
    assert format(PROBLEM, response, RIGHT) == reward
