"""A check of the stretch of a response that answers it, for verifiers that read nothing else."""

from collections.abc import Callable
from dataclasses import replace

from chartered.domains.contract import Check
from chartered.domains.verifiers.reading.response import NO_ANSWER, read_answer


def answered(response: str, compare: Callable[[str], Check]) -> Check:
    """What `compare` says of the answer, and where it was read; `no_answer` where there is none."""
    stretch = read_answer(response)
    if stretch is None:
        return Check(status="no_answer", score=0.0, reason=NO_ANSWER)
    check = compare(stretch.text)
    if check.answer is None:
        return check
    return replace(check, reason=f"{check.reason}; {stretch.where}" if check.reason else stretch.where)
