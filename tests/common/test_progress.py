import io
import subprocess
import sys

import pytest
from rich.console import Console
from tests.paths import ROOT

from chartered.common import progress
from chartered.common.progress import Pace, Reporter, duration


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def after(clock: Clock, pace: Pace, seconds: list[float]) -> None:
    pace.add(0)
    for done, more in enumerate(seconds, start=1):
        clock.now += more
        pace.add(done)


def test_nothing_is_promised_before_a_step_is_done() -> None:
    pace = Pace(Clock())
    pace.add(0)
    assert pace.left(0, 10) == ""


def test_what_is_left_is_the_pace_of_the_last_steps() -> None:
    clock = Clock()
    pace = Pace(clock)
    after(clock, pace, [2.0] * 5)
    assert pace.left(5, 60) == "about 110 s left"  # 55 steps of 2 s


@pytest.mark.parametrize("pause", [0, 3, 9])
def test_a_pause_of_the_machine_does_not_count(pause: int) -> None:
    clock = Clock()
    pace = Pace(clock)
    after(clock, pace, [2.0 if n != pause else 12_000.0 for n in range(10)])
    assert pace.left(10, 60) == "about 100 s left"  # 50 steps of 2 s


def test_steps_that_are_done_in_one_go_share_their_time() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.add(0)
    clock.now = 64.0
    pace.add(32)
    assert pace.left(32, 64) == "about 64 s left"


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.2, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (172800, "2 days")]
)
def test_durations_are_in_the_unit_that_a_person_would_use(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_a_first_step_that_takes_long_shows_that_it_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PLAIN_EVERY", 0.01)
    stream = io.StringIO()
    with Reporter(Console(file=stream, width=200)).task("finetune"):
        while "finetune: at work" not in stream.getvalue():  # no step is ever reported
            pass
    assert "so far" in stream.getvalue()


def test_lines_have_step_time_and_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PLAIN_EVERY", 0.01)
    stream = io.StringIO()
    with Reporter(Console(file=stream, width=200)).task("finetune") as report:
        report(3, 60, {"loss": 1.5, "unknown": 2.0})
        while "3/60" not in stream.getvalue():
            pass
    assert "finetune: 3/60, 0 s so far, loss 1.500" in stream.getvalue()


def test_an_error_ends_the_lines() -> None:
    with pytest.raises(ValueError, match="boom"), Reporter(Console(file=io.StringIO())).task("audit"):
        raise ValueError("boom")


def test_libraries_draw_no_bars_whether_they_are_imported_before_or_after() -> None:
    code = (
        "import datasets\n"
        "from chartered.common.progress import quiet_libraries\n"
        "quiet_libraries()\n"
        "datasets.Dataset.from_dict({'a': list(range(5000))}).map(lambda row: row, batched=False)\n"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": "/usr/bin:/bin", "HF_HUB_OFFLINE": "1", "HOME": "/tmp"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stderr == ""
