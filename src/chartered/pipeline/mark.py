"""The mark that a stage leaves in its work folder while it works: a try that ended without a word is known by it."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import psutil  # type: ignore[import-untyped]

from chartered.common.files import write_whole

MARK = "working.json"
_BOOT = Path("/proc/sys/kernel/random/boot_id")

Ending = Literal["killed", "restarted"]
"""The process was killed, or the machine was restarted (or is another one)."""


@contextmanager
def marked(work: Path) -> Iterator[None]:
    """Keep the mark in a work folder as long as the block runs; an error and an interrupt take it away too."""
    started = psutil.Process().create_time()
    write_whole(work / MARK, json.dumps({"pid": os.getpid(), "started": started, "boot": _boot()}))
    try:
        yield
    finally:
        (work / MARK).unlink(missing_ok=True)


def silent_end(work: Path) -> Ending | None:
    """How the try that worked in a folder ended, if it could not say so itself; None too while it still works."""
    try:
        mark = json.loads((work / MARK).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    if mark["boot"] != _boot():
        return "restarted"
    try:
        return None if psutil.Process(mark["pid"]).create_time() == mark["started"] else "killed"
    except psutil.NoSuchProcess:
        return "killed"


def _boot() -> str:
    """What tells this start of the machine from the others, where the system says it."""
    return _BOOT.read_text(encoding="utf-8").strip() if _BOOT.is_file() else ""
