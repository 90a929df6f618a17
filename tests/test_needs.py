"""The plugin of `needs.py`, in pytest runs of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

SUITE = """
import pytest
from tests.needs import NEEDS, Need, require

NEEDS["a compass"] = Need(lambda: "for want of a compass (apt install compass)")
NEEDS["paper"] = Need(lambda: None)
NEEDS["a map"] = Need(lambda: "the map is not here", excused=True)

@pytest.fixture
def chart():
    require("a map")

@pytest.mark.needs("paper", "a compass")
@pytest.mark.parametrize("way", "NS")
def test_the_ways(way): ...

@pytest.mark.needs("paper")
def test_the_paper(): ...

def test_the_chart(chart): ...
"""
RAW = "import pytest\n\n\ndef test_the_wheel():\n    pytest.importorskip('no_such_wheel')\n"
WHOLE = "import pytest\n\nno_such_wheel = pytest.importorskip('no_such_wheel')\n\n\ndef test_the_wheel(): ...\n"


def _pytest(folder: Path, suite: str, *options: str, ci: str = "") -> tuple[int, list[str]]:
    (folder / "conftest.py").write_text("pytest_plugins = ['tests.needs']\n")
    (folder / "test_suite.py").write_text(suite)
    env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}", "CI": ci}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder), *options]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


@pytest.mark.parametrize("options", [(), ("-n", "1")], ids=["alone", "in a worker"])
def test_the_run_closes_with_what_was_skipped_and_why(tmp_path: Path, options: tuple[str, ...]) -> None:
    code, lines = _pytest(tmp_path, SUITE, *options)
    assert code == 0
    assert lines[-2] == "skipped: 2 for want of a compass (apt install compass); 1 the map is not here"
    assert lines[-1].startswith("1 passed, 3 skipped")


def test_in_ci_a_skip_is_a_failure_that_says_what_to_install(tmp_path: Path) -> None:
    code, lines = _pytest(tmp_path, SUITE, ci="true")
    assert code == 1
    assert lines[-1].startswith("1 passed, 1 skipped, 2 errors")
    assert lines[-2] == "skipped: 1 the map is not here"
    said = "skipped for want of a compass (apt install compass): in continuous integration that is a failure"
    assert lines.count(said) == 2


@pytest.mark.parametrize("suite", [RAW, WHOLE], ids=["a test", "a module"])
def test_in_ci_a_skip_of_any_other_making_is_a_failure_too(tmp_path: Path, suite: str) -> None:
    assert _pytest(tmp_path, suite)[0] in (0, 5)  # 5: a module that was skipped has no tests
    code, lines = _pytest(tmp_path, suite, ci="1")
    assert code != 0
    assert any(line.startswith("skipped could not import 'no_such_wheel'") for line in lines)


def test_a_run_without_skips_closes_as_ever(tmp_path: Path) -> None:
    code, lines = _pytest(tmp_path, "def test_it(): ...\n", ci="true")
    assert code == 0 and not any("skipped" in line for line in lines)


def test_a_need_that_nobody_described_is_a_mistake_in_the_test(tmp_path: Path) -> None:
    suite = "import pytest\n\n\n@pytest.mark.needs('luck')\ndef test_it(): ...\n"
    code, lines = _pytest(tmp_path, suite)
    assert code == 1 and any("KeyError: 'luck'" in line for line in lines)
