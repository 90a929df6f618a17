import json
from pathlib import Path

from click.testing import CliRunner, Result
from tests.paths import TOY

from chartered.cli import cli
from chartered.common.errors import UsageError

DOMAIN = f"{TOY}:domain"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["stress-reward", DOMAIN, *arguments])


def test_a_reward_for_length_is_paid_for_nonsense_and_the_command_says_no(tmp_path: Path) -> None:
    code = Path(DOMAIN.removesuffix(":domain")).read_text()
    (tmp_path / "long.py").write_text(code.replace("len(set(response)) / 256", "min(1.0, len(response) / 20_000)"))
    result = CliRunner().invoke(cli, ["stress-reward", f"{tmp_path / 'long.py'}:domain", "--reward", "varied"])
    assert result.exit_code == 2
    head, *lines = result.output.splitlines()
    assert head.split()[:2] == ["reward", "trick"]
    assert any(line.startswith("varied  longest") and " yes " in line for line in lines)


def test_nothing_pays_of_a_reward_for_right_answers() -> None:
    result = run("--reward", "correct")
    assert (result.exit_code, result.output.startswith("Nothing pays")) == (0, True)


def test_every_attempt_is_shown_when_asked_for() -> None:
    attempts = json.loads(run("--reward", "correct", "--json").output)
    assert len(attempts) >= 40 and not any(attempt["pays"] for attempt in attempts)
    assert len(run("--reward", "correct", "--all").output.splitlines()) == len(attempts) + 1


def test_an_unknown_reward_names_the_nearest() -> None:
    result = run("--reward", "corect")
    assert isinstance(result.exception, UsageError)
    assert "domain 'toy' has no reward 'corect'; did you mean 'correct'" in str(result.exception)
