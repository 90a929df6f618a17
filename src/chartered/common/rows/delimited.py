"""Tables as text: CSV and TSV with a header, told by their delimiter; quoted cells may hold line breaks."""

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from chartered.common.errors import DataError
from chartered.common.rows.cells import Row
from chartered.common.rows.text import opened

DELIMITERS = {",": "commas", "\t": "tabs", ";": "semicolons", "|": "bars"}
_SAMPLE = 30
_LONGEST = 1 << 30
"""Characters of a cell; Python's own limit of 131,072 is less than a long context."""
_SEPARATOR = re.compile(r"sep=(.)\s*", re.IGNORECASE)


def delimiter(path: Path) -> str:
    """The delimiter under which the first records have the most equal columns.

    Raises:
        DataError: the file is not text.
    """
    with opened(path, newline="") as text:
        sample = "".join(islice(text, 4 * _SAMPLE))
    if said := _SEPARATOR.match(sample):
        return said[1]
    return max(DELIMITERS, key=lambda sign: _fit(sample, sign))


def _fit(sample: str, sign: str) -> tuple[float, int]:
    """Share of records as wide as the first one, and that width; nothing for one column."""
    try:
        records = islice(csv.reader(sample.splitlines(True), delimiter=sign), _SAMPLE)
        widths = [len(record) for record in records if record]
    except csv.Error:
        return 0.0, 0
    if not widths or widths[0] < 2:
        return 0.0, 0
    return Counter(widths)[widths[0]] / len(widths), widths[0]


def delimited_rows(path: Path, sign: str) -> Iterator[tuple[str, Row]]:
    """Place and row of each record; cells are text, and records of blank cells alone are left out.

    Raises:
        DataError: no header, a column twice, a record that is wider or narrower than the header, an open quote.
    """
    csv.field_size_limit(_LONGEST)
    number = 0
    try:
        with opened(path, newline="") as text:
            reader = csv.reader(text, delimiter=sign, strict=True)
            header = _header(reader, path)
            start = reader.line_num + 1
            for record in reader:
                number = reader.line_num
                if any(cell.strip() for cell in record):
                    yield f"{path}, line {start}", _row(header, record, f"{path}, line {start}")
                start = number + 1
        if not number:
            raise DataError(f"{path}: a header alone; the file holds no rows.")
    except csv.Error as error:
        raise DataError(
            f"{path}, after line {number}: not a table in {DELIMITERS.get(sign, repr(sign))} ({error}); mostly a quote "
            "is not closed there."
        ) from error


def _header(reader: Any, path: Path) -> list[str]:
    for record in reader:
        if (len(record) == 1 and _SEPARATOR.fullmatch(record[0])) or not any(cell.strip() for cell in record):
            continue
        if len(record) == 2 and [cell.lower() for cell in record] == ["sep=", ""]:
            continue  # "sep=;" is itself a record of two cells
        header = [cell.strip() for cell in record]
        while len(header) > 1 and not header[-1]:
            header.pop()
        twice = [name for name, count in Counter(header).items() if count > 1]
        if twice:
            raise DataError(f"{path}: two columns are named {twice[0]!r}; give each a name of its own.")
        return header
    raise DataError(f"{path}: the file is empty; a header and rows are needed.")


def _row(header: list[str], record: list[str], where: str) -> Row:
    while len(record) > len(header) and not record[-1].strip():
        record.pop()
    if len(record) != len(header):
        raise DataError(
            f"{where}: more or fewer fields than the header ({len(record)}, not {len(header)}); mend the line."
        )
    return dict(zip(header, record, strict=True))
