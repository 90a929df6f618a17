"""A program as a script: it reads standard input and prints, in a process of its own for each input.

What it prints is all that counts. What should have been printed is never in the memory of this process.
"""

import contextlib
import importlib
import io
import os
import sys
import traceback
import types
from collections.abc import Callable

_LONGEST = 500  # characters of what is told of an exception


def run(code: str) -> int:
    """Run a program as `python program.py` would, with the three usual files as they are; its exit status."""
    sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), "utf-8", "surrogateescape")
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w", closefd=False)), "utf-8", "surrogateescape")
    sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), "utf-8", "backslashreplace", write_through=True)
    vars(sys).update(__stdin__=sys.stdin, __stdout__=sys.stdout, __stderr__=sys.stderr)
    sys.argv = ["program.py"]
    module = sys.modules["__main__"] = types.ModuleType("__main__")
    status = _status(lambda: exec(compile(code, "program.py", "exec"), module.__dict__))
    return _status(_finish) or status


def _status(part: Callable[[], None]) -> int:
    """The exit status that some code ends with; an exception is told on standard error."""
    try:
        part()
    except SystemExit as ended:
        return _exit_status(ended.code)
    except BaseException as error:
        _tell(traceback.format_exception_only(error)[-1].strip())
        return 1
    return 0


def _exit_status(code: object) -> int:
    if code is None or isinstance(code, int):
        return int(code or 0) & 0xFF
    _tell(str(code))
    return 1


def _finish() -> None:
    """What an interpreter does at its end: threads, functions for the exit, and what is in buffers."""
    if "threading" in sys.modules:
        importlib.import_module("threading")._shutdown()
    importlib.import_module("atexit")._run_exitfuncs()
    for stream in {sys.stdout, sys.__stdout__}:
        if stream is not None and not stream.closed:
            stream.flush()


def _tell(line: str) -> None:
    with contextlib.suppress(OSError, UnicodeError):
        os.write(2, f"\n{line[:_LONGEST]}\n".encode("utf-8", "backslashreplace"))
