"""The option that a text repeats nearly word for word: another spelling, a slip, a word more or less.

Numbers and denials must be the same, small words may come and go, other words that differ must begin alike ("steroid"
and "steroids", never "hypokalemia" and "hyperkalemia"), and the next best option must be clearly less alike. On MedQA's
options, one left out at a time and said by itself, none of 3,000 is taken for another (in a test).
"""

import re
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from chartered.domains.verifiers.reading.tokens import folded, tokens

ALIKE = 0.9
"""Least similarity of an option that is taken, 1 for the same words in the same order (ratio of `difflib`)."""
APART = 0.1
"""How much less similar the next best option must be."""
_BEGINS = 4
_LONGEST = 1_000
_MUST_STAY = re.compile(r"not|no|non|never|without|neither|nor|except|cannot|unable|.*\d.*")
_DIGRAPH = re.compile("[ao]e")
"""British and American spelling differ by it: anaemia, oesophagus."""
_SMALL = re.compile(r"an?|the|of|in|on|at|to|for|and|or|by|with|as|is|are|was|were|be")


def most_similar(options: Sequence[str], value: str) -> str | None:
    """The one option that the text repeats nearly word for word, or None."""
    if len(value) > _LONGEST:
        return None
    said = _words(value)
    scores = sorted(((similarity(said, _words(option)), option) for option in options), reverse=True)
    if len(scores) < 2 or scores[0][0] < ALIKE or scores[0][0] - scores[1][0] < APART:
        return None
    return scores[0][1]


def similarity(said: tuple[str, ...], option: tuple[str, ...]) -> float:
    """How alike two texts are, 0 to 1; 0 where a number, a denial or the beginning of a word differs."""
    matcher = SequenceMatcher(None, said, option, autojunk=False)
    for _, start, end, first, last in (code for code in matcher.get_opcodes() if code[0] != "equal"):
        left, right = said[start:end], option[first:last]
        if any(_MUST_STAY.fullmatch(word) for word in (*left, *right)) or not _forms(left, right):
            return 0.0
    return SequenceMatcher(None, " ".join(said), " ".join(option), autojunk=False).ratio()


def _forms(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether words are others of the same beginning, small words aside."""
    ours, theirs = ([word for word in side if not _SMALL.fullmatch(word)] for side in (left, right))
    return len(ours) == len(theirs) and all(a[:_BEGINS] == b[:_BEGINS] for a, b in zip(ours, theirs, strict=True))


@lru_cache(maxsize=4096)
def _words(value: str) -> tuple[str, ...]:
    return tuple(_DIGRAPH.sub("e", token) for token, _, _ in tokens(folded(value)))
