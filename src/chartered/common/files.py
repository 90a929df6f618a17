"""Files that other rooms read and write: JSON lines with plain errors, whole-or-nothing writes, hashes."""

import gzip
import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

from chartered.common.errors import DataError, UsageError


def read_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Line number and JSON object of each non-blank line of a `.jsonl` or `.jsonl.gz` file.

    Raises:
        DataError: the file is missing, empty, not text, or a line is not a JSON object.
    """
    if not path.is_file():
        raise DataError(f"{path}: there is no such file; check the path.")
    empty = True
    for number, line in _lines(path):
        if line.strip():
            empty = False
            yield number, _row(path, number, line)
    if empty:
        raise DataError(f"{path}: the file is empty; it must hold one JSON object a line.")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    number = 0
    try:
        with _opened(path) as lines:
            for number, line in enumerate(lines, start=1):
                yield number, line
    except UnicodeDecodeError as error:
        raise DataError(
            f"{path}, after line {number}: not text in UTF-8 (byte {error.object[error.start]:#04x}); "
            "give a file of JSON lines."
        ) from error
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise DataError(f"{path}: the gzip file is damaged or cut short ({error}); fetch it again.") from error


def _opened(path: Path) -> TextIO:
    # -sig: some editors write a byte order mark, which is no part of the first object
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8-sig")
    return path.open(encoding="utf-8-sig")


def _row(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
        if "\\u" in line:
            json.dumps(row, ensure_ascii=False).encode()  # half of a surrogate pair could not be written again
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"{path}, line {number}: not a whole JSON object ({error}); mend or remove the line."
        ) from error
    if not isinstance(row, dict):
        raise DataError(f"{path}, line {number}: {type(row).__name__} where a JSON object is needed.")
    return row


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """Write JSON lines, whole or not at all; returns how many."""
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    write_whole(path, "".join(lines))
    return len(lines)


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that a reader sees the old content or the new one, never a part, also after a power cut."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, 0o644)
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def sha256_file(path: Path) -> str:
    """Hex SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sha256_files(paths: Iterable[Path], start: Path | None = None) -> str:
    """Hex SHA-256 over the sorted names, or paths below `start`, and the hashes of files."""
    listed = sorted((p.relative_to(start).as_posix() if start else p.name, sha256_file(p)) for p in paths)
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder, so that two commands never write into one.

    Raises:
        UsageError: another command holds it.
    """
    from filelock import FileLock, Timeout

    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise UsageError(f"{folder}: another command works in this folder; wait for it or give --output.") from error
    try:
        yield
    finally:
        lock.release()
