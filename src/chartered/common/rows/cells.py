"""Cells of rows that others wrote: what is empty, what a cell says as text, and cells inside cells."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from chartered.common.errors import DataError

Row = dict[str, Any]


class Unusable(DataError):
    """A row that is left out and counted where the set is the user's own; `reason` is what it is counted under."""

    def __init__(self, reason: str, sentence: str = "") -> None:
        super().__init__(sentence or reason)
        self.reason = reason


def missing(value: Any) -> bool:
    """Whether a cell is empty: null, NaN or blank text."""
    if isinstance(value, float):
        return math.isnan(value)
    return value is None or (isinstance(value, str) and not value.strip())


def plain_text(value: Any) -> str | None:
    """The text of a cell that holds text or a number (3.0 is "3"); None of any other and of an empty one."""
    if missing(value) or isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def dotted(row: Any, path: str) -> Any:
    """What stands at a path such as `question.stem` or `choices.0.text`; None where nothing does.

    A key that holds the dots itself comes first.
    """
    if isinstance(row, Mapping) and path in row:
        return row[path]
    head, _, rest = path.partition(".")
    if isinstance(row, Mapping):
        inner = row.get(head)
    elif isinstance(row, Sequence) and not isinstance(row, str) and head.isdigit() and int(head) < len(row):
        inner = row[int(head)]
    else:
        return None
    return dotted(inner, rest) if rest else inner
