"""The process that the workers of a `Pool` are forked from. It runs apart from the trainer.

A trainer has threads and a loaded torch, so forking it may deadlock, and starting a fresh interpreter for every
worker that was killed costs the import of the plugin each time. The fork server is a fresh interpreter with one thread
that imports the plugin once; a worker is forked from it in milliseconds. The trainer's script is not run again, as
`multiprocessing` would, so it needs no `if __name__ == "__main__"`.

On the control socket: a pickled `ServerSetup` comes in, an error message (empty: ready) goes out. Then requests of
fixed size: `S` and a slot with the worker's end of a socket, answered with the process id; `K` and a process id,
answered with the exit status (of `subprocess`: negative for a signal). When the trainer goes away, all here is killed.
"""

import contextlib
import ctypes
import gc
import mmap
import os
import pickle
import resource
import signal
import socket
import struct
import sys
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection

from chartered.common.errors import CharteredError
from chartered.domains.checking.location import Location, open_verifier
from chartered.domains.contract import Problem, Status, Verifier
from chartered.domains.verifiers.reading.stages import reading

BOOT = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]);"
    "from chartered.domains.checking.child import main; main(int(sys.argv[2]), int(sys.argv[3]))"
)
REQUEST = struct.Struct("!cq")
REPLY = struct.Struct("!q")
UNKNOWN = 1 << 40
"""The answer to `K` for a process that this fork server did not start."""
Outcome = tuple[Status, float, str | None, str]
"""The fields of a `Check`, in order: cheaper to pickle."""
_LENGTH = struct.Struct("!Q")
_FLUSH = 0.01  # seconds; results that a crash loses are checked again, so few may wait
_REASON = 500  # characters
_PR_SET_PDEATHSIG = 1
RUNNING = False
"""Whether this process is one that a pool started: a plugin that it imports must not start a pool again."""


@dataclass(frozen=True, kw_only=True)
class ServerSetup:
    """What a fork server needs to know. `memory` is what a worker may allocate beyond the fork server, in bytes."""

    location: Location
    slots: int
    memory: int


def main(control: int, progress: int) -> None:
    """Load the domain, say so, and fork and kill workers on request until the other end closes."""
    for handle in (control, progress):
        os.set_inheritable(handle, False)  # a verifier may run programs
    requests = socket.socket(fileno=control)
    global RUNNING
    RUNNING = True
    setup: ServerSetup = pickle.loads(receive(requests))
    try:
        verify = open_verifier(setup.location)
    except CharteredError as error:
        return send(requests, str(error).encode())
    except BaseException as error:  # a plugin may raise anything while it is imported, SystemExit too
        return send(requests, f"the domain cannot be loaded: {type(error).__name__}: {error}".encode())
    shared = mmap.mmap(progress, 16 * setup.slots)
    gc.collect()
    gc.freeze()
    send(requests, b"")
    _serve(requests, verify, setup, memoryview(shared).cast("d"))


def send(stream: socket.socket, content: bytes) -> None:
    """Write one message with its length."""
    stream.sendall(_LENGTH.pack(len(content)) + content)


def receive(stream: socket.socket) -> bytes:
    """Read one message; EOFError if the other end closes before it is whole."""
    return exactly(stream, _LENGTH.unpack(exactly(stream, _LENGTH.size))[0])


def exactly(stream: socket.socket, size: int) -> bytes:
    """Read `size` bytes; EOFError if the other end closes before."""
    content = b""
    while len(content) < size:
        part = stream.recv(size - len(content))
        if not part:
            raise EOFError
        content += part
    return content


def _serve(requests: socket.socket, verify: Verifier, setup: ServerSetup, progress: "memoryview[float]") -> None:
    workers: set[int] = set()
    with contextlib.suppress(OSError):
        while (got := socket.recv_fds(requests, REQUEST.size, 1))[0]:
            what, number = REQUEST.unpack(got[0])
            if what == b"S":
                place = progress[2 * number : 2 * number + 2]
                reply = _start(requests, got[1][0], verify, setup.memory, place, workers)
            else:
                reply = _end(number, workers)
            requests.sendall(REPLY.pack(reply))
    for pid in list(workers):
        _end(pid, workers)


def _start(
    requests: socket.socket, end: int, verify: Verifier, memory: int, progress: "memoryview[float]", workers: set[int]
) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            requests.close()
            os.set_inheritable(end, False)
            _confine(memory)
            _work(Connection(end), verify, progress)
        finally:
            os._exit(0)  # nothing of the fork server may run again in its copy
    with contextlib.suppress(OSError):
        os.setpgid(pid, pid)  # here too: the worker may be killed before it comes to it
    os.close(end)
    workers.add(pid)
    return pid


def _end(pid: int, workers: set[int]) -> int:
    if pid not in workers:
        return UNKNOWN
    for kill in (os.killpg, os.kill):  # its children with it
        with contextlib.suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)
    workers.discard(pid)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _confine(memory: int) -> None:
    with contextlib.suppress(OSError):
        os.setpgid(0, 0)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        # private writable memory; address space would count every library that is mapped
        resource.setrlimit(resource.RLIMIT_DATA, (_data() + memory,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    null = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(null, stream)
    os.close(null)


def _data() -> int:
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[5]) * resource.getpagesize()


def _work(connection: Connection, verify: Verifier, progress: "memoryview[float]") -> None:
    me, inode = os.getpid(), os.fstat(connection.fileno()).st_ino
    with contextlib.suppress(EOFError, OSError):
        while True:
            outcomes: list[Outcome] = []
            flushed = time.monotonic()
            stages, items = pickle.loads(connection.recv_bytes())
            for index, (problem, response) in enumerate(items):
                # in this order: a reader in between must not find a new item with an old start
                progress[0] = now = time.monotonic()
                progress[1] = index
                if now - flushed > _FLUSH:
                    connection.send_bytes(pickle.dumps(outcomes))
                    outcomes, flushed = [], now
                with reading(stages):
                    outcomes.append(_outcome(verify, problem, response))
                if os.getpid() != me or os.fstat(connection.fileno()).st_ino != inode:
                    return  # the verifier forked, and this is the copy; or it closed what it does not own
            connection.send_bytes(pickle.dumps(outcomes))


def _outcome(verify: Verifier, problem: Problem, response: str) -> Outcome:
    try:
        check = verify(problem, response)
    except BaseException as error:  # SystemExit and the like would end the worker
        return "error", 0.0, None, _cut(f"the verifier failed: {type(error).__name__}: {error}")
    return check.status, check.score, check.answer, _cut(check.reason)


def _cut(reason: str) -> str:
    return reason if len(reason) <= _REASON else reason[:_REASON] + " ..."
