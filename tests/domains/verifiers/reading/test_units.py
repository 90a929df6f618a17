from fractions import Fraction

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.domains.verifiers.reading.units import parse_physical, parse_unit


def test_units_cancel_and_unknown_ones_are_a_dimension_of_their_own() -> None:
    newton, spelled = parse_physical("N m"), parse_physical("kg m^2 s^-2")
    assert newton is not None and newton == spelled
    ratio, apples = parse_physical("mg/g"), parse_physical("apples")
    assert ratio is not None and (ratio.dimension, ratio.factor) == ((), Fraction(1, 1000))
    assert apples is not None and apples.dimension == (("apples", 1),)
    assert parse_physical("m" * 100) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("J/(mol K)", "J mol^-1 K^-1"),
        ("J/mol K", "J mol^-1 K^-1"),
        ("J per mol per K", "J mol^-1 K^-1"),
        ("m/s2", "m s^-2"),
        ("1/s", "Hz"),
        ("kW·h", "kilowatt hours"),
        ("degrees Celsius", "°C"),
        ("10^3 g", "kg"),
        ("Newtons", "N"),
        ("mL", "cm^3"),
    ],
)
def test_two_spellings_of_a_unit_are_one(one: str, other: str) -> None:
    assert parse_physical(one) == parse_physical(other) is not None


def test_a_temperature_scale_has_its_zero_and_a_difference_has_none() -> None:
    celsius, slope = parse_physical("°C"), parse_physical("J/°C")
    assert celsius is not None and (celsius.factor, celsius.offset) == (Fraction(1), Fraction(27315, 100))
    assert slope is not None and slope.offset == 0
    assert slope == parse_physical("J/K")


def test_every_name_of_pint_with_and_without_a_prefix_is_read_without_an_error() -> None:
    names = sorted(set(pint.UnitRegistry()._units))
    assert len(names) > 500
    for name in names:
        for prefix in ("", "m", "k"):
            parse_physical(prefix + name)


def test_a_solid_angle_is_an_angle_squared() -> None:
    assert parse_physical("sr") == parse_physical("rad^2") != parse_physical("rad")


def test_an_angle_is_no_bare_number() -> None:
    assert parse_physical("rad") != parse_physical("")
    percent = parse_physical("%")
    assert percent is not None and (percent.dimension, percent.factor) == ((), Fraction(1, 100))


def test_clinical_units_read_raised_digits_and_carets_alike() -> None:
    assert parse_unit("mg/m²") == parse_unit("mg/m^2") == parse_unit("mg/m2")


@given(st.text(max_size=100))
def test_any_text_gives_a_unit_or_none(text: str) -> None:
    found = parse_physical(text)
    assert found is None or found.factor > 0


@given(st.text(alphabet="kmJsg/()*^-0123456789 ", max_size=80))
def test_any_sequence_of_unit_marks_is_read_in_time(text: str) -> None:
    found = parse_physical(text)
    assert found is None or found.factor > 0
