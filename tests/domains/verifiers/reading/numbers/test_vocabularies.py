import pint
import pytest

from chartered.domains.verifiers.reading.numbers.units import parse_unit
from chartered.domains.verifiers.reading.numbers.vocabularies import CLINICAL, SCIENTIFIC

MASSES = "kg g mg mcg ug \u03bcg ng kilogram"
VOLUMES = "l dl ml cc ul milliliters litre"
TIMES = "s min h hr d hours days"
AMOUNTS = "mol mmol umol nmol pmol micromole"


@pytest.mark.parametrize("name", f"{MASSES} {VOLUMES} {TIMES} {AMOUNTS}".split())
def test_a_unit_of_both_vocabularies_has_one_size(name: str) -> None:
    assert parse_unit(name, CLINICAL) == parse_unit(name, SCIENTIFIC)


def test_a_clinical_name_is_read_in_any_case_in_singular_and_plural() -> None:
    assert parse_unit("MG", CLINICAL) == parse_unit("milligrams", CLINICAL) == parse_unit("mg", CLINICAL)
    assert parse_unit("Tablets", CLINICAL) == parse_unit("tablet", CLINICAL) != parse_unit("tablet/h", CLINICAL)


def test_a_name_of_science_keeps_its_case() -> None:
    assert parse_unit("mm", SCIENTIFIC) != parse_unit("Mm", SCIENTIFIC)
    assert parse_unit("Kilometers", SCIENTIFIC) == parse_unit("km", SCIENTIFIC)


def test_every_name_of_pint_with_and_without_a_prefix_is_read_without_an_error() -> None:
    names = sorted(set(pint.UnitRegistry()._units))
    assert len(names) > 500
    for name in names:
        for prefix in ("", "m", "k"):
            parse_unit(prefix + name, SCIENTIFIC)


def test_an_angle_is_not_a_bare_number_and_a_solid_angle_is_its_square() -> None:
    assert parse_unit("rad", SCIENTIFIC) != parse_unit("", SCIENTIFIC)
    assert parse_unit("sr", SCIENTIFIC) == parse_unit("rad^2", SCIENTIFIC) != parse_unit("rad", SCIENTIFIC)


def test_a_percent_is_a_number_in_science_and_a_unit_in_a_clinic() -> None:
    science, clinic = parse_unit("%", SCIENTIFIC), parse_unit("%", CLINICAL)
    assert science is not None and clinic is not None
    assert (science.dimension, float(science.factor)) == ((), 0.01)
    assert clinic.dimension != ()
