"""A function in which one line is missing: fill it in."""

from collections.abc import Iterator

from chartered.domains.authoring import generator
from chartered.domains.code.functions import block, functions
from chartered.domains.contract import Problem


def problems() -> Iterator[Problem]:
    """The problems, function by function."""
    for function in functions():
        lines = function.source.rstrip("\n").split("\n")
        place = generator("fill", function.name, function.k).randrange(1, len(lines))
        indent = lines[place][: len(lines[place]) - len(lines[place].lstrip())]
        holed = "\n".join([*lines[:place], f"{indent}# one line is missing here", *lines[place + 1 :]])
        asked = f"This function is to return {function.says}, but a line is missing.\n{block(holed)}\nFill it in."
        yield function.program_problem("fill", asked, f"The line that is missing is: {lines[place].strip()}")
