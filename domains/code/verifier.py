"""A Python value as an answer: equal as values of one type, however it is written."""

import ast

from chartered.domains.contract import Check, Problem
from chartered.domains.prompts import final_answer

_MOST = 10_000  # characters of an answer


def value(problem: Problem, response: str) -> Check:
    """Compare the value on the answer line with the right one: `['a',1]` is `["a", 1]`, 1 is neither 1.0 nor True."""
    line = final_answer(response)
    if line is None or not line.strip():
        return Check(status="no_answer", score=0.0, reason="no answer line")
    said = line.strip().strip("`").strip()
    right = _same(said, problem.answer)
    return Check(status="correct" if right else "wrong", score=float(right), answer=said[:_MOST])


def _same(said: str, right: str) -> bool:
    try:
        return len(said) <= _MOST and repr(ast.literal_eval(said)) == repr(ast.literal_eval(right))
    except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
        return False
