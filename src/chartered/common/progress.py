"""Progress for people: bars with an estimate on a terminal, plain lines elsewhere, both on standard error.

What takes long is never silent: plain lines come while a step is under way too, and a bar counts its seconds. The
estimate is of the median of the last steps, so that a first step that compiles, or a machine that slept, does not
spoil it. Libraries draw no bars of their own.
"""

import os
import sys
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

PLAIN_EVERY = 15.0
"""Seconds between plain lines."""
_LAST = 20  # intervals between steps that the estimate is taken from
_SHOWN = {"loss": "loss", "reward": "reward", "mean_token_accuracy": "token accuracy"}


class Report(Protocol):
    """Told of steps done, steps in all, and figures worth showing."""

    def __call__(self, done: int, total: int, logs: Mapping[str, float] | None = None) -> None: ...


class Pace:
    """How long the rest takes, from the times at which steps were done."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._at: tuple[float, int] | None = None
        self._seconds: deque[float] = deque(maxlen=_LAST)

    def add(self, done: int) -> None:
        """So many steps are done now."""
        now = self._clock()
        if self._at is not None and done > self._at[1]:
            self._seconds.append((now - self._at[0]) / (done - self._at[1]))
        if self._at is None or done != self._at[1]:
            self._at = (now, done)

    def left(self, done: int, total: int) -> str:
        """The rest in words, as in "about 3 min left"; empty while nothing is known."""
        return f"about {duration(median(self._seconds) * (total - done))} left" if self._seconds else ""


class Reporter:
    """Says what the run does."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(stderr=True, soft_wrap=True, highlight=False)

    def say(self, text: str) -> None:
        """One line."""
        self.console.print(text, markup=False)

    @contextmanager
    def task(self, name: str) -> Iterator[Report]:
        """A bar (or plain lines) for one task."""
        with (self._bar if self.console.is_terminal else self._lines)(name) as report:
            yield report

    @contextmanager
    def _bar(self, name: str) -> Iterator[Report]:
        pace = Pace()
        bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<16}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}  {task.fields[figures]}"),
            console=self.console,
            transient=True,
        )
        with bar:
            task = bar.add_task(name, total=None, figures="", left="")

            def report(done: int, total: int, logs: Mapping[str, float] | None = None) -> None:
                pace.add(done)
                bar.update(task, completed=done, total=total, left=pace.left(done, total))
                if logs:
                    bar.update(task, figures=_figures(logs))

            yield report

    @contextmanager
    def _lines(self, name: str) -> Iterator[Report]:
        lines, ended = _Lines(self, name), threading.Event()

        def beat() -> None:
            while not ended.wait(PLAIN_EVERY):
                lines.say()

        thread = threading.Thread(target=beat, daemon=True, name="progress")
        thread.start()
        try:
            yield lines
        finally:
            ended.set()
            thread.join()


class _Lines:
    """What the plain lines of a task say."""

    def __init__(self, reporter: Reporter, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._reporter, self._name, self._clock = reporter, name, clock
        self._pace, self._started = Pace(clock), clock()
        self._done, self._total, self._logs = 0, 0, ""

    def __call__(self, done: int, total: int, logs: Mapping[str, float] | None = None) -> None:
        self._pace.add(done)
        self._done, self._total = done, total
        self._logs = _figures(logs) if logs else self._logs

    def say(self) -> None:
        """One line on where the task is."""
        at = f"{self._done}/{self._total}" if self._total else "at work"
        left = self._pace.left(self._done, self._total)
        lasted = f"{duration(self._clock() - self._started)} so far"
        self._reporter.say(f"  {self._name}: " + ", ".join(part for part in (at, lasted, left, self._logs) if part))


def duration(seconds: float) -> str:
    """Seconds in the unit that a person would use."""
    for unit, size in (("days", 86400), ("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"


def quiet_libraries() -> None:
    """Keep libraries from drawing bars of their own and from calling home, whether they are imported yet or not."""
    for name, value in {
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "TRANSFORMERS_VERBOSITY": "error",
        "TRL_EXPERIMENTAL_SILENCE": "1",
    }.items():
        os.environ.setdefault(name, value)
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"(transformers|trl|peft|torch)\b")
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    if "datasets" in sys.modules:  # it read the environment when it was imported
        sys.modules["datasets"].disable_progress_bars()


def _figures(logs: Mapping[str, float]) -> str:
    return "  ".join(f"{label} {float(logs[key]):.3f}" for key, label in _SHOWN.items() if key in logs)
