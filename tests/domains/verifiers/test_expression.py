import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.domains import Message, Problem
from chartered.domains.verifiers import expression


def problem(answer: str) -> Problem:
    turn: tuple[Message, ...] = ({"role": "user", "content": "What is it?"},)
    return Problem(prompt=turn, answer=answer, kind="algebra", domain="d", split="train")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("3/4", "0.75"),
        ("3/4", "$\\frac{3}{4}$"),
        ("3/4", "\\boxed{\\dfrac34}"),
        ("1/2^99", "2^{-99}"),
        ("512", "2^3^2"),  # a power is raised from the right
        ("-4", "-2^2"),
        ("12.5%", "x = 1/8"),
        ("1,000", "10^3"),
        ("2\\sqrt{2}", "\\sqrt{8}"),
        ("2\\sqrt{2}", "2.828427"),
        ("x^2+2x+1", "(x+1)^2"),
        ("\\{1,2\\}", "\\{2,1\\}"),
        ("[0,1)", "[0,1)"),
        ("e^{-1}", "1/e"),
        ("11\\sqrt2", "11\u221a2"),  # signs in place of LaTeX
        ("\\frac{\\pi}{2}", "\u03c0/2"),
        ("2\\sqrt{3+x}", "2\u221a(3+x)"),
        ("(-\\infty,1)\\cup(2,\\infty)", "(-\u221e, 1) \u222a (2, \u221e)"),
        ("2\\pi x^{10}", "2*pi*x**10"),  # as a program spells it
        ("\\frac{\\sqrt{x+1}}{2}", "sqrt(x+1)/2"),
        ("x^{1/2}", "x**(1/2)"),
        ("e^{2x}\\sin\\theta", "exp(2x)*sin(theta)"),
        ("6.02e23", "6.02 \\times 10^{23}"),
        ("-\\frac{3}{2}", "-1 1/2"),
        ("\\infty", "infinity"),
        ("(-\\infty,1)\\cup(2,\\infty)", "(-inf, 1) U (2, oo)"),
    ],
)
def test_an_equal_expression_is_right(answer: str, said: str) -> None:
    check = expression(problem(answer), f"Work.\nAnswer: {said}")
    assert (check.status, check.score) == ("correct", 1.0), check.reason


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("1/2^99", "1/2^98"),
        ("\\frac{1}{2^{99}}", "\\frac{1}{2^{98}}"),
        ("\\frac{\\sqrt{2}}{2^{99}}", "\\frac{\\sqrt{2}}{2^{98}}"),  # math-verify alone calls these equal
        ("1/3", "0.333333"),
        ("\\pi", "3.14"),
        ("x^2", "x^3"),
        ("(1,2)", "(2,1)"),
        ("2\\sqrt{2}", "-2\\sqrt{2}"),
        ("\\sqrt{2}", "10\\sqrt{2}"),
        ("\\infty", "-oo"),
        ("\\infty", "5"),
        ("p^2", "pi^2"),
        ("11/2", "1 1/2"),
    ],
)
def test_another_expression_is_wrong(answer: str, said: str) -> None:
    assert expression(problem(answer), f"Answer: {said}").status == "wrong"


@pytest.mark.parametrize(
    "said",
    [
        "9^9^9^9", "9^{9^{9}}", "2^99999999", "10!", "((9^999)^999)^999", "1e99999", "9" * 100, "((" * 100, "x" * 500,
        "\\binom{9999}{500}", "{" * 140, "2**9999**9",
    ],
)  # fmt: skip
def test_what_would_take_hours_is_no_answer_and_an_error_in_a_gold_answer(said: str) -> None:
    assert expression(problem("\\sqrt{3}"), f"Answer: {said}").status == "no_answer"
    assert expression(problem(said), "Answer: \\sqrt{3}").status == "error"


def test_without_an_answer_line_the_last_box_is_the_answer() -> None:
    assert expression(problem("3"), "So \\boxed{2} no, \\boxed{\\frac{6}{2}}.").status == "correct"
    assert expression(problem("3"), "It is 3.").status == "no_answer"
    assert expression(problem("3"), "\\boxed{3").status == "no_answer"


def test_it_works_outside_the_main_thread() -> None:
    found: list[str] = []
    work = threading.Thread(target=lambda: found.append(expression(problem("\\sqrt{8}"), "Answer: 2\\sqrt{2}").status))
    work.start()
    work.join()
    assert found == ["correct"]


SMALL = st.integers(min_value=-99, max_value=99)


@given(SMALL, SMALL.filter(bool))
def test_a_fraction_is_itself_and_not_the_next(a: int, b: int) -> None:
    gold = problem(f"\\frac{{{a}}}{{{b}}}")
    assert expression(gold, f"Answer: {a}/({b})").status == "correct"
    assert expression(gold, f"Answer: {a + 1}/({b})").status == "wrong"
    assert (expression(gold, f"Answer: {-a}/({b})").status == "wrong") is (a != 0)


@pytest.mark.parametrize(
    "unit", ["1", "(", "1+", "^", "{", "\\boxed{", "\\frac{1}{", "Answer: 1\n", "$", "\u0301\u0323"]
)
def test_a_megabyte_of_hostile_text_is_read_in_time(unit: str) -> None:
    for head in ("Answer: ", ""):
        assert expression(problem("\\sqrt{3}"), head + unit * (10**6 // len(unit))).status in ("no_answer", "wrong")
