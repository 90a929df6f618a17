"""Free text that must be the gold answer, word for word but for case, punctuation and articles.

Covered: "The Parvovirus B19 infection." for "parvovirus B19 infection". Not covered: synonyms, abbreviations, other
word order, a longer answer that contains the right one; all of these count as wrong. A share of right answers measured
so is a lower bound.
"""

from chartered.domains.contract import Check, Problem
from chartered.domains.verifiers.answered import answered
from chartered.domains.verifiers.reading.tokens import folded, tokens

_ARTICLES = {"a", "an", "the"}


def text(problem: Problem, response: str) -> Check:
    """Compare the answer line with the gold answer after normalisation; a response without one is `no_answer`."""
    return answered(response, lambda said: _compared(problem, said))


def _compared(problem: Problem, said: str) -> Check:
    if bare(said) == bare(problem.answer):
        return Check(status="correct", score=1.0, answer=said)
    return Check(status="wrong", score=0.0, answer=said, reason="not the same words as the right answer")


def bare(value: str) -> list[str]:
    """The tokens of a text without articles; punctuation that carries no value is gone."""
    return [token for token, _, _ in tokens(folded(value)) if token not in _ARTICLES]
