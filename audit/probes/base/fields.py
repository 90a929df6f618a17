"""Fields of rows that others wrote: each is there and of its type, or a sentence names line and field."""

from collections.abc import Mapping
from typing import Any

from chartered.common.errors import DataError, nearest

Record = Mapping[str, Any]
"""One line of a file."""


def field(row: Record, key: str, where: str) -> Any:
    """The value of a field that must be there.

    Raises:
        DataError: it is not.
    """
    if key not in row:
        raise DataError(f"{where}: the field {key!r} is missing; {nearest(key, row)}")
    return row[key]


def text(row: Record, key: str, where: str) -> str:
    """The value of a field that must be text.

    Raises:
        DataError: it is missing, blank or another type.
    """
    value = field(row, key, where)
    if not isinstance(value, str) or not value.strip():
        raise DataError(f"{where}: the field {key!r} is {value!r:.80}; it must be text.")
    return value


def identity(row: Record, key: str, where: str) -> str:
    """The value of a field that must be a number or a name, as text.

    Raises:
        DataError: it is neither.
    """
    value = field(row, key, where)
    if isinstance(value, bool) or not isinstance(value, int | str) or not str(value).strip():
        raise DataError(f"{where}: the field {key!r} is {value!r:.80}; it must be a number or a name.")
    return str(value)
