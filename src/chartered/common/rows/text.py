"""Bytes of a file as text: gz opened, byte order marks heeded, and where it fails the line."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from chartered.common.errors import DataError

_GZIP = b"\x1f\x8b"
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def beginning(path: Path, size: int = 4096) -> bytes:
    """The first bytes, out of a gz too.

    Raises:
        DataError: there is no such file, or the gz is damaged.
    """
    with _damage(path), _bytes(path) as file:
        return file.read(size)


@contextmanager
def opened(path: Path, newline: str | None = None) -> Iterator[TextIO]:
    """The text of a file, by its byte order mark in UTF-16 or UTF-8, without one in UTF-8.

    Raises:
        DataError: it is not text in these, or a damaged gz.
    """
    encoding = encoding_of(beginning(path, 4))
    try:
        with _damage(path), _bytes(path) as file, io.TextIOWrapper(file, encoding=encoding, newline=newline) as text:
            yield text
    except UnicodeError as error:
        raise DataError(_not_text(path, encoding)) from error


def encoding_of(head: bytes) -> str:
    """The encoding that the first bytes show; UTF-8 where they show none."""
    return next((encoding for mark, encoding in _MARKS if head.startswith(mark)), "utf-8-sig")


def _bytes(path: Path) -> BinaryIO:
    if not path.is_file():
        raise DataError(f"{path}: there is no such file; check the path.")
    with path.open("rb") as file:
        zipped = file.read(2) == _GZIP
    return cast(BinaryIO, gzip.open(path, "rb")) if zipped else path.open("rb")


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    try:
        yield
    except EOFError as error:
        raise DataError(f"{path}: the gzip file is cut short; fetch it again.") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise DataError(f"{path}: the gzip file is damaged ({error}); fetch it again.") from error


def _not_text(path: Path, encoding: str) -> str:
    """Where the first byte stands that does not fit, and what may help."""
    name = encoding.removesuffix("-sig").upper()
    with _bytes(path) as file:
        data = file.read()
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        line, byte = data.count(b"\n", 0, error.start) + 1, data[error.start]
        return f"{path}, line {line}: not text in {name} (byte {byte:#04x}); save the file as UTF-8."
    return f"{path}: not text in {name}; save the file as UTF-8."
