from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.domains import Message, Problem
from chartered.domains.verifiers import number
from chartered.domains.verifiers.reading.units import parse_unit


def problem(answer: str, unit: str | None) -> Problem:
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
def test_the_same_quantity_is_right_however_it_is_written(answer: str, unit: str | None, said: str) -> None:
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
def test_another_quantity_is_wrong_and_the_reason_says_why(
    answer: str, unit: str | None, said: str, reason: str
) -> None:
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
        "Answer: 12,5 mg",
        "Answer: 300 mg 4 times",
        "Answer: 1" + "0" * 5000 + " mg",
        "Answer: 1e999999999 mg",
        "Answer: three hundred mg",
    ],
)
def test_what_is_no_single_number_is_no_answer(response: str) -> None:
    assert number(problem("300", "mg"), response).status == "no_answer"


def test_a_half_rounds_away_from_zero() -> None:
    assert number(problem("12.5", "mg"), "Answer: 12.45 mg").status == "correct"
    assert number(problem("12.5", "mg"), "Answer: 12.55 mg").status == "wrong"
    assert number(problem("-12.5", None), "Answer: -12.45").status == "correct"


def test_a_rate_by_weight_does_not_cancel_to_a_bare_number() -> None:
    assert parse_unit("mg/kg").dimension != parse_unit("").dimension
    assert parse_unit("mcg/kg/min").dimension == parse_unit("mg per kg per hour").dimension


@given(st.decimals(min_value=0, max_value=99999, places=2), st.sampled_from(["mg", "mL", "mL/h", "mmol/L"]))
def test_every_quantity_equals_itself_with_and_without_separators(value: Decimal, unit: str) -> None:
    gold = problem(str(value), unit)
    for said in (f"{value} {unit}", f"{value:,}{unit}", f"{value}000 {unit.upper()}"):
        assert number(gold, f"Answer: {said}").status == "correct"
    assert number(gold, f"Answer: {value + 1} {unit}").status == "wrong"


@given(st.integers(min_value=1, max_value=10**6))
def test_micrograms_and_milligrams_differ_by_a_thousand(value: int) -> None:
    assert number(problem(str(value), "mg"), f"Answer: {value * 1000} mcg").status == "correct"
    assert number(problem(str(value), "mcg"), f"Answer: {Decimal(value) / 1000} mg").status == "correct"
    assert number(problem(str(value), "mg"), f"Answer: {value} mcg").status == "wrong"


@given(st.text(max_size=200))
def test_any_text_gives_a_check(said: str) -> None:
    assert number(problem("300", "mg"), "Answer: " + said).status in ("correct", "wrong", "no_answer")


@pytest.mark.parametrize("unit", ["1", "1,", " ", "(1", "= 1 ", ".", "e1", "1 000 ", "the ", "/"])
def test_long_hostile_text_is_read_in_time(unit: str) -> None:
    number(problem("300", "mg"), "Answer: " + unit * (60_000 // len(unit)))


@pytest.mark.parametrize(
    ("answer", "unit", "said"), [("1", "g", "500 mg"), ("1", "mg", "0.5 mg"), ("5", "mg", "5.49 mg")]
)
def test_a_dose_that_only_rounds_to_the_right_one_is_wrong(answer: str, unit: str, said: str) -> None:
    assert number(problem(answer, unit), f"Answer: {said}").status == "wrong"


def test_a_rate_that_was_not_rounded_is_right() -> None:
    # 1000 mL in 8 h at 20 drops per mL: 41.67, asked for as whole drops
    assert number(problem("42", "drops/min"), "Answer: 41.67 drops/min").status == "correct"


def test_a_gold_answer_that_is_no_number_is_an_error() -> None:
    for answer in ("many", "", "nan", "Infinity"):
        assert number(problem(answer, "mg"), "Answer: 3 mg").status == "error"


def test_a_power_of_ten_in_raised_digits_is_a_power() -> None:
    assert number(problem("400000000", None), "Answer: 4 × 10⁸").status == "correct"
    assert number(problem("108", None), "Answer: 10⁸").status != "correct"


@pytest.mark.parametrize("unit", ["1", "1,", " ", "(1", "= 1 ", "the ", "\u0301\u0323", "x ", "Answer: 1\n"])
def test_a_megabyte_of_hostile_text_is_read_in_time(unit: str) -> None:
    for head in ("Answer: ", "", "Answer: a"):
        assert number(problem("300", "mg"), head + unit * (10**6 // len(unit))).status != "correct"
