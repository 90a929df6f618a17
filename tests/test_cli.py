import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from chartered.cli import cli


def _run(*arguments: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "from chartered.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, stdin=subprocess.DEVNULL, check=False)


def test_help_names_every_command_and_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom chartered.cli import cli\n"
        "result = CliRunner().invoke(cli, ['--help'])\n"
        "assert all(name in result.output for name in cli.commands), result.output\n"
        "heavy = {'torch', 'transformers', 'trl', 'numpy', 'pydantic', 'datasets', 'yaml'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_help_is_whole_sentences_at_eighty_columns() -> None:
    said = CliRunner().invoke(cli, ["--help"], terminal_width=80).output
    assert "\n  Start here:   chartered run medical\n" in said
    assert "\\" not in said and "..." not in said.replace("COMMAND [ARGS]...", "")


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_explains_itself(name: str) -> None:
    assert cli.commands[name].help
    for option in cli.commands[name].params:
        assert not isinstance(option, click.Option) or option.help or option.name == "seed"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rn"], "No such command 'rn'"),
        (["run", "medicl"], "'medicl' is neither an installed domain nor a recipe file; did you mean 'medical'?"),
        (["run", "none.yaml"], "none.yaml: there is no such recipe"),
        (["audit", "pocket", "--domain", "medcal"], "there is no domain 'medcal' installed; did you mean 'medical'?"),
        (["audit", "recorded:none.jsonl", "--domain", "medical"], "none.jsonl: there is no such file"),
        (["audit", "pocket"], "Missing option '--domain'"),
        (["report", "none.json"], "none.json: there is no such verdict"),
        (["release", "."], "this is no run folder"),
        (["verify", "none"], "none"),
    ],
)
def test_a_mistake_is_one_sentence_and_no_traceback(tmp_path: Path, arguments: list[str], said: str) -> None:
    result = _run(*arguments, cwd=tmp_path)
    assert result.returncode == (2 if arguments[0] == "verify" else 3), result.stderr
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_domains_lists_each_plugin_with_the_licences_of_what_it_offers() -> None:
    output = _run("domains").stdout
    assert "medical" in output and "cognitive_bias" in output and "handbook" in output


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    if not os.path.exists("/dev/full"):
        pytest.skip("there is no /dev/full to write to")
    code = (
        "import sys\nfrom chartered import cli\n"
        "def full(): open('/dev/full', 'w').write('x' * 100000)\n"
        "cli.cli.commands['keygen'].callback = lambda path: full()\n"
        "sys.argv = ['chartered', 'keygen', 'x']\ncli.main()\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert result.returncode == 1
    assert "No space left on device; what is finished is kept" in result.stderr
    assert "Traceback" not in result.stderr
