import pytest

from chartered.domains import Problem
from chartered.domains.code.verifier import value


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("[1, 2]", "correct"),
        ("[1,2]", "correct"),
        ("`[1, 2]`", "correct"),
        ("(1, 2)", "wrong"),
        ("[1, 2.0]", "wrong"),
        ("[True, 2]", "wrong"),
        ("[1, 2", "wrong"),
        ("__import__('os')", "wrong"),
        ("[" * 9000, "wrong"),
        ("", "no_answer"),
    ],
)
def test_values_are_compared_as_values_of_their_type(said: str, status: str) -> None:
    problem = Problem(
        prompt=({"role": "user", "content": "?"},), answer="[1, 2]", kind="output", domain="code", split="train"
    )
    assert value(problem, f"Answer: {said}").status == status
