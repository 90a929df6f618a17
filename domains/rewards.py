"""Named rewards: functions of (problem, response, check) with a value in [0, 1], or None where they do not apply."""

from chartered.domains.contract import Check, Problem
from chartered.domains.prompts import answer_lines


def correct(problem: Problem, response: str, check: Check) -> float | None:
    """The verifier's score; None after a time-out or an error, which says nothing about the response."""
    return None if check.status in ("timeout", "error") else check.score


def format(problem: Problem, response: str, check: Check) -> float | None:
    """1 if the response has exactly one answer line, which says something and stands last; else 0."""
    last = next((line for line in reversed(response.splitlines()) if line.strip()), "")
    return float(len(answer_lines(response)) == 1 and answer_lines(last) not in ([], [""]))
