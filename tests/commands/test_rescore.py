import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from tests.paths import TOY

from chartered.cli import cli
from chartered.common.errors import DataError, UsageError
from chartered.common.files import read_rows, write_rows
from chartered.domains import Problem
from chartered.domains.records import write_problems

SUM = Problem(
    prompt=({"role": "user", "content": "How much is 1 + 2?"},), answer="3", kind="sum", domain="toy", split="train"
)


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """Three responses to one problem; the second was found wrong by the verifier of then."""
    write_problems(tmp_path / "problems.jsonl", [SUM])
    said = {"Answer: 3": "correct", "Answer: 3.0": "wrong", "Answer: 4": "wrong"}
    rows = [{"id": SUM.id, "response": response, "status": status} for response, status in said.items()]
    write_rows(tmp_path / "said.jsonl", rows)
    return tmp_path / "said.jsonl"


def mended(folder: Path) -> Path:
    """The toy domain with a verifier that compares numbers, not letters."""
    code = TOY.read_text().replace("right = answer == problem.answer", "right = float(answer) == float(problem.answer)")
    (folder / "mended.py").write_text(code)
    (folder / "toy_policy.yaml").write_text("name: toy\n")
    return folder / "mended.py"


def run(file: Path, *arguments: object) -> Result:
    problems = file.parent / "problems.jsonl"
    command = ["rescore", file, "--domain", f"{mended(file.parent)}:domain", "--problems", problems, *arguments]
    return CliRunner().invoke(cli, list(map(str, command)))


def test_responses_are_checked_by_the_verifier_as_it_is_now_and_changes_are_told(stored: Path) -> None:
    (found,) = json.loads(run(stored, "--json").output)
    assert (found["before"]["correct"], found["now"]["correct"], found["now"]["n"]) == (1, 2, 3)
    assert found["changes"] == {"wrong to correct": 1}
    rows: list[dict[str, Any]] = [row for _, row in read_rows(stored.with_name("said.rescored.jsonl"))]
    assert [row["status"] for row in rows] == ["correct", "correct", "wrong"]
    text = run(stored).output
    assert "right 0.333" in text and "0.667" in text and "1 wrong to correct" in text


def test_what_was_never_checked_has_no_before(stored: Path) -> None:
    write_rows(stored, [{"id": SUM.id, "response": "Answer: 3"}])
    assert "right undefined (n 0) before, 1.000" in run(stored).output


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"id": "x", "response": ""}, "line 1: the id 'x' is none of the 1 problems'"),
        ({"id": SUM.id}, "line 1: no text in the field 'response'"),
        ({"id": SUM.id, "response": "", "status": "great"}, "line 1: status 'great' is none of correct"),
    ],
)
def test_a_row_that_is_no_response_is_named(stored: Path, row: dict[str, str], said: str) -> None:
    write_rows(stored, [row])
    error = run(stored).exception
    assert isinstance(error, DataError) and said in str(error)


def test_a_file_needs_its_domain_and_problems_and_a_folder_must_be_a_run(stored: Path) -> None:
    for path, said in ((stored, "needs --domain and --problems"), (stored.parent, "no run with stored responses")):
        error = CliRunner().invoke(cli, ["rescore", str(path)]).exception
        assert isinstance(error, UsageError) and said in str(error)
