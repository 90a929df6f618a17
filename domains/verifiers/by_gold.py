"""A verifier chosen by the gold answer, for sets in which some answers are yes or no and the others something else."""

from chartered.domains.contract import Check, Problem, Verifier
from chartered.domains.verifiers.categories.yes_no import gold_agrees, yes_no


class ByGold:
    """`yes_no` where the gold answer is yes or no, else another verifier, such as `amount`; `verifiers` names both."""

    def __init__(self, other: Verifier) -> None:
        self.verifiers: tuple[Verifier, ...] = (yes_no, other)

    def __call__(self, problem: Problem, response: str) -> Check:
        """The check of the verifier that reads such an answer."""
        asked, other = self.verifiers
        return (other if gold_agrees(problem.answer) is None else asked)(problem, response)
