import pytest

from chartered.domains.verifiers.reading.numbers import formulas


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (r"\frac(1)(2)", r"\frac{1}{2}"),
        (r"6\sqrt(5)", r"6\sqrt{5}"),
        (r"5\cdot\sqrt[3](2)", r"5\cdot\sqrt[3]{2}"),
        (r"1 - 1/\mathrm{e}", "1 - 1/e"),
        (r"10,\!080", "10,080"),
        (r"10{,}080", "10,080"),
        (r"\$5", "5"),
        ("\u221b2", r"\sqrt[3]{2}"),
    ],
)
def test_a_formula_is_brought_to_one_writing(text: str, plain: str) -> None:
    assert formulas.plain_formula(text) == plain


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("-3 < x < 7", "(-3,7)"),
        (r"-3 \le x < 7", "[-3,7)"),
        ("7 > x >= -3", "[-3,7)"),
        ("x > 3", r"(3,\infty)"),
        ("3 >= x", r"(-\infty,3]"),
        (r"x \in [1,2)", "[1,2)"),
        ("x < 1 or x > 2", r"(-\infty,1) \cup (2,\infty)"),
        ("2x + 1", "2x + 1"),
    ],
)
def test_an_inequality_is_the_interval_that_it_means(text: str, interval: str) -> None:
    assert formulas.interval(text) == interval


def test_numbers_in_a_base_times_names_units_and_words_are_told_by_their_form() -> None:
    assert formulas.based("52_8") == formulas.based("52_{8}") == (42, 8) and formulas.based("98_8") is None
    assert formulas.clock("3:45 p.m.") == (3, 45, "p") and formulas.clock("345") is None
    assert formulas.named("f(x) = 2x") == ("f(x)", "2x") and formulas.named("2x") == ("", "2x")
    assert formulas.without_unit(r"5\text{ cm}") == ("5", "cm") and formulas.without_unit(r"90^\circ") == (
        "90",
        "degree",
    )
    assert formulas.words(r"\text{no solution}") == "no solution" and formulas.words("x^2") is None
    assert formulas.equation("2x = 4") == ("2x", "4") and formulas.equation("2x") is None
