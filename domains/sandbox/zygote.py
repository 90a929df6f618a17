"""The warm process inside a sandbox: for each check it forks the program's side, and ends it afterwards.

It is the first process of its namespace, so no process in there can signal it. Texts come as files that only the
process that needs them reads: tests never are in the memory of a program's process.
A request on the control socket is one byte with two file descriptors (program, tests); the reply is one frame.
"""

import contextlib
import gc
import importlib
import os
import select
import socket
import sys
import time
from typing import Any

from chartered.domains.sandbox import confine
from chartered.domains.sandbox.judge import Judge
from chartered.domains.sandbox.processes import End, Limits, end, fork, read, redirect
from chartered.domains.sandbox.program import run
from chartered.domains.sandbox.wire import Broken, Gone, receive, send

# what solutions use, imported once instead of in every fork; not threading, which does much after each fork
_WARM = (
    "bisect cmath collections copy dataclasses datetime decimal enum fractions functools hashlib heapq itertools json "
    "math numbers operator random re statistics string textwrap typing unittest"
)
_CHUNK = 1 << 16


def main(control: int) -> None:
    """Serve until the other end closes; the first frame holds the limits."""
    os.set_inheritable(control, False)
    for name in _WARM.split():
        importlib.import_module(name)
    sys.set_int_max_str_digits(0)
    sys.dont_write_bytecode = True
    sys.modules["random"].seed(0)
    if sys.platform == "linux":
        confine.hide()
    with socket.socket(fileno=control) as requests:
        limits = Limits(**receive(requests))
        gc.collect()
        gc.freeze()
        judge = Judge(limits)
        send(requests, {"pid": os.getpid()})
        with contextlib.suppress(Gone):
            while (got := socket.recv_fds(requests, 1, 2))[0]:
                send(requests, _check(judge, got[1], limits))


def _check(judge: Judge, files: list[int], limits: Limits) -> dict[str, Any]:
    program, tests = files
    mine, theirs = socket.socketpair()
    output, output_end = os.pipe()
    with mine, theirs:
        judge.take(mine.fileno(), tests)
        kept = [theirs.fileno(), program, output_end]
        running = fork(lambda: _run(theirs, program, output_end, limits), kept, limits)
    for handle in (program, tests, output_end):
        os.close(handle)
    verdict, printed, late = _collect(judge.line, output, limits)
    ended = end(running)
    os.close(output)
    judged: End = judge.replace() if verdict is None else (0, verdict.pop())
    return {
        "verdict": verdict or ["", ""],
        "output": printed[: limits.output].decode("utf-8", "replace"),
        "truncated": len(printed) > limits.output,
        "late": late,
        "judge": judged,
        "program": ended,
        "unclean": _unclean(),
    }


def _run(line: socket.socket, program: int, output: int, limits: Limits) -> None:
    redirect(output)
    os.close(output)
    code = read(program)
    confine.limit_seconds(limits.cpu, limits.cpu + 1)
    if limits.filtered:
        confine.refuse_calls()
    with contextlib.suppress(Gone):
        run(line, code)


def _collect(verdict: socket.socket, output: int, limits: Limits) -> tuple[list[Any] | None, bytes, bool]:
    """The verdict (None: the tests' process ended or hangs), what the program printed, and whether time ran out."""
    printed, deadline = b"", time.monotonic() + limits.wall
    poll = select.poll()
    poll.register(verdict, select.POLLIN)
    poll.register(output, select.POLLIN)
    while (left := deadline - time.monotonic()) > 0:
        for handle, _ in poll.poll(left * 1000):
            if handle == verdict.fileno():
                return _received(verdict), printed + _rest(output), False
            part = os.read(output, _CHUNK)
            printed = printed if len(printed) > limits.output else printed + part
            if not part:
                poll.unregister(output)
    return None, printed, True


def _received(verdict: socket.socket) -> list[Any] | None:
    with contextlib.suppress(Gone, Broken):
        return list(receive(verdict))
    return None


def _rest(output: int) -> bytes:
    """What is in the pipe already."""
    os.set_blocking(output, False)
    with contextlib.suppress(OSError):
        return os.read(output, _CHUNK)
    return b""


def _unclean() -> bool:
    """Whether the check left a file or a changed folder: then this sandbox is not used again."""
    try:
        here = os.stat(".")
        with os.scandir(".") as entries:
            return next(entries, None) is not None or here.st_mode & 0o700 != 0o700
    except OSError:
        return True
