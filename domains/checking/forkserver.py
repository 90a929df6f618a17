"""The trainer's handle on the process that workers are forked from (`child`)."""

import json
import mmap
import os
import pickle
import socket
import struct
import subprocess
import sys
import tempfile
import weakref
from dataclasses import dataclass
from multiprocessing.connection import Connection

from chartered.common.errors import PluginError
from chartered.domains.checking.child import BOOT, REPLY, REQUEST, UNKNOWN, ServerSetup, exactly, receive, send

_IMPORT = 120.0  # seconds for the import of a plugin
_ANSWER = 30.0  # seconds for forking or killing a worker


class ForkServer:
    """A process that has imported the domain, and forks and kills workers on request. Not safe for threads.

    `progress` is shared with the workers: for each slot the monotonic time at which the worker took up an item, and
    the item's index in its batch.

    Raises:
        PluginError: the domain cannot be imported there.
    """

    def __init__(self, setup: ServerSetup, domain: str) -> None:
        self._control, theirs = socket.socketpair()
        with tempfile.TemporaryFile() as file, theirs:
            file.truncate(16 * setup.slots)
            self.progress = memoryview(mmap.mmap(file.fileno(), 16 * setup.slots)).cast("d")
            handles = (theirs.fileno(), file.fileno())
            process = subprocess.Popen(
                [sys.executable, "-c", BOOT, json.dumps(sys.path), *map(str, handles)],
                pass_fds=handles,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # an interrupt at the keyboard is for the trainer
            )
        self.close = weakref.finalize(self, _close, process, self._control, os.getpid())
        if fault := self._fault(setup):
            self.close()
            raise PluginError(f"the verifiers of domain {domain!r} cannot be run in another process: {fault}")
        self._control.settimeout(_ANSWER)

    def start(self, slot: int, patience: float) -> "Worker":
        """A new worker; a message that it leaves half read or half sent for `patience` seconds raises an OSError.

        Raises:
            EOFError, OSError: the fork server is dead.
        """
        mine, theirs = socket.socketpair()
        with mine, theirs:
            whole, rest = divmod(patience, 1)
            for option in (socket.SO_SNDTIMEO, socket.SO_RCVTIMEO):
                mine.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", int(whole), int(rest * 1e6)))
            socket.send_fds(self._control, [REQUEST.pack(b"S", slot)], [theirs.fileno()])
            pid = REPLY.unpack(exactly(self._control, REPLY.size))[0]
            return Worker(pid=pid, connection=Connection(mine.detach()), server=self)

    def end(self, pid: int) -> int | None:
        """Kill a worker and what it started; its exit status, or None where the fork server is dead."""
        try:
            self._control.sendall(REQUEST.pack(b"K", pid))
            status = int(REPLY.unpack(exactly(self._control, REPLY.size))[0])
        except (EOFError, OSError):
            self.close()
            return None
        return None if status == UNKNOWN else status

    def _fault(self, setup: ServerSetup) -> str:
        self._control.settimeout(_IMPORT)
        try:
            send(self._control, pickle.dumps(setup))
            return receive(self._control).decode()
        except TimeoutError:
            return f"its import took more than {_IMPORT:.0f} seconds."
        except (EOFError, OSError):
            return "the process ended while it imported the domain; import the plugin by hand to see why."


@dataclass(kw_only=True)
class Worker:
    """A forked process and the connection to it."""

    pid: int
    connection: Connection
    server: ForkServer
    checks: int = 0
    """How many it has done."""


def _close(process: "subprocess.Popen[bytes]", control: socket.socket, owner: int) -> None:
    if os.getpid() != owner:
        return  # a fork of the trainer ends; the fork server is not its own
    control.close()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
