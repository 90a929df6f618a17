from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.domains.verifiers.reading.numbers.quantities import read_quantity


@pytest.mark.parametrize(
    ("line", "value", "unit"),
    [
        ("300 mg", 300, "mg"),
        ("**300mg**.", 300, "mg"),
        ("the total dose is about 1,250.5 mL", Fraction(12505, 10), "mL"),
        ("x = 2 y = 300 000 mg", 300_000, "mg"),
        ("- 5", -5, ""),
        ("2.57×10¹¹ J", 257 * 10**9, "J"),
        ("$1.2 \\times 10^{-5}\\,\\mathrm{kJ~mol^{-1}}$", Fraction(12, 10**6), "kJ mol^-1"),
        ("5 E3 m", 5000, "m"),
        ("5 eV", 5, "eV"),
        ("5 x 10^9/L", 5 * 10**9, "/L"),
        (".5", Fraction(1, 2), ""),
        ("(x = 42)", 42, ""),
        ("300 mg (15 mg/kg x 20 kg)", 300, "mg (15 mg/kg x 20 kg)"),
    ],
)
def test_number_power_of_ten_and_unit_are_read(line: str, value: Fraction, unit: str) -> None:
    quantity = read_quantity(line)
    assert quantity is not None
    assert (quantity.number.value, quantity.unit) == (value, unit)


@pytest.mark.parametrize(
    "line", ["", "mg", "three mg", "at least 5 mg", "5 mg or more", "<5", "x 5", "9" * 41, "5" + " " * 300]
)
def test_what_does_not_begin_with_one_number_or_is_a_bound_is_not_a_quantity(line: str) -> None:
    assert read_quantity(line) is None


@given(st.decimals(min_value=0, max_value=9999, places=3), st.integers(min_value=-99, max_value=99))
def test_a_power_of_ten_is_read_in_every_spelling(digits: object, power: int) -> None:
    value = Fraction(str(digits)) * Fraction(10) ** power
    for spelled in ("e{}", "E{}", " x 10^{}", "*10^{}", " · 10 ^ {}", "×10^{}", " \\times 10^{{{}}}"):
        quantity = read_quantity(f"{digits}{spelled.format(power)} m")
        assert quantity is not None
        assert (quantity.number.value, quantity.unit) == (value, "m")
