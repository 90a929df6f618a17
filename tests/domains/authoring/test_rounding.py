from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.domains.authoring import from_half, in_full, places_for, to_places


@given(st.fractions(min_value=-9999, max_value=9999), st.integers(0, 4))
def test_rounding_is_that_of_the_decimal_module(value: Fraction, places: int) -> None:
    with localcontext() as context:
        context.prec = 80
        exact = Decimal(value.numerator) / value.denominator
        right = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert Decimal(to_places(value, places)) == right
    assert to_places(value, places) != "-0"


@given(st.integers(-(10**9), 10**9))
def test_a_number_in_full_is_read_back_and_has_no_zeros_behind_it(thousandths: int) -> None:
    value = Fraction(thousandths, 1000)
    written = in_full(value)
    assert Fraction(written) == value == Fraction(in_full(Decimal(thousandths) / 1000))
    assert "." not in written or written[-1] != "0"


def test_a_number_without_an_end_is_not_written_in_full() -> None:
    with pytest.raises(ValueError, match="cannot be written in full"):
        in_full(Fraction(1, 3))


@pytest.mark.parametrize(
    ("value", "places"),
    [(Fraction(1, 80), 4), (Fraction(999, 1000), 3), (Fraction(1), 2), (Fraction(-250), 0), (Fraction(4000), -1)],
)
def test_so_many_decimals_show_three_significant_digits(value: Fraction, places: int) -> None:
    # 0.0125, 0.999, 1.00, -250, 400|0
    assert places_for(value, 3) == places


def test_zero_has_no_significant_digits() -> None:
    with pytest.raises(ValueError, match="zero"):
        places_for(Fraction(0), 3)


def test_how_far_from_halfway_a_value_is() -> None:
    # 2.45 is just between 2.4 and 2.5, 2.43 is two hundredths, or 0.2 of the last digit, away, and 2.4 is half a digit
    assert [from_half(Fraction(n, 100), 1) for n in (245, 243, -247, 240)] == [
        Fraction(0),
        Fraction(1, 5),
        Fraction(1, 5),
        Fraction(1, 2),
    ]
