"""A sandbox for untrusted Python: a program runs behind walls, and tests judge it from outside its reach.

Covered, at level "full" (Linux on x86-64 or AArch64 with bubblewrap 0.5 or later and user namespaces): no network; an
empty environment; none of the host's files but the interpreter and the libraries in /usr/lib and /lib, all read-only;
no /proc; a private /tmp of limited size; a process namespace of its own, in which everything is killed after each
check; limits on address space, processor time, wall-clock time, size of files, open files, output; a seccomp filter
that refuses to start processes or programs, signals to others, sockets, tracing, mounts and shared memory. Tests run
in a process of their own. The program never has their text in memory, and what it sends back is read as data, so
printing, exiting, walking frames, patching builtins or an object that calls itself equal to everything cannot pass a
test; it passes by giving the values that the tests ask for. The calls of a check are told to the program one by one,
with their arguments, so it could recognise a test that it knows already. A script has its standard input and nothing
else; what it prints is compared outside. Of installed packages those that are named can be imported, and no others;
numpy's numbers and arrays are copied between program and tests.

Not covered: faults of the kernel; timing and other side channels between programs that run at once; processor time
within the limits (threads are allowed, as many as memory has room for; on older kernels and as root nothing else bounds
them); the number of empty files in /tmp before time is up. Tests are as trusted as the plugin that they come with: they
run behind the same walls, but without the seccomp filter, and in a process that serves some hundred checks. Programs
cannot start processes or open /dev/stdin. Tests cannot see what a program prints, nor replace its input. What passes
between tests and program is copied if it is plain (numbers, text, lists, tuples, sets, dictionaries, bytes, ranges,
dates, fractions), so whether two results are the same object cannot be tested; changes that a function makes to its
arguments do arrive. Other objects stay with the program and tests work on them from afar; arithmetic and order between
such an object and a plain value is refused. A coroutine runs to its end when it is awaited, alone.
"""

import os
import platform
import re
import signal
import sys
import threading
from dataclasses import dataclass, replace
from functools import lru_cache
from types import TracebackType
from typing import Any, Literal, Self

from chartered.common.errors import UsageError
from chartered.domains.contract import Status
from chartered.domains.sandbox import confine
from chartered.domains.sandbox.cell import Cell
from chartered.domains.sandbox.packages import installed
from chartered.domains.sandbox.processes import Limits
from chartered.domains.sandbox.wire import CALLS, SCRIPT, TESTS, Broken, Gone

_LIFETIME = 10_000  # checks after which a sandbox is replaced
_TICK = 0.1  # seconds; the kernel's two accounts of processor time differ
_PROBE = """
import os, socket
def reaches():
    found = []
    for name, attempt in (("fork", os.fork), ("socket", socket.socket), ("signals", lambda: os.kill(1, 0))):
        try:
            attempt()
        except OSError:
            continue
        found.append(name)
    return found + [name for name in ("/proc/self", "/etc/passwd", "/home") if os.path.exists(name)]
"""


