"""The process that tests run in: one check after another, since forking it for each would cost as much as the check.

Tests are as trusted as the plugin they come with, and what a program sends them is read as data, so one process may do
for many. It is replaced after a check that it did not answer in time or that ended it, and after some hundreds.
"""

import linecache
import os
import random
import resource
import socket
import sys
import traceback
import types

from chartered.domains.sandbox import confine
from chartered.domains.sandbox.calls import called
from chartered.domains.sandbox.collection import SOLUTION, Unusable, collected, holds_tests, importable, without_runners
from chartered.domains.sandbox.processes import End, Limits, end, fork, read, redirect
from chartered.domains.sandbox.remote import Session
from chartered.domains.sandbox.wire import CALLS, TESTS, Gone, send

_LIFETIME = 500  # checks
_TESTS = "<tests>"
Verdict = tuple[str, str]
"""What became of the tests (passed, failed, broken, gone), and why."""


class Judge:
    """The handle on that process; `line` brings a verdict, its reason and its processor seconds for each check."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._start()

    def take(self, form: bytes, line: int, tests: int) -> None:
        """Begin a check, of the program at the other end of `line`."""
        if self._checks >= _LIFETIME:
            self.replace()
        self._checks += 1
        try:
            socket.send_fds(self.line, [form], [line, tests])
        except OSError:  # it ended after its last answer
            self.replace()
            socket.send_fds(self.line, [form], [line, tests])

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
    os.chdir("/")  # out of the folder that programs write in
    sys.path.append(os.path.join(os.path.dirname(sys.path[0]), "testing"))
    while (got := socket.recv_fds(requests, 1, 2))[0]:
        line, tests = got[1]
        before = os.times()
        confine.limit_seconds(int(before.user + before.system) + limits.cpu + 1, resource.RLIM_INFINITY)
        random.seed(0)  # tests draw the same whatever was checked before
        with socket.socket(fileno=line) as program:
            verdict = judge(program, read(tests), got[0])
        after = os.times()
        send(requests, [*verdict, after.user + after.system - before.user - before.system])


def judge(line: socket.socket, tests: str, form: bytes = TESTS) -> Verdict:
    """Run tests, or the calls of some cases, against the program at the other end."""
    judged = Session(line)
    try:
        if form == CALLS:
            called(judged, tests)
        elif fault := _run(judged, tests):
            return fault
    except Gone:
        return "gone", ""
    except Unusable as error:
        return "broken", str(error)
    except SystemExit as ended:
        return "failed", f"SystemExit: {ended.code}"
    except ImportError as error:
        known = judged.raised is error or error.name in SOLUTION
        return ("failed" if known else "broken"), _last_line(error)
    except BaseException as error:
        return ("gone", "") if judged.gone else ("failed", _last_line(error))
    if judged.gone:
        return "gone", ""
    return ("passed", "") if judged.asked else ("broken", "the tests ran nothing of the program")


def _run(judged: Session, tests: str) -> Verdict | None:
    """Run tests from top to bottom, then the functions and classes of tests among them; None where all is well."""
    linecache.cache[_TESTS] = (len(tests), None, tests.splitlines(keepends=True), _TESTS)
    try:
        code = compile(tests, _TESTS, "exec")
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        return "broken", f"the tests are no Python: {_last_line(error)}"
    module = sys.modules["__main__"] = types.ModuleType("__main__")  # unittest looks for tests there
    module.__dict__.update(judged.names(_names(code)))
    module.__file__ = _TESTS
    with importable(judged), without_runners(tests):
        try:
            exec(code, module.__dict__)
        except SystemExit as ended:
            if ended.code:
                raise
        return _collected(module, code) if holds_tests(module) else None


def _collected(module: types.ModuleType, code: types.CodeType) -> Verdict | None:
    results = collected(module, code)
    if results.errors:
        raise results.errors[0]
    if results.found and not results.passed:
        return "broken", f"no test was run ({results.skipped} were skipped)"
    return None


def _names(code: types.CodeType) -> set[str]:
    """Every name that a piece of code may look up, however deep; names of builtins stay the tests' own."""
    found = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found |= _names(constant)
    return found


def _last_line(error: BaseException) -> str:
    """The last line of the traceback, and the line of the tests where there is nothing else to tell it by."""
    line = traceback.format_exception_only(error)[-1].strip()[:500]
    places = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == _TESTS]
    if isinstance(error, AssertionError) and not str(error) and places:
        return f"{line} at line {places[-1].lineno} of the tests: {places[-1].line}"[:500]
    return line
