"""The warm process inside a sandbox: for each check it forks the program's side, and ends it afterwards.

It is the first process of its namespace, so no process in there can signal it. Texts come as files that only the
process that needs them reads: tests never are in the memory of a program's process.
A request on the control socket is a `wire.REQUEST` with two file descriptors: the program, and its tests or its
standard input. The reply is one frame.
"""

import builtins
import contextlib
import gc
import importlib
import os
import select
import socket
import sys
import time
from typing import Any

from chartered.domains.sandbox import confine, script
from chartered.domains.sandbox.judge import Judge
from chartered.domains.sandbox.processes import CHUNK, End, Limits, end, finished, fork, read, redirect, written
from chartered.domains.sandbox.program import run
from chartered.domains.sandbox.wire import REQUEST, SCRIPT, Broken, Gone, receive, send

# what solutions use, imported once instead of in every fork; not threading, which does much after each fork
_WARM = (
    "bisect cmath collections copy dataclasses datetime decimal enum fractions functools hashlib heapq itertools json "
    "math numbers operator random re statistics string textwrap typing unittest"
)


def main(control: int) -> None:
    """Serve until the other end closes; the first frame holds the limits, and the packages to import when asked."""
    os.set_inheritable(control, False)
    for name in _WARM.split():
        importlib.import_module(name)
    vars(builtins).update(exit=sys.exit, quit=sys.exit)  # as in any interpreter that is not embedded
    sys.set_int_max_str_digits(0)
    sys.dont_write_bytecode = True
    sys.modules["random"].seed(0)
    if sys.platform == "linux":
        confine.hide()
    with socket.socket(fileno=control) as requests:
        limits, packages = Limits(**receive(requests)), receive(requests)
        gc.collect()
        gc.freeze()
        judge = Judge(limits)
        send(requests, {"pid": os.getpid()})
        with contextlib.suppress(Gone):
            while (got := socket.recv_fds(requests, REQUEST.size, 2))[0]:
                form, wanted, seconds = REQUEST.unpack(got[0])
                packages = _imported(packages) if wanted else packages
                program, given = got[1]
                if form == SCRIPT:
                    send(requests, _script(program, given, seconds, limits))
                else:
                    send(requests, _check(judge, form, program, given, seconds, limits))


def _imported(packages: list[str]) -> list[str]:
    """Import packages before the forks that use them; one that fails will say so where it is used."""
    for name in packages:
        with contextlib.suppress(Exception):
            importlib.import_module(name)
    gc.freeze()
    return []


def _check(judge: Judge, form: bytes, program: int, tests: int, seconds: float, limits: Limits) -> dict[str, Any]:
    mine, theirs = socket.socketpair()
    output, output_end = os.pipe()
    with mine, theirs:
        judge.take(form, mine.fileno(), tests)
        kept = [theirs.fileno(), program, output_end]
        running = fork(lambda: _run(theirs, program, output_end, limits), kept, limits)
    for handle in (program, tests, output_end):
        os.close(handle)
    verdict, printed, late = _collect(judge.line, output, seconds, limits)
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


def _script(program: int, given: int, seconds: float, limits: Limits) -> dict[str, Any]:
    """Run a program with its standard input; what it printed, how it ended, and the last line of what it complained."""
    until = time.monotonic() + seconds
    output, output_end = os.pipe()
    errors, errors_end = os.pipe()
    running = fork(
        lambda: _run_script(program, given, output_end, errors_end, limits),
        [program, given, output_end, errors_end],
        limits,
    )
    for handle in (program, given, output_end, errors_end):
        os.close(handle)
    printed, said, late = written(output, errors, until, limits.output)
    much = len(printed) > limits.output
    ended = None if late or much else finished(running, until - time.monotonic())
    os.close(output)
    os.close(errors)
    return {
        "verdict": ["", (said.decode("utf-8", "replace").strip().splitlines() or [""])[-1][:500]],
        "output": printed[: limits.output].decode("utf-8", "replace"),
        "truncated": much,
        "late": not much and ended is None,
        "program": ended or end(running),
        "unclean": _unclean(),
    }


def _run(line: socket.socket, program: int, output: int, limits: Limits) -> None:
    redirect(output)
    os.close(output)
    code = read(program)
    _confine(limits)
    with contextlib.suppress(Gone):
        run(line, code)


def _run_script(program: int, given: int, output: int, errors: int, limits: Limits) -> None:
    code = read(program)
    os.lseek(given, 0, os.SEEK_SET)
    for handle, usual in ((given, 0), (output, 1), (errors, 2)):
        os.dup2(handle, usual)
        os.close(handle)
    _confine(limits)
    os._exit(script.run(code))


def _confine(limits: Limits) -> None:
    confine.limit_seconds(limits.cpu, limits.cpu + 1)
    if limits.filtered:
        confine.refuse_calls()


def _collect(
    verdict: socket.socket, output: int, seconds: float, limits: Limits
) -> tuple[list[Any] | None, bytes, bool]:
    """The verdict (None: the tests' process ended or hangs), what the program printed, and whether time ran out."""
    printed, deadline = b"", time.monotonic() + seconds
    poll = select.poll()
    poll.register(verdict, select.POLLIN)
    poll.register(output, select.POLLIN)
    while (left := deadline - time.monotonic()) > 0:
        for handle, _ in poll.poll(left * 1000):
            if handle == verdict.fileno():
                return _received(verdict), printed + _rest(output), False
            part = os.read(output, CHUNK)
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
        return os.read(output, CHUNK)
    return b""


def _unclean() -> bool:
    """Whether the check left a file or a changed folder: then this sandbox is not used again."""
    try:
        here = os.stat(".")
        with os.scandir(".") as entries:
            return next(entries, None) is not None or here.st_mode & 0o700 != 0o700
    except OSError:
        return True
