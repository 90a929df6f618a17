"""The share of right answers among checked responses, with its uncertainty."""

from collections.abc import Sequence
from typing import Any

from chartered.audit.statistics import wilson
from chartered.domains.contract import Check
from chartered.domains.shares import standard_error


def accuracy(checks: Sequence[Check]) -> dict[str, Any]:
    """Share of right answers with its standard error (None for one sample) and 95 % Wilson interval.

    A verifier's time-out or error says nothing of the model: such checks are left out of n.
    """
    judged = [check for check in checks if check.status not in ("timeout", "error")]
    n, correct = len(judged), sum(check.status == "correct" for check in judged)
    interval = wilson(correct, n, level=0.95)
    return {
        "n": n,
        "correct": correct,
        "accuracy": correct / n if n else None,
        "standard_error": standard_error(correct, n),
        "low": interval.low if interval else None,
        "high": interval.high if interval else None,
    }
