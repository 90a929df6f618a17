"""Progress for people: bars with an estimate on a terminal, plain lines elsewhere, both on standard error."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

PLAIN_EVERY = 15.0
"""Seconds between plain lines."""


class Report(Protocol):
    """Told of steps done, steps in all, and figures worth showing."""

    def __call__(self, done: int, total: int, logs: Mapping[str, float] | None = None) -> None: ...


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
        if self.console.is_terminal:
            with self._bar(name) as report:
                yield report
        else:
            yield _Plain(self, name)

    @contextmanager
    def _bar(self, name: str) -> Iterator[Report]:
        columns = (TextColumn("  {task.description:<18}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        bar = Progress(
            *columns,
            TextColumn("left"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[figures]}"),
            console=self.console,
            transient=True,
        )
        with bar:
            task = bar.add_task(name, total=None, figures="")

            def report(done: int, total: int, logs: Mapping[str, float] | None = None) -> None:
                bar.update(task, completed=done, total=total)
                if logs:
                    bar.update(task, figures=_figures(logs))

            yield report


class _Plain:
    """Plain lines, not more often than `PLAIN_EVERY`."""

    def __init__(self, reporter: Reporter, name: str) -> None:
        self.reporter, self.name = reporter, name
        self.started = self.last = time.monotonic()
        self.first: int | None = None

    def __call__(self, done: int, total: int, logs: Mapping[str, float] | None = None) -> None:
        now = time.monotonic()
        if self.first is None:
            self.first = done
        if now - self.last < PLAIN_EVERY:
            return
        self.last = now
        left = (now - self.started) / max(1, done - self.first) * (total - done)
        self.reporter.say(f"  {self.name}: {done}/{total}, about {left:.0f} s left {_figures(logs or {})}".rstrip())


_SHOWN = {"loss": "loss", "reward": "reward", "mean_token_accuracy": "token accuracy"}


def _figures(logs: Mapping[str, float]) -> str:
    return "  ".join(f"{label} {float(logs[key]):.3f}" for key, label in _SHOWN.items() if key in logs)
