"""The problem sets of the code domain: five generated kinds, and published sets from local files.

Expected values are what the reference functions give when they are run, and every bug that is shown fails the tests.
"""

from collections.abc import Iterator

from chartered.domains.authoring.generated import generated
from chartered.domains.authoring.splits import generator
from chartered.domains.code.problems.tasks import (
    LICENCE,
    Task,
    asserts,
    result,
    run,
    tasks,
    unlike,
    written,
)
from chartered.domains.code.published import REAL
from chartered.domains.contract import Message, Problem
from chartered.domains.prompts import answer_line

WHOLE = "Give the whole function in one block that begins with ```python and ends with ```."
CALLS = 3
"""Calls of each function whose result is asked for, and choices of a call."""
HELDOUT_CHOICES = 8
"""The same for held-out functions: an audit needs more than a hundred problems with options."""


def synthesis() -> Iterator[Problem]:
    """A description and two examples: write the function."""
    for task in tasks():
        calls = task.calls("synthesis")
        asked = f"Write a Python function {task.name}({task.args}) that returns {task.says}."
        shown = "\n".join(f"{written(task.name, call)} gives {result(task.source, call)}." for call in calls[:2])
        yield _program("synthesis", task, f"{asked}\n{shown}", f"The function returns {task.says}.")


def repair() -> Iterator[Problem]:
    """A function with a bug and a call that shows it: mend the function."""
    for task in tasks():
        for bug in task.bugs:
            call = next((c for c in task.calls("repair") if result(bug, c) != result(task.source, c)), None)
            if call is None:
                continue  # with this value the change is none
            shown = f"{written(task.name, call)} must give {result(task.source, call)}."
            asked = f"This function is to return {task.says}, but it has a bug.\n{_block(bug)}\n{shown} Mend it."
            yield _program("repair", task, asked, f"With the bug this call gives {result(bug, call)}.")


def fill() -> Iterator[Problem]:
    """A function with a gap: fill it in."""
    for task in tasks():
        lines = task.source.rstrip("\n").split("\n")
        place = generator("fill", task.template, task.k).randrange(1, len(lines))
        gap = lines[place][: len(lines[place]) - len(lines[place].lstrip())] + "# one line is missing here"
        holed = "\n".join([*lines[:place], gap, *lines[place + 1 :]]) + "\n"
        asked = f"This function is to return {task.says}, but a line is missing.\n{_block(holed)}\nFill it in."
        yield _program("fill", task, asked, f"The line that is missing is: {lines[place].strip()}")


def output() -> Iterator[Problem]:
    """A function and a call: what does it give?"""
    for task in tasks():
        for call in unlike(task, task.calls("output", n=40))[:CALLS]:
            value = result(task.source, call)
            asked = f"{_block(task.source)}\nWhat does {written(task.name, call)} return? Answer as Python writes it."
            yield _problem("output", task, asked, answer=value, solution=f"{_does(task)}\n{answer_line(value)}")


def choose() -> Iterator[Problem]:
    """A function and a value: which of four calls gives it?"""
    for task in tasks():
        calls = unlike(task, task.calls("choose", n=40))
        different = {result(task.source, call): call for call in reversed(calls)}
        if len(different) < 4:
            continue
        for number in range(CALLS if task.split == "train" else HELDOUT_CHOICES):
            rng = generator("choose", task.template, task.k, number)
            values = rng.sample(sorted(different), 4)
            options = tuple(written(task.name, different[value]) for value in values)
            place = rng.randrange(4)
            asked = f"{_block(task.source)}\nWhich of these calls returns {values[place]}?"
            solution = f"{_does(task)}\n{answer_line(options[place])}"
            yield _problem("choose", task, asked, answer=options[place], solution=solution, options=options)


def _program(kind: str, task: Task, asked: str, why: str) -> Problem:
    """A problem whose answer is a program that passes tests."""
    return _problem(
        kind, task, f"{asked}\n{WHOLE}", answer=task.source, tests=asserts(task, task.calls("tests")),
        solution=f"{why}\n{_block(task.source)}",
    )  # fmt: skip


def _problem(
    kind: str, task: Task, asked: str, *, answer: str, solution: str, options: tuple[str, ...] = (),
    tests: str | None = None,
) -> Problem:  # fmt: skip
    turn: tuple[Message, ...] = ({"role": "user", "content": asked},)
    return Problem(
        prompt=turn, answer=answer, kind=kind, domain="code", split=task.split, options=options, tests=tests,
        groups={"difficulty": task.level}, solution=solution,
    )  # fmt: skip


def _block(source: str) -> str:
    return f"```python\n{source.rstrip()}\n```"


def _does(task: Task) -> str:
    return f"The function {run(task.source).__name__} returns {task.says}."


PROBLEM_SETS = (
    generated("synthesis", "a description and two examples: write the function", synthesis, LICENCE),
    generated("repair", "a function with a bug and a call that shows it", repair, LICENCE),
    generated("fill", "a function in which one line is missing", fill, LICENCE),
    generated("output", "a function and a call: what does it return", output, LICENCE),
    generated("choose", "a function and a value: which of four calls returns it", choose, LICENCE),
    *REAL,
)
