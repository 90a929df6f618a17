"""The rows in a JSON document of any shape.

A list of objects, one such list under a key (`{"dev": [...]}`), columns of lists, the forms that pandas and the hub's
viewer write, or objects by their id. Of several lists one must be named, as a dotted `part`.
"""

from collections.abc import Mapping
from typing import Any

from chartered.common.errors import DataError, nearest
from chartered.common.rows.cells import Row, dotted

_INNER = frozenset(("conversations", "conversation", "messages", "choices", "options", "turns", "prompt", "completion"))
"""Lists of objects that belong to one row."""


def document_rows(content: Any, source: object, part: str | None = None) -> tuple[str, list[Row]]:
    """The form in words, and the rows.

    Raises:
        DataError: there are no rows in it, several lists of them, or no such part.
    """
    if part is not None:
        content = _part(content, source, part)
    form, rows = _shaped(content, source)
    if not rows:
        raise DataError(f"{source}: the file holds no rows; a list with at least one JSON object is needed.")
    other = next((place for place, row in enumerate(rows, start=1) if not isinstance(row, dict)), None)
    if other is not None:
        raise DataError(f"{source}, row {other}: {type(rows[other - 1]).__name__} where a JSON object is needed.")
    return (f"{form}, part {part}" if part else form), [_viewed(row) for row in rows]


def _shaped(content: Any, source: object) -> tuple[str, list[Any]]:
    if isinstance(content, list):
        if len(content) > 1 and all(isinstance(each, list) for each in content) and _names(content[0]):
            return "a JSON table", [dict(zip(content[0], record, strict=False)) for record in content[1:]]
        return "a JSON list", content
    if not isinstance(content, dict):
        raise DataError(f"{source}: {type(content).__name__} where rows are needed: a list of JSON objects, or lines.")
    if isinstance(content.get("columns"), list) and isinstance(content.get("data"), list):
        return "a JSON table", [dict(zip(content["columns"], record, strict=False)) for record in content["data"]]
    if _of_columns(content):
        return "JSON columns", [dict(zip(content, cells, strict=True)) for cells in zip(*content.values(), strict=True)]
    if _of_numbered(content):
        places = next(iter(content.values()))
        return "JSON columns", [{name: cells[place] for name, cells in content.items()} for place in places]
    return _listed(content, source)


def _listed(content: dict[str, Any], source: object) -> tuple[str, list[Any]]:
    """The one list under a key, else objects by their id, else a list that stands deeper, else one row."""
    found = {key: value for key, value in content.items() if _is_rows(value) and key not in _INNER}
    keyed = all(isinstance(value, dict) for value in content.values()) and bool(content)
    if not found and not (keyed and len(content) > 1):
        found = {
            f"{key}.{name}": inner
            for key, value in content.items()
            if isinstance(value, dict)
            for name, inner in value.items()
            if _is_rows(inner) and name not in _INNER
        }
        if not _INNER.isdisjoint(content):
            found = {}
    if len(found) > 1:
        sizes = ", ".join(f"{key} ({len(rows)} rows)" for key, rows in found.items())
        raise DataError(f"{source}: it holds several lists, {sizes}; name one, as in --part {next(iter(found))}.")
    if found:
        ((key, rows),) = found.items()
        return f"a JSON list under {key!r}", rows
    if keyed:
        return "JSON objects by id", [{"id": key, **row} for key, row in content.items()]
    return "one JSON object", [content] if content else []


def _part(content: Any, source: object, part: str) -> Any:
    found = dotted(content, part)
    if found is None:
        known = content if isinstance(content, Mapping) else ()
        raise DataError(f"{source}: there is no part {part!r}; {nearest(part, map(str, known))}")
    return found


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def _names(record: list[Any]) -> bool:
    return bool(record) and all(isinstance(name, str) for name in record) and len(set(record)) == len(record)


def _of_columns(content: dict[str, Any]) -> bool:
    """Lists of one length, of which one at least holds no objects: those of objects are lists of rows."""
    columns = list(content.values())
    if not columns or not all(isinstance(column, list) for column in columns) or not columns[0]:
        return False
    return len({len(column) for column in columns}) == 1 and not all(map(_is_rows, columns))


def _of_numbered(content: dict[str, Any]) -> bool:
    """Columns of objects with the numbers of rows for keys, as pandas writes them."""
    columns = list(content.values())
    if not columns or not all(isinstance(column, dict) and column for column in columns):
        return False
    return all(column.keys() == columns[0].keys() for column in columns) and all(key.isdigit() for key in columns[0])


def _viewed(row: Row) -> Row:
    """The row itself, where the hub's viewer wrapped it."""
    inner = row.get("row")
    return inner if isinstance(inner, dict) and "row_idx" in row else row
