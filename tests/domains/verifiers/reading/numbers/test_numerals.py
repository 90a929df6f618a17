from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.domains.verifiers.reading.numbers.numerals import agrees, folded_line, forms, written

TENTH = Fraction(1, 10)


@pytest.mark.parametrize(
    ("number", "exponent", "value", "step", "digits"),
    [
        ("1,496.5", 0, Fraction(14965, 10), Fraction(1, 10), 5),
        ("-0.050", 0, Fraction(-1, 20), Fraction(1, 1000), 2),
        ("2.57", 11, Fraction(257 * 10**9), Fraction(10**9), 3),
        ("300 000", 0, Fraction(300_000), Fraction(1), 6),
        (".5", -3, Fraction(5, 10_000), Fraction(1, 10_000), 1),
        ("0", 0, Fraction(0), Fraction(1), 1),
    ],
)
def test_a_number_keeps_how_finely_it_is_written(
    number: str, exponent: int, value: Fraction, step: Fraction, digits: int
) -> None:
    read = written(number, exponent)
    assert (read.value, read.step, read.digits) == (value, step, digits)


@pytest.mark.parametrize(
    ("given", "gold", "same"),
    [
        ("26.824", "26.82", True),
        ("26.825", "26.82", False),  # a half goes away from zero, to 26.83
        ("26.825", "26.83", True),
        ("-26.825", "-26.83", True),
        ("26.8", "26.82", False),  # a rounder one does not agree by itself
        ("27", "26.82", False),
        ("0.30000000000000004", "0.3", True),
        ("3.621", "4", True),
        ("3.4", "4", False),
        ("0.5", "1", False),  # rounds to 1, but is half of it
        ("0.3", "0", False),
        ("26.83", "26.82", False),
        ("1.50", "1.5", True),
    ],
)
def test_two_numbers_agree_as_far_as_both_are_written(given: str, gold: str, same: bool) -> None:
    assert agrees(written(given), written(gold), TENTH) is same


def test_raised_digits_are_powers_and_not_digits() -> None:
    assert folded_line("10⁸ m²") == "10^8 m^2"
    assert folded_line("s⁻¹ − 3") == "s^-1 - 3"


def test_a_json_list_of_texts_is_several_forms_and_all_else_is_one() -> None:
    assert forms('["50%", "0.5"]') == ("50%", "0.5")
    for answer in ("50%", "[0, 1)", "[1, 2]", "[]", "[", '["a", 1]'):
        assert forms(answer) == (answer,)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3))
def test_every_number_agrees_with_itself_and_not_with_the_next(value: object) -> None:
    own = written(str(value))
    assert agrees(own, own, TENTH)
    assert not agrees(written(str(value)).times(Fraction(-10)), own, TENTH) or own.value == 0
