import subprocess
import sys
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clock import in_time, long_text

from chartered.domains import Message, Problem, Verifier
from chartered.domains.verifiers import measure, measure_within, number


def problem(answer: str, unit: str | None = None) -> Problem:
    turn: tuple[Message, ...] = ({"role": "user", "content": "How much?"},)
    return Problem(prompt=turn, answer=answer, unit=unit, kind="dose", domain="d", split="train")


@pytest.mark.parametrize(
    ("answer", "unit", "said"),
    [
        ("300", "mg", "300 mg"),
        ("300", "mg", "**300mg**"),
        ("300", "mg", "300 milligrams."),
        ("300", "mg", "the dose is 300 mg"),
        ("300", "mg", "15 x 20 = 300 mg"),
        ("300", "mg", "300.0 mg"),
        ("300", "mg", "0.3 g"),
        ("300", "mg", "300,000 mcg"),
        ("300", "mg", "300 000 µg"),
        ("300", "mg", "300 mg (15 mg/kg x 20 kg)"),
        ("0.6", "mg", "600 mcg"),
        ("600", "mcg", "0.6 mg"),
        ("600", "mcg", "600 μg"),
        ("1250", "mL", "1,250 ml"),
        ("1250", "mL", "1.25 L"),
        ("125", "mL/h", "125 mL/hr"),
        ("125", "mL/h", "125 ml per hour"),
        ("120", "mL/h", "2 mL/min"),
        ("40", "drops/min", "40 gtt/min"),
        ("5.1", "mmol/L", "5.1 mmol/l"),
        ("5.1", "mmol/L", "5.14 mmol/L"),
        ("2", "tablets", "2 tablet"),
        ("42", None, "42"),
        ("300", "mg", "$300\\,\\text{mg}$"),
        ("70000", None, "\\$70,000"),
        ("70000", None, "$70{,}000$"),
        ("70000", None, "70\\,000"),
        ("70000", None, "70,\\!000"),
        ("0.000012", None, "$1.2 \\times 10^{-5}$"),
        ("0.000012", None, "1.2\\cdot 10^{-5}"),
        ("-3.5", None, "-3.5"),
        ("0.5", None, ".5"),
        ("3e2", None, "300"),
    ],
)
def test_the_same_dose_is_right_however_it_is_written(answer: str, unit: str | None, said: str) -> None:
    check = number(problem(answer, unit), f"Some work: 7 x 8 = 56.\nAnswer: {said}")
    assert (check.status, check.score) == ("correct", 1.0), check.reason


@pytest.mark.parametrize(
    ("answer", "unit", "said", "reason"),
    [
        ("300", "mg", "300", "missing"),
        ("300", "mg", "300 mcg", "value"),
        ("300", "mg", "300 mL", "not mg"),
        ("300", "mg", "300 mg/kg", "not mg"),
        ("300", "mg", "3000 mg", "value"),
        ("300", "mg", "-300 mg", "value"),
        ("300", "mg", "301 mg", "value"),
        ("300", "mg", "300 apples", "not mg"),
        ("125", "mL/h", "125 mL", "not mL/h"),
        ("125", "mL/h", "125 mL/min", "value"),
        ("5.1", "mmol/L", "5.16 mmol/L", "value"),
        ("42", None, "42 mg", "has none"),
        ("10", "mg/kg", "10 g/kg", "value"),
    ],
)
def test_another_dose_is_wrong_and_the_reason_says_why(answer: str, unit: str | None, said: str, reason: str) -> None:
    check = number(problem(answer, unit), f"Answer: {said}")
    assert check.status == "wrong"
    assert reason in check.reason


@pytest.mark.parametrize(
    "response",
    [
        "",
        "300 mg",
        "Answer:",
        "Answer: mg",
        "Answer: 300 or 400 mg",
        "Answer: 250-300 mg",
        "Answer: at least 300 mg",
        "Answer: not 300 mg",
        "Answer: 300 mg 4 times",
        "Answer: 1" + "0" * 5000 + " mg",
        "Answer: 1e999999999 mg",
        "Answer: three hundred mg",
    ],
)
def test_what_is_not_a_single_dose_is_no_answer(response: str) -> None:
    assert number(problem("300", "mg"), response).status == "no_answer"


def test_a_half_rounds_away_from_zero() -> None:
    assert number(problem("12.5", "mg"), "Answer: 12.45 mg").status == "correct"
    assert number(problem("12.5", "mg"), "Answer: 12.55 mg").status == "wrong"
    assert number(problem("-12.5", None), "Answer: -12.45").status == "correct"


