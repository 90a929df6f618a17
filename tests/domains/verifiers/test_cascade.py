import pytest

from chartered.domains import Check, Message, Problem, Verifier
from chartered.domains.contract import Status
from chartered.domains.verifiers import Cascade, label, number, text


def problem(answer: str) -> Problem:
    turn: tuple[Message, ...] = ({"role": "user", "content": "How much?"},)
    return Problem(prompt=turn, answer=answer, unit=None, kind="k", domain="d", split="train")


def says(status: Status, reason: str = "") -> Verifier:
    return lambda problem, response: Check(status=status, score=float(status == "correct"), reason=reason or status)


def raises(problem: Problem, response: str) -> Check:
    raise RuntimeError("out of order")


def test_the_first_that_reaches_correct_or_wrong_decides() -> None:
    assert Cascade(number, text)(problem("5"), "Answer: 5.0").status == "correct"
    assert Cascade(says("no_answer"), says("wrong"), says("correct"))(problem("5"), "").status == "wrong"
    assert Cascade(says("correct"), raises)(problem("5"), "").status == "correct"


def test_no_answer_goes_on_to_the_next() -> None:
    # "five" is no number, so the words decide
    assert Cascade(number, text)(problem("5"), "Answer: five").status == "wrong"
    assert Cascade(number, number)(problem("5"), "Answer: five").status == "no_answer"


@pytest.mark.parametrize("status", ["error", "timeout"])
def test_an_error_or_time_out_is_told_by_the_check_that_decides(status: Status) -> None:
    check = Cascade(says(status, "was late"), says("correct"))(problem("5"), "")
    assert (check.status, check.score) == ("correct", 1.0)
    assert f"{status}: was late" in check.reason


@pytest.mark.parametrize("status", ["error", "timeout"])
def test_an_error_or_time_out_is_the_outcome_where_nothing_decides(status: Status) -> None:
    check = Cascade(says("no_answer"), says(status), says("no_answer"))(problem("5"), "")
    assert (check.status, check.score) == (status, 0.0)


def test_a_verifier_that_raises_is_an_error_with_its_name() -> None:
    check = Cascade(raises)(problem("5"), "")
    assert check.status == "error"
    assert "raises failed: RuntimeError: out of order" in check.reason


def test_a_gold_answer_that_one_verifier_cannot_use_goes_to_the_next() -> None:
    check = Cascade(label, text)(problem("cellulitis"), "Answer: Cellulitis")
    assert check.status == "correct"
    assert "none of the 0 options" in check.reason


def test_a_cascade_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        Cascade()
