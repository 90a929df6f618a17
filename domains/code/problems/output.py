"""A function and a call: what does it return?"""

from collections.abc import Iterator

from chartered.domains.code.functions import block, functions, result, unlike, written
from chartered.domains.contract import Problem
from chartered.domains.prompts import answer_line

CALLS = 3
"""Calls of each function whose result is asked for."""


def problems() -> Iterator[Problem]:
    """The problems, function by function."""
    for function in functions():
        for call in unlike(function, function.calls("output", n=40))[:CALLS]:
            value = result(function.source, call)
            question = f"What does {written(function.name, call)} return? Answer as Python writes it."
            solution = f"The function {function.name} returns {function.says}.\n{answer_line(value)}"
            yield function.problem("output", f"{block(function.source)}\n{question}", answer=value, solution=solution)