@given(st.decimals(min_value=0, max_value=99999, places=2), st.sampled_from(["mg", "mL", "mL/h", "mmol/L"]))
def test_every_dose_equals_itself_with_and_without_separators(value: Decimal, unit: str) -> None:
    gold = problem(str(value), unit)
    for said in (f"{value} {unit}", f"{value:,}{unit}", f"{value}000 {unit.upper()}"):
        assert number(gold, f"Answer: {said}").status == "correct"
    assert number(gold, f"Answer: {value + 1} {unit}").status == "wrong"


@given(st.integers(min_value=1, max_value=10**6))
def test_micrograms_and_milligrams_differ_by_a_thousand(value: int) -> None:
    assert number(problem(str(value), "mg"), f"Answer: {value * 1000} mcg").status == "correct"
    assert number(problem(str(value), "mcg"), f"Answer: {Decimal(value) / 1000} mg").status == "correct"
    assert number(problem(str(value), "mg"), f"Answer: {value} mcg").status == "wrong"


@pytest.mark.parametrize(
    ("answer", "unit", "said"), [("1", "g", "500 mg"), ("1", "mg", "0.5 mg"), ("5", "mg", "5.49 mg")]
)
def test_a_dose_that_only_rounds_to_the_right_one_is_wrong(answer: str, unit: str, said: str) -> None:
    assert number(problem(answer, unit), f"Answer: {said}").status == "wrong"


def test_a_rate_that_was_not_rounded_is_right() -> None:
    # 1000 mL in 8 h at 20 drops per mL: 41.67, asked for as whole drops
    assert number(problem("42", "drops/min"), "Answer: 41.67 drops/min").status == "correct"


def test_a_gold_dose_that_is_not_a_number_is_an_error() -> None:
    for answer in ("many", "", "nan", "Infinity"):
        assert number(problem(answer, "mg"), "Answer: 3 mg").status == "error"


def test_a_power_of_ten_in_raised_digits_is_a_power() -> None:
    assert number(problem("400000000", None), "Answer: 4 × 10⁸").status == "correct"
    assert number(problem("108", None), "Answer: 10⁸").status != "correct"


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
        ("32", "%", "32 \\%"),
        ("4.19", "$a_0$", "2.217 angstrom"),  # 4.19 bohr of 0.529177 angstrom
        ("0.5", "$E_h$", "13.6057 eV"),
        ("2.5", "$\\mu_{\\mathrm{B}}$", "2.5 \\mu_B"),
        ("0.511", "MeV", "$1.00 m_e c^2$"),
        ("1.5", "$R_H$", "1.5 $R_H$"),  # unknown to pint: a unit of its own
    ],
)
def test_the_same_measure_is_right_however_it_is_written(answer: str, unit: str | None, said: str) -> None:
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
def test_another_measure_is_wrong_and_the_reason_says_why(
    answer: str, unit: str | None, said: str, reason: str
) -> None:
    check = measure(problem(answer, unit), f"Answer: {said}")
    assert check.status == "wrong"
    assert reason in check.reason


@pytest.mark.parametrize(
    "said", ["", "m", "3 or 4 m", "3-4 m", "3 ± 1 m", "at least 3 m", "3 m^4567", "1e99999 m", "9" * 60 + " m", "x m"]
)
def test_what_is_not_a_single_measure_is_no_answer(said: str) -> None:
    assert measure(problem("3", "m"), f"Answer: {said}").status in ("no_answer", "wrong")


def test_a_gold_measure_that_is_not_a_quantity_is_an_error() -> None:
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
def test_every_measure_equals_itself_and_no_perturbation(value: Decimal, unit: str) -> None:
    gold = problem(str(value), unit)
    assert measure(gold, f"Answer: {value} {unit}").status == "correct"
    assert measure(gold, f"Answer: $ {value} \\mathrm{{~{unit}}}$").status == "correct"
    for other in (-value, value * 10, value + Decimal("0.01")):
        assert measure(gold, f"Answer: {other} {unit}").status == "wrong"
    assert measure(gold, f"Answer: {value / 1000} {unit}").status in ("wrong", "no_answer")  # 9.999 may be 9999
    assert measure(gold, f"Answer: {value} T").status == "wrong"


@given(st.integers(min_value=100, max_value=99999), st.integers(min_value=-30, max_value=30))
def test_a_power_of_ten_may_stand_in_the_number_or_in_the_unit(digits: int, power: int) -> None:
    gold = problem(f"{Decimal(digits) / 100}", f"10^{power} J")
    assert measure(gold, f"Answer: {Decimal(digits) / 100}e{power} J").status == "correct"
    assert measure(gold, f"Answer: {Decimal(digits) / 100}e{power + 1} J").status == "wrong"


