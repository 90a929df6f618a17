"""The line between the tests and the program: JSON frames that hold plain values, or numbers of objects.

The two are separate processes, so a program can neither see nor change the tests. Plain values (numbers, text,
containers of them, dates, fractions, numpy's numbers and arrays) are copied. Anything else stays where it is, and the
other side gets a number for it. Frames are JSON, because reading them runs no code.
"""

import binascii
import datetime
import importlib
import json
import socket
import struct
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

MOST = 16 << 20
"""Bytes of one frame."""
REQUEST = struct.Struct("!c?d")
"""A check: its form, whether packages are imported before it, and the seconds it may take by the clock."""
TESTS, CALLS, SCRIPT = b"t", b"c", b"s"
"""Forms of a check: tests in Python, cases of calls, and a script with its standard input."""
_LENGTH = struct.Struct("!I")
_SCALARS = {type(None), bool, int, float, str}
_LISTS: dict[type, str] = {list: "l", tuple: "t", set: "s", frozenset: "f"}
_DICTS = {dict, OrderedDict, defaultdict, Counter}


class Broken(Exception):
    """The other side sent what is no frame."""


class Gone(Exception):
    """The other side has closed the line."""


def send(line: socket.socket, content: Any) -> None:
    """Write one frame."""
    frame = json.dumps(content).encode("ascii")
    if len(frame) > MOST:
        raise ValueError(f"a value of more than {MOST >> 20} MiB passes between the tests and the program")
    try:
        line.sendall(_LENGTH.pack(len(frame)) + frame)
    except OSError:
        raise Gone from None


def receive(line: socket.socket) -> Any:
    """Read one frame."""
    size = _LENGTH.unpack(_exactly(line, _LENGTH.size))[0]
    if size > MOST:
        raise Broken(f"a frame of {size} bytes")
    try:
        return json.loads(_exactly(line, size))
    except (ValueError, RecursionError) as error:
        raise Broken(str(error)[:80]) from None


def _exactly(line: socket.socket, size: int) -> bytes:
    parts = bytearray()
    while len(parts) < size:
        try:
            part = line.recv(min(size - len(parts), 1 << 20))
        except OSError:
            part = b""
        if not part:
            raise Gone
        parts += part
    return bytes(parts)


def encode(value: Any, other: Callable[[Any], list[Any]]) -> Any:
    """A value as JSON; `other` gives what stands for a value that is not plain."""
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind in _LISTS:
        return [_LISTS[kind], *[item if type(item) in _SCALARS else encode(item, other) for item in value]]
    if kind in _DICTS:
        return ["d", *[[encode(key, other), encode(item, other)] for key, item in value.items()]]
    writer = _WRITERS.get(kind)
    if writer is None and kind.__module__ == "numpy":
        return _array(value) or other(value)
    return other(value) if writer is None else [_TAGS[kind], *writer(value)]


def decode(content: Any, other: Callable[[list[Any]], Any]) -> Any:
    """The value of some JSON; `other` gives what a list stands for that is no plain value."""
    if not isinstance(content, list):
        if isinstance(content, dict):
            raise Broken("an object")
        return content
    tag, rest = content[0], content[1:]
    if tag in _BUILD:
        return _BUILD[tag]([decode(item, other) if isinstance(item, list) else item for item in rest])
    if tag == "d":
        return {decode(key, other): decode(item, other) for key, item in rest}
    reader = _READERS.get(tag)
    return other(content) if reader is None else reader(*rest)


_BUILD: dict[str, Callable[[list[Any]], Any]] = {"l": list, "t": tuple, "s": set, "f": frozenset}
_PLAIN: list[tuple[str, type, Callable[[Any], list[Any]], Callable[..., Any]]] = [
    ("c", complex, lambda v: [v.real, v.imag], complex),
    ("b", bytes, lambda v: [v.decode("latin-1")], lambda text: text.encode("latin-1")),
    ("y", bytearray, lambda v: [v.decode("latin-1")], lambda text: bytearray(text, "latin-1")),
    ("r", range, lambda v: [v.start, v.stop, v.step], range),
    ("F", Fraction, lambda v: [v.numerator, v.denominator], Fraction),
    ("D", Decimal, lambda v: [str(v)], lambda text: Decimal(str(text))),
    ("T", datetime.datetime, lambda v: [v.isoformat()], datetime.datetime.fromisoformat),
    ("A", datetime.date, lambda v: [v.isoformat()], datetime.date.fromisoformat),
    ("H", datetime.time, lambda v: [v.isoformat()], datetime.time.fromisoformat),
    ("E", datetime.timedelta, lambda v: [v.days, v.seconds, v.microseconds], datetime.timedelta),
    ("q", deque, lambda v: [v.maxlen, *map(_only_scalars, v)], lambda most, *items: deque(items, most)),
]


def _array(value: Any) -> list[Any] | None:
    """A number or array of numpy as JSON; None for anything else of numpy's, and for arrays of objects."""
    numpy = importlib.import_module("numpy")
    if not (type(value) is numpy.ndarray or isinstance(value, numpy.generic)) or value.dtype.kind not in _COPIED:
        return None
    shape = list(value.shape) if type(value) is numpy.ndarray else None
    return [_ARRAY, value.dtype.str, shape, binascii.b2a_base64(value.tobytes(), newline=False).decode("ascii")]


def _read_array(kind: str, shape: list[int] | None, content: str) -> Any:
    numpy = importlib.import_module("numpy")
    dtype = numpy.dtype(str(kind))
    if dtype.kind not in _COPIED:  # one that holds pointers, for instance
        raise Broken("an array of no known kind")
    flat = numpy.frombuffer(binascii.a2b_base64(content), dtype)
    return flat[0] if shape is None else flat.reshape(shape).copy()


_ARRAY, _COPIED = "N", "biufcSUmM"
_TAGS = {kind: tag for tag, kind, _, _ in _PLAIN}
_WRITERS = {kind: writer for _, kind, writer, _ in _PLAIN}
_READERS = {_ARRAY: _read_array, **{tag: reader for tag, _, _, reader in _PLAIN}}


def _only_scalars(value: Any) -> Any:
    if type(value) not in _SCALARS:
        raise TypeError("a deque that passes between the tests and the program may hold numbers and text only")
    return value


class Line:
    """One end of the line. `serve` answers a request of the other side; what it raises is sent as an exception."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line

    def ask(self, *request: Any) -> Any:
        """Send a request, serve what the other side asks meanwhile, and return the reply."""
        send(self._line, ["?", *request])
        while (frame := self._frame())[0] == "?":
            self._serve(frame[1:])
        return frame

    def attend(self) -> None:
        """Serve requests until the other side closes."""
        while (frame := self._frame())[0] == "?":
            self._serve(frame[1:])

    def _frame(self) -> list[Any]:
        frame = receive(self._line)
        if not isinstance(frame, list) or not frame or frame[0] not in ("?", "=", "!"):
            raise Broken("a frame of no known kind")
        return frame

    def _serve(self, request: list[Any]) -> None:
        raise NotImplementedError
