"""Free text that must be the gold answer, word for word but for case, punctuation and articles.

Covered: "The Parvovirus B19 infection." for "parvovirus B19 infection". Not covered: synonyms, abbreviations, other
word order, a longer answer that contains the right one; all of these count as wrong. A share of right answers measured
so is a lower bound.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby, islice

from chartered.domains.contract import Check, Problem
from chartered.domains.prompts import final_answer

Token = tuple[str, int, int]
"""A token and the span of the text that it came from."""

_TOKEN = re.compile(
    r"\([+-]\)|[<>\u2264\u2265]?\s?(?<![\w.])[+-]?\d+(?:[.,]\d+)*|[^\W_]+|[<>=%\u2264\u2265\u2190-\u2193\u00b1]"
)
_ARTICLES = {"a", "an", "the"}
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_MARKS = 30
_SHORT = 1000
"""Characters of a text that is normalised as it is."""


def text(problem: Problem, response: str) -> Check:
    """Compare the answer line with the gold answer after normalisation; a response without one is `no_answer`."""
    answer = final_answer(response)
    if answer is None:
        return Check(status="no_answer", score=0.0, reason="there is no answer line")
    if bare(answer) == bare(problem.answer):
        return Check(status="correct", score=1.0, answer=answer)
    return Check(status="wrong", score=0.0, answer=answer, reason="not the same words as the right answer")


def bare(value: str) -> list[str]:
    """The tokens of a text without articles; punctuation that carries no value is gone."""
    return [token for token, _, _ in tokens(folded(value)) if token not in _ARTICLES]


def folded(value: str) -> str:
    """The text in plain characters and lower case."""
    return plain(value).lower()


def plain(value: str) -> str:
    """The text with compatible characters made one (NFKC) and every dash made "-"."""
    if value.isascii():
        return value
    return _DASHES.sub("-", unicodedata.normalize("NFKC", _stream_safe(value)))


def _stream_safe(value: str) -> str:
    """The text with at most `_MARKS` combining marks in a row (as UAX #15 has it), for sorting them is quadratic."""
    if len(value) <= _SHORT:
        return value
    runs = groupby(value, key=lambda character: unicodedata.combining(character) > 0)
    return "".join("".join(islice(run, _MARKS)) if marks else "".join(run) for marks, run in runs)


def tokens(value: str) -> Iterator[Token]:
    """Words, signed numbers and signs of comparison, each with its span; 0.5 stays whole and apart from 5."""
    for match in _TOKEN.finditer(value):
        yield match[0].replace(" ", ""), match.start(), match.end()