@dataclass(frozen=True, kw_only=True)
class Isolation:
    """What walls this machine can put around a program. `level` is full or none; `detail` says which, or why not."""

    level: Literal["full", "none"]
    detail: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one program. `output` is what it printed, up to the limit; `truncated` if it was more."""

    status: Status
    reason: str = ""
    output: str = ""
    truncated: bool = False


@lru_cache(maxsize=1)
def isolation() -> Isolation:
    """Which walls this machine gives: a sandbox is started and a program inside it tries them."""
    if sys.platform != "linux" or not confine.supported():
        return Isolation(level="none", detail=f"there is no sandbox for {platform.system()} on {platform.machine()}")
    try:
        cell = Cell(_limits(256, 5, 10.0, 1, isolated=True), tmp_mib=1, isolated=True)
    except OSError as error:
        return Isolation(level="none", detail=f"bubblewrap cannot start: {error}")
    try:
        report = cell.check(TESTS, _PROBE, "assert reaches() == [], reaches()", seconds=10.0, imports=False)
    except (Gone, Broken):
        return Isolation(level="none", detail="a program ended the sandbox that it ran in")
    finally:
        cell.close()
    if report["verdict"][0] != "passed":
        return Isolation(level="none", detail=f"a program got through the walls: {report['verdict']!r:.200}")
    return Isolation(level="full", detail="namespaces by bubblewrap, seccomp filter, resource limits")


class Sandbox:
    """Runs programs against tests in warm sandboxes, one for each thread that calls at once; threads and forks may.

    Args:
        cpu_seconds: processor time of a program, and as much again for its tests; whole seconds.
        wall_seconds: time by the clock for both. Longer than processor time, since a busy machine is no one's fault.
        memory_mib: address space of each of the two processes, in MiB, the interpreter's 30 or so included.
        output_kib: how much of what a program prints is kept, in KiB.
        tmp_mib: size of /tmp, and of any one file, in MiB.
        packages: installed packages that programs and tests may import; no others can be.
        allow_unsafe: run programs with the user's rights, with limits only, where there is no isolation.

    Raises:
        UsageError: a limit is not positive, a package is not installed, or there is no isolation and `allow_unsafe`
            is not set.
    """

    def __init__(
        self,
        *,
        cpu_seconds: int = 5,
        wall_seconds: float = 15.0,
        memory_mib: int = 512,
        output_kib: int = 256,
        tmp_mib: int = 16,
        packages: tuple[str, ...] = (),
        allow_unsafe: bool = False,
    ) -> None:
        given = {"cpu_seconds": cpu_seconds, "wall_seconds": wall_seconds, "memory_mib": memory_mib}
        for name, value in (given | {"output_kib": output_kib, "tmp_mib": tmp_mib}).items():
            if not value > 0:
                raise UsageError(f"a sandbox has {name} = {value!r}; give a number above 0.")
        self.isolation = isolation()
        if self.isolation.level == "none" and not allow_unsafe:
            raise UsageError(
                f"untrusted code cannot be run safely on this machine, because {self.isolation.detail}; install the "
                "package bubblewrap and allow user namespaces, or accept the risk with allow_unsafe_code: true."
            )
        isolated = self.isolation.level == "full"
        self._limits = replace(
            _limits(memory_mib, cpu_seconds, wall_seconds, tmp_mib, isolated=isolated), output=output_kib << 10
        )
        self._tmp_mib, self._isolated, self._packages = tmp_mib, isolated, installed(packages)
        self._imports = re.compile(rf"\b(?:{'|'.join(self._packages.modules)})\b") if packages else None
        self._idle: list[tuple[Cell, int]] = []
        self._owner, self._lock, self._closed = os.getpid(), threading.Lock(), False

    @property
    def wall_seconds(self) -> float:
        """Time by the clock for one check."""
        return self._limits.wall

    @property
    def output_bytes(self) -> int:
        """How much of what a program prints is kept."""
        return self._limits.output

    def check(self, program: str, tests: str) -> Outcome:
        """Run a program, then tests that use what it defines: from top to bottom, then its test functions and classes.

        Status `correct` or `wrong`; `timeout`; `error` where the tests themselves cannot run, where they ran nothing of
        the program, or where the sandbox failed. `reason` is the last line of the traceback, or how the program ended.
        """
        return self._outcome(TESTS, program, tests, self._limits.wall)

    def call(self, program: str, cases: str) -> Outcome:
        """Run a program, then the calls of some cases (see `calls`). Statuses as in `check`."""
        return self._outcome(CALLS, program, cases, self._limits.wall)

    def run(self, program: str, given: str, *, seconds: float | None = None) -> Outcome:
        """Run a program as a script with this standard input; what it printed is the `output`.

        Status `correct` says that it ended with status 0, whatever it printed; `wrong` that it did not, or printed more
        than the limit. `seconds` by the clock, where they are fewer than those of the sandbox.
        """
        return self._outcome(SCRIPT, program, given, min(self._limits.wall, seconds or self._limits.wall))

    def _outcome(self, form: bytes, program: str, given: str, seconds: float) -> Outcome:
        imports = self._imports is not None and bool(self._imports.search(program) or self._imports.search(given))
        for last in (False, True):
            # one that waited may be dead: the kernel ends it with the thread that started it
            cell, done = self._take(fresh=last)
            try:
                report = cell.check(form, program, given, seconds=seconds, imports=imports)
            except (Gone, Broken, OSError) as error:
                cell.close()
                if last:
                    return Outcome(status="error", reason=f"the sandbox died twice: {error or type(error).__name__}")
                continue
            except BaseException:  # an interrupt: the reply would be taken for that of the next check
                cell.close()
                raise
            self._give_back(cell, done + 1, report)
            found = _ran if form == SCRIPT else _judged
            return found(report, replace(self._limits, wall=seconds))
        raise AssertionError("unreachable")

    def close(self) -> None:
        """End all idle sandboxes and start no more. A program that ends does this too."""
        with self._lock:
            self._closed, idle, self._idle = True, self._idle, []
        for cell, _ in idle:
            cell.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _take(self, *, fresh: bool) -> tuple[Cell, int]:
        if os.getpid() != self._owner:  # after a fork: what is idle belongs to the parent, the lock may be held
            self._owner, self._lock, self._idle = os.getpid(), threading.Lock(), []
        with self._lock:
            if self._closed:
                raise UsageError("the sandbox is closed; make a new one.")
            if self._idle and not fresh:
                return self._idle.pop()
        try:
            cell = Cell(self._limits, tmp_mib=self._tmp_mib, isolated=self._isolated, packages=self._packages)
            return cell, 0
        except OSError as error:
            raise UsageError(f"a sandbox cannot be started any more: {error}.") from error

    def _give_back(self, cell: Cell, done: int, report: dict[str, Any]) -> None:
        with self._lock:
            if not self._closed and not report["unclean"] and done < _LIFETIME:
                self._idle.append((cell, done))
                return
        cell.close()


def _limits(memory_mib: int, cpu: int, wall: float, file_mib: int, *, isolated: bool) -> Limits:
    # processes and threads are counted for each namespace since Linux 5.14; before, all of the user's would count
    counted = isolated and os.getuid() != 0 and _kernel() >= (5, 14)
    return Limits(
        memory=memory_mib << 20,
        cpu=cpu,
        wall=wall,
        file_size=file_mib << 20,
        output=1 << 16,
        threads=128 if counted else 0,
        filtered=sys.platform == "linux" and confine.supported(),
    )


def _kernel() -> tuple[int, ...]:
    return tuple(int(part) for part in platform.release().split("-")[0].split(".")[:2] if part.isdigit())


def _judged(report: dict[str, Any], limits: Limits) -> Outcome:
    verdict, reason = report["verdict"]
    (judged, judge_seconds), (ended, seconds) = report["judge"], report["program"]
    status: Status = "wrong"
    if verdict == "passed":
        status = "correct"
    elif report["late"]:
        status, reason = "timeout", f"not done after {limits.wall:g} seconds"
    elif verdict in ("gone", "") and max(seconds, judge_seconds) >= limits.cpu - _TICK:
        status, reason = "timeout", f"used more than {limits.cpu} seconds of processor time"
    elif verdict == "gone":
        reason = _ended(ended, " before the tests were through") or "the program cut its line to the tests"
    elif verdict == "broken":
        status = "error"
    elif verdict == "":
        status, reason = "error", f"the tests' process ended: {_ended(judged) or 'it was silent'}"
    return Outcome(status=status, reason=reason, output=report["output"], truncated=report["truncated"])


def _ran(report: dict[str, Any], limits: Limits) -> Outcome:
    (ended, seconds), (_, said) = report["program"], report["verdict"]
    status: Status = "correct"
    reason = ""
    if report["truncated"]:
        status, reason = "wrong", f"it printed more than {limits.output >> 10} KiB"
    elif ended == -signal.SIGXCPU or (ended < 0 and seconds >= limits.cpu - _TICK):
        status, reason = "timeout", f"used more than {limits.cpu} seconds of processor time"
    elif report["late"]:
        status, reason = "timeout", f"not done after {limits.wall:.3g} seconds"
    elif ended:
        status, reason = "wrong", said or _ended(ended) or "the program was killed"
    return Outcome(status=status, reason=reason, output=report["output"], truncated=report["truncated"])


def _ended(code: int, when: str = "") -> str:
    """How a program ended; empty where it was ended by us, after it was found silent."""
    if code == -signal.SIGKILL:
        return ""
    how = f"by signal {signal.Signals(-code).name}" if code < 0 else f"itself with status {code}"
    return f"the program ended {how}{when}"
