"""Free text that must be the gold answer, word for word but for case, punctuation and articles.

Covered: "The Parvovirus B19 infection." for "parvovirus B19 infection". Not covered: synonyms, abbreviations, other
word order, a longer answer that contains the right one; all of these count as wrong. A share of right answers measured
so is a lower bound.
"""

from chartered.domains.contract import Check, Problem
from chartered.domains.verifiers.reading.response import NO_ANSWER, read_answer
from chartered.domains.verifiers.reading.words import folded, tokens

_ARTICLES = {"a", "an", "the"}


def text(problem: Problem, response: str) -> Check:
    """Compare the answer line with the gold answer after normalisation; a response without one is `no_answer`."""
    stretch = read_answer(response)
    if stretch is None:
        return Check(status="no_answer", score=0.0, reason=NO_ANSWER)
    if bare(stretch.text) == bare(problem.answer):
        return Check(status="correct", score=1.0, answer=stretch.text, reason=stretch.where)
    reason = f"not the same words as the right answer; {stretch.where}"
    return Check(status="wrong", score=0.0, answer=stretch.text, reason=reason)


def bare(value: str) -> list[str]:
    """The tokens of a text without articles; punctuation that carries no value is gone."""
    return [token for token, _, _ in tokens(folded(value)) if token not in _ARTICLES]
