"""What a fresh machine meets: the script of `.ci` and the Makefile, in folders and on paths of their own."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.paths import ROOT

SCRIPT = ROOT / ".ci" / "system-packages"


def _run(*command: str | Path, path: str, **options: Path) -> subprocess.CompletedProcess[str]:
    # by `make test` these run within a make, which must not be told to theirs
    env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    env["PATH"] = path
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=60, **options)  # type: ignore[call-overload, no-any-return]


@pytest.mark.needs("sandbox", "chromium")
def test_where_all_is_there_nothing_is_done() -> None:
    done = _run(SCRIPT, path=os.environ["PATH"])
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_apt_a_sentence_for_each_says_what_to_install_and_it_goes_on(tmp_path: Path) -> None:
    for name in ("bash", "env", "grep", "id", "uname"):
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    done = _run("bash", SCRIPT, path=str(tmp_path))
    assert done.returncode == 0
    said = done.stderr.splitlines()
    assert len(said) == (2 if os.uname().sysname == "Linux" else 1)
    assert "chromium" in said[-1] and all("until then the tests that need it are skipped." in line for line in said)


def test_a_python_that_cannot_make_an_environment_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "src" / "chartered").mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "src/chartered/constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    done = _run("make", "demo", "PYTHON=false", path=os.environ["PATH"], cwd=tmp_path)
    assert done.returncode == 2 and not (tmp_path / ".venv").exists()
    assert done.stderr.startswith("false is not a Python of 3.11 or later with venv: install it") and not done.stdout
