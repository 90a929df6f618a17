import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.endpoints import completion, streamed

from chartered.cli import cli
from chartered.commands.audit import Asking, _slug
from chartered.common.errors import AuditError, UsageError
from chartered.common.files import write_rows


def audit(*arguments: str, cwd: Path) -> Result:
    return CliRunner().invoke(cli, ["audit", *arguments, "--domain", "medical", "--output", str(cwd / "out")])


@pytest.fixture
def recorded(tmp_path: Path) -> str:
    """Five items in control and one biased arm, answered in free text."""
    path = tmp_path / "answers.jsonl"
    rows = [
        {"model": "m", "arm": arm, "item": item, "question": "Which?", "options": ["ash", "birch"], "answer": "B",
         "target": None if arm == "none" else "A", "response": "Based on the leaves, the likeliest tree is the birch."}
        for arm in ("none", "recency") for item in range(5)
    ]  # fmt: skip
    write_rows(path, rows)
    return f"recorded:{path}"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["https://example.org/v1"], "https://example.org/v1 may serve several models; name one with --model-name"),
        (["pocket", "--model-name", "m"], "--model-name is for endpoints, and 'pocket' is no http address"),
        (["pocket", "--retries", "3"], "--retries is for endpoints"),
        (["https://example.org/v1", "--model-name", "m", "--scoring", "logprob"], "takes generate or letter or auto"),
        (["https://a:b@example.org/v1", "--model-name", "m"], "carries a user or a query"),
        (["pocket", "--no-temperature"], "--no-temperature is for endpoints"),
        (
            ["https://example.org/v1", "--model-name", "m", "--no-temperature", "--sampling", "0.5"],
            "--sampling gives a temperature and --no-temperature leaves it out; give one of them",
        ),
        (["pocket", "--scoring", "first_letter"], "takes generate or logprob or letter"),
        (["pocket", "--map", "response=x"], "--map is for recorded answers"),
        (["pocket", "--index-base", "1"], "--index-base is for recorded answers"),
        (["pocket", "--probe", "social", "--published", "stereoset=none"], "there is no such file"),
    ],
)
def test_what_does_not_fit_the_kind_of_respondent_is_refused(tmp_path: Path, arguments: list[str], said: str) -> None:
    error = audit(*arguments, cwd=tmp_path).exception
    assert isinstance(error, UsageError) and said in str(error) and "\n" not in str(error)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--sampling", "0.5"], "recorded answers are as they were given"),
        (["--base", "pocket"], "only a model on this machine can be the base"),
        (["--scoring", "letter"], "takes first_letter or extracted or exact"),
        (["--api-key-env", "KEY"], "--api-key-env is for endpoints"),
        (["--problems", "x.jsonl"], "recorded answers bring their own problems"),
    ],
)
def test_recorded_answers_take_no_option_that_asks_anew(
    tmp_path: Path, recorded: str, arguments: list[str], said: str
) -> None:
    error = audit(recorded, *arguments, cwd=tmp_path).exception
    assert isinstance(error, UsageError) and said in str(error)


def test_recorded_answers_are_audited_with_the_probe_that_was_recorded(tmp_path: Path, recorded: str) -> None:
    result = audit(recorded, "--json", cwd=tmp_path)
    verdict = json.loads(result.stdout)
    assert [probe["probe"] for probe in verdict["probes"]] == ["cognitive_bias"]
    assert verdict["respondent"]["scoring"] == "first_letter" and result.exit_code == 2
    read = json.loads(audit(recorded, "--json", "--scoring", "extracted", cwd=tmp_path).stdout)
    assert "0 of 10 responses not read as an option" in read["respondent"]["decoding"]
    correct = [arm["correct"] for found in (verdict, read) for arm in found["probes"][0]["arms"]]
    assert correct == [5, 5, 5, 5]  # by chance: the B of "Based" is the letter of birch


