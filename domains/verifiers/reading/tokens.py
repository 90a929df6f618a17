"""The words of a text: plain characters, tokens with the places that they came from, and the words of a name."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby, islice

Token = tuple[str, int, int]
"""A token and the span of the text that it came from."""

_TOKEN = re.compile(
    r"\([+-]\)|[<>\u2264\u2265]?\s?(?<![\w.])[+-]?\d+(?:[.,]\d+)*|[^\W_]+|[<>=%\u2264\u2265\u2190-\u2193\u00b1]"
)
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_JOINT = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^\w+]+|_+")
_MARKS = 30
_SHORT = 1000
"""Characters of a text that is normalised as it is."""


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


@lru_cache(maxsize=4096)
def name_words(value: str) -> tuple[str, ...]:
    """The words of a name in lower case: NotMentioned, not-mentioned and NOT_MENTIONED have the same."""
    return tuple(word.lower() for word in _JOINT.split(value) if word)
