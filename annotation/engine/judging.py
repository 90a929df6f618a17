"""From the verifier's finding to what becomes of a response: the one place where a trace is kept or left out."""

from chartered.annotation.summary import Fate
from chartered.domains.contract import Check, Domain, Problem

_FATES: dict[str, Fate] = {
    "correct": "kept",
    "wrong": "wrong",
    "no_answer": "no_answer",
    "timeout": "unchecked",
    "error": "unchecked",
}


def judge(domain: Domain, problem: Problem, response: str) -> tuple[Fate, Check]:
    """What becomes of a response, and the verifier's finding that decided it."""
    check = domain.verify(problem, response)
    return _FATES[check.status], check
