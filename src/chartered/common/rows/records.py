"""The rows of a file, whatever it is: its form is told by what it holds, not by its name."""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chartered.common.errors import DataError
from chartered.common.rows.cells import Row
from chartered.common.rows.delimited import DELIMITERS, delimited_rows, delimiter
from chartered.common.rows.document import document_rows
from chartered.common.rows.text import beginning, encoding_of, opened

_ZIP, _PARQUET = b"PK\x03\x04", b"PAR1"


class Records:
    """The rows of a file, each with its place (file and line or row); they are read anew each time they are gone over.

    `form` says what the file is. JSON lines, CSV and Parquet are read row by row, any other JSON whole.

    Raises:
        DataError: the file is missing, empty, damaged, or of no form that is read; also while rows are gone over.
    """

    def __init__(self, path: Path, part: str | None = None) -> None:
        self.path, self.part = path, part
        self.form = ""
        head = beginning(path)
        if not head.strip() and not head.startswith(_ZIP):
            raise DataError(f"{path}: the file is empty; rows are needed.")
        if head.startswith(_ZIP):
            self.form, self._read = "samples in a zip", self._of_zip
        elif head.startswith(_PARQUET):
            self.form, self._read = "Parquet", self._of_parquet
        else:
            self._of_text(head)
        if part is not None and "part" not in self.form:
            raise DataError(f"{path}: {self.form} has no parts; leave --part {part} out.")

    def __iter__(self) -> Iterator[tuple[str, Row]]:
        return self._read()

    def _of_text(self, head: bytes) -> None:
        encoding = encoding_of(head)
        if encoding == "utf-8-sig" and b"\x00" in head:
            raise DataError(f"{self.path}: not text, or UTF-16 without a byte order mark; save the file as UTF-8.")
        start = head.decode(encoding, errors="ignore").lstrip()
        named_table = self.path.name.removesuffix(".gz").lower().endswith((".csv", ".tsv"))
        if start[:1] in ("{", "[") and not named_table:
            self._of_json()
            return
        if self.path.name.removesuffix(".gz").endswith((".json", ".jsonl", ".ndjson")):
            raise DataError(f"{self.path}, line 1: not JSON, which begins with {{ or [; give the file its own suffix.")
        sign = delimiter(self.path)
        if not named_table and sign not in start:
            raise DataError(
                f"{self.path}: neither JSON nor a table with a header; give JSON, JSON lines, CSV, TSV or Parquet."
            )
        self.form, self._read = (
            f"a table in {DELIMITERS.get(sign, repr(sign))}",
            lambda: delimited_rows(self.path, sign),
        )

    def _of_json(self) -> None:
        """One document, or a document a line: then more follows a first line that is whole."""
        with opened(self.path) as text:
            first = next(line for line in text if line.strip())
            more = any(line.strip() for line in text)
        value, whole = _parsed(first)
        named = self.path.name.removesuffix(".gz").endswith((".jsonl", ".ndjson"))
        object_first = isinstance(value, dict) if whole else first.strip() != "{" and first.lstrip().startswith("{")
        if (whole and more) or (named and object_first):
            self.form, self._read = "JSON lines", self._of_lines
            return
        content = _document(self.path)
        form, rows = document_rows(content, self.path, self.part)
        self.form = form
        self._read = lambda: ((f"{self.path}, row {number}", row) for number, row in enumerate(rows, start=1))

    def _of_lines(self) -> Iterator[tuple[str, Row]]:
        with opened(self.path) as text:
            for number, line in enumerate(text, start=1):
                if line.strip():
                    yield f"{self.path}, line {number}", _object(line, f"{self.path}, line {number}")

    def _of_parquet(self) -> Iterator[tuple[str, Row]]:
        import pyarrow.parquet  # type: ignore[import-untyped]  # comes with datasets, and takes a while to import

        number = 0
        try:
            with pyarrow.parquet.ParquetFile(self.path) as file:
                for batch in file.iter_batches():
                    for row in batch.to_pylist():
                        number += 1
                        yield f"{self.path}, row {number}", row
        except (pyarrow.ArrowException, OSError) as error:
            raise DataError(f"{self.path}: not a whole Parquet file ({error}); fetch it again.") from error
        if not number:
            raise DataError(f"{self.path}: the file holds no rows.")

    def _of_zip(self) -> Iterator[tuple[str, Row]]:
        """The samples of an inspect log (`.eval`)."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                names = sorted(name for name in archive.namelist() if name.startswith("samples/"))
                for number, name in enumerate(names, start=1):
                    yield f"{self.path}, sample {number}", _object(archive.read(name).decode(), f"{self.path}, {name}")
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
            raise DataError(f"{self.path}: a zip that cannot be read ({error}); give what is in it.") from error
        if not names:
            raise DataError(f"{self.path}: a zip or an Excel workbook; unpack it, or save it as CSV in UTF-8.")


def read_document(path: Path) -> Any:
    """What a whole JSON document says; None of a file that is not one.

    Raises:
        DataError: there is no such file, or the document is damaged.
    """
    head = beginning(path)
    if not head.decode(encoding_of(head), errors="ignore").lstrip().startswith(("{", "[")):
        return None
    with opened(path) as text:
        first = next(line for line in text if line.strip())
        more = any(line.strip() for line in text)
    value, whole = _parsed(first)
    if whole:
        return None if more else value
    return _document(path)


def _document(path: Path) -> Any:
    with opened(path) as text:
        content = text.read()
    try:
        value = json.loads(content)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and (several := _one_after_other(content)):
            return several
        raise DataError(_why(path, content, error)) from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: not JSON that can be read ({error}).") from error
    return _writable(value, content, str(path))


def _one_after_other(content: str) -> list[Any]:
    """Objects that follow each other without commas; none where what follows is not JSON."""
    decoder, place, found = json.JSONDecoder(), 0, []
    while place < len(content):
        try:
            value, place = decoder.raw_decode(content, place)
        except (ValueError, RecursionError):
            return []
        found.append(value)
        place += len(content[place:]) - len(content[place:].lstrip())
    return found


def _why(path: Path, content: str, error: json.JSONDecodeError) -> str:
    if error.pos >= len(content.rstrip()) or error.msg.startswith("Unterminated string"):
        return f"{path}, line {error.lineno}: the JSON breaks off here ({error.msg}); the file was cut, fetch it again."
    return f"{path}, line {error.lineno}: not JSON ({error.msg}, column {error.colno}); mend the line."


def _object(line: str, where: str) -> Row:
    value, whole = _parsed(line)
    if not whole:
        cut = not line.endswith("\n")
        remedy = "the file was cut here, or it is not JSON lines" if cut else "mend or remove the line"
        raise DataError(f"{where}: not a whole JSON object; {remedy}.")
    if not isinstance(value, dict):
        raise DataError(f"{where}: {type(value).__name__} where a JSON object is needed.")
    row: Row = _writable(value, line, where)
    return row


def _parsed(line: str) -> tuple[Any, bool]:
    try:
        return json.loads(line), True
    except (ValueError, RecursionError):
        return None, False


def _writable(value: Any, content: str, where: str) -> Any:
    if "\\u" in content:
        try:
            json.dumps(value, ensure_ascii=False).encode()
        except (UnicodeEncodeError, RecursionError) as error:
            raise DataError(
                f"{where}: half of a surrogate pair (such as \\ud800 alone) is not text; mend it."
            ) from error
    return value
