"""The store of replies: a file that is only ever appended to, so that a killed run does not pay twice.

Every reply is written, right or wrong, under the problem's id and a hash of what else decided it (wording, model,
temperature, token limit). Not in the hash is the address of the endpoint: a model that moves keeps its replies.
"""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from chartered.common.errors import CharteredError, DataError
from chartered.common.files import read_rows
from chartered.common.protocol.content import read_content
from chartered.common.reply import Reply

_KEYS = ("problem_id", "asked_sha")


class ReplyStore:
    """The replies of one file that were asked for under `asked_sha`; replies under another hash stay untouched."""

    def __init__(self, path: Path, asked_sha: str) -> None:
        """Open or create the file.

        Raises:
            DataError: a line other than a half-written last one is not a reply.
            CharteredError: the file cannot be written.
        """
        self.path = path
        self.asked_sha = asked_sha
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.torn = _mend(path)
            self._replies = {problem_id: reply for problem_id, asked, reply in _read(path) if asked == asked_sha}
            self._file = path.open("a", encoding="utf-8")
        except OSError as error:
            raise self._unwritable(error) from error

    def __enter__(self) -> "ReplyStore":
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):  # all that `add` accepted is flushed; what a full disk refused has raised there
            self._file.close()

    def get(self, problem_id: str) -> Reply | None:
        """The reply to a problem, if there is one."""
        return self._replies.get(problem_id)

    def add(self, problem_id: str, reply: Reply) -> None:
        """Append a reply and hand it to the operating system before anything else is done."""
        usual = asdict(Reply(text=""))
        given = {name: value for name, value in asdict(reply).items() if name == "text" or value != usual[name]}
        row = {"problem_id": problem_id, "asked_sha": self.asked_sha, **given}
        try:
            self._file.write(json.dumps(row, ensure_ascii=False) + "\n")
            self._file.flush()
        except OSError as error:
            raise self._unwritable(error) from error
        self._replies[problem_id] = reply

    def _unwritable(self, error: OSError) -> CharteredError:
        return CharteredError(
            f"{self.path}: replies cannot be written here ({error.strerror}); make room or choose another folder and "
            "run again, replies written before are kept."
        )


def _mend(path: Path) -> int:
    """Cut off a last line that a killed run wrote half; returns how many were cut, 0 or 1."""
    if not path.exists():
        return 0
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole == len(data):
        return 0
    if _is_json(data[whole:]):
        with path.open("ab") as file:
            file.write(b"\n")
        return 0
    os.truncate(path, whole)
    return 1


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _read(path: Path) -> Iterator[tuple[str, str, Reply]]:
    """Problem, hash of what was asked, and reply, of each line; a field that an older file lacks is empty."""
    if not path.exists() or path.stat().st_size == 0:
        return
    known = {field.name for field in fields(Reply)}
    for number, row in read_rows(path):
        problem_id, asked_sha = (row.pop(name, None) for name in _KEYS)
        good = isinstance(problem_id, str) and isinstance(asked_sha, str) and isinstance(row.get("text"), str | list)
        if not good or not set(row) <= known:
            names = ", ".join([*_KEYS, *sorted(known)])
            raise DataError(f"{path}, line {number}: not a reply of a teacher (the fields are {names}); remove it.")
        yield problem_id, asked_sha, _reply(row)


def _reply(row: dict[str, Any]) -> Reply:
    """The reply of a row; an older version wrote a content that was a list of parts as it came."""
    lists = {name: tuple(value) for name, value in row.items() if isinstance(value, list)}
    if "text" not in lists:
        return Reply(**(row | lists))
    content = read_content(row["text"])
    thought = row.get("reasoning") or content.reasoning
    return Reply(**(row | lists | {"text": content.text, "reasoning": thought, "refusal": content.refusal}))
