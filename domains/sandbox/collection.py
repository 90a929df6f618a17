"""Tests in the style of pytest and of unittest: collected from a module in memory and run by pytest itself.

pytest reads no file here: the program shares /tmp and could have written one that configures it. Not covered: plugins
(asyncio tests are run, without pytest-asyncio's fixtures), and fixtures that catch output, since the program prints
in another process.
"""

import contextlib
import dis
import importlib
import inspect
import os
import sys
import types
import unittest
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from chartered.domains.sandbox.remote import Session

_OPTIONS = "-c /dev/null --rootdir=/ --noconftest --maxfail=1 -p no:cacheprovider -p no:terminal -p no:logging "
_OPTIONS += "-p no:faulthandler -p no:junitxml -p no:pastebin -p no:doctest -p no:stepwise -p no:capture"
_CATCHING = {"capsys", "capfd", "capsysbinary", "capfdbinary", "capteesys", "caplog"}
SOLUTION = ("solution", "submission", "program", "main", "candidate", "module", "my_module", "your_module")
"""Modules that tests may import the program as."""


class Unusable(Exception):
    """Tests that cannot be run here, whatever the program is."""


@dataclass
class Results:
    """Of one run: how many tests there are, passed, were skipped or failed as they should; what made others fail."""

    found: int = 0
    passed: int = 0
    skipped: int = 0
    errors: list[BaseException] = field(default_factory=list)


def holds_tests(module: types.ModuleType) -> bool:
    """Whether the module defines test functions or test classes of its own."""
    return any(_is_test(name, value, module.__name__) for name, value in list(vars(module).items()))


class _Solution(types.ModuleType):
    """The program as a module of the tests."""

    def __init__(self, session: Session) -> None:
        super().__init__(SOLUTION[0])
        self.__dict__["_session"] = session

    def __getattr__(self, name: str) -> Any:
        found = self.__dict__["_session"].names({name})
        if name not in found:
            raise AttributeError(f"the program defines no {name!r}")
        return found[name]


@contextlib.contextmanager
def importable(session: Session) -> Iterator[None]:
    """Let tests import what the program defines, by the usual names of a module that is to be written."""
    sys.modules.update(dict.fromkeys(SOLUTION, _Solution(session)))
    try:
        yield
    finally:
        for name in SOLUTION:
            sys.modules.pop(name, None)


@contextlib.contextmanager
def without_runners(tests: str) -> Iterator[None]:
    """Tests that start a runner at their end are left to `collected`, which sees what becomes of them."""
    runners: list[Any] = [unittest]
    if "pytest" in tests:
        with contextlib.suppress(ImportError):
            runners.append(importlib.import_module("pytest"))
    mains = [runner.main for runner in runners]
    for runner in runners:
        runner.main = lambda *_, **__: 0
    try:
        yield
    finally:
        for runner, main in zip(runners, mains, strict=True):
            runner.main = main


def collected(module: types.ModuleType, code: types.CodeType) -> Results:
    """Run all tests of a module that was made of this code.

    Raises:
        Unusable: pytest is not there, or a test asks for what there is not.
    """
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        import pytest
        from _pytest.config import main
    except ImportError as error:
        raise Unusable(f"the tests are functions for pytest, which is not here ({error}); pip install pytest") from None
    plugin = _Plugin(module, code)
    ended = main(_OPTIONS.split(), plugins=[plugin])
    if plugin.unusable:
        raise Unusable(plugin.unusable)
    if not plugin.results.errors and ended == pytest.ExitCode.TESTS_FAILED:
        plugin.results.errors.append(AssertionError("a test that must fail did not"))
    elif not plugin.results.errors and ended not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise Unusable(f"pytest could not run the tests: it ended with status {int(ended)}")
    return plugin.results


def _is_test(name: str, value: object, module: str) -> bool:
    if getattr(type(value), "__module__", "") != "builtins" and not isinstance(value, type):
        return False
    if isinstance(value, types.FunctionType):
        return name.startswith("test") and value.__module__ == module
    if not isinstance(value, type) or value.__module__ != module:
        return False
    named = issubclass(value, unittest.TestCase) or name.startswith("Test")
    return named and any(part.startswith("test") for part in dir(value))


def _looked_up(code: types.CodeType) -> set[str]:
    """Names that a piece of code reads, however deep."""
    found = {str(one.argval) for one in dis.get_instructions(code) if one.opname in ("LOAD_NAME", "LOAD_GLOBAL")}
    return found.union(*(_looked_up(part) for part in code.co_consts if isinstance(part, types.CodeType)))


class _Plugin:
    """The plugin that makes pytest take its tests from a module in memory."""

    def __init__(self, module: types.ModuleType, code: types.CodeType) -> None:
        self.results, self.unusable = Results(), ""
        self._module, self._code = module, code

    def pytest_collection(self, session: Any) -> bool:
        root = _in_memory(session, self._module)
        session.items = [item for item in session.genitems(root) if self._kept(item)]
        session.config.hook.pytest_collection_modifyitems(session=session, config=session.config, items=session.items)
        self.results.found = session.testscollected = len(session.items)
        return True

    def pytest_pycollect_makeitem(self, collector: Any, name: str, obj: Any) -> list[Any] | None:
        own = getattr(collector, "obj", None) is not self._module or _is_test(name, obj, self._module.__name__)
        return None if own else []

    def pytest_pyfunc_call(self, pyfuncitem: Any) -> bool | None:
        if not inspect.iscoroutinefunction(pyfuncitem.obj):
            return None
        wanted = pyfuncitem._fixtureinfo.argnames
        asyncio = importlib.import_module("asyncio")  # heavy, and seldom needed
        asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in wanted}))
        return True

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.results.passed += report.when == "call" and report.passed
        self.results.skipped += report.skipped

    def pytest_exception_interact(self, call: Any, report: Any) -> None:
        if getattr(report, "when", None) == "collect":
            self.unusable = f"the tests cannot be collected: {call.excinfo.exconly()}"[:500]
        self.results.errors.append(call.excinfo.value)

    def _kept(self, item: Any) -> bool:
        """Whether it is a test that can be run; a helper with parameters is none."""
        info = getattr(item, "_fixtureinfo", None)
        if info is None or (item.cls is not None and issubclass(item.cls, unittest.TestCase)):
            return True
        given = set(getattr(getattr(item, "callspec", None), "params", ()))
        missing = [name for name in info.argnames if name not in info.name2fixturedefs and name not in given]
        if catching := _CATCHING.intersection(info.names_closure):
            self.unusable = f"the test {item.name} asks for {min(catching)}, and the program prints elsewhere"
        elif missing and item.cls is None and item.originalname in _looked_up(self._code):
            return False
        elif missing:
            self.unusable = f"the test {item.name} asks for {missing[0]!r}, and there is no such fixture"
        return True


def _in_memory(session: Any, module: types.ModuleType) -> Any:
    """The collector of a module; pytest is imported as late as this."""
    import pytest

    class Memory(pytest.Module):
        def _getobj(self) -> types.ModuleType:
            return module

    return Memory.from_parent(session, path=session.config.rootpath / "tests.py")
