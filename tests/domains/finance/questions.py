"""The problems of the finance domain, and what their words say: figures by pattern, tables back from their text."""

import re
from decimal import Decimal
from fractions import Fraction

from chartered.domains import Problem
from chartered.domains.contract import Domain
from chartered.domains.finance import domain

FINANCE: Domain = domain
GENERATED = ("table", "reading", "ratio", "interest", "bond", "sentiment")
FIGURES = ("table", "ratio", "interest", "bond")
PROBLEMS = [problem for name in GENERATED for problem in FINANCE.problem_set(name).load(None)]
NUMBER = r"-?\d+(?:\.\d+)?"


def of(kind: str) -> list[Problem]:
    return [problem for problem in PROBLEMS if problem.kind == kind]


def found_in(pattern: str, problem: Problem) -> tuple[Decimal, ...] | None:
    """The numbers that a pattern takes from a question, where N stands for one."""
    match = re.search(pattern.replace("N", rf"\(?({NUMBER})\)?"), problem.question.replace(",", ""))
    return tuple(Decimal(each) for each in match.groups()) if match else None


def amount(cell: str) -> int:
    digits = int(cell.strip("()").replace(",", ""))
    return -digits if cell.startswith("(") else digits


def read(problem: Problem) -> tuple[str, list[int], dict[str, list[int]], str]:
    """Scale, years and lines of the table, and the question after it."""
    *told, asked = problem.question.splitlines()
    head, *rows = [line.split(" | ") for line in told if " | " in line]
    lines = {name.lower(): [amount(cell) for cell in cells] for name, *cells in rows}
    note = "Amounts in parentheses are negative." in told
    assert note == any(value < 0 for values in lines.values() for value in values)
    return head[0].split()[-1], [int(year) for year in head[1:]], lines, asked


def tabled(problem: Problem) -> tuple[str, Fraction, tuple[int, ...]]:
    """What is asked of a table, the result in the unit that is asked for, and the figures that it is made of."""
    scale, years, lines, asked = read(problem)
    if match := re.fullmatch(r"By how much did (.*) (?:change|move) from (\d+) to (\d+)\? .*", asked):
        before, after = (lines[match[1]][years.index(int(match[i]))] for i in (2, 3))
        return "change", Fraction(after - before), (before, after)
    if match := re.fullmatch(r"What do (.*) and (.*) add up to in (\d+)\?", asked):
        found = [lines[match[i]][years.index(int(match[3]))] for i in (1, 2)]
        return "sum", Fraction(sum(found)), tuple(found)
    if match := re.fullmatch(r"What is the average of (.*) over the three years\?", asked):
        return "average", Fraction(sum(lines[match[1]]), len(years)), tuple(lines[match[1]])
    if match := re.fullmatch(r"Add up all lines of (\d+)\. What is the total in [A-Z]{3} (\w+)\? .*", asked):
        found = [line[years.index(int(match[1]))] for line in lines.values()]
        return f"total in {match[2]}", _scaled(sum(found), scale, match[2]), tuple(found)
    match = re.fullmatch(r"What is (.*) in (\d+), in [A-Z]{3} (\w+)\? Do not round\.", asked)
    assert match, asked
    value = lines[match[1]][years.index(int(match[2]))]
    return f"in {match[3]}", _scaled(value, scale, match[3]), (value,)


def _scaled(value: int, scale: str, other: str) -> Fraction:
    zeros = {"thousand": 3, "million": 6}
    assert scale != other
    return Fraction(value) * Fraction(10) ** (zeros[scale] - zeros[other])
