"""The process that tests run in: one check after another, since forking it for each would cost as much as the check.

Tests are as trusted as the plugin they come with, and what a program sends them is read as data, so one process may do
for many. It is replaced after a check that it did not answer in time or that ended it, and after some hundreds.
"""

import os
import random
import resource
import socket

from chartered.domains.sandbox import confine
from chartered.domains.sandbox.judge import judge
from chartered.domains.sandbox.processes import End, Limits, end, fork, read, redirect
from chartered.domains.sandbox.wire import send

_LIFETIME = 500  # checks


class Judge:
    """The handle on that process; `line` brings a verdict, its reason and its processor seconds for each check."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._start()

    def take(self, line: int, tests: int) -> None:
        """Begin a check, of the program at the other end of `line`."""
        if self._checks >= _LIFETIME:
            self.replace()
        self._checks += 1
        try:
            socket.send_fds(self.line, [b"j"], [line, tests])
        except OSError:  # it ended after its last answer
            self.replace()
            socket.send_fds(self.line, [b"j"], [line, tests])

    def replace(self) -> End:
        """End the process and start another."""
        ended = end(self._pid)
        self.line.close()
        self._start()
        return ended

    def _start(self) -> None:
        self.line, theirs = socket.socketpair()
        self._checks = 0
        with theirs:
            self._pid = fork(lambda: _serve(theirs, self._limits), [theirs.fileno()], self._limits)


def _serve(requests: socket.socket, limits: Limits) -> None:
    redirect(None)
    while (got := socket.recv_fds(requests, 1, 2))[0]:
        line, tests = got[1]
        before = os.times()
        confine.limit_seconds(int(before.user + before.system) + limits.cpu + 1, resource.RLIM_INFINITY)
        random.seed(0)  # tests draw the same whatever was checked before
        with socket.socket(fileno=line) as program:
            verdict = judge(program, read(tests))
        after = os.times()
        send(requests, [*verdict, after.user + after.system - before.user - before.system])
