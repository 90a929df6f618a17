"""A function and a value: which of four calls returns it?"""

from collections.abc import Iterator, Mapping

from chartered.domains.authoring import generator
from chartered.domains.code.functions import Function, block, functions, result, unlike, written
from chartered.domains.contract import Problem
from chartered.domains.prompts import answer_line

EACH = {"train": 3, "heldout": 8}
"""Problems of each function by its split: an audit needs more than a hundred held-out ones with options."""


def problems() -> Iterator[Problem]:
    """The problems, function by function."""
    for function in functions():
        calls = unlike(function, function.calls("choose", n=40))
        by_value = {result(function.source, call): written(function.name, call) for call in reversed(calls)}
        if len(by_value) >= 4:
            for number in range(EACH[function.split]):
                yield _problem(function, by_value, number)


def _problem(function: Function, by_value: Mapping[str, str], number: int) -> Problem:
    rng = generator("choose", function.name, function.k, number)
    values = rng.sample(sorted(by_value), 4)
    right = values[rng.randrange(4)]
    return function.problem(
        "choose",
        f"{block(function.source)}\nWhich of these calls returns {right}?",
        answer=by_value[right],
        solution=f"The function {function.name} returns {function.says}.\n{answer_line(by_value[right])}",
        options=tuple(by_value[value] for value in values),
    )
