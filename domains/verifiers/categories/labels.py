"""A set of labels of a closed set, such as the kinds of unfair terms in a clause: all of them, in any order.

The closed set is `problem.options`. The gold answer is a JSON list of labels, which tells `prompts.render` to ask for
all that apply, or labels between semicolons; the empty set is `[]`, "none" or "no label". How a list of labels is read
is told in `reading.categories`. Not covered: synonyms and abbreviations of a label, labels that hold a semicolon.
"""

import json
from functools import lru_cache

from chartered.domains.contract import Check, Problem
from chartered.domains.verifiers.reading.categories.label_sets import is_empty, listed, read_labels
from chartered.domains.verifiers.reading.categories.lists import MOST_LINES, Lines, read_lines
from chartered.domains.verifiers.reading.response import visible

NONE = "none"
"""How the empty set is written."""


def labels(problem: Problem, response: str) -> Check:
    """Compare the labels that a response answers with, as a set, with the gold ones.

    A wrong set has the F1 of the two sets as its score: 0 where they share no label, under 1 always.
    """
    gold = gold_labels(problem.answer, problem.options)
    if gold is None:
        reason = f"the gold answer {problem.answer[:80]!r} is no set of the {len(problem.options)} options"
        return Check(status="error", score=0.0, reason=reason)
    answer = read_lines(response) or _whole(response)
    named = read_labels(problem.options, answer.lines) if answer else None
    if answer is None or named is None:
        return Check(status="no_answer", score=0.0, reason="no set of labels can be read from the response")
    if named == gold:
        return Check(status="correct", score=1.0, answer=problem.answer, reason=answer.where)
    reason = f"{_difference(named, gold)}; {answer.where}"
    return Check(status="wrong", score=_f1(named, gold), answer=written(named, problem), reason=reason)


@lru_cache(maxsize=4096)
def gold_labels(answer: str, options: tuple[str, ...]) -> frozenset[str] | None:
    """The labels of a gold answer; None where it is not a set of the options."""
    if is_empty(answer):
        return frozenset()
    given = listed(answer) if answer.lstrip().startswith("[") else [part.strip() for part in answer.split(";")]
    if given is None or any(each not in options for each in given):
        return None
    return frozenset(each for each in given if not is_empty(each))


def written(labels: frozenset[str], problem: Problem) -> str:
    """A set as the gold answer of the problem writes its own, in the order of the options."""
    ordered = [option for option in problem.options if option in labels]
    if problem.answer.lstrip().startswith("["):
        return json.dumps(ordered, ensure_ascii=False)
    return "; ".join(ordered) or NONE


def _whole(response: str) -> Lines | None:
    """The response, which must be the labels and nothing else where no answer is marked."""
    lines = [line for line in visible(response)[:10_000].splitlines() if line.strip()]
    return Lines(tuple(lines), "read from the whole response") if 0 < len(lines) <= MOST_LINES else None


def _difference(named: frozenset[str], gold: frozenset[str]) -> str:
    parts = {"missing": gold - named, "too many": named - gold}
    return "; ".join(f"{what}: {', '.join(sorted(which))}" for what, which in parts.items() if which)


def _f1(named: frozenset[str], gold: frozenset[str]) -> float:
    return 2 * len(named & gold) / (len(named) + len(gold))