@pytest.mark.parametrize(
    ("answer", "unit", "said", "dose", "science"),
    [
        ("42", "drops/min", "41.67 drops/min", "correct", "correct"),
        ("1", "g", "0.98 g", "wrong", "correct"),  # rounds to 1, but is 2 % off
        ("3E+2", None, "301", "wrong", "correct"),  # the decimals of a gold dose do not end before the ones
        ("30", "%", "30", "wrong", "correct"),
        ("0.3", None, "30 %", "wrong", "correct"),
        ("0.01", None, "10 mg/g", "wrong", "correct"),
        ("10", "mg/kg", "10 mg/kg", "correct", "correct"),
        ("5", "tablets", "5 tablet", "correct", "wrong"),
        ("5", "mg", "5 MG", "correct", "wrong"),  # megagrams
        ("37", "\u00b0C", "98.6 \u00b0F", "wrong", "correct"),
        ("2", "mL", "2 cm^3", "wrong", "correct"),
    ],
)
def test_the_two_policies_differ_in_closeness_bare_numbers_and_units(
    answer: str, unit: str | None, said: str, dose: str, science: str
) -> None:
    found = [verifier(problem(answer, unit), f"Answer: {said}").status for verifier in (number, measure)]
    assert found == [dose, science]


both = pytest.mark.parametrize("verifier", [number, measure])


@both
@pytest.mark.parametrize(
    "said",
    [
        ".5 g",
        "approx. 0.5 g",
        "the value is 0.5 g",
        "dose: 0.5 g",
        "5*10^-1 g",
        "5 x 10-1 g",
        "500e-3 g",
        "0.5 g (25 mg/kg x 20 kg)",
        "0.5 g (q8h)",
        "0.5 [g]",
        "0.5 g (or 500 mg)",
    ],
)
def test_both_policies_read_the_same_lines(verifier: Verifier, said: str) -> None:
    assert verifier(problem("0.5", "g"), f"Answer: {said}").status == "correct"


@both
@pytest.mark.parametrize(
    "said",
    [
        "5 g or more",
        "5 g \u00b1 1",
        "more than 5 g",
        "5 g 3 times",
        "5 g 3 kg",
        "5 g/",
        "15 x 100 g",
        "5 x 103 g",
    ],
)
def test_bounds_second_numbers_and_broken_units_are_no_answer_to_either(verifier: Verifier, said: str) -> None:
    assert verifier(problem("5", "g"), f"Answer: {said}").status == "no_answer"


@both
def test_a_gold_answer_may_bring_its_unit(verifier: Verifier) -> None:
    assert verifier(problem("5 g", "g"), "Answer: 5000 mg").status == "correct"
    assert verifier(problem("5 g"), "Answer: 5000 mg").status == "correct"
    assert verifier(problem("5 g", "h"), "Answer: 5 g").status == "error"


@both
@given(st.text(max_size=200))
def test_any_text_gives_a_check(verifier: Verifier, said: str) -> None:
    assert verifier(problem("300", "g"), "Answer: " + said).status in ("correct", "wrong", "no_answer")
    assert verifier(problem("300", "g"), "Answer: 300 " + said).status in ("correct", "wrong", "no_answer")
    assert verifier(problem("300", said), "Answer: 300 g").status in ("correct", "wrong", "no_answer", "error")


@both
@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1,",
        " ",
        "(1",
        "= 1 ",
        ".",
        "e1",
        "1 000 ",
        "the ",
        "x ",
        "/",
        "m/",
        "mol^-1 ",
        "{",
        "$",
        "\\frac{",
        "\u0301\u0323",
        "Answer: 1\n",
    ],
)
def test_long_hostile_text_is_read_in_time(verifier: Verifier, unit: str) -> None:
    for head in ("Answer: ", "", "Answer: a", "Answer: 1 "):
        with in_time():
            assert verifier(problem("300", "g"), head + long_text(unit)).status != "correct"


def test_doses_are_checked_without_pint() -> None:
    asked = (
        "Problem(prompt=({'role': 'user', 'content': ''},), answer='3', unit='mL/h', kind='', domain='', split='train')"
    )
    program = (
        "import sys; from chartered.domains import Problem; from chartered.domains.verifiers import number\n"
        f"print(number({asked}, 'Answer: 3 mL per hour').status, 'pint' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["correct", "False"]
