import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from chartered.pipeline.mark import MARK, marked, silent_end

WORKS = """
import sys
from pathlib import Path
from chartered.pipeline.mark import marked
with marked(Path(sys.argv[1])):
    print("at work", flush=True)
    sys.stdin.read()
"""


def _at_work(folder: Path) -> "subprocess.Popen[str]":
    """A process that works in a folder until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", WORKS, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "at work\n"
    return process


def test_a_killed_try_is_known_by_its_mark_and_one_at_work_is_not_killed(tmp_path: Path) -> None:
    process = _at_work(tmp_path)
    assert silent_end(tmp_path) is None
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -9
    assert silent_end(tmp_path) == "killed"


@pytest.mark.parametrize("ending", [None, OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_an_end_that_was_told_leaves_no_mark(ending: BaseException | None, tmp_path: Path) -> None:
    try:
        with marked(tmp_path):
            assert (tmp_path / MARK).is_file()
            if ending:
                raise ending
    except (OSError, KeyboardInterrupt):
        pass
    assert silent_end(tmp_path) is None and not (tmp_path / MARK).exists()


def test_another_process_of_the_same_number_is_not_the_one_that_was_killed(tmp_path: Path) -> None:
    with marked(tmp_path):
        mark = json.loads((tmp_path / MARK).read_text())
        assert mark["pid"] == os.getpid()
        (tmp_path / MARK).write_text(json.dumps({**mark, "started": mark["started"] - 100}))
        assert silent_end(tmp_path) == "killed"


def test_a_machine_that_was_restarted_is_told_apart(tmp_path: Path) -> None:
    with marked(tmp_path):
        mark = json.loads((tmp_path / MARK).read_text())
        (tmp_path / MARK).write_text(json.dumps({**mark, "boot": "another"}))
        assert silent_end(tmp_path) == "restarted"
