import subprocess
import sys
import threading
from pathlib import Path

import pytest

from chartered.common.cache import cache_folder, made_once

KILLED = """
import os, signal, sys
from pathlib import Path
from chartered.common.cache import made_once

def make(folder):
    (folder / "first").write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)

made_once(Path(sys.argv[1]), make)
"""


def test_the_cache_is_in_the_home_folder_unless_the_environment_says_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("CHARTERED_CACHE", raising=False)
    assert cache_folder() == tmp_path / ".cache" / "chartered"
    monkeypatch.setenv("CHARTERED_CACHE", "~/elsewhere")
    assert cache_folder() == tmp_path / "elsewhere"


def test_a_folder_is_made_once(tmp_path: Path) -> None:
    def make(folder: Path) -> None:
        (folder / "made").write_text("whole")

    def never(folder: Path) -> None:
        raise AssertionError(f"{folder} is made twice")

    folder = made_once(tmp_path / "deep" / "model", make)
    assert folder == tmp_path / "deep" / "model"
    assert (made_once(folder, never) / "made").read_text() == "whole"


def test_a_maker_that_fails_leaves_no_folder_and_the_next_one_starts_afresh(tmp_path: Path) -> None:
    def fails(folder: Path) -> None:
        (folder / "first").write_text("half")
        raise ValueError("broken off")

    with pytest.raises(ValueError, match="broken off"):
        made_once(tmp_path / "model", fails)
    assert not (tmp_path / "model").exists()
    made_once(tmp_path / "model", lambda folder: (folder / "second").touch())
    assert [path.name for path in (tmp_path / "model").iterdir()] == ["second"]


def test_a_maker_that_is_killed_leaves_no_folder_and_the_next_one_starts_afresh(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path / "model")])
    assert ended.returncode == -9
    assert not (tmp_path / "model").exists()
    made_once(tmp_path / "model", lambda folder: (folder / "second").touch())
    assert [path.name for path in (tmp_path / "model").iterdir()] == ["second"]
    assert not [path for path in tmp_path.iterdir() if path.name.endswith(".part")]


def test_two_at_once_make_it_once(tmp_path: Path) -> None:
    made, entered, go_on = [], threading.Event(), threading.Event()

    def make(folder: Path) -> None:
        made.append(folder)
        entered.set()
        go_on.wait(timeout=60)

    two = [threading.Thread(target=made_once, args=(tmp_path / "model", make)) for _ in range(2)]
    two[0].start()
    assert entered.wait(timeout=60)
    two[1].start()  # it finds the first at work, and waits or comes after it
    go_on.set()
    for thread in two:
        thread.join(timeout=60)
    assert len(made) == 1 and (tmp_path / "model").is_dir()
