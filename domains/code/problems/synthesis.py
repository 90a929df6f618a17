"""A description and two examples: write the function."""

from collections.abc import Iterator

from chartered.domains.code.functions import functions, result, written
from chartered.domains.contract import Problem


def problems() -> Iterator[Problem]:
    """The problems, function by function."""
    for function in functions():
        calls = function.calls("synthesis")
        asked = f"Write a Python function {function.name}({function.args}) that returns {function.says}."
        examples = [f"{written(function.name, call)} gives {result(function.source, call)}." for call in calls[:2]]
        yield function.program_problem(
            "synthesis", "\n".join([asked, *examples]), f"The function returns {function.says}."
        )
