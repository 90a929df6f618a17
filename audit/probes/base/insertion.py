"""Putting a sentence into a question, and choosing by seed: pure functions, the same on every machine."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, TypeVar

from chartered.domains.contract import Problem

Place = Literal["after_first_sentence", "end"]

_T = TypeVar("_T")

_END = re.compile(r"[.?!][\"')\]]*(?=\s+[\"'(\[]*[A-Z0-9])")
_NO_END = re.compile(r"(?:\b(?:[A-Z]|Dr|Mr|Mrs|Ms|Prof|St|vs|approx|No|Fig|e\.g|i\.e|etc)\.)$")


def inserted(problem: Problem, sentence: str, place: Place) -> Problem:
    """The problem with the sentence in its question; options, answer and earlier turns are those of the given one."""
    *before, last = problem.prompt
    put = after_first_sentence if place == "after_first_sentence" else at_end
    return replace(problem, prompt=(*before, {"role": last["role"], "content": put(last["content"], sentence)}))


def after_first_sentence(question: str, sentence: str) -> str:
    """The question with the sentence after its first one; at the end where there is only one."""
    for end in _END.finditer(question):
        head = question[: end.end()]
        if not _NO_END.search(head):
            return f"{head} {sentence}{question[end.end() :]}"
    return at_end(question, sentence)


def at_end(question: str, sentence: str) -> str:
    """The question with the sentence appended; on a line of its own where the question ends without a full stop."""
    text = question.rstrip()
    return f"{text}{' ' if text.endswith(tuple('.?!:')) else chr(10)}{sentence}"


def pick(choices: Sequence[_T], *key: Any) -> _T:
    """One of the choices, uniformly by a hash of the key: independent of order, process and Python version."""
    digest = hashlib.sha256(json.dumps(key).encode()).digest()
    return choices[int.from_bytes(digest[:8], "big") % len(choices)]
