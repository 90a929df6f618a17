import json
import re
from pathlib import Path

import pytest

from chartered.common.errors import DataError
from chartered.domains import Problem
from chartered.domains.prompts import answer_line
from chartered.domains.science import domain as SCIENCE

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def test_scibench_is_read_whole_and_its_answers_are_accepted(shared_data: Path) -> None:
    problems = list(SCIENCE.problem_set("scibench").load(shared_data / "science" / "scibench_three_books.jsonl.gz"))
    assert len(problems) == 155
    said = [(p, float(p.answer.replace("$", "")), p.unit or "") for p in problems if NUMBER.fullmatch(p.answer)]
    accepted = [SCIENCE.verify(p, answer_line(f"{p.answer} {unit}")).status == "correct" for p, _, unit in said]
    assert len(said) >= 140 and sum(accepted) >= 0.97 * len(said)
    assert not any(SCIENCE.verify(p, answer_line(f"{v * 1.2:.8f} {u}")).status == "correct" for p, v, u in said if v)


def _scibench(folder: Path, **row: object) -> list[Problem]:
    path = folder / "scibench.jsonl"
    path.write_text(json.dumps({"problem_text": "How far?", "answer_number": "2", "unit": "m"} | row) + "\n")
    return list(SCIENCE.problem_set("scibench").load(path))


def test_a_published_row_is_read_with_its_unit_or_refused_by_its_line(tmp_path: Path) -> None:
    assert _scibench(tmp_path, unit=" $ \\mathrm{~mm}$")[0].unit == "mm"
    assert _scibench(tmp_path, unit=" ")[0].unit is None
    with pytest.raises(DataError, match=r"line 1.*unit"):
        _scibench(tmp_path, unit=3)
    with pytest.raises(DataError, match="problem_text"):
        _scibench(tmp_path, problem_text=None)
