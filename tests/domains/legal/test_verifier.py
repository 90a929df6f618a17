from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.legal.questions import LEGAL, day_of, of

from chartered.domains.legal import dates
from chartered.domains.legal.verifier import read_date
from chartered.domains.prompts import answer_line


@pytest.mark.parametrize(
    "said",
    [
        "5 March 2027",
        "**Friday 5 March 2027**",
        "Friday, 5 March 2027.",
        "5th of March 2027",
        "5 Mar. 2027",
        "March 5, 2027",
        "Mar 5th, 2027",
        "2027-03-05",
        "The last day is Friday, March 5, 2027.",
        "on the 5 March 2027",
        "5 march 2027 (Friday)",
        "5 March 2027, Friday",
        "by 05 March 2027",
    ],
)
def test_a_date_is_read_however_it_is_written(said: str) -> None:
    found = read_date(said)
    assert found is not None and found[0] == date(2027, 3, 5)


@pytest.mark.parametrize(
    "said",
    [
        "5 March 2027 or 6 March 2027",
        "not 5 March 2027",
        "before 5 March 2027",
        "5 March",
        "5/3/2027",
        "31 February 2027",
        "5 March 27",
        "0 March 2027",
        "5 March 2027 to 8 March 2027",
        "2027-13-05",
        "2027-03-05-01",
        "the date",
        "",
        "5 March 2027 " * 30,
    ],
)
def test_what_names_no_single_date_is_no_date(said: str) -> None:
    assert read_date(said) is None


@given(day=st.dates(), style=st.sampled_from(["{0.day} {1} {0.year:04}", "{1} {0.day}, {0.year:04}", "{0}"]))
def test_every_date_that_is_written_is_read_back(day: date, style: str) -> None:
    assert read_date(style.format(day, dates.MONTHS[day.month - 1])) == (day, ())


@given(st.text(max_size=200))
def test_reading_a_date_never_raises(text: str) -> None:
    read_date(text)


def test_a_date_a_day_a_month_or_a_year_off_is_refused() -> None:
    for problem in of("deadline"):
        right = day_of(problem.answer)
        for days in (-365, -31, -1, 1, 2, 31, 365):
            assert LEGAL.verify(problem, answer_line(dates.written(right + timedelta(days=days)))).status == "wrong"


def test_a_day_of_the_week_that_does_not_fit_makes_a_date_wrong() -> None:
    problem = of("deadline")[0]
    right = day_of(problem.answer)
    said = {name: LEGAL.verify(problem, answer_line(f"{name} {problem.answer}")).status for name in dates.WEEKDAYS}
    assert {name for name, status in said.items() if status == "correct"} == {dates.weekday(right)}
