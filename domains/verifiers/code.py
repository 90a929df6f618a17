"""Code: the program in a response passes the problem's tests in a sandbox.

Limits first: passing tests shows that a program gives the values they ask for, not that it is right; a program that
knows the tests can answer them by heart. What the sandbox covers, and what not, is told in
`chartered.domains.sandbox.sandbox`. Python alone, without installed packages.
"""

import ast
import os
import re
import warnings
from collections.abc import Iterator
from functools import lru_cache

from chartered.domains.contract import Check, Problem
from chartered.domains.sandbox.sandbox import Sandbox

UNSAFE = "CHARTERED_ALLOW_UNSAFE_CODE"
"""Environment variable that a recipe's `allow_unsafe_code: true` sets, for the processes that verifiers run in."""
_FENCE = re.compile(r"^[ \t]*(```+|~~~+)[ \t]*([\w+.-]*)[^\n]*$", re.MULTILINE)
_PYTHON = {"", "python", "py", "python3"}
_DEFINES = re.compile(r"^[ \t]*(?:async[ \t]+def|def|class)[ \t]", re.MULTILINE)
_MOST = 100_000  # characters of a program


class Code:
    """A verifier that runs `Problem.tests` against the program of a response.

    `Problem.tests` is Python source that uses the names that the program defines, with plain asserts or what else
    raises. Correct when it runs through; wrong when it raises or the program cannot be compiled; a time-out when limits
    are met; no answer when the response has no program; an error when the tests or the sandbox fail.

    Args:
        cpu_seconds: processor time of the program.
        wall_seconds: time by the clock; under that of the pool of verifiers, which would end the process.
        memory_mib: address space of the program.
    """

    runs_code = True
    """What recipes and audits ask a verifier for, to refuse in time where there is no sandbox."""

    def __init__(self, *, cpu_seconds: int = 3, wall_seconds: float = 8.0, memory_mib: int = 512) -> None:
        self._limits = (cpu_seconds, wall_seconds, memory_mib)

    def __call__(self, problem: Problem, response: str) -> Check:
        """Check one response.

        Raises:
            UsageError: there is no sandbox on this machine, and unsafe code is not allowed.
        """
        if problem.tests is None:
            return Check(status="error", score=0.0, reason="the problem has no tests to run; give it the field `tests`")
        program = read_program(response)
        if program is None:
            return Check(status="no_answer", score=0.0, reason="no Python program can be read from the response")
        if len(program) > _MOST:
            return Check(status="wrong", score=0.0, reason=f"a program of {len(program)} characters; {_MOST} are run")
        found = _sandbox(os.environ.get(UNSAFE) == "1", *self._limits).check(program, problem.tests)
        return Check(status=found.status, score=float(found.status == "correct"), answer=program, reason=found.reason)


code = Code()
"""The verifier with the usual limits."""


def read_program(response: str) -> str | None:
    """The program in a response, or None.

    The last fenced block of Python that defines a function or class, else the last fenced block; one that is cut short
    reaches to the end. Without a fence the whole response, if it is Python with a definition or an assignment in it.
    """
    blocks = list(_blocks(response))
    if blocks:
        return next((block for block in reversed(blocks) if _DEFINES.search(block)), blocks[-1])
    return response if _is_program(response) else None


def _blocks(response: str) -> Iterator[str]:
    start, fence, language = 0, "", ""
    for mark in _FENCE.finditer(response):
        if not fence:
            fence, language, start = mark[1], mark[2].lower(), mark.end() + 1
        elif mark[1][0] == fence[0] and len(mark[1]) >= len(fence) and not mark[2]:
            if language in _PYTHON:
                yield response[start : mark.start()]
            fence = ""
    if fence and language in _PYTHON:
        yield response[start:]


def _is_program(text: str) -> bool:
    if len(text) > _MOST:
        return False
    try:
        with warnings.catch_warnings(action="ignore"):  # of a program that nobody here wrote
            body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return bool(re.match(r"\s*(?:from|import|def|class|@|async)\s", text))  # meant as a program, and cut short
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Assign, ast.AnnAssign)
    return any(isinstance(statement, kinds) for statement in body)


@lru_cache(maxsize=8)
def _sandbox(unsafe: bool, cpu_seconds: int, wall_seconds: float, memory_mib: int) -> Sandbox:
    return Sandbox(cpu_seconds=cpu_seconds, wall_seconds=wall_seconds, memory_mib=memory_mib, allow_unsafe=unsafe)
