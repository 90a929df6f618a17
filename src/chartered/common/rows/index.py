"""Answers that are numbers of options: does the file count from 0 or from 1? The whole file tells, never one row."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from chartered.common.errors import DataError
from chartered.common.rows.cells import plain_text


@dataclass(frozen=True, slots=True)
class IndexBase:
    """What the first option is numbered, and how that is known."""

    base: int
    why: str


def whole_number(value: Any) -> int | None:
    """The whole number of a cell (2, 2.0, "2", "2.0"), or None."""
    text = (plain_text(value) or "").removesuffix(".0")
    digits = text.removeprefix("-")
    return int(text) if digits.isdecimal() and digits.isascii() and len(digits) < 10 else None


def index_base(answers: Iterable[tuple[str, int, int]], source: object, said: int | None = None) -> IndexBase:
    """The base of the answers of a file, each given as (place, number, options in that row).

    A 0 shows that the first option is 0; the number of options, n, that it is 1. Numbers that no base allows show
    nothing.

    Raises:
        DataError: the file shows neither, or both.
    """
    if said is not None:
        return IndexBase(said, f"counted from {said}, as you say")
    shown: dict[int, str] = {}
    numbers: list[int] = []
    for place, number, options in answers:
        if number == 0:
            shown.setdefault(0, f"{place} has 0")
        elif number == options:
            shown.setdefault(1, f"{place} has {number} of {options} options")
        if 0 <= number <= options:
            numbers.append(number)
    if len(shown) == 1:
        ((base, why),) = shown.items()
        return IndexBase(base, f"counted from {base}: {why}")
    if shown:
        raise DataError(
            f"{shown[0]} and {shown[1]}, so the answers count neither from 0 nor from 1; mend the rows, or "
            "say --index-base 0 or 1 (index_base in a recipe) and those that do not fit are left out."
        )
    if not numbers:
        return IndexBase(0, "there are no answers")
    span = f"from {min(numbers)} to {max(numbers)}"
    raise DataError(
        f"{source}: the answers are numbers {span}, which fits counting from 0 and from 1, and a wrong guess makes all "
        "of them wrong; say which with --index-base 0 or --index-base 1 (index_base in a recipe)."
    )
