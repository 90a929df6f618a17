"""A date at the answer line.

Read: 5 March 2027, 5th of March 2027, March 5, 2027, 2027-03-05, with month names cut short and a day of the week
before or after. A day of the week that does not fit the date makes the answer wrong. Two dates, a bound ("before 5
March 2027"), a denied date, a date that does not exist and anything else on the line are no answer. Not covered:
dates in figures alone (5/3/2027), which are read in two ways, other languages, years without four digits.
"""

import re
from datetime import date

from chartered.domains.contract import Check, Problem
from chartered.domains.legal.dates import MONTHS, WEEKDAYS
from chartered.domains.prompts import final_answer

LONGEST = 120
"""Characters of an answer line that is read; a date and a few words are far shorter."""

_MONTH = "|".join(f"{name}|{name[:3]}\\.?" for name in MONTHS) + r"|sept\.?"
_WEEKDAY = "|".join(f"{name}|{name[:3]}\\.?" for name in WEEKDAYS)
_LINE = re.compile(
    r"(?:(?:the|last|day|date|deadline|period|answer|result|ends?|is|it|by|on|at|of)\b[\s:=]*)*"
    rf"(?:(?P<before>{_WEEKDAY})(?:\s*,\s*|\s+)(?:the\s+)?)?"
    rf"(?:(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m1>{_MONTH})(?:\s*,\s*|\s+)(?P<y1>\d{{4}})"
    rf"|(?P<m2>{_MONTH})\s+(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*,\s*|\s+)(?P<y2>\d{{4}})"
    r"|(?P<y3>\d{4})-(?P<m3>\d{2})-(?P<d3>\d{2}))"
    rf"(?:\s*,\s*(?P<after>{_WEEKDAY})|\s*\((?P<noted>{_WEEKDAY})\))?",
    re.IGNORECASE | re.ASCII,
)


def calendar_date(problem: Problem, response: str) -> Check:
    """Compare the one date of the answer line with the gold one."""
    line = final_answer(response)
    if line is None:
        return Check(status="no_answer", score=0.0, reason="there is no answer line")
    gold, given = read_date(problem.answer), read_date(line)
    if gold is None:
        return Check(status="error", score=0.0, reason=f"the gold answer {problem.answer[:80]!r} is not a date")
    if given is None:
        return Check(status="no_answer", score=0.0, reason=f"no single date can be read from {line[:80]!r}")
    day, named = given
    if day != gold[0]:
        return Check(status="wrong", score=0.0, answer=day.isoformat(), reason="not the right date")
    if any(WEEKDAYS[day.weekday()][:3].lower() != name for name in named):
        return Check(status="wrong", score=0.0, answer=line, reason="the day of the week does not fit the date")
    return Check(status="correct", score=1.0, answer=day.isoformat())


def read_date(line: str) -> tuple[date, tuple[str, ...]] | None:
    """The one date of a line, and the days of the week that it names (three letters); None where there is no date."""
    match = _LINE.fullmatch(line.strip(" \t*_`\"'.")) if len(line) <= LONGEST else None
    if match is None:
        return None
    year, month, day = (next(filter(None, (match[f"{part}{i}"] for i in (1, 2, 3)))) for part in "ymd")
    named = tuple(name[:3].lower() for name in (match["before"], match["after"], match["noted"]) if name)
    try:
        return date(int(year), _month(month), int(day)), named
    except ValueError:
        return None


def _month(name: str) -> int:
    if name.isdigit():
        return int(name)
    return next(i for i, month in enumerate(MONTHS, start=1) if month[:3].lower() == name[:3].lower())
