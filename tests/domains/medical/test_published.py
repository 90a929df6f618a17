import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from chartered.domains import load_domain
from chartered.domains.prompts import answer_line

MEDICAL = load_domain("medical")


@pytest.mark.parametrize(
    ("name", "file", "count", "options"),
    [
        ("medqa", "medqa_usmle_dev_600", 600, {5}),
        ("pubmedqa", "pubmedqa_250", 250, {3}),
        ("huatuo_verifiable", "huatuo_o1_verifiable_60", 60, {0}),
    ],
)
def test_published_sets_are_read_whole(shared_data: Path, name: str, file: str, count: int, options: set[int]) -> None:
    problems = list(MEDICAL.problem_set(name).load(shared_data / "medical" / f"{file}.jsonl.gz"))
    assert len(problems) == count
    assert {len(p.options) for p in problems} == options
    assert {p.split for p in problems} == {"heldout"}
    for problem in problems:
        assert MEDICAL.verify(problem, answer_line(problem.answer)).status == "correct"
        assert all(
            MEDICAL.verify(problem, answer_line(o)).status == "wrong" for o in problem.options if o != problem.answer
        )


def test_medqa_answers_agree_with_the_file(shared_data: Path) -> None:
    path = shared_data / "medical" / "medqa_usmle_dev_600.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    assert [p.answer for p in MEDICAL.problem_set("medqa").load(path)] == [row["answer"].strip() for row in rows]


@pytest.mark.parametrize(
    "options",
    [
        {"A": "one", "B": "two"},
        {"A": "one", "B": "two", "C": None},
        [{"key": "A", "value": "one"}, {"key": "B", "value": "two"}],
    ],
)
def test_the_forms_of_medqa_on_the_hub_are_read(tmp_path: Path, options: Any) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(json.dumps({"question": "Q?", "options": options, "answer": "two", "answer_idx": "B"}))
    (problem,) = MEDICAL.problem_set("medqa").load(path)
    assert (problem.options, problem.answer) == (("one", "two"), "two")


def test_the_form_of_pubmedqa_on_the_hub_is_read(tmp_path: Path) -> None:
    row = {
        "question": "Does it?",
        "context": {"contexts": ["Some text."], "labels": ["AIM"]},
        "final_decision": "maybe",
    }
    path = tmp_path / "p.jsonl"
    path.write_text(json.dumps(row))
    (problem,) = MEDICAL.problem_set("pubmedqa").load(path)
    assert (problem.question, problem.answer) == ("Some text.\nDoes it?", "maybe")
