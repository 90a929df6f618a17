"""Was a claim filed in time, under a rule that the question states? No set of dates is in both splits.

Half of the claims are in time; one in five is filed on the last day or on the day after it.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from chartered.domains.authoring import Level, generator, split_of, worked_problem
from chartered.domains.contract import Problem
from chartered.domains.legal.dates import after_days, after_years, written
from chartered.domains.legal.facts import ONE_IN, aged, facts

KIND = "limitation"
EACH = {"plain": 76, "discovery": 72, "suspension": 36, "renewal": 36}
"""Problems of each rule."""

IN_TIME, TOO_LATE = "in time", "too late"
ASKED = "Is the claim in time or too late?"
LAST_DAY = "A period of years ends on the same date in its last year, and a claim filed on the last day is in time."


def problems() -> Iterator[Problem]:
    """The problems, rule by rule."""
    for rule, count in EACH.items():
        for number in range(count):
            yield _RULES[rule](generator(KIND, rule, number), IN_TIME if number % 2 else TOO_LATE)


def _plain(rng: Random, answer: str) -> Problem:
    event, years = _event(rng), rng.randint(1, 6)
    end = after_years(event, years)
    filed = _filed(rng, end, answer, event)
    rule = f"A claim must be filed within {_years(years)} of {{event}}."
    work = f"{written(event)} + {_years(years)} = {written(end)}."
    return _problem(rng, rule=rule, days=(event, filed), more="", end=end, work=work, level="easy")


def _discovery(rng: Random, answer: str) -> Problem:
    event, years, latest = _event(rng), rng.randint(1, 3), rng.randint(4, 6)
    learned = _no_leap(after_days(event, rng.randint(60, 365 * latest - 40)))
    ends = after_years(learned, years), after_years(event, latest)
    filed = _filed(rng, min(ends), answer, learned)
    rule = (
        f"A claim must be filed within {_years(years)} of the day on which it became known that there is a claim, and "
        f"not later than {_years(latest)} after {{event}}."
    )
    work = (
        f"{written(learned)} + {_years(years)} = {written(ends[0])}. {written(event)} + {_years(latest)} = "
        f"{written(ends[1])}. The earlier is {written(min(ends))}."
    )
    more = f" That there is a claim became known on {written(learned)}."
    return _problem(rng, rule=rule, days=(event, filed, learned), more=more, end=min(ends), work=work, level="medium")


def _suspension(rng: Random, answer: str) -> Problem:
    event, years, talks = _event(rng), rng.randint(1, 5), rng.randint(10, 120)
    plain = after_years(event, years)
    filed = _filed(rng, after_days(plain, talks), answer, event)
    rule = (
        f"A claim must be filed within {_years(years)} of {{event}}. Days of talks between the parties do not count: "
        "the end moves by as many days as the talks lasted."
    )
    end = after_days(plain, talks)
    work = f"{written(event)} + {_years(years)} = {written(plain)}. + {talks} days = {written(end)}."
    more = f" In the first year there were talks for {talks} days."
    return _problem(rng, rule=rule, days=(event, filed), more=more, end=end, work=work, level="hard")


def _renewal(rng: Random, answer: str) -> Problem:
    event, years = _event(rng), rng.randint(2, 6)
    plain = after_years(event, years)
    # some claims are too late since the period had run out before, and nothing starts anew
    late = answer == TOO_LATE and rng.random() < 0.6
    reach = (5, 300) if late else (-330, -20)
    admitted = _no_leap(after_days(plain, rng.randint(*reach)))
    end = plain if late else after_years(admitted, years)
    filed = after_days(admitted, rng.randint(20, 500)) if late else _filed(rng, end, answer, admitted)
    rule = (
        f"A claim must be filed within {_years(years)} of {{event}}. If the other side admits the claim in writing "
        f"before the period is over, it starts anew on that day and lasts {_years(years)} again."
    )
    became = "that was too late to start it anew" if late else f"it starts anew and ends on {written(end)}"
    work = f"The period ends on {written(plain)}. Admitted on {written(admitted)}: {became}."
    more = f" The other side admitted the claim in writing on {written(admitted)}."
    return _problem(rng, rule=rule, days=(event, filed, admitted), more=more, end=end, work=work, level="hard")


def _event(rng: Random) -> date:
    """A day of no leap-year trouble: never 29 February."""
    return date(rng.randint(2009, 2021), rng.randint(1, 12), rng.randint(1, 28))


def _no_leap(day: date) -> date:
    """The day, or 28 February for the 29th, which a period of years that is stated here would not know."""
    return day - timedelta(days=1) if (day.month, day.day) == (2, 29) else day


def _filed(rng: Random, end: date, answer: str, after: date) -> date:
    """A day on the right side of the end, and after what it must come after."""
    if rng.random() < 0.2:
        return end if answer == IN_TIME else end + timedelta(days=1)
    if answer == TOO_LATE:
        return after_days(end, rng.randint(2, 200))
    return max(after_days(end, -rng.randint(1, 200)), min(after_days(after, 1), end))


def _problem(
    rng: Random, *, rule: str, days: tuple[date, ...], more: str, end: date, work: str, level: Level
) -> Problem:
    event, filed = days[:2]
    matter = rng.choice(facts("limitation")["matters"])
    answer = IN_TIME if filed <= end else TOO_LATE
    story = matter["told"].format(who=aged(rng, matter["who"]), day=written(event))
    asked = (
        f"{story}{more} The claim was filed on {written(filed)}. Rule: {rule.format(event=matter['event'])} "
        f"{LAST_DAY} {ASKED}"
    )
    side = "not after" if answer == IN_TIME else "after"
    return worked_problem(
        domain="legal",
        kind=KIND,
        split=split_of(KIND, *sorted(day.isoformat() for day in days), one_in=ONE_IN),
        asked=asked,
        answer=answer,
        work=f"{work} {written(filed)} is {side} {written(end)}.",
        level=level,
        options=tuple(rng.sample((IN_TIME, TOO_LATE), 2)),
    )


def _years(count: int) -> str:
    return "1 year" if count == 1 else f"{count} years"


_RULES = {"plain": _plain, "discovery": _discovery, "suspension": _suspension, "renewal": _renewal}
