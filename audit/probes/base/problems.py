"""Which problems a probe can use, and the same problem in other words."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from chartered.domains.checking.requirements import parts
from chartered.domains.contract import Domain, Problem
from chartered.domains.verifiers.choice import choice

MOST_OPTIONS = 26
"""Options are lettered A to Z."""


def misfit(problem: Problem) -> str | None:
    """Why a probe of multiple choice cannot use the problem, or None."""
    options = [" ".join(option.split()).casefold() for option in problem.options]
    if not options:
        return "not multiple choice"
    if problem.answer not in problem.options:
        return "the right answer is not one of the options"
    if len(set(options)) < len(options):
        return "two options read the same"
    if not 2 <= len(options) <= MOST_OPTIONS:
        return f"fewer than 2 or more than {MOST_OPTIONS} options"
    if not all(options) or not problem.question.strip():
        return "an empty question or option"
    return None


def single_turn_misfit(problem: Problem) -> str | None:
    """Why a probe that rewords the one question cannot use the problem, or None."""
    if sum(turn["role"] == "user" for turn in problem.prompt) != 1 or problem.prompt[-1]["role"] != "user":
        return "not one question in one turn"
    return misfit(problem)


def fitting(problems: Sequence[Problem]) -> tuple[dict[str, Problem], Counter[str]]:
    """The problems of multiple choice by id, and the others counted by reason."""
    kept: dict[str, Problem] = {}
    dropped: Counter[str] = Counter()
    for problem in problems:
        reason = "asked twice" if problem.id in kept else misfit(problem)
        if reason:
            dropped[reason] += 1
        else:
            kept[problem.id] = problem
    return kept, dropped


def reworded(problem: Problem, question: str) -> Problem:
    """The problem with another text as its last turn."""
    return replace(problem, prompt=(*problem.prompt[:-1], {"role": "user", "content": question}))


def choice_kind(domain: Domain, default: str) -> str:
    """The kind of problem whose verifier reads a choice, also where `choice` is a part of it; else the default.

    A written answer to a question of the probe's own is read by the domain's verifier, which goes by this kind.
    """
    kinds = (kind for kind, verifier in domain.verifiers.items() if choice in parts(verifier))
    return next(kinds, default)
