"""Fields renamed as a person maps them: `question=stem,answer=key.letter`, `options=opa+opb+opc+opd`."""

from collections.abc import Iterable, Mapping

from chartered.common.errors import UsageError, nearest
from chartered.common.rows.cells import Row, dotted

Columns = Mapping[str, tuple[str, ...]]
"""Name of ours to the paths in a row that hold it."""


def parse_map(given: Iterable[str], known: Iterable[str] | None = None) -> Columns:
    """The columns of texts such as `question=stem,answer=label`; several columns of one field are joined by `+`.

    Raises:
        UsageError: a part is not NAME=COLUMN, names a field twice, or one that is not among the `known`.
    """
    columns: dict[str, tuple[str, ...]] = {}
    for part in (part.strip() for text in given for part in text.split(",")):
        name, sign, paths = (piece.strip() for piece in part.partition("="))
        listed = tuple(path.strip() for path in paths.split("+"))
        if not name or not sign or not all(listed):
            raise UsageError(f"--map {part!r} must be NAME=COLUMN, as in question=stem,answer=label.")
        if known is not None and name not in set(known):
            raise UsageError(f"--map {part!r}: there is no field {name!r} to fill; {nearest(name, known)}")
        if name in columns:
            raise UsageError(f"--map names {name!r} twice; give each field once, several columns joined by +.")
        columns[name] = listed
    return columns


def mapped(row: Row, columns: Columns) -> Row:
    """The row with the mapped fields under our names; what was there keeps its own names besides."""
    found: Row = {}
    for name, paths in columns.items():
        values = [dotted(row, path) for path in paths]
        found[name] = values[0] if len(values) == 1 else values
    return {**row, **found}


def check_columns(columns: Columns, rows: Iterable[Row]) -> None:
    """Refuse a column that no row has.

    Raises:
        UsageError: naming the nearest one.
    """
    left = {path for paths in columns.values() for path in paths}
    names: set[str] = set()
    for row in rows:
        left = {path for path in left if dotted(row, path) is None and path not in row}
        if not left:
            return
        names.update(row)
    path = min(left)
    raise UsageError(f"--map: no row has a column {path!r}; {nearest(path.partition('.')[0], names)}")
