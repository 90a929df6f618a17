from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.finance.told import amount

from chartered.domains.finance.making import bracketed, plainly, rounded


@given(st.fractions(min_value=-9999, max_value=9999), st.integers(0, 4))
def test_rounding_is_that_of_the_decimal_module(value: Fraction, places: int) -> None:
    with localcontext() as context:
        context.prec = 80
        exact = Decimal(value.numerator) / value.denominator
        right = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert Decimal(rounded(value, places)) == right
    assert rounded(value, places) != "-0"


@given(st.integers(-(10**9), 10**9))
def test_amounts_are_read_back_as_they_are_written(value: int) -> None:
    assert amount(bracketed(value)) == value
    assert Fraction(plainly(Fraction(value, 1000))) == Fraction(value, 1000)


def test_a_number_without_an_end_is_not_written_in_full() -> None:
    with pytest.raises(ValueError, match="cannot be written in full"):
        plainly(Fraction(1, 3))
