from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.domains.legal import dates
from chartered.domains.legal.verifier import read_date


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


@given(day=st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)), months=st.integers(0, 600))
def test_a_number_of_months_later_is_in_the_right_month_and_no_later_a_day(day: date, months: int) -> None:
    end = dates.after_months(day, months)
    assert (end.year - day.year) * 12 + end.month - day.month == months
    assert end.day == day.day or (end.day < day.day and (end + timedelta(days=1)).day == 1)
