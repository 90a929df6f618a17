import pytest

from chartered.domains import Problem
from chartered.domains.checking.requirements import parts
from chartered.domains.verifiers import ByGold, amount, yes_no


def problem(answer: str, unit: str | None = None) -> Problem:
    turn = ({"role": "user", "content": "Did revenue exceed 5 million, and by how much?"},)
    return Problem(prompt=turn, answer=answer, unit=unit, kind="k", domain="d", split="train")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("answer", "response", "status"),
    [
        ("yes", "Answer: Yes, since revenue rose to 6.", "correct"),
        ("no", "Answer: Yes", "wrong"),
        ("yes", "Answer: 5", "no_answer"),
        ("94%", "Answer: 94 percent", "correct"),
        ("94%", "Answer: yes", "no_answer"),
        ("about", "Answer: yes", "error"),
    ],
)
def test_the_gold_answer_chooses_the_verifier(answer: str, response: str, status: str) -> None:
    assert ByGold(amount)(problem(answer), response).status == status


def test_both_verifiers_are_named_for_those_who_ask_what_they_need() -> None:
    assert set(parts(ByGold(amount))) >= {amount, yes_no}
