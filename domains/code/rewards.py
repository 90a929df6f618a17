"""The domain's own reward for form: what a response must look like differs between programs and answers."""

from chartered.domains.contract import Check, Problem
from chartered.domains.rewards import format as answered


def form(problem: Problem, response: str, check: Check) -> float | None:
    """1 for exactly one block of Python where a program is asked for, else for one answer line at the end; else 0."""
    if problem.tests is None:
        return answered(problem, response, check)
    return float(response.count("```python\n") == 1 and response.count("```") == 2 and bool(check.answer))
