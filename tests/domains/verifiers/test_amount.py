from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.domains import Message, Problem
from chartered.domains.verifiers import amount
from chartered.domains.verifiers.reading.numbers.amounts import read_amounts


def problem(answer: str, unit: str | None = None, asked: str = "How much?") -> Problem:
    turn: tuple[Message, ...] = ({"role": "user", "content": asked},)
    return Problem(prompt=turn, answer=answer, unit=unit, kind="table", domain="d", split="train")


@pytest.mark.parametrize(
    ("answer", "unit", "said"),
    [
        ("-12.6", "million", "-12.6"),
        ("-12.6", "million", "−12.6 million"),
        ("-12.6", "million", "$(12.6) million"),
        ("-12.6", "$ million", "(12.6)"),
        ("-12.6 million", None, "(12.6m)"),
        ("-12.6 million", None, "a decrease of $12.6 million in 2019"),
        ("-12.6 million", None, "-$12,600,000"),
        ("-12.6 million", None, "-12,600 thousand"),
        ("-12.6 million", None, "US$ -0.0126 bn"),
        ("£(8.1m)", None, "-£8.1 million"),
        ("$1.5 billion", None, "USD 1.5bn"),
        ("$1.5 billion", None, "The total was $1.50 billion in fiscal year 2019."),
        ("approximately USD500 million", None, "$0.5 billion"),
        ("1500000", None, "15 lakh"),
        ("142.4%", None, "142.4 %"),
        ("142.4%", None, "1.42403"),
        ("142.4", "percent", "142.4"),
        ("142.4", "percent", "142.4 per cent"),
        ("0.50%", None, "50 bps"),
        ("0.5", "percentage points", "50 basis points"),
        ("3.45 cents", None, "$0.0345"),
        ("2.5 years", None, "2.5"),
        ("2.93", None, "2.93x"),
        ("12.6%", None, "(44.1 - 56.7) / 56.7 = 12.6%"),
        ("12.6%", None, "12.6% (2 decimals)"),
        ("2019", None, "in 2019"),
        ("65; (114); (71)", "million", "65, (114), (71)"),
        ("$64,798; $35,452", "thousand", "$64,798 in 2019 and $35,452 in 2018"),
        ('["50%", "0.52"]', None, "0.52"),
        ("1e-05", None, "0.00001"),
        ("5%", None, "$5\\%$"),
        ("5%", None, "\\boxed{5\\%}"),
        ("$5 million", None, "\\$5 \\text{ million}"),
        ("5", "percent", "$5$"),
        ("R$ 5 million", None, "BRL 5 million"),
    ],
)
def test_the_same_amount_is_right_however_it_is_written(answer: str, unit: str | None, said: str) -> None:
    check = amount(problem(answer, unit), f"Work: 44.1 - 56.7.\nAnswer: {said}")
    assert (check.status, check.score) == ("correct", 1.0), check.reason


@pytest.mark.parametrize(
    ("answer", "unit", "said", "reason"),
    [
        ("-12.6", "million", "12.6", "value"),
        ("-12.6", "million", "-12.6 thousand", "value"),
        ("-12.6 million", None, "-12.6", "value"),
        ("-12.6 million", None, "-12.7 million", "value"),
        ("142.4%", None, "142.4", "value"),
        ("142.4", "percent", "1.424", "value"),
        ("5", "percent", "$5", "currency"),
        ("$9.8 million", None, "€9.8 million", "currency"),
        ("¥9.8 million", None, "£9.8 million", "currency"),
        ("$0.05", None, "5%", "percentage"),
        ("2.5 years", None, "2.5 months", "unit"),
        ("592", None, "592 kg", "unit"),
        ("65; (114); (71)", "million", "65, 114, 71", "value"),
        ("795; 772", None, "772; 795", "value"),
        ("1041531", None, "1041530", "value"),
        ("0", "percent", "0.3%", "value"),
    ],
)
def test_another_amount_is_wrong_and_the_reason_says_why(answer: str, unit: str | None, said: str, reason: str) -> None:
    check = amount(problem(answer, unit), f"Answer: {said}")
    assert check.status == "wrong"
    assert reason in check.reason


@pytest.mark.parametrize(
    "response",
    [
        "", "12.6 million", "Answer:", "Answer: million", "Answer: 12 or 13 million", "Answer: 12-13 million",
        "Answer: 12 - 13", "Answer: at least 12 million", "Answer: not 12.6 million", "Answer: <12.6",
        "Answer: 12.6 ± 0.1", "Answer: " + "9" * 100, "Answer: Q4", "Answer: 12.6.7", "Answer: it isn't 12.6 million",
    ],
)  # fmt: skip
def test_what_is_no_single_amount_is_no_answer(response: str) -> None:
    assert amount(problem("12.6", "million"), response).status == "no_answer"


def test_a_counted_unit_that_the_question_asks_for_may_be_named() -> None:
    assert amount(problem("4", asked="In how many quarters?"), "Answer: 4 quarters").status == "correct"


@pytest.mark.parametrize(
    "answer", ["our allowable costs", "assets under ASC 606", "Sales rose by 13% as prices did.", ""]
)
def test_a_gold_answer_that_is_no_amount_is_an_error(answer: str) -> None:
    check = amount(problem(answer), "Answer: 606")
    assert check.status == "error"
    assert answer in check.reason


def test_the_count_of_amounts_must_be_that_of_the_answer() -> None:
    assert read_amounts("795, 772", 2) is not None
    assert read_amounts("795, 772", 3) is None


MONEY = st.decimals(min_value=Decimal("0.01"), max_value=999_999, places=2)


@given(MONEY, st.sampled_from(["thousand", "million", "billion"]), st.booleans())
def test_every_writing_of_an_amount_is_read_alike(value: Decimal, scale: str, negative: bool) -> None:
    gold = problem(f"{'-' if negative else ''}{value}", scale)
    signs = ["-{}", "({})", "−{}", "$({})", "-${}", "($ {})"] if negative else ["{}", "${}", "$ {}", "USD {}"]
    for sign in signs:
        for number in (f"{value}", f"{value:,}"):
            said = sign.format(number)
            assert amount(gold, f"Answer: {said}").status == "correct", said
            assert amount(gold, f"Answer: {said} {scale}").status == "correct", said


@given(MONEY, st.sampled_from([10, 100, 1000]))
def test_another_power_of_ten_the_other_sign_and_the_next_digit_are_wrong(value: Decimal, factor: int) -> None:
    gold = problem(f"{value}%")
    for other in (value * factor, value / factor, -value, value + Decimal("0.01")):
        assert amount(gold, f"Answer: {other}%").status == "wrong"


@given(st.text(max_size=200))
def test_any_text_gives_a_check(said: str) -> None:
    assert amount(problem("300", "million"), "Answer: " + said).status in ("correct", "wrong", "no_answer")
    assert amount(problem(said), "Answer: 5").status in ("correct", "wrong", "no_answer", "error")


@pytest.mark.parametrize("unit", ["1", "1,", " ", "(1", "= 1 ", "$", "million ", "-", "(", "1 2", "\u0301\u0323"])
def test_a_megabyte_of_hostile_text_is_read_in_time(unit: str) -> None:
    for head in ("Answer: ", "", "Answer: 1 "):
        assert amount(problem("300", "million"), head + unit * (10**6 // len(unit))).status != "correct"