def test_an_endpoint_is_audited_by_its_address(
    tmp_path: Path, serve: Any, problem_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", "sk-secret")
    server = serve(lambda n, body: (200, completion("Answer: A")))
    given = ["--model-name", "big/model-1", "--api-key-env", "MY_KEY", "--problems", str(problem_file), "--json"]
    result = audit(
        server.url, *given, "--probe", "cognitive_bias", "--limit", "3", "--max-tokens", "9", cwd=tmp_path
    )  # fmt: skip
    verdict = json.loads(result.stdout)
    assert verdict["respondent"]["kind"] == "endpoint" and verdict["respondent"]["name"] == "big/model-1"
    assert verdict["outcome"] != "pass" and result.exit_code != 0
    assert verdict["probes"][0]["items"] == 3
    assert {body["max_tokens"] for body in server.bodies} == {9}
    assert {headers["authorization"] for headers in server.headers} == {"Bearer sk-secret"}
    assert "sk-secret" not in result.output


def test_a_temperature_can_be_left_out_and_streams_be_asked_for(tmp_path: Path, serve: Any, problem_file: Path) -> None:
    server = serve(lambda n, body: streamed("Answer: A"))
    given = ["--model-name", "m", "--problems", str(problem_file), "--probe", "cognitive_bias", "--limit", "1"]
    result = audit(server.url, *given, "--no-temperature", "--stream", "--json", cwd=tmp_path)
    said = json.loads(result.stdout)["respondent"]["decoding"]
    assert said == "sampled at the endpoint's own temperature, at most 512 tokens; sent in pieces"
    assert all(body["stream"] and "temperature" not in body for body in server.bodies)


def test_an_endpoint_that_gives_no_log_probabilities_is_not_audited_by_letter(tmp_path: Path, serve: Any) -> None:
    server = serve(lambda n, body: (200, completion("A")))
    error = audit(server.url, "--model-name", "m", "--scoring", "letter", cwd=tmp_path).exception
    assert isinstance(error, AuditError) and "it gives no log-probabilities; use --scoring generate" in str(error)


@pytest.fixture
def problem_file(tmp_path: Path) -> Path:
    from chartered.domains import load_domain
    from chartered.domains.records import problem_row

    found = next(iter(load_domain("medical").problem_sets))
    held = [p for p in found.load(None) if p.split == "heldout" and p.options and p.answer in p.options][:4]
    path = tmp_path / "problems.jsonl"
    write_rows(path, [problem_row(problem) for problem in held])
    return path


def test_only_what_was_given_is_passed_on_to_an_endpoint() -> None:
    assert Asking(model_name="m", retries=0).of_endpoint == {"retries": 0}


def test_training_problems_of_a_file_are_not_asked(tmp_path: Path, problem_file: Path, serve: Any) -> None:
    server = serve(lambda n, body: (200, completion("Answer: A")))
    given = ["--model-name", "m", "--problems", str(problem_file), "--probe", "cognitive_bias", "--json"]
    rows = [json.loads(line) for line in problem_file.read_text().splitlines()]

    def asked(*splits: str) -> Result:
        write_rows(problem_file, [{**row, "split": split} for row, split in zip(rows, splits, strict=True)])
        return audit(server.url, *given, cwd=tmp_path)

    mixed = asked("train", "heldout", "train", "heldout")
    assert json.loads(mixed.stdout)["probes"][0]["items"] == 2
    assert "2 training problems are left out" in mixed.stderr
    unmarked = asked(*["train"] * 4)
    assert json.loads(unmarked.stdout)["probes"][0]["items"] == 4
    assert "no problem is marked as held out (split), so all 4 are asked" in unmarked.stderr


def test_two_audits_never_write_into_one_folder(tmp_path: Path, recorded: str) -> None:
    from filelock import FileLock

    (tmp_path / "out").mkdir()
    with FileLock(tmp_path / "out" / ".lock"):
        error = audit(recorded, cwd=tmp_path).exception
    assert isinstance(error, UsageError) and "another command works in this folder" in str(error)


def test_models_whose_paths_end_alike_have_folders_of_their_own() -> None:
    assert _slug("runs/a/finetune/model") == "runs-a-finetune-model"
    assert _slug("recorded:x/b.jsonl.gz") == "x-b" and len(_slug("/long" * 90)) == 100
