"""Processes inside a sandbox: forked with limits, killed with all that they started."""

import contextlib
import gc
import io
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

from chartered.domains.sandbox import confine

CHUNK = 1 << 16
"""Bytes that are read at once."""
_PAUSE = 0.0005  # seconds; a process has closed its files just before it ends
End = tuple[int, float]
"""Exit status as `subprocess` gives it, and seconds of processor time."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Of each process: bytes, seconds. `threads` 0 sets none; `filtered`: the program gets a filter of system calls."""

    memory: int
    cpu: int
    wall: float
    file_size: int
    output: int
    threads: int
    filtered: bool


def fork(part: Callable[[], None], keep: list[int], limits: Limits) -> int:
    """A copy of this process that does `part` with no other open files than `keep` and the three usual ones."""
    pid = os.fork()
    if pid:
        return pid
    try:
        os.setpgid(0, 0)
        for low, high in pairwise([2, *sorted(keep), 4096]):
            os.closerange(low + 1, high)
        confine.limit(memory=limits.memory, file_size=limits.file_size, threads=limits.threads)
        gc.enable()
        part()
    finally:
        os._exit(0)


def redirect(output: int | None) -> None:
    """Standard input from nowhere, the other two into `output`, or nowhere."""
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null if stream == 0 or output is None else output, stream)
    for name, number in (("stdout", 1), ("stderr", 2)):  # nothing may wait in a buffer: a program is killed
        raw = io.FileIO(number, "w", closefd=False)
        setattr(sys, name, io.TextIOWrapper(raw, "utf-8", "backslashreplace", write_through=True))


def finished(pid: int, seconds: float) -> End | None:
    """The exit status of a process that ends by itself within so many seconds; None where it does not."""
    until = time.monotonic() + seconds
    while True:
        ended, status, used = os.wait4(pid, os.WNOHANG)
        if ended:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)  # what it started, where nothing keeps it from that
            return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime
        if time.monotonic() >= until:
            return None
        time.sleep(_PAUSE)


def end(pid: int) -> End:
    """Kill a process and its group, and take its exit status."""
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)
    _, status, used = os.wait4(pid, 0)
    return os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime


def written(output: int, errors: int, until: float, most: int) -> tuple[bytes, bytes, bool]:
    """What comes out of two pipes until both are closed, and whether that was not in time.

    Of the second one the last part is kept. It ends early when the first one gave more than `most` bytes.
    """
    printed, said = bytearray(), b""
    poll = select.poll()
    waiting = {output, errors}
    for handle in waiting:
        poll.register(handle, select.POLLIN)
    while waiting and len(printed) <= most:
        left = until - time.monotonic()
        if left <= 0:
            return bytes(printed), said, True
        for handle, _ in poll.poll(left * 1000):
            part = os.read(handle, CHUNK)
            if handle == output:
                printed += part
            else:
                said = (said + part)[-CHUNK:]
            if not part:
                poll.unregister(handle)
                waiting.discard(handle)
    return bytes(printed), said, False


def read(handle: int) -> str:
    """The text of an open file, from its beginning."""
    with open(handle, "rb") as file:
        file.seek(0)
        return file.read().decode("utf-8", "replace")
