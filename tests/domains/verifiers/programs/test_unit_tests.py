import json

import pytest

from chartered.domains import Problem
from chartered.domains.verifiers.programs.cases import Calls, Streams
from chartered.domains.verifiers.programs.unit_tests import Source, read_tests


def problem(tests: str, question: str = "Write `double(x)`.", answer: str = "") -> Problem:
    turn = ({"role": "user", "content": question},)
    return Problem(prompt=turn, answer=answer, kind="k", domain="d", split="train", tests=tests)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "tests",
    [
        '{"inputs": ["3\\n", ["4", ""]], "outputs": ["6", ["8"]]}',
        '{"input": ["3\\n", "4\\n"], "output": ["6", "8"]}',
        '[{"input": "3\\n", "output": "6"}, {"input": "4\\n", "output": 8}]',
        '{"cases": [{"input": "3\\n", "expected_output": "6"}, {"input": "4\\n", "output": "8"}]}',
        '[{"input": "3\\n", "output": "6", "testtype": "stdin"}, {"input": "4\\n", "output": "8"}]',
        "{'inputs': ['3\\n', '4\\n'], 'outputs': ['6', '8']}",
    ],
)
def test_cases_of_input_and_output_are_read_in_any_shape(tests: str) -> None:
    assert read_tests(problem(tests)) == Streams(cases=(("3\n", "6"), ("4\n", "8")))


@pytest.mark.parametrize(
    "tests",
    [
        '{"fn_name": "f", "inputs": [[1, [2]]], "outputs": [3]}',
        '[{"fn_name": "f", "input": [1, [2]], "output": 3}]',
        '{"fn_name": "f", "cases": [{"input": "1\\n[2]", "output": "3", "testtype": "functional"}]}',
        '{"entry_point": "f", "tests": [{"args": [1, [2]], "expected": 3}]}',
    ],
)
def test_cases_of_calls_are_read_in_any_shape(tests: str) -> None:
    found = read_tests(problem(tests))
    assert isinstance(found, Calls) and found.wanted == {"f", "Solution"}
    assert json.loads(found.text)["cases"] == [{"call": "f", "input": [1, [2]], "output": 3}]


def test_outputs_are_wrapped_only_where_all_of_a_column_are() -> None:
    def wrapped(tests: str) -> bool:
        found = read_tests(problem(tests))
        assert isinstance(found, Calls)
        return bool(json.loads(found.text)["wrapped"])

    assert wrapped('{"fn_name": "f", "inputs": [[1], [2]], "outputs": [[1], [2]]}')
    assert not wrapped('{"fn_name": "f", "inputs": [[1], [2]], "outputs": [[1], [2, 3]]}')
    assert not wrapped('[{"fn_name": "f", "input": [1], "output": [1]}]')


@pytest.mark.parametrize(
    ("tests", "reason"),
    [
        ("", "are empty"),
        (" \n", "are empty"),
        ("[]", "hold no case"),
        ("{}", 'without "inputs" and "outputs"'),
        ('{"inputs": ["1", "2"], "outputs": ["1"]}', "2 inputs and 1 outputs"),
        ('[{"input": "1"}]', 'case 1 of the tests has no "output"'),
        ('{"inputs": ["1"], "outputs": [" "]}', "no case of the tests has an output"),
        ('[{"input": "1", "output": "2", "testtype": "functional"}]', "give fn_name"),
        ('{"fn_name": "f", "inputs": ["x y"], "outputs": ["1"]}', "case 1 is not JSON: 'x y'"),
        ("# nothing", "assert nothing"),
        ("double(3)", "assert nothing"),
        ("x = 1", "assert nothing"),
        ("def verify():\n    assert double(1) == 2", "assert nothing"),
        ("class Data:\n    x = 1", "assert nothing"),
        ("from unittest.mock import patch\nwith patch('sys.stdout'):\n    assert f(1)", "replace input or output"),
    ],
)
def test_tests_that_would_run_nothing_are_refused_with_the_reason(tests: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read_tests(problem(tests))


def test_a_function_that_takes_the_candidate_is_called_when_nobody_does() -> None:
    check = "def check(candidate):\n    assert candidate(1) == 2"
    head = "Complete:\n```python\ndef helper(x):\n    return x\n\ndef double(x):\n```"

    def text(tests: str, question: str, answer: str = "") -> str:
        found = read_tests(problem(tests, question, answer))
        assert isinstance(found, Source)
        return found.text.removeprefix(tests).strip()

    assert text(check, head) == "check(double)"
    assert (
        text(check, "Double it.", "def double(x):\n    def by(n):\n        return n * x\n    return by(2)")
        == "check(double)"
    )
    assert text(check, "Write `double(x)`.", "4") == "check(double)"
    assert text(f"{check}\ncheck(double)", head) == ""
    assert text("def test(candidate):\n    assert candidate(1) == 2", head) == "test(double)"
    with pytest.raises(ValueError, match="names no function"):
        read_tests(problem(check, "Double it.", "4"))


def test_names_that_the_tests_want_of_the_program_are_known() -> None:
    def wanted(tests: str) -> frozenset[str]:
        found = read_tests(problem(tests))
        assert isinstance(found, Source)
        return found.wanted

    assert wanted("import math\nfor x in range(3):\n    assert double(x) == math.floor(2 * x)") == {"double"}
    assert wanted("from solution import double\nassert double(1) == 2") == {"double"}
    assert wanted("import solution\nassert solution.double(1) == 2") == {"double"}
    assert wanted("def helper(f):\n    return f(1)\nassert helper(double) == 2") == {"double"}
