"""A function with a bug and a call that shows it: mend the function."""

from collections.abc import Iterator

from chartered.domains.code.functions import Call, Function, block, functions, result, written
from chartered.domains.contract import Problem


def problems() -> Iterator[Problem]:
    """The problems, function by function."""
    for function in functions():
        for bug in function.bugs:
            calls = function.calls("repair")
            telling = next((call for call in calls if result(bug, call) != result(function.source, call)), None)
            if telling is not None:  # else the change makes no difference with this value
                yield _problem(function, bug, telling)


def _problem(function: Function, bug: str, call: Call) -> Problem:
    example = f"{written(function.name, call)} must give {result(function.source, call)}."
    asked = f"This function is to return {function.says}, but it has a bug.\n{block(bug)}\n{example} Mend it."
    return function.program_problem("repair", asked, f"With the bug this call gives {result(bug, call)}.")
