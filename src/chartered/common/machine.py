"""What this machine gives to a process: cores and memory, with the limits that a container puts on them."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

_CGROUPS = Path("/sys/fs/cgroup")


def core_count() -> int:
    """Processor cores that this process may run on."""
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def core_quota() -> float | None:
    """Cores' worth of time that a container's limit grants, or None without one."""
    quotas = []
    for folder in _groups("cpu"):
        limit, period = (
            _words(folder / "cpu.max")
            or (
                *_words(folder / "cpu.cfs_quota_us"),
                *_words(folder / "cpu.cfs_period_us"),
            )
            or ("max", "")
        )
        if limit.isdigit():
            quotas.append(int(limit) / int(period))
    return min(quotas, default=None)


def memory_available() -> int:
    """Bytes that a process can still take: what the machine has free, or what is left under a container's limit."""
    import psutil  # type: ignore[import-untyped]

    return min([int(psutil.virtual_memory().available), *_memory_left()])


def _memory_left() -> Iterator[int]:
    for folder in _groups("memory"):
        for limit, usage in (("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes")):
            words = (*_words(folder / limit), *_words(folder / usage))
            if len(words) == 2 and all(word.isdigit() for word in words):
                yield max(0, int(words[0]) - int(words[1]))


def _groups(controller: str) -> Iterator[Path]:
    """The folders of this process's control groups, of version 1 or 2, from its own up to the root."""
    for line in _lines(Path("/proc/self/cgroup")):
        _, controllers, path = line.split(":", 2)
        if not controllers or controller in controllers.split(","):
            mount = _CGROUPS / controller if controllers else _CGROUPS
            own = mount / path.lstrip("/")
            yield from (folder for folder in (own, *own.parents) if folder.is_relative_to(mount))


def _words(path: Path) -> tuple[str, ...]:
    return tuple(word for line in _lines(path) for word in line.split())


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:  # not Linux, or without this file
        return []
