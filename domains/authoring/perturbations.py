"""Answers that are wrong by construction, made from a right one: what a verifier must refuse."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal

from chartered.domains.contract import Problem
from chartered.domains.prompts import answer_line
from chartered.domains.verifiers.categories.labels import gold_labels, written
from chartered.domains.verifiers.categories.yes_no import gold_agrees, opposite

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


def perturbed(problem: Problem) -> Iterator[tuple[str, str]]:
    """What was done and the response that it makes: other options or sets, other numbers, other text, no code.

    A number is moved by a tenth of itself and more, since verifiers may round; its unit stays.
    """
    if problem.tests is not None:
        yield "an empty program", "```python\npass\n```"
    elif problem.options and problem.answer not in problem.options and _is_set(problem):
        yield from _sets(problem)
    elif problem.options:
        for other in problem.options:
            if other != problem.answer:
                yield f"the option {other!r}", answer_line(other)
    elif _NUMBER.fullmatch(problem.answer):
        yield from _numbers(Decimal(problem.answer), problem.unit)
    elif gold_agrees(problem.answer) is not None:
        yield "the contrary", answer_line(opposite(problem.answer))
        yield "both", answer_line(f"{problem.answer} and {opposite(problem.answer)}")
    else:
        yield "another text", answer_line(f"{problem.answer[::-1]} and something else")


def _is_set(problem: Problem) -> bool:
    return gold_labels(problem.answer, problem.options) is not None


def _sets(problem: Problem) -> Iterator[tuple[str, str]]:
    """A label too many, a label too few, and the set of all others."""
    gold = gold_labels(problem.answer, problem.options) or frozenset()
    others = gold_labels(json.dumps(problem.options), problem.options) or frozenset()
    for option in sorted(others):
        how = f"without {option!r}" if option in gold else f"with {option!r}"
        yield how, answer_line(written(gold ^ {option}, problem))
    yield "all others", answer_line(written(others - gold, problem))


def _numbers(value: Decimal, unit: str | None) -> Iterator[tuple[str, str]]:
    written = f" {unit}" if unit else ""
    moved = {"ten times": value * 10, "a tenth more": value + max(abs(value) / 10, Decimal(1)), "the negative": -value}
    for how, wrong in moved.items():
        if wrong != value:
            yield how, answer_line(f"{wrong:f}{written}")
    if unit:
        yield "another unit", answer_line(f"{value:f} furlong")
