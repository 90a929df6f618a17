"""The problems of the legal domain, and what their words say: days, sums, clauses."""

import re
from datetime import date

from chartered.domains import Problem
from chartered.domains.contract import Domain
from chartered.domains.legal import dates, domain
from chartered.domains.legal.facts import facts

LEGAL: Domain = domain
GENERATED = ("deadline", "limitation", "jurisdiction", "hearsay", "clause", "citation", "reporter")
PROBLEMS = [problem for name in GENERATED for problem in LEGAL.problem_set(name).load(None)]
DAY = r"\d{1,2} [A-Z][a-z]+ \d{4}"


def of(kind: str) -> list[Problem]:
    return [problem for problem in PROBLEMS if problem.kind == kind]


def day_of(text: str) -> date:
    day, month, year = text.split()
    return date(int(year), dates.MONTHS.index(month) + 1, int(day))


def found_in(pattern: str, problem: Problem) -> re.Match[str]:
    match = re.search(pattern, problem.question)
    assert match, (pattern, problem.question)
    return match


def sums_in(text: str) -> list[int]:
    return [int(found.replace(",", "")) for found in re.findall(r"\$([\d,]*\d)", text)]


def subject_of(statement: str) -> str:
    rows = facts("clause")
    for name, row in rows["numbers"].items():
        for key in ("inside", "outside", "statement"):
            if re.fullmatch(re.escape(row[key]).replace(r"\{w\}", r"[\d,]+"), statement):
                return str(name)
    return next(str(name) for name, row in rows["permissions"].items() if row["do"] in statement)


def clauses_of(problem: Problem) -> dict[str, str]:
    """Subject to clause, as the question shows them."""
    rows, found = facts("clause"), {}
    for clause in re.split(r" ?\(\d\) ", problem.question.split(' Statement: "')[0])[1:]:
        numbers = (n for n, row in rows["numbers"].items() if clause.startswith(row["clause"].split("{v}")[0]))
        permitted = (n for n, row in rows["permissions"].items() if row["do"] in clause)
        found[next(numbers, None) or next(permitted)] = clause
    return found
