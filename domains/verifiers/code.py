"""Code: the program in a response passes the problem's tests in a sandbox.

Limits first: passing tests shows that a program gives the values they ask for, not that it is right; a program that
knows the tests can answer them by heart. What the sandbox covers, and what not, is told in
`chartered.domains.sandbox.sandbox`; which tests there can be, in `chartered.domains.verifiers.programs.unit_tests`.
Python alone, with the packages that are allowed.
"""

import json
import os
import time
from dataclasses import asdict, dataclass, fields, replace
from functools import lru_cache
from typing import Any

from chartered.common.errors import UsageError
from chartered.domains.contract import Check, Problem
from chartered.domains.sandbox.sandbox import Outcome, Sandbox
from chartered.domains.verifiers.programs.blocks import MOST, read_program
from chartered.domains.verifiers.programs.cases import Calls, Streams, same_output
from chartered.domains.verifiers.programs.unit_tests import Source, Tests, read_tests
from chartered.domains.verifiers.reading.thoughts import without_thoughts

UNSAFE = "CHARTERED_ALLOW_UNSAFE_CODE"
"""Environment variable that a recipe's `allow_unsafe_code: true` sets, for the processes that verifiers run in."""
LIMITS = "CHARTERED_PROGRAMS"
"""Environment variable with a recipe's `verify.programs` as JSON, for the same processes."""


@dataclass(frozen=True, kw_only=True)
class ProgramLimits:
    """What a program may use. The keys are those of a recipe's `verify.programs`."""

    cpu_seconds: int = 3
    """Processor time; with cases of input and output, for each case."""
    wall_seconds: float = 8.0
    """By the clock, for all cases together; under that of the pool of verifiers, which would end the process."""
    memory_mib: int = 512
    """Address space."""
    output_kib: int = 1024
    """How much it may print."""
    packages: tuple[str, ...] = ("numpy",)
    """Installed packages that programs and tests may import, beside the standard library."""


def limits_from_environment(limits: ProgramLimits) -> ProgramLimits:
    """These limits, with what the environment says in their place."""
    return _overridden(limits, os.environ.get(LIMITS, ""))


@lru_cache(maxsize=64)
def _overridden(limits: ProgramLimits, said: str) -> ProgramLimits:
    try:
        given: dict[str, Any] = json.loads(said) if said else {}
        given = {key: tuple(value) if key == "packages" else value for key, value in given.items()}
        return ProgramLimits(**asdict(limits) | given)
    except (ValueError, TypeError, AttributeError):
        names = ", ".join(each.name for each in fields(ProgramLimits))
        raise UsageError(f"{LIMITS}={said[:80]}: it must be a JSON object with some of the keys {names}.") from None


class Code:
    """A verifier that runs `Problem.tests` against the program of a response.

    `Problem.tests` is Python (asserts, `check(candidate)`, functions and classes for pytest or unittest), or cases as
    JSON: of standard input and output, or of calls. Correct when all pass; wrong when one does not, or the program
    cannot be compiled; a time-out when limits are met; no answer when the response has no program; an error when the
    tests or the sandbox fail, and when no test is run.

    Args:
        limits: as in `ProgramLimits`; a recipe's `verify.programs` goes before them.
    """

    runs_code = True
    """What recipes and audits ask a verifier for, to refuse in time where there is no sandbox."""

    def __init__(self, **limits: Any) -> None:
        self._limits = ProgramLimits(**limits)

    @property
    def limits(self) -> ProgramLimits:
        """What programs may use, in this process and now."""
        return limits_from_environment(self._limits)

    def __call__(self, problem: Problem, response: str) -> Check:
        """Check one response.

        Raises:
            UsageError: there is no sandbox on this machine and unsafe code is not allowed; a package is not installed.
        """
        if problem.tests is None:
            return Check(status="error", score=0.0, reason="the problem has no tests to run; give it the field `tests`")
        try:
            tests = read_tests(problem)
        except ValueError as error:
            return Check(status="error", score=0.0, reason=str(error))
        wanted = () if isinstance(tests, Streams) else tests.wanted
        program = read_program(without_thoughts(response), wanted, script=isinstance(tests, Streams))
        if program is None:
            return Check(status="no_answer", score=0.0, reason="no Python program can be read from the response")
        if len(program) > MOST:
            return Check(status="wrong", score=0.0, reason=f"a program of {len(program)} characters; {MOST} are run")
        found = _checked(_sandbox(os.environ.get(UNSAFE) == "1", self.limits), program, tests)
        reason = found.reason
        if found.status == "error" and reason.startswith("ModuleNotFoundError"):
            allowed = ", ".join(self.limits.packages) or "none"
            reason = f"{reason}; beside the standard library tests may import {allowed} (verify.programs.packages)"
        return Check(status=found.status, score=float(found.status == "correct"), answer=program, reason=reason)


__all__ = ["LIMITS", "UNSAFE", "Code", "ProgramLimits", "code", "read_program"]
code = Code()
"""The verifier with the usual limits."""


def _checked(sandbox: Sandbox, program: str, tests: Tests) -> Outcome:
    match tests:
        case Source():
            return sandbox.check(program, tests.text)
        case Calls():
            return sandbox.call(program, tests.text)
        case Streams():
            return _streamed(sandbox, program, tests)


def _streamed(sandbox: Sandbox, program: str, tests: Streams) -> Outcome:
    """Run the program for each case, until one is not right or time is up."""
    started, total = time.monotonic(), len(tests.cases)
    for number, (given, expected) in enumerate(tests.cases, 1):
        left = sandbox.wall_seconds - (time.monotonic() - started)
        if len(expected.encode()) > sandbox.output_bytes:
            return Outcome(status="error", reason=f"the output of case {number} is more than a program may print")
        if left <= 0:
            reason = f"not done after {sandbox.wall_seconds:g} seconds: {number - 1} of {total} cases were run"
            return Outcome(status="timeout", reason=reason)
        outcome = sandbox.run(program, given, seconds=left)
        if outcome.status != "correct":
            return replace(outcome, reason=f"case {number} of {total}: {outcome.reason}")
        if not same_output(outcome.output, expected):
            reason = f"case {number} of {total}: it printed {_shown(outcome.output)}, not {_shown(expected)}"
            return Outcome(status="wrong", reason=reason)
    return Outcome(status="correct")


def _shown(text: str) -> str:
    words = " ".join(text[:400].split())
    return repr(words if len(words) <= 60 else f"{words[:60]} ...")


@lru_cache(maxsize=8)
def _sandbox(unsafe: bool, limits: ProgramLimits) -> Sandbox:
    return Sandbox(
        cpu_seconds=limits.cpu_seconds,
        wall_seconds=limits.wall_seconds,
        memory_mib=limits.memory_mib,
        output_kib=limits.output_kib,
        packages=limits.packages,
        allow_unsafe=unsafe,
    )
