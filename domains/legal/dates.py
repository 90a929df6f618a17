"""Calendar arithmetic as the rules in the questions state it: days, months, working days, the next working day."""

from calendar import monthrange
from collections.abc import Collection
from datetime import date, timedelta

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def written(day: date) -> str:
    """The date as problems write it: 5 March 2027."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def weekday(day: date) -> str:
    """The name of its day of the week."""
    return WEEKDAYS[day.weekday()]


def full(day: date) -> str:
    """The date with its day of the week: Friday 5 March 2027."""
    return f"{weekday(day)} {written(day)}"


def after_days(day: date, count: int) -> date:
    """The last day of a period in days; the day that it starts from does not count."""
    return day + timedelta(days=count)


def after_months(day: date, count: int) -> date:
    """The day of the same number `count` months later, or the last day of a month that has none."""
    months = day.year * 12 + day.month - 1 + count
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def after_years(day: date, count: int) -> date:
    """The same day `count` years later; 29 February becomes 28 February in a year that has none."""
    return after_months(day, 12 * count)


def is_working(day: date, holidays: Collection[date] = ()) -> bool:
    """Whether it is not a Saturday, Sunday or holiday."""
    return day.weekday() < 5 and day not in holidays


def next_working(day: date, holidays: Collection[date] = ()) -> date:
    """The day itself, or the first working day after it."""
    while not is_working(day, holidays):
        day += timedelta(days=1)
    return day


def working_days(day: date, count: int, holidays: Collection[date] = ()) -> list[date]:
    """The first `count` working days after a day; the last of them ends a period in working days."""
    days: list[date] = []
    while len(days) < count:
        day += timedelta(days=1)
        if is_working(day, holidays):
            days.append(day)
    return days


def days_worked(day: date, count: int) -> str:
    """How a number of days is added by hand, month by month, as in "5 + 40 = 45. March has 31 days: 45 - 31 = 14"."""
    number, year, month = day.day + count, day.year, day.month
    steps = [f"{day.day} + {count} = {number}."]
    while number > (length := monthrange(year, month)[1]):
        steps.append(f"{MONTHS[month - 1]} has {length} days: {number} - {length} = {number - length}.")
        number -= length
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    return " ".join([*steps, f"That is {written(date(year, month, number))}."])


def weekday_worked(day: date, count: int) -> str:
    """How the day of the week follows, as in "40 = 7 x 5 + 5; Friday + 5 is Wednesday"."""
    weeks, rest = divmod(count, 7)
    return f"{count} = 7 x {weeks} + {rest}; {weekday(day)} + {rest} is {weekday(after_days(day, count))}."
