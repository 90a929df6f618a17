"""`chartered doctor` on this machine, and on the same machine with one thing taken away at a time."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chartered.commands import doctor
from chartered.common import libraries, machine

NAMES = [
    "libraries", "processor", "graphics", "memory", "disk", "cache", "models", "sandbox", "fonts", "browser"
]  # fmt: skip


def _doctor(*options: str, cwd: Path | None = None, **environment: str) -> tuple[int, str]:
    command = [sys.executable, "-c", "from chartered.cli import main; main()", "doctor", *options]
    env = {**os.environ, **environment}
    done = subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True, check=False)
    assert not done.stderr
    return done.returncode, done.stdout


def _parts(cwd: Path | None = None, **environment: str) -> dict[str, dict[str, Any]]:
    code, said = _doctor("--json", cwd=cwd, **environment)
    record = json.loads(said)
    assert code == (0 if record["ready"] else 2)
    return {part["name"]: part for part in record["parts"]}


def test_every_part_is_examined_and_this_machine_is_ready() -> None:
    parts = _parts()
    assert list(parts) == NAMES
    assert all(part["state"] != "lacking" for part in parts.values())
    assert all(bool(part["means"]) == bool(part["remedy"]) == (part["state"] != "ok") for part in parts.values())


def test_it_takes_less_than_three_seconds_of_the_processor() -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    code, said = _doctor()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime < 3
    assert code == 0 and all(name in said for name in NAMES)


def test_without_any_program_on_the_path_sandbox_and_browser_say_what_to_install(tmp_path: Path) -> None:
    parts = _parts(PATH=str(tmp_path))
    assert parts["sandbox"]["state"] == parts["browser"]["state"] == "limited"
    assert parts["sandbox"]["found"] == "bubblewrap cannot start: bubblewrap is not installed"
    assert parts["sandbox"]["remedy"] == "sudo apt install bubblewrap"
    assert parts["browser"]["remedy"] == "sudo apt install chromium"


def test_a_program_that_only_names_a_browser_is_not_one(tmp_path: Path) -> None:
    stub = tmp_path / "chromium-browser"  # as Ubuntu has it until the snap is installed
    stub.write_text("#!/bin/sh\necho 'install the snap' >&2\nexit 1\n")
    stub.chmod(0o755)
    assert _parts(PATH=str(tmp_path))["browser"]["found"] == "no Chromium"


def test_a_graphics_processor_that_torch_cannot_use_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    if torch.cuda.is_available():
        return
    stub = tmp_path / "nvidia-smi"
    stub.write_text("#!/bin/sh\necho 'NVIDIA H100 80GB HBM3, 81559 MiB'\n")
    stub.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    part = doctor.graphics()
    assert part.state == "limited" and part.remedy == "pip install --force-reinstall torch"
    assert part.found == f"NVIDIA H100 80GB HBM3, 81559 MiB, which torch {torch.__version__} cannot use"


def test_a_cache_that_cannot_be_written_to_limits(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert _parts(CHARTERED_CACHE="/proc/x")["cache"]["state"] == "limited"
    assert _parts(CHARTERED_CACHE=str(tmp_path / "file" / "x"))["cache"]["state"] == "ok"  # made when it is needed


def test_models_of_the_hub_and_a_converted_one_are_named(tmp_path: Path) -> None:
    (tmp_path / "models--some--model-1").mkdir()
    (tmp_path / "datasets--no--model").mkdir()
    (tmp_path / "models" / "smollm2-0.1.2-1").mkdir(parents=True)
    found = _parts(HF_HUB_CACHE=str(tmp_path), HF_HUB_OFFLINE="1", CHARTERED_CACHE=str(tmp_path))["models"]
    assert found["found"] == "without network: pocket, smollm2, some/model-1; the hub is not asked (HF_HUB_OFFLINE)"
    assert found["state"] == "ok"


def test_a_folder_that_cannot_be_written_to_is_lacking_and_the_exit_code_two() -> None:
    code, said = _doctor(cwd=Path("/proc/sys"))
    assert code == 2
    assert "0.0 GiB free in this folder, which cannot be written to" in said and "$ cd FOLDER" in said


def test_little_memory_is_lacking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "memory_available", lambda: 3 * 2**29)
    part = doctor.memory()
    assert (part.state, part.found) == ("lacking", "1.5 GiB free")


@pytest.mark.parametrize(
    ("quota", "threads", "state", "remedy"),
    [
        (None, None, "ok", ""),
        (16.0, None, "ok", ""),
        (2.5, "2", "ok", ""),
        (2.5, None, "limited", "export OMP_NUM_THREADS=2"),
        (0.5, "4", "limited", "export OMP_NUM_THREADS=1"),
    ],
)
def test_more_threads_than_a_container_has_time_for_are_told(
    monkeypatch: pytest.MonkeyPatch, quota: float | None, threads: str | None, state: str, remedy: str
) -> None:
    monkeypatch.setattr(machine, "core_count", lambda: 16)
    monkeypatch.setattr(machine, "core_quota", lambda: quota)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    if threads:
        monkeypatch.setenv("OMP_NUM_THREADS", threads)
    part = doctor.processor()
    assert (part.state, part.remedy) == (state, remedy)


def test_a_library_that_is_missing_or_does_not_fit_is_lacking_and_another_version_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def required(*changes: libraries.Library) -> doctor.Part:
        monkeypatch.setattr(libraries, "required_libraries", lambda: list(changes))
        return doctor.libraries()

    trl = libraries.Library(name="trl", installed="1.20.0", tested="1.16.0", fits=False)
    gone = libraries.Library(name="peft", installed=None, tested="0.21.2", fits=False)
    torch = libraries.Library(name="torch", installed="2.12.0+cpu", tested="2.13.0", fits=True)
    assert required(torch).found == "other than tested: torch 2.12.0+cpu (2.13.0)"
    part = required(trl, gone, torch)
    assert part.state == "lacking"
    assert part.found == "not installed, or of a version that does not fit: trl 1.20.0, peft missing"
    assert part.remedy.startswith("pip install -c ") and part.remedy.endswith("constraints.txt chartered")
