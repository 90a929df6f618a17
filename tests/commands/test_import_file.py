import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chartered.cli import cli
from chartered.common.errors import DataError, UsageError
from chartered.common.files import read_rows, write_rows
from chartered.domains.records import read_problems

ROWS: list[dict[str, Any]] = [
    {"stem": f"Tree {n}?", "a": "ash", "b": "birch", "c": "oak", "d": "yew", "right": n} for n in range(1, 5)
]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["import", *arguments])


@pytest.fixture
def exam(tmp_path: Path) -> str:
    write_rows(tmp_path / "exam.jsonl", [*ROWS, ROWS[0] | {"stem": None}, ROWS[0] | {"right": 9, "stem": "x"}])
    return str(tmp_path / "exam.jsonl")


def test_it_shows_what_would_be_read(exam: str) -> None:
    said = run(exam, "--map", "question=stem,answer=right").output
    assert "JSON lines: questions" in said and "question in 'question', options in 'a to d'" in said
    assert f"answers are numbers, counted from 1: {exam}, line 4 has 4 of 4 options" in said
    assert "6 rows: 4 problems (4 heldout)" in said
    assert "left out: 1 with an answer that is none of the options\n  left out: 1 with no question" in said
    assert 'Tree 1?\nA) ash\nB) birch\nC) oak\nD) yew\nEnd with "Answer:" and the option.\n=> ash' in said
    assert said.count("=> ") == 3


def test_it_writes_problems_that_a_recipe_can_name(exam: str, tmp_path: Path) -> None:
    output = tmp_path / "problems.jsonl"
    mapping = ["--map", "question=stem", "--map", "answer=right", "--output", str(output)]
    error = run(exam, *mapping).exception
    assert isinstance(error, UsageError) and "--output needs --domain and --kind" in str(error)
    result = run(exam, *mapping, "--domain", "medical", "--kind", "diagnosis", "--split", "train")
    assert result.exit_code == 0 and f"4 rows written to {output}" in result.stderr
    problems = list(read_problems(output))
    assert [problem.answer for problem in problems] == ["ash", "birch", "oak", "yew"]
    assert {(problem.domain, problem.kind, problem.split) for problem in problems} == {
        ("medical", "diagnosis", "train")
    }


def test_a_published_set_is_found_by_its_name(tmp_path: Path) -> None:
    rows = [{"question": f"Q {n}?", "opa": "w", "opb": "x", "opc": "y", "opd": "z", "cop": n} for n in (1, 2, 3)]
    write_rows(tmp_path / "m.jsonl", rows)
    error = run(str(tmp_path / "m.jsonl"), "--as", "medmcqa").exception
    assert isinstance(error, DataError) and "--index-base 0 or --index-base 1" in str(error)
    said = run(str(tmp_path / "m.jsonl"), "--as", "medmcqa", "--index-base", "1", "--json").output
    found = json.loads(said)
    assert found["kept"] == 3 and [example["right"] for example in found["examples"]] == ["w", "x", "y"]
    assert found["notes"][1] == "answers are numbers, counted from 1, as you say"


def test_chats_and_recorded_answers_are_told_by_their_fields(tmp_path: Path) -> None:
    chats = [{"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]}]
    (tmp_path / "chats.json").write_text(json.dumps(chats))
    assert run(str(tmp_path / "chats.json"), "--output", str(tmp_path / "t.jsonl")).exit_code == 0
    assert [row["completion"][0]["content"] for _, row in read_rows(tmp_path / "t.jsonl")] == ["Hello"]
    write_rows(tmp_path / "b.jsonl", [{"custom_id": "r", "response": {"body": {"output": []}}}])
    assert "1 rows: 1 recorded" in run(str(tmp_path / "b.jsonl")).output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--as", "medqq"], "neither problems, recorded, traces nor a set; did you mean 'medqa'"),
        (["--as", "medqa", "--map", "question=x"], "its fields are known; --map, --part"),
        (["--as", "medqa", "--index-base", "1"], "the answers of medqa are not numbers"),
        (["--map", "question"], "--map 'question' must be NAME=COLUMN"),
        (["--map", "qestion=x"], "there is no field 'qestion' to fill; did you mean 'question'"),
        (["--map", "question=x,question=y"], "names 'question' twice"),
        (["--map", "question=steem"], "no row has a column 'steem'; did you mean 'stem'"),
        (["--part", "dev"], "JSON lines has no parts"),
        (["--domain", "medical", "--kind", "diagnoses", "--map", "question=stem"], "did you mean 'diagnosis'"),
    ],
)
def test_a_mistake_gets_one_sentence(exam: str, arguments: list[str], said: str) -> None:
    error = run(exam, *arguments).exception
    assert isinstance(error, UsageError | DataError) and said in str(error) and "\n" not in str(error)
