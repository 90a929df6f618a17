from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from chartered.common import machine


@pytest.fixture
def groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of control groups in place of the system's; the process is in /a/b of whatever is there."""
    monkeypatch.setattr(machine, "_CGROUPS", tmp_path)
    lines = machine._lines
    told = ["0::/a/b", "3:cpu,cpuacct:/a/b", "2:memory:/a/b", "1:name=systemd:/"]
    monkeypatch.setattr(machine, "_lines", lambda path: told if path == Path("/proc/self/cgroup") else lines(path))
    return tmp_path


def _write(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(f"{text}\n")


def test_the_strictest_group_above_a_process_limits_its_memory(groups: Path) -> None:
    free = psutil.virtual_memory().available
    _write(groups / "a" / "b", memory__max="max", memory__current="70")
    assert machine.memory_available() == pytest.approx(free, rel=0.2)
    _write(groups / "a", memory__max="1000", memory__current="400")
    assert machine.memory_available() == 600
    _write(groups / "a", memory__current="1100")  # over the limit for a moment
    assert machine.memory_available() == 0


def test_groups_of_the_first_version_limit_too(groups: Path) -> None:
    _write(groups / "memory" / "a" / "b", memory__limit_in_bytes="900", memory__usage_in_bytes="200")
    assert machine.memory_available() == 700
    _write(groups / "cpu" / "a" / "b", cpu__cfs_quota_us="150000", cpu__cfs_period_us="100000")
    assert machine.core_quota() == 1.5
    _write(groups / "cpu" / "a" / "b", cpu__cfs_quota_us="-1")
    assert machine.core_quota() is None


def test_a_quota_is_in_cores(groups: Path) -> None:
    assert machine.core_quota() is None
    _write(groups / "a" / "b", cpu__max="max 100000")
    assert machine.core_quota() is None
    _write(groups / "a", cpu__max="250000 100000")
    assert machine.core_quota() == 2.5


def test_this_machine_has_cores_and_memory() -> None:
    assert machine.core_count() >= 1 and machine.memory_available() > 0
