from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.domains.verifiers.reading.numbers.arithmetic import exact


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 + 3 * 4", Fraction(14)),
        ("(2+3)/4", Fraction(5, 4)),
        ("--3", Fraction(3)),
        ("50% + .5", Fraction(1)),
        ("2^-2", Fraction(1, 4)),
        ("1/0", None),
        ("2^0.5", None),
        ("x", None),
        ("", None),
        ("(1", None),
        ("1 2", None),
        ("-2 1/4", Fraction(-9, 4)),
        ("2 1/4 * 2", None),
        ("2^1000", None),
    ],
)
def test_exact_arithmetic(text: str, value: Fraction | None) -> None:
    assert exact(text) == value


SMALL = st.integers(min_value=-99, max_value=99)


@given(SMALL, SMALL, SMALL.filter(bool))
def test_exact_arithmetic_is_that_of_python(a: int, b: int, c: int) -> None:
    assert exact(f"{a} + {b}/{c} - ({a})^3*{b}") == a + Fraction(b, c) - a**3 * b


@given(st.text(alphabet="0123456789+-*/^().% ", max_size=60))
def test_any_arithmetic_gives_a_number_or_none_in_time(text: str) -> None:
    found = exact(text)
    assert found is None or isinstance(found, Fraction)
