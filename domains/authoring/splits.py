"""Draws that are the same on every machine: a split and a random generator that depend on their key alone."""

import hashlib
import random
from typing import Literal, get_args

from chartered.domains.contract import Split

Level = Literal["easy", "medium", "hard"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""What a plugin says under "difficulty" in the groups of its problems; scores are told apart by it."""


def split_of(*combination: object, one_in: int = 6) -> Split:
    """The split of a combination of facts: by hash, about one in `one_in` is held out.

    Every problem on the same combination gets the same split, however it is worded.
    """
    return "heldout" if _number(combination) % one_in == 0 else "train"


def generator(*key: object) -> random.Random:
    """A random generator seeded by a key, so that a change to one problem leaves the others as they are."""
    return random.Random(_number(key))


def _number(key: tuple[object, ...]) -> int:
    return int.from_bytes(hashlib.sha256(repr(key).encode()).digest()[:8], "big")
