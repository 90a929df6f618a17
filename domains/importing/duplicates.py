"""Problems compared by what they ask, not by their id: case, spaces and the order of options make no difference."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable

from chartered.domains.contract import Problem

TWICE = "problem twice"
TWO_ANSWERS = "question with two different answers"
BOTH_SPLITS = "training problem that is held out too"


def content_key(problem: Problem) -> Hashable:
    """What a problem asks, folded; the answer and the split do not count."""
    turns = tuple((turn["role"], _folded(turn["content"])) for turn in problem.prompt)
    options = tuple(sorted(map(_folded, problem.options)))
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
        if len({_folded(problem.answer) for problem in same}) > 1:
            dropped[TWO_ANSWERS] += len(same)
            continue
        heldout = [problem for problem in same if problem.split == "heldout"]
        kept.append((heldout or same)[0])
        if heldout and len(heldout) < len(same):
            dropped[BOTH_SPLITS] += len(same) - len(heldout)
        if len(heldout or same) > 1:
            dropped[TWICE] += len(heldout or same) - 1
    return kept


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
