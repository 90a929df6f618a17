"""Answers that are wrong by construction, made from a right one: what a verifier must refuse."""

import re
from collections.abc import Iterator
from decimal import Decimal

from chartered.domains.contract import Problem
from chartered.domains.prompts import answer_line

_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


def perturbed(problem: Problem) -> Iterator[tuple[str, str]]:
    """What was done and the response that it makes: other options, other numbers, other text, no code.

    A number is moved by a tenth of itself and more, since verifiers may round; its unit stays.
    """
    if problem.tests is not None:
        yield "an empty program", "```python\npass\n```"
    elif problem.options:
        for other in problem.options:
            if other != problem.answer:
                yield f"the option {other!r}", answer_line(other)
    elif _NUMBER.fullmatch(problem.answer):
        yield from _numbers(Decimal(problem.answer), problem.unit)
    else:
        yield "another text", answer_line(f"{problem.answer[::-1]} and something else")


def _numbers(value: Decimal, unit: str | None) -> Iterator[tuple[str, str]]:
    written = f" {unit}" if unit else ""
    moved = {"ten times": value * 10, "a tenth more": value + max(abs(value) / 10, Decimal(1)), "the negative": -value}
    for how, wrong in moved.items():
        if wrong != value:
            yield how, answer_line(f"{wrong:f}{written}")
    if unit:
        yield "another unit", answer_line(f"{value:f} furlong")
