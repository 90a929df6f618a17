"""What is the domain's own to check: a Python value as an answer, and the form of programs and answers."""

import ast

from chartered.domains.contract import Check, Problem
from chartered.domains.prompts import final_answer
from chartered.domains.rewards import format as answered

_MOST = 10_000  # characters of an answer


def value(problem: Problem, response: str) -> Check:
    """Compare the value on the answer line with the right one: `['a',1]` is `["a", 1]`, 1 is neither 1.0 nor True."""
    line = final_answer(response)
    if line is None or not line.strip():
        return Check(status="no_answer", score=0.0, reason="no answer line")
    given = line.strip().strip("`").strip()
    right = _same(given, problem.answer)
    return Check(status="correct" if right else "wrong", score=float(right), answer=given[:_MOST])


def form(problem: Problem, response: str, check: Check) -> float | None:
    """1 for exactly one block of Python where a program is asked for, else for one answer line at the end; else 0."""
    if problem.tests is None:
        return answered(problem, response, check)
    return float(response.count("```python\n") == 1 and response.count("```") == 2 and bool(check.answer))


def _same(given: str, right: str) -> bool:
    try:
        return len(given) <= _MOST and repr(ast.literal_eval(given)) == repr(ast.literal_eval(right))
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return False
