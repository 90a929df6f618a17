"""Examples that people copy must work as they stand."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import yaml

from chartered.audit.verdict import write_verdict
from chartered.cli import cli
from tests.audit.verdicts import a_mixed_verdict

GATE = Path(__file__).parents[1] / "examples" / "github-actions" / "release-gate.yml"


def steps() -> dict[str, dict[str, Any]]:
    """The named steps of the workflow."""
    found = yaml.safe_load(GATE.read_text())
    return {step["name"]: step for step in found["jobs"]["gate"]["steps"] if "name" in step}


def test_the_workflow_gives_commands_and_options_that_exist() -> None:
    words = steps()["Run, audit and release"]["run"].split()
    command = cli.commands[words[1]]
    known = {name for option in command.params if isinstance(option, click.Option) for name in option.opts}
    assert words[0] == "chartered" and {word for word in words if word.startswith("--")} <= known
    trailing = GATE.read_text().partition("# Before you deploy")[2]
    assert trailing.count("--trust") == 2 and "chartered verify" in trailing


def test_the_key_is_for_its_owner_alone_and_never_part_of_a_script(tmp_path: Path) -> None:
    assert all("secrets." not in step.get("run", "") for step in steps().values())
    env = {**os.environ, "SECRET": "-----BEGIN", "RUNNER_TEMP": str(tmp_path)}
    subprocess.run(["bash", "-e", "-c", steps()["Signing key"]["run"]], env=env, check=True)
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "key.pem").read_text() == "-----BEGIN\n"
    subprocess.run(["bash", "-e", "-c", steps()["Remove the key"]["run"]], env=env, check=True)
    assert not (tmp_path / "key.pem").exists()
    without = subprocess.run(
        ["bash", "-e", "-c", steps()["Signing key"]["run"]], env={**env, "SECRET": ""}, check=False
    )
    assert without.returncode == 1  # told before hours of training, not after


def test_a_report_is_kept_and_shown_also_when_the_gate_says_no(tmp_path: Path) -> None:
    assert all("!cancelled()" in steps()[name]["if"] for name in ("Show the verdict", "Keep the report"))
    write_verdict(a_mixed_verdict(), tmp_path / "run" / "audit" / "verdict.json")
    summary = tmp_path / "summary.md"
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "RUN": str(tmp_path / "run"), "GITHUB_STEP_SUMMARY": str(summary)}
    subprocess.run(["bash", "-e", "-c", steps()["Show the verdict"]["run"]], env=env, check=True)
    assert "recency" in summary.read_text()
