"""Two versions of a question, word by word: what was put in and what was taken out."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

_TOKENS = re.compile(r"\s+|\w+|[^\w\s]")

LARGEST = 250_000
"""Pairs of words compared at most: beyond, the whole stretch between equal beginning and end counts as changed."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of a text."""

    text: str
    changed: bool


def compare_words(control: str, treated: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Pieces of the control and of the treated text; `changed` marks what the other does not have.

    The pieces of each side joined are that side's text, unaltered.
    """
    before, after = _TOKENS.findall(control), _TOKENS.findall(treated)
    start = _common(before, after)
    end = _common(before[start:][::-1], after[start:][::-1])
    left, right = before[start : len(before) - end], after[start : len(after) - end]
    sides: tuple[list[Piece], list[Piece]] = ([], [])
    _add(sides, before[:start], before[:start], False)
    for same, a, b in _middle(left, right):
        _add(sides, a, b, not same)
    _add(sides, before[len(before) - end :], after[len(after) - end :], False)
    return tuple(sides[0]), tuple(sides[1])


def _common(first: list[str], second: list[str]) -> int:
    """How many tokens the two begin with alike."""
    pairs = zip(first, second, strict=False)
    return next((index for index, (a, b) in enumerate(pairs) if a != b), min(len(first), len(second)))


def _middle(left: list[str], right: list[str]) -> list[tuple[bool, list[str], list[str]]]:
    if len(left) * len(right) > LARGEST:
        return [(False, left, right)]
    codes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    # the space between two changed words is marked with them, so that a changed name reads as one
    inner = range(1, len(codes) - 1)
    gaps = {index for index in inner if codes[index][0] == "equal" and _blank(left[codes[index][1] : codes[index][2]])}
    return [
        (tag == "equal" and index not in gaps, left[a1:a2], right[b1:b2])
        for index, (tag, a1, a2, b1, b2) in enumerate(codes)
    ]


def _blank(tokens: list[str]) -> bool:
    return all(token.isspace() for token in tokens)


def _add(sides: tuple[list[Piece], list[Piece]], before: list[str], after: list[str], changed: bool) -> None:
    for side, words in zip(sides, (before, after), strict=True):
        if not words:
            continue
        text = "".join(words)
        if side and side[-1].changed == changed:
            side[-1] = Piece(text=side[-1].text + text, changed=changed)
        else:
            side.append(Piece(text=text, changed=changed))
