from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.domains.verifiers.reading.numbers.units import Unit, parse_unit
from chartered.domains.verifiers.reading.numbers.vocabularies import CLINICAL, SCIENTIFIC


def physical(text: str) -> Unit | None:
    return parse_unit(text, SCIENTIFIC)


def test_units_cancel_and_unknown_ones_are_a_dimension_of_their_own() -> None:
    newton, spelled = physical("N m"), physical("kg m^2 s^-2")
    assert newton is not None and newton == spelled
    ratio, apples = physical("mg/g"), physical("apples")
    assert ratio is not None and (ratio.dimension, ratio.factor) == ((), Fraction(1, 1000))
    assert apples is not None and apples.dimension == (("apples", 1),)
    assert physical("m" * 100) is None


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
        ("kg.m", "kg m"),
        ("$\\mathrm{~J} / \\mathrm{~K}$", "J/K"),
    ],
)
def test_two_spellings_of_a_unit_are_one(one: str, other: str) -> None:
    assert physical(one) == physical(other) is not None


def test_a_temperature_scale_has_its_zero_and_a_difference_has_none() -> None:
    celsius, slope = physical("°C"), physical("J/°C")
    assert celsius is not None and (celsius.factor, celsius.offset) == (Fraction(1), Fraction(27315, 100))
    assert slope is not None and slope.offset == 0
    assert slope == physical("J/K")


def test_clinical_units_do_not_cancel_and_are_read_by_the_same_grammar() -> None:
    bare, dose = parse_unit("", CLINICAL), parse_unit("mg/kg", CLINICAL)
    assert bare is not None and dose is not None
    assert dose.dimension == (("[mass]", -1), ("[mass]", 1)) != bare.dimension
    assert parse_unit("mg/m²", CLINICAL) == parse_unit("mg/m^2", CLINICAL) == parse_unit("mg/m2", CLINICAL)
    assert parse_unit("mcg/kg/min", CLINICAL) == parse_unit("mcg kg^-1 min^-1", CLINICAL)
    assert parse_unit("ml./hr.", CLINICAL) == parse_unit("mL per hour", CLINICAL)


@pytest.mark.parametrize("text", ["m 3", "m^4567", "3", "m2.5", "m/", "J per", "^2"])
def test_a_number_left_over_or_nothing_below_the_stroke_is_not_a_unit(text: str) -> None:
    assert physical(text) is None


@given(st.text(max_size=100))
def test_any_text_gives_a_unit_or_none(text: str) -> None:
    found = physical(text)
    assert found is None or found.factor > 0


@given(st.text(alphabet="kmJsg/()*^-0123456789 ", max_size=80))
def test_any_sequence_of_unit_marks_is_read_in_time(text: str) -> None:
    found = physical(text)
    assert found is None or found.factor > 0
