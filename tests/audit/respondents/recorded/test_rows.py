import csv
import json
from pathlib import Path
from typing import Any

import pytest

from chartered.audit.cases import CONTROL
from chartered.audit.respondents.recorded.respondent import Recorded
from chartered.common.errors import DataError, UsageError
from chartered.common.files import write_rows
from chartered.common.rows import parse_map

TREES = ["ash", "birch", "oak"]


def arms(**changes: Any) -> list[dict[str, Any]]:
    """Three items in two arms; the right answers are A, B and C, the target is the next option, and B is said."""
    return [
        {"model": "m", "arm": arm, "item": n, "question": f"Tree {n}?", "options": TREES, "answer": "ABC"[n],
         "target": None if arm == "none" else "BCA"[n], "response": "B", **changes}
        for arm in ("none", "recency") for n in range(3)
    ]  # fmt: skip


def sheet(tmp_path: Path) -> Path:
    """The same as a table of a German Windows, with other names and numbers from 1."""
    path = tmp_path / "answers.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["model", "arm", "item", "stem", "A", "B", "C", "gold", "target", "output"])
        for row in arms():
            right = "ABC".index(row["answer"]) + 1
            writer.writerow(["m", row["arm"], row["item"], row["question"], *TREES, right, row["target"] or "", "B"])
    return path


MAP = parse_map(["question=stem,answer=gold,response=output"])


def test_a_mapped_table_says_the_same_as_json_lines(tmp_path: Path) -> None:
    write_rows(tmp_path / "answers.jsonl", arms())
    plain, mapped = Recorded(tmp_path / "answers.jsonl"), Recorded(sheet(tmp_path), columns=MAP)
    for one, other in zip(plain.cases, mapped.cases, strict=True):
        assert (one.item, one.arm, one.target) == (other.item, other.arm, other.target)
        assert (one.problem.question, one.problem.options) == (other.problem.question, other.problem.options)
        assert one.problem.answer == other.problem.answer
    assert [answer.choice for answer in mapped.answer(mapped.cases)] == ["birch"] * 6


def test_a_mapped_column_that_is_nowhere_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no row has a column 'outputs'; did you mean 'output'"):
        Recorded(sheet(tmp_path), columns=parse_map(["response=outputs"]))


def test_numbers_that_do_not_show_from_what_they_count_are_asked_for(tmp_path: Path) -> None:
    rows = [row for row in arms() if row["item"] < 2]
    write_rows(tmp_path / "answers.jsonl", [row | {"answer": "ABC".index(row["answer"]) + 1} for row in rows])
    with pytest.raises(DataError, match=r"numbers from 1 to 2.*--index-base"):
        Recorded(tmp_path / "answers.jsonl")
    found = Recorded(tmp_path / "answers.jsonl", base=1)
    assert {case.problem.answer for case in found.cases} == {"ash", "birch"}


def test_a_log_of_an_evaluation_is_read_out_of_its_free_text(tmp_path: Path) -> None:
    samples = [
        {"id": n, "epoch": 1, "input": f"Tree {n}?", "choices": TREES, "target": "ABC"[n],
         "output": {"model": "m", "completion": "I think so.\nANSWER: B"}}
        for n in range(3)
    ]  # fmt: skip
    (tmp_path / "log.json").write_text(json.dumps({"eval": {"model": "m"}, "samples": samples}))
    found = Recorded(tmp_path / "log.json")
    assert {case.arm for case in found.cases} == {CONTROL} and found.info.scoring == "extracted"
    assert [answer.choice for answer in found.answer(found.cases)] == ["birch"] * 3
    assert found.info.name == "m"


@pytest.mark.parametrize("form", ["list", "under a key", "columns"])
def test_json_of_any_shape_says_the_same(tmp_path: Path, form: str) -> None:
    rows = arms()
    content: Any = {"list": rows, "under a key": {"answers": rows}}.get(
        form, {k: [r[k] for r in rows] for k in rows[0]}
    )
    (tmp_path / "answers.json").write_text(json.dumps(content))
    assert len(Recorded(tmp_path / "answers.json").cases) == 6
