"""The last day of a period, under a rule that the question states. No pair of day and length is in both splits."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from chartered.domains.authoring import Level, generator, split_of, worked_problem
from chartered.domains.contract import Problem
from chartered.domains.legal import dates
from chartered.domains.legal.dates import full, weekday, written
from chartered.domains.legal.facts import ONE_IN, facts

KIND = "deadline"
EACH = {"days": 70, "rolled": 44, "months": 36, "working": 36, "months_rolled": 36}
"""Problems of each rule."""

NOT_COUNTED = "The day of the event does not count."
ROLLED = "A period that ends on a Saturday or Sunday ends on the next Monday instead."
SAME_DAY = (
    "A period of months ends on the day with the same number in the last month, or on the last day of that month "
    "if it has no such day."
)
ASKED = "What is the last day? Give day, month and year."


def problems() -> Iterator[Problem]:
    """The problems, rule by rule."""
    for rule, count in EACH.items():
        seen: set[tuple[date, int]] = set()
        rng = generator(KIND, rule)
        while len(seen) < count:
            start, length = _draw(rng, rule)
            if (start, length) not in seen:
                seen.add((start, length))
                yield _RULES[rule](start, length)


def _draw(rng: Random, rule: str) -> tuple[date, int]:
    """A day on which something happened, and a length; half of what may roll over, or may end early, does."""
    while True:
        first = date(rng.randint(2021, 2034), rng.randint(1, 12), 1)
        start = first + timedelta(days=rng.choice((28, 29, 30) if rule == "months" else range(31)))
        length = rng.randint(*{"working": (3, 9), "months": (1, 11), "months_rolled": (1, 11)}.get(rule, (5, 59)))
        if _is_telling(rule, start, length) or rng.random() < {"months": 0.25}.get(rule, 0.4):
            return start, length


def _is_telling(rule: str, start: date, length: int) -> bool:
    """Whether the rule changes something: the end moves, or the last month is too short to have the day."""
    if rule == "rolled":
        return not dates.is_working(dates.after_days(start, length))
    end = dates.after_months(start, length)
    return {"months": end.day != start.day, "months_rolled": not dates.is_working(end)}.get(rule, True)


def _opening(start: date, length: str) -> str:
    rng = generator(KIND, start, length)
    event: str = rng.choice(facts("deadline")["events"])
    return event.format(day=full(start), period=length)


def _days(start: date, length: int) -> Problem:
    end = dates.after_days(start, length)
    asked = f"{_opening(start, f'{length} days')} Rule: Every day counts. {NOT_COUNTED} {ASKED}"
    return _problem(start, length, asked, end, dates.days_worked(start, length), "easy")


def _rolled(start: date, length: int) -> Problem:
    end = dates.after_days(start, length)
    asked = f"{_opening(start, f'{length} days')} Rule: Every day counts. {NOT_COUNTED} {ROLLED} {ASKED}"
    work = f"{dates.days_worked(start, length)} {dates.weekday_worked(start, length)} {_rolling_worked(end, None)}"
    return _problem(start, length, asked, dates.next_working(end), work, "medium")


def _months(start: date, length: int) -> Problem:
    asked = f"{_opening(start, _in_months(length))} Rule: {SAME_DAY} {ASKED}"
    end = dates.after_months(start, length)
    return _problem(start, length, asked, end, _months_worked(start, length), "medium")


def _working(start: date, length: int) -> Problem:
    holiday = generator(KIND, "holiday", start, length).choice(dates.working_days(start, length))
    days = dates.working_days(start, length, {holiday})
    rule = f"Only working days count. Saturdays, Sundays and the holiday on {full(holiday)} are no working days."
    asked = f"{_opening(start, f'{length} working days')} Rule: {rule} {NOT_COUNTED} {ASKED}"
    listed = ", ".join(f"{weekday(day)[:3]} {day.day}" for day in days)
    work = f"{length} working days: {listed}. The last is {written(days[-1])}."
    return _problem(start, length, asked, days[-1], work, "hard")


def _months_rolled(start: date, length: int) -> Problem:
    end = dates.after_months(start, length)
    rng = generator(KIND, "holiday", start, length)
    holiday = dates.after_days(dates.next_working(end), rng.choice((0, 0, 0, 7, 8)))
    rule = (
        f"{SAME_DAY} {full(holiday)} is a holiday. A period that ends on a Saturday, Sunday or holiday ends on the "
        "next day that is none of these."
    )
    asked = f"{_opening(start, _in_months(length))} Rule: {rule} The end falls on a {weekday(end)}. {ASKED}"
    work = f"{_months_worked(start, length)} {_rolling_worked(end, holiday)}"
    return _problem(start, length, asked, dates.next_working(end, {holiday}), work, "hard")


def _problem(start: date, length: int, asked: str, last: date, work: str, level: Level) -> Problem:
    return worked_problem(
        domain="legal",
        kind=KIND,
        split=split_of(KIND, start, length, one_in=ONE_IN),
        asked=asked,
        answer=written(last),
        work=work,
        level=level,
    )


def _in_months(length: int) -> str:
    return "1 month" if length == 1 else f"{length} months"


def _months_worked(start: date, length: int) -> str:
    end = dates.after_months(start, length)
    named = f"{dates.MONTHS[end.month - 1]} {end.year}"
    if end.day == start.day:
        return f"{_in_months(length)} later is {named}, day {start.day}: {written(end)}."
    return f"{_in_months(length)} later is {named}, which has no day {start.day}: {written(end)}."


def _rolling_worked(end: date, holiday: date | None) -> str:
    moved = dates.next_working(end, {holiday} if holiday else ())
    if moved == end:
        return f"{weekday(end)} is a working day{' and no holiday' if holiday else ''}."
    why = f" and {written(holiday)} is a holiday" if holiday and end < holiday < moved else ""
    fallen = "a holiday" if end == holiday else f"a {weekday(end)}"
    return f"{written(end)} is {fallen}{why}, so it is {full(moved)}."


_RULES = {
    "days": _days,
    "rolled": _rolled,
    "months": _months,
    "working": _working,
    "months_rolled": _months_rolled,
}
