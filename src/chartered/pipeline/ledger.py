"""The ledger of a run: which stages are done, from what, and what is stale after a change.

A stage's fingerprint covers its part of the recipe, what it reads, the versions it runs on and the fingerprints of
the stages before it. A stage whose fingerprint is in the ledger, whose files are still those it wrote, and which read
what the stages before it hold now, is skipped. A stage works in `NAME.work`; its results are moved to `NAME` when
they are whole, and then the ledger is written, so that a kill at any moment loses at most the work since the last
checkpoint; a mark in the work folder (`chartered.pipeline.mark`) tells the next start of it.
"""

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chartered.common.errors import DataError
from chartered.common.files import sha256_file, write_whole
from chartered.pipeline.mark import Ending, marked, silent_end

LEDGER = "run.json"

Task = Callable[[Any, "Stage", Path, Path], dict[str, Any]]
"""What a stage does: of the line, the stage, the work folder and the folder to fill; returns metrics."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step of a run."""

    name: str
    inputs: Mapping[str, Any]
    """Whatever the result depends on, as plain JSON."""
    task: Task
    after: tuple[str, ...] = ()
    """Stages whose results it reads."""
    model: str = ""
    """The model that it makes or asks: a training stage, or `base`."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What the ledger holds of a finished stage."""

    fingerprint: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, str]
    """SHA-256 of each file that it wrote."""
    metrics: Mapping[str, Any]
    finished: str
    """UTC, ISO 8601."""
    seconds: float
    """Wall-clock time, over all tries since the last kill."""
    read: Mapping[str, str]
    """Hash over the results of each stage that it came after, as it found them."""

    @property
    def results_sha256(self) -> str:
        """Hash over the results, for the stages that read them."""
        return hashlib.sha256(json.dumps(dict(self.outputs), sort_keys=True).encode()).hexdigest()


@dataclass
class Ledger:
    """The stages of one run folder."""

    folder: Path
    entries: dict[str, Entry] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: Path) -> "Ledger":
        """The ledger of a folder, empty when there is none.

        Raises:
            DataError: `run.json` is damaged.
        """
        path = folder / LEDGER
        if not path.is_file():
            return cls(folder)
        try:
            stages = json.loads(path.read_text())["stages"]
            return cls(folder, {name: Entry(**entry) for name, entry in stages.items()})
        except (ValueError, TypeError, KeyError) as error:
            raise DataError(f"{path}: the ledger is damaged ({error}); move the folder away and run again.") from error

    def done(self, stage: Stage, fingerprint: str) -> bool:
        """Whether the stage's results are there, whole and from these inputs."""
        return self.why_stale(stage, fingerprint) == []

    def why_stale(self, stage: Stage, fingerprint: str) -> list[str]:
        """Reasons to carry the stage out (again), in words; none when it is done."""
        entry = self.entries.get(stage.name)
        if entry is None:
            return ["not done yet"]
        if entry.fingerprint != fingerprint:
            return differences(entry.inputs, stage.inputs) or ["a stage before it is carried out again"]
        if entry.read != self._read(stage):
            return ["a stage before it came to other results"]
        return [
            f"{name} was changed or removed" for name, sha in entry.outputs.items() if self._sha(stage, name) != sha
        ]

    def _read(self, stage: Stage) -> dict[str, str]:
        return {name: self.entries[name].results_sha256 for name in stage.after if name in self.entries}

    def _sha(self, stage: Stage, name: str) -> str | None:
        path = self.folder / stage.name / name
        return sha256_file(path) if path.is_file() else None

    def silent_end(self, stage: Stage) -> Ending | None:
        """How an earlier try of the stage ended, if it was killed; to be asked before it is carried out again."""
        return silent_end(self._work(stage))

    def carry_out(self, stage: Stage, fingerprint: str, line: Any = None) -> Entry:
        """Do a stage's work, going on from where a killed try with the same inputs stopped."""
        read = self._read(stage)
        work = self._work_folder(stage, f"{fingerprint} {json.dumps(read, sort_keys=True)}")
        output, started = work / "output", time.monotonic()
        shutil.rmtree(output, ignore_errors=True)
        output.mkdir()
        with marked(work):
            metrics = stage.task(line, stage, work, output)
        final = self.folder / stage.name
        shutil.rmtree(final, ignore_errors=True)
        os.replace(output, final)
        entry = Entry(
            fingerprint=fingerprint,
            inputs=dict(stage.inputs),
            outputs={p.relative_to(final).as_posix(): sha256_file(p) for p in sorted(final.rglob("*")) if p.is_file()},
            metrics=metrics,
            finished=datetime.now(UTC).isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - started, 2),
            read=read,
        )
        self.entries[stage.name] = entry
        self._write()
        shutil.rmtree(work)
        return entry

    def _work_folder(self, stage: Stage, made_from: str) -> Path:
        work = self._work(stage)
        inputs = work / "fingerprint"
        if not inputs.is_file() or inputs.read_text() != made_from:
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir(parents=True)
            write_whole(inputs, made_from)
        return work

    def _work(self, stage: Stage) -> Path:
        return self.folder / f"{stage.name}.work"

    def _write(self) -> None:
        stages = {name: asdict(entry) for name, entry in self.entries.items()}
        write_whole(self.folder / LEDGER, json.dumps({"stages": stages}, indent=1, sort_keys=False) + "\n")


def fingerprints(stages: list[Stage]) -> dict[str, str]:
    """Fingerprint of each stage, in order; each covers those of the stages it comes after."""
    found: dict[str, str] = {}
    for stage in stages:
        content = [stage.name, stage.inputs, [found[name] for name in stage.after]]
        found[stage.name] = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return found


def differences(old: Mapping[str, Any], new: Mapping[str, Any], prefix: str = "") -> list[str]:
    """What changed between two sets of inputs, one clause for each key: `finetune.learning_rate 0.001 -> 0.002`."""
    found: list[str] = []
    for key in sorted({*old, *new}):
        before, after = old.get(key), new.get(key)
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            found += differences(before, after, f"{prefix}{key}.")
        elif before != json.loads(json.dumps(after)):
            found.append(f"{prefix}{key} {_short(before)} -> {_short(after)}")
    return found


def _short(value: Any) -> str:
    text = "nothing" if value is None else str(value)
    return text if len(text) <= 40 else text[:37] + "..."
