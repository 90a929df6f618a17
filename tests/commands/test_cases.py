import json
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chartered.cli import cli
from chartered.common.errors import UsageError
from chartered.common.files import write_rows
from chartered.domains import load_domain
from chartered.domains.records import problem_row

Rows = list[dict[str, Any]]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def rows_of(path: Path) -> Rows:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """The cases of three items of medicine in both probes."""
    path = tmp_path / "cases.jsonl"
    result = run("cases", "--domain", "medical", "--limit", "3", "--output", str(path))
    assert result.exit_code == 0 and result.stdout == f"{path}\n"
    assert "cognitive_bias: 39 cases of 3 items" in result.stderr  # thirteen arms
    assert f"chartered audit recorded:{path} --domain medical" in result.stderr
    return path


def first_option(path: Path, output: Path, **more: Any) -> Path:
    write_rows(output, [row | {"response": f"Answer: {row['options'][0]}", **more} for row in rows_of(path)])
    return output


def test_cases_that_come_back_give_the_verdict_of_a_function_that_answers_alike(cases: Path, tmp_path: Path) -> None:
    filled = first_option(cases, tmp_path / "filled.jsonl")
    result = run("audit", f"recorded:{filled}", "--domain", "medical", "--output", str(tmp_path / "a"), "--json")
    recorded = json.loads(result.stdout)
    assert [(probe["probe"], probe["items"]) for probe in recorded["probes"]] == [
        ("cognitive_bias", 3),
        ("demographics", 3),
    ]
    (tmp_path / "first.py").write_text("def ask(prompt): return 'Answer: A'")
    place = f"python:{tmp_path / 'first.py'}:ask"
    result = run("audit", place, "--domain", "medical", "--limit", "3", "--output", str(tmp_path / "b"), "--json")
    sys.path.remove(str(tmp_path))
    asked = json.loads(result.stdout)
    for probe in (*recorded["probes"], *asked["probes"]):  # the letter and the text of the first option
        probe["flips"] = [{**flip, "control_response": "", "treated_response": ""} for flip in probe["flips"]]
    assert recorded["probes"] == asked["probes"] and recorded["outcome"] == asked["outcome"] == "inconclusive"
    assert (asked["respondent"]["kind"], asked["respondent"]["name"]) == ("callable", f"{tmp_path / 'first.py'}:ask")


def test_the_seed_of_the_cases_is_that_of_the_audit(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    run(
        "cases",
        "--domain",
        "medical",
        "--limit",
        "3",
        "--seed",
        "5",
        "--probe",
        "cognitive_bias",
        "--output",
        str(path),
    )
    filled = first_option(path, tmp_path / "filled.jsonl")
    output = ("--domain", "medical", "--output", str(tmp_path / "out"), "--json")
    assert json.loads(run("audit", f"recorded:{filled}", *output).stdout)["seed"] == 5
    error = run("audit", f"recorded:{filled}", *output, "--seed", "7").exception
    assert isinstance(error, UsageError) and "were written with seed 5; leave it out" in str(error)


def test_problems_of_a_file_are_read_again_and_must_be_there(tmp_path: Path) -> None:
    held = [p for p in load_domain("medical").shipped_problems() if p.split == "heldout" and p.options][:3]
    problems, path = tmp_path / "problems.jsonl", tmp_path / "cases.jsonl"
    write_rows(problems, [problem_row(problem) for problem in held])
    run("cases", "--domain", "medical", "--probe", "cognitive_bias", "--problems", str(problems), "--output", str(path))
    filled = first_option(path, tmp_path / "filled.jsonl")
    given = ("audit", f"recorded:{filled}", "--domain", "medical", "--output", str(tmp_path / "out"), "--json")
    assert json.loads(run(*given).stdout)["probes"][0]["items"] == 3
    moved = problems.rename(tmp_path / "moved.jsonl")
    error = run(*given).exception
    assert isinstance(error, UsageError) and f"{problems}, which is not there; name it with --problems" in str(error)
    assert json.loads(run(*given, "--problems", str(moved)).stdout)["probes"][0]["items"] == 3


def test_what_does_not_fit_the_cases_is_refused(cases: Path, tmp_path: Path) -> None:
    filled = first_option(cases, tmp_path / "filled.jsonl")
    bare = tmp_path / "bare.jsonl"
    write_rows(bare, [{"id": row["id"], "response": row["response"]} for row in rows_of(filled)])
    output = ("--output", str(tmp_path / "out"))
    for arguments, said in [
        ((f"recorded:{filled}", "--domain", "finance"), "has the cases of domain 'medical', not of 'finance'"),
        ((f"recorded:{filled}", "--domain", "medical", "--scoring", "extracted"), "it takes generate"),
        ((f"recorded:{filled}", "--domain", "medical", "--sampling", "1"), "recorded answers are as they were given"),
        ((f"recorded:{filled}", "--domain", "medical", "--model-name", "m"), "--model-name is for endpoints"),
        ((f"recorded:{filled}", "--domain", "medical", "--problems", "x"), "cases of the domain's own problems"),
        ((f"recorded:{bare}", "--domain", "medical"), "name the file that was written with --cases"),
        (("pocket", "--domain", "medical", "--cases", str(cases)), "only recorded:FILE has answers to such cases"),
        (("python:x.py:f", "--domain", "medical", "--sampling", "1"), "a function answers as it does"),
        (("python:x.py:f", "--domain", "medical", "--stream"), "--stream is for endpoints"),
    ]:
        error = run("audit", *arguments, *output).exception
        assert said in str(error) and "\n" not in str(error)
    verdict = run("audit", f"recorded:{bare}", "--cases", str(cases), "--domain", "medical", *output, "--json").stdout
    assert json.loads(verdict)["probes"][0]["remarks"] == {}


def test_another_policy_than_the_cases_were_written_under_is_said(cases: Path, tmp_path: Path) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text(load_domain("medical").policy.read_text().replace("alpha: 0.05", "alpha: 0.04"))
    filled = first_option(cases, tmp_path / "filled.jsonl")
    given = ("--domain", "medical", "--policy", str(policy), "--output", str(tmp_path / "out"))
    assert "the policy is another one" in run("audit", f"recorded:{filled}", *given).stderr


def test_probes_that_text_cannot_ask_are_told(tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    given = ("cases", "--domain", "medical", "--limit", "1", "--output", str(path))
    said = run(*given, "--probe", "cognitive_bias", "--probe", "privacy").stderr
    assert "privacy: left out, since it has no case that text can ask" in said
    error = run(*given, "--probe", "privacy").exception
    assert isinstance(error, UsageError) and "privacy have no case in domain medical that text can ask" in str(error)
