"""Folders that are made once and kept: where they are, and making one whole or not at all."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock


def cache_folder() -> Path:
    """The folder for what is made once: `$CHARTERED_CACHE`, else `~/.cache/chartered`."""
    given = os.environ.get("CHARTERED_CACHE")
    return Path(given).expanduser() if given else Path.home() / ".cache" / "chartered"


def made_once(folder: Path, make: Callable[[Path], None]) -> Path:
    """The folder, made by `make` where it is not there yet.

    `make` fills a folder beside it, which gets its name when everything is on the disk: nobody sees half of it. A
    process that finds another at it waits, and what a killed process left is removed.

    Raises:
        OSError: the place cannot be written to.
    """
    if folder.is_dir():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f".{folder.name}.lock")):
        if not folder.is_dir():
            part = folder.with_name(f".{folder.name}.part")
            if part.exists():
                shutil.rmtree(part)
            part.mkdir()
            make(part)
            _sync(part)
            part.rename(folder)
    return folder


def _sync(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
