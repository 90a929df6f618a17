"""Problems compared by what they ask, not by their id: case, spaces and the order of options make no difference."""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable

from chartered.domains.contract import Problem

TWICE = "problem twice"
TWO_ANSWERS = "question with two different answers"
BOTH_SPLITS = "training problem that is held out too"

_WORD = re.compile(r"[^\W\d_]+")
_SMALL = frozenset(
    (
        "a",
        "an",
        "as",
        "at",
        "be",
        "by",
        "do",
        "he",
        "i",
        "if",
        "in",
        "is",
        "it",
        "me",
        "my",
        "of",
        "on",
        "or",
        "so",
        "to",
        "we",
    )
)


def content_key(problem: Problem) -> Hashable:
    """What a problem asks, folded; the answer and the split do not count."""
    turns = tuple((turn["role"], folded(turn["content"])) for turn in problem.prompt)
    options = tuple(sorted(map(folded, problem.options)))
    return problem.domain, problem.kind, problem.unit, problem.tests, turns, options


def distinct(problems: Iterable[Problem], dropped: Counter[str]) -> list[Problem]:
    """Each problem once, in order; what is left out is counted in `dropped`.

    Of a question with two different answers nobody can say which is right: all are left out. A problem in both splits
    is held out, and not trained on.
    """
    alike: dict[Hashable, list[Problem]] = defaultdict(list)
    for problem in problems:
        alike[content_key(problem)].append(problem)
    kept = []
    for same in alike.values():
        if len({folded(problem.answer) for problem in same}) > 1:
            dropped[TWO_ANSWERS] += len(same)
            continue
        heldout = [problem for problem in same if problem.split == "heldout"]
        kept.append((heldout or same)[0])
        if heldout and len(heldout) < len(same):
            dropped[BOTH_SPLITS] += len(same) - len(heldout)
        if len(heldout or same) > 1:
            dropped[TWICE] += len(heldout or same) - 1
    return kept


def folded(text: str) -> str:
    """The text in lower case with single spaces; words whose case may mean something keep it: Vv, AABB, mU, MHz."""
    return " ".join(_WORD.sub(_in_lower_case, text).split())


def _in_lower_case(word: re.Match[str]) -> str:
    text, lower = word[0], word[0].lower()
    plain = text.islower() or text.isupper() or text.istitle()
    return lower if plain and (len(set(lower)) > 2 or lower in _SMALL) else text
