import re
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.domains.legal.questions import DAY, day_of, found_in, of

from chartered.domains import Problem
from chartered.domains.legal import dates


def _counted(problem: Problem) -> date:
    """The end of a period, found by stepping through the calendar one day at a time."""
    asked = problem.question
    start = day_of(found_in(rf"on \w+day ({DAY})", problem)[1])
    length, unit = re.search(r"within (\d+) (working days|days|months?)", asked).groups()  # type: ignore[union-attr]
    holiday = re.search(rf"holiday on \w+ ({DAY})|\w+day ({DAY}) is a holiday", asked)
    holidays = {day_of(holiday[1] or holiday[2])} if holiday else set()

    def free(day: date) -> bool:
        return day.strftime("%w") in "06" or day in holidays

    end, left = start, int(length)
    while left:
        end += timedelta(days=1)
        left -= {"days": 1, "working days": int(not free(end))}.get(unit, int(_month_is_over(start, end)))
    while ("ends on the next" in asked) and free(end):
        end += timedelta(days=1)
    return end


def _month_is_over(start: date, day: date) -> bool:
    """Whether one more month has passed: the day has the number of the start, or its month is too short to have it."""
    last = (day + timedelta(days=1)).day == 1
    return day.day == start.day or (last and day.day < start.day)


def test_a_deadline_is_the_day_that_counting_by_single_days_gives() -> None:
    for problem in of("deadline"):
        assert day_of(problem.answer) == _counted(problem), problem


def test_days_of_the_week_in_questions_are_right() -> None:
    for problem in of("deadline"):
        for name, day in re.findall(rf"(\w+day) ({DAY})", problem.question):
            assert day_of(day).strftime("%A") == name


def test_half_of_what_may_roll_over_does_and_some_months_are_too_short() -> None:
    told = [p.solution or "" for p in of("deadline")]
    assert sum("so it is" in work for work in told) >= 40
    assert sum("is a working day" in work for work in told) >= 15
    assert sum("which has no day" in work for work in told) >= 8


@given(day=st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)), months=st.integers(0, 600))
def test_a_number_of_months_later_is_in_the_right_month_and_no_later_a_day(day: date, months: int) -> None:
    end = dates.after_months(day, months)
    assert (end.year - day.year) * 12 + end.month - day.month == months
    assert end.day == day.day or (end.day < day.day and (end + timedelta(days=1)).day == 1)
