from collections import Counter
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from tests.domains.finance.questions import amount, of, tabled

from chartered.domains.finance.problems.table import bracketed


def test_a_result_follows_from_the_table_as_it_is_written() -> None:
    for problem in of("table"):
        assert Fraction(problem.answer) == tabled(problem)[1], problem
        assert problem.unit is not None and problem.unit.split()[0] in problem.question


def test_tables_ask_both_ways_between_scales_and_have_results_below_zero() -> None:
    asked = Counter(tabled(p)[0] for p in of("table"))
    assert min(asked["in thousand"], asked["in million"]) >= 10
    assert sum(p.answer.startswith("-") for p in of("table")) >= 50


@given(st.integers(-(10**9), 10**9))
def test_amounts_are_read_back_as_they_are_written(value: int) -> None:
    assert amount(bracketed(value)) == value
