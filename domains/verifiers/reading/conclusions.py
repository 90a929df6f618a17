"""The sentence of free text in which it comes to its conclusion, for a caller that can read what it looks for.

Of the sentences that can be read, first the last one that begins as a conclusion ("Therefore, ..."), then the one that
repeats most of the question, then the last. Precision is below that of every other stage: docs/verifiers.md.
"""

import re
from collections.abc import Callable, Iterator

from chartered.domains.verifiers.reading.response import Stretch, visible

LONGEST_TEXT = 20_000
"""Characters of free text, from its end, that are looked at."""
_END = re.compile(r"(?<=[.!?])[\"')\]*_]{0,3}\s+(?=[A-Z\W])|\n")
_CONCLUDES = re.compile(
    r"\W*(?:therefore|thus|hence|so|in conclusion|in summary|overall|finally|consequently|based on|as a result)\b",
    re.IGNORECASE,
)
_PREDICATE = re.compile(
    r"=|:|\b(?:is|was|were|are|be|equals?|of|at|to|totall?ed|amount(?:s|ed) to|came to|approximately|about)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]{3,}")


def conclusion(response: str, question: str, can_read: Callable[[str], bool]) -> Stretch | None:
    """The part of the concluding sentence that can be read, or None."""
    sentences = [sentence for sentence in _END.split(visible(response)[-LONGEST_TEXT:]) if sentence.strip()]
    asked = {word.lower() for word in _WORD.findall(question)}
    for sentence in _ordered(sentences, asked):
        for part in _parts(sentence):
            if can_read(part):
                return Stretch(part, "conclusion")
    return None


def _ordered(sentences: list[str], asked: set[str]) -> Iterator[str]:
    concluding = [sentence for sentence in sentences if _CONCLUDES.match(sentence)]
    yield from reversed(concluding[-3:])
    repeating = sorted(sentences[:50], key=lambda s: -len(asked & {word.lower() for word in _WORD.findall(s)}))
    yield from repeating[:3]
    yield from reversed(sentences[-3:])


def _parts(sentence: str) -> Iterator[str]:
    """What stands behind each predicate of a sentence, the last first; then the sentence."""
    ends = [match.end() for match in _PREDICATE.finditer(sentence)]
    for end in reversed(ends[-6:]):
        yield sentence[end:].strip(" *_`.")
    yield sentence.strip(" *_`")
