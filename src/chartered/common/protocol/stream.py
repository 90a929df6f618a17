"""A reply that comes in pieces: server-sent events (WHATWG HTML, section 9.2), each a chunk of a chat completion."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from chartered.common.protocol.complaint import NotACompletion
from chartered.common.protocol.content import Content, read_message, whole

_LINE_END = re.compile(r"\r\n|\r|\n")
_BROKEN_OFF = "the stream broke off before its end"
Completion = dict[str, Any]


def is_stream(kind: str, body: str) -> bool:
    """Whether a body is a stream, by its content type or by how it begins."""
    return kind.startswith("text/event-stream") or body.lstrip("\ufeff \r\n").startswith(("data:", "event:", ": "))


def read_stream(body: str) -> tuple[Completion, Content]:
    """The completion that the chunks add up to, without its message, and the content of that message.

    Of several choices the first is read. A stream is whole when a chunk says why it ended, or after `[DONE]`.

    Raises:
        NotACompletion: it broke off, an event is an error, or there is no chunk of a completion in it.
    """
    pieces: list[Content] = []
    choice: dict[str, Any] = {}
    usage, done = None, False
    for chunk in _chunks(body):
        done = chunk is None
        if chunk is None:
            break
        usage = chunk.get("usage") or usage
        for piece in _pieces(chunk):
            pieces.append(_delta(piece))
            choice |= {name: piece[name] for name in ("finish_reason", "logprobs") if _new(name, piece, choice)}
    if not done and not choice.get("finish_reason"):
        raise NotACompletion(what=_BROKEN_OFF)
    if not pieces:
        raise NotACompletion()
    return {"choices": [choice], "usage": usage}, whole(pieces)


def _new(name: str, piece: Mapping[str, Any], choice: Mapping[str, Any]) -> bool:
    """Whether a piece says something to be kept: the last reason to end, and the first log-probabilities."""
    value = piece.get(name)
    if name == "finish_reason":
        return bool(value)
    return name not in choice and isinstance(value, Mapping) and bool(value.get("content"))


def _pieces(chunk: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    choices = chunk.get("choices")
    listed = choices if isinstance(choices, list) else []
    return [choice for choice in listed if isinstance(choice, Mapping) and choice.get("index", 0) == 0]


def _delta(piece: Mapping[str, Any]) -> Content:
    message = piece["delta"] if "delta" in piece else piece.get("message")
    try:
        return read_message(message if isinstance(message, Mapping) else {})
    except ValueError as error:
        raise NotACompletion() from error


def _chunks(body: str) -> Iterator[dict[str, Any] | None]:
    """The chunks of a stream in order, and None for the mark at its end."""
    for data in _events(body):
        if data.strip() == "[DONE]":
            yield None
            return
        if not data.strip():
            continue
        try:
            chunk = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise NotACompletion(what=_BROKEN_OFF) from error
        if not isinstance(chunk, dict):
            raise NotACompletion()
        if chunk.get("error") or chunk.get("object") == "error":
            raise NotACompletion(chunk)
        yield chunk


def _events(body: str) -> Iterator[str]:
    """The data of each event. Some servers leave out the empty line between two events, so each line may be one."""
    lines: list[str] = []
    for line in [*_LINE_END.split(body.lstrip("\ufeff")), ""]:
        if line.startswith("data:"):
            lines.append(line.removeprefix("data:").removeprefix(" "))
        elif not line and lines:
            yield from lines if len(lines) > 1 and _is_whole(lines[0]) else ["\n".join(lines)]
            lines = []


def _is_whole(data: str) -> bool:
    try:
        json.loads(data)
    except (ValueError, RecursionError):
        return False
    return True
