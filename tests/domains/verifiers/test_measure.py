from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.domains import Message, Problem
from chartered.domains.verifiers import measure, measure_within


def problem(answer: str, unit: str | None = None) -> Problem:
    turn: tuple[Message, ...] = ({"role": "user", "content": "How much?"},)
    return Problem(prompt=turn, answer=answer, unit=unit, kind="mechanics", domain="d", split="train")


@pytest.mark.parametrize(
    ("answer", "unit", "said"),
    [
        ("-0.16", "$\\mathrm{~mm}$", "-1.6e-4 m"),
        ("2.57", "10^11 J", "2.57×10¹¹ J"),
        ("2.57", "$10^{11} \\mathrm{~J}$", "$2.57 \\times 10^{11} \\mathrm{~J}$"),
        ("2.57", "10^11 J", "E = 257 GJ"),
        ("7.82", "J mol^-1 K^-1", "7.82 J/(mol K)"),
        ("7.82", "J mol^-1 K^-1", "7.82 J/mol·K"),
        ("7.82", "$\\mathrm{~J} \\mathrm{~mol}^{-1} \\mathrm{~K}^{-1}$", "7.82 J per mol per K"),
        ("2380", "m/s", "2.38 km/s"),
        ("2380", "m/s", "2380 m s⁻¹"),
        ("2380", "m/s", "about 2380.3 m/s"),
        ("9.832", "$m/s^2$", "9.832 m s-2"),
        ("-3.5", "°C", "269.65 K"),
        ("20", "degC", "68 °F"),
        ("6.64", "$10^3 \\mathrm{~J}^{\\circ} \\mathrm{C}^{-1}$", "6640 J/K"),
        ("1.11", "$10^{21}$", "1.11"),
        ("1.11", "$10^{21}$", "1.11e21"),
        ("30", "$^\\circ$", "0.5236 rad"),
        ("2.74", "rad/s", "2.74 rad s^-1"),
        ("399", "kJ/mol", "95.4 kcal/mol"),  # 399 / 4.184 = 95.36
        ("12", "Å", "1.2 nm"),
        ("4.4", "dB", "4.4 dB"),
        ("170", "Torr", "170 mmHg"),
        ("76", "$\\text { days }$", "76 d"),
        ("0.9992093669", None, "0.9992"),
        ("32", "%", "32 \\%"),
        ("4.19", "$a_0$", "2.217 angstrom"),  # 4.19 bohr of 0.529177 angstrom
        ("0.5", "$E_h$", "13.6057 eV"),
        ("2.5", "$\\mu_{\\mathrm{B}}$", "2.5 \\mu_B"),
        ("0.511", "MeV", "$1.00 m_e c^2$"),
        ("1.5", "$R_H$", "1.5 $R_H$"),  # unknown to pint: a unit of its own
    ],
)
def test_the_same_quantity_is_right_however_it_is_written(answer: str, unit: str | None, said: str) -> None:
    check = measure(problem(answer, unit), f"Work.\nAnswer: {said}")
    assert (check.status, check.score) == ("correct", 1.0), check.reason


@pytest.mark.parametrize(
    ("answer", "unit", "said", "reason"),
    [
        ("399", "kJ/mol", "400 kJ/mol", "value"),
        ("399", "kJ/mol", "-399 kJ/mol", "value"),
        ("399", "kJ/mol", "399 kJ", "unit"),
        ("399", "kJ/mol", "399 J/mol", "value"),
        ("399", "kJ/mol", "399", "missing"),
        ("30", "°", "30", "missing"),
        ("30", None, "30 m", "unit"),
        ("1.11", "10^21", "1.11e20", "value"),
        ("10", "°C", "10 K", "value"),
        ("5", "J/°C", "278.15 J", "unit"),
        ("2.0", "tablets", "2.0 m", "unit"),
        ("4.4", "dB", "4.4", "missing"),
        ("1", None, "1e999", "value"),
    ],
)
def test_another_quantity_is_wrong_and_the_reason_says_why(
    answer: str, unit: str | None, said: str, reason: str
) -> None:
    check = measure(problem(answer, unit), f"Answer: {said}")
    assert check.status == "wrong"
    assert reason in check.reason


@pytest.mark.parametrize(
    "said", ["", "m", "3 or 4 m", "3-4 m", "3 ± 1 m", "at least 3 m", "3 m^4567", "1e99999 m", "9" * 60 + " m", "x m"]
)
def test_what_is_no_single_quantity_is_never_right(said: str) -> None:
    assert measure(problem("3", "m"), f"Answer: {said}").status in ("no_answer", "wrong")


def test_a_gold_answer_that_is_no_quantity_is_an_error() -> None:
    assert measure(problem("2 sqrt 2", "m"), "Answer: 3 m").status == "error"
    assert measure(problem("2", "m^99999"), "Answer: 2 m").status == "error"
    assert measure(problem("2 kg", "m"), "Answer: 2 m").status == "error"


def test_the_tolerance_of_scibench_takes_what_the_digits_refuse() -> None:
    within = measure_within(Fraction(5, 100))
    assert within(problem("399", "kJ/mol"), "Answer: 385 kJ/mol").status == "correct"  # 3.5 % off
    assert measure(problem("399", "kJ/mol"), "Answer: 385 kJ/mol").status == "wrong"
    assert within(problem("399", "kJ/mol"), "Answer: 370 kJ/mol").status == "wrong"  # 7.3 % off


NUMBERS = st.decimals(min_value=Decimal("0.01"), max_value=9999, places=2)


@given(NUMBERS, st.sampled_from(["m", "kJ/mol", "m/s^2", "eV", "J mol^-1 K^-1", "Å", "bar"]))
def test_every_quantity_equals_itself_and_no_perturbation(value: Decimal, unit: str) -> None:
    gold = problem(str(value), unit)
    assert measure(gold, f"Answer: {value} {unit}").status == "correct"
    assert measure(gold, f"Answer: $ {value} \\mathrm{{~{unit}}}$").status == "correct"
    for other in (-value, value * 10, value / 1000, value + Decimal("0.01")):
        assert measure(gold, f"Answer: {other} {unit}").status == "wrong"
    assert measure(gold, f"Answer: {value} T").status == "wrong"


@given(st.integers(min_value=100, max_value=99999), st.integers(min_value=-30, max_value=30))
def test_a_power_of_ten_may_stand_in_the_number_or_in_the_unit(digits: int, power: int) -> None:
    gold = problem(f"{Decimal(digits) / 100}", f"10^{power} J")
    assert measure(gold, f"Answer: {Decimal(digits) / 100}e{power} J").status == "correct"
    assert measure(gold, f"Answer: {Decimal(digits) / 100}e{power + 1} J").status == "wrong"


@given(st.text(max_size=200))
def test_any_text_gives_a_check(said: str) -> None:
    assert measure(problem("300", "m"), "Answer: 300 " + said).status in ("correct", "wrong", "no_answer")
    assert measure(problem("300", said), "Answer: 300 m").status in ("correct", "wrong", "no_answer", "error")


@pytest.mark.parametrize("unit", ["1", "1,", " ", "(1", "= 1 ", "\\frac{", "mol^-1 ", "{", "$", "m/", "\u0301\u0323"])
def test_a_megabyte_of_hostile_text_is_read_in_time(unit: str) -> None:
    for head in ("Answer: ", "", "Answer: 1 "):
        assert measure(problem("300", "m"), head + unit * (10**6 // len(unit))).status != "correct"
