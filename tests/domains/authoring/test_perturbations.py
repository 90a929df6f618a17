import pytest

from chartered.domains import Problem, Verifier
from chartered.domains.authoring.perturbations import perturbed
from chartered.domains.prompts import answer_line
from chartered.domains.verifiers import ByGold, amount, labels, yes_no

TERMS = ("Arbitration", "Jurisdiction", "Choice of law")


def problem(answer: str, options: tuple[str, ...] = ()) -> Problem:
    turn = ({"role": "user", "content": "Is it true?"},)
    return Problem(prompt=turn, answer=answer, options=options, kind="k", domain="d", split="train")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("verifier", "asked", "count"),
    [
        # a label more or less for each of three, and all others
        (labels, problem('["Arbitration"]', TERMS), 4),
        (labels, problem("Arbitration; Jurisdiction", TERMS), 4),
        (labels, problem("[]", TERMS), 4),
        (labels, problem("none", TERMS), 4),
        # the contrary, and both
        (yes_no, problem("yes"), 2),
        (yes_no, problem("False"), 2),
        (ByGold(amount), problem("no"), 2),
        # ten times, a tenth more, the negative
        (ByGold(amount), problem("5"), 3),
    ],
)
def test_wrong_sets_and_contraries_are_made_and_refused(verifier: Verifier, asked: Problem, count: int) -> None:
    wrong = [response for _, response in perturbed(asked)]
    assert len(wrong) == len(set(wrong)) == count and answer_line(asked.answer) not in wrong
    assert verifier(asked, answer_line(asked.answer)).status == "correct"
    assert not [response for response in wrong if verifier(asked, response).status == "correct"]
