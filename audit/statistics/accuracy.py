"""The share of right answers among checked responses, with its uncertainty, and how often each label is said."""

from collections.abc import Sequence
from typing import Any

from chartered.audit.statistics.proportions import wilson
from chartered.common.uncertainty import standard_error
from chartered.domains.contract import Check


def accuracy(checks: Sequence[Check]) -> dict[str, Any]:
    """Share of right answers with its standard error (None for one sample) and 95 % Wilson interval.

    A verifier's time-out or error says nothing of the model: such checks are left out of n.
    """
    judged = [check for check in checks if not check.failed]
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


def label_scores(given: Sequence[str], true: Sequence[str]) -> dict[str, Any]:
    """Precision, recall and F1 of each label, their means over labels, and how often each is said and is right.

    A model that always says the commonest label has a good accuracy and a poor `macro_f1`; `said` beside `true` shows
    it. What is undefined (the precision of a label that is never said) is None and counts 0 in `macro_f1`, as in
    scikit-learn with `zero_division=0`. Labels are the true ones; another one that is said is wrong.
    """
    pairs = list(zip(given, true, strict=True))
    labels = {label: _of_label(label, pairs) for label in sorted(set(true))}
    recalls = [scores["recall"] for scores in labels.values()]
    return {
        "n": len(pairs),
        "labels": labels,
        "macro_f1": sum(scores["f1"] for scores in labels.values()) / len(labels) if labels else None,
        "balanced_accuracy": sum(recalls) / len(recalls) if recalls else None,
    }


def _of_label(label: str, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    hit = sum(given == true == label for given, true in pairs)
    given = sum(given == label for given, _ in pairs)
    true = sum(true == label for _, true in pairs)
    return {
        "precision": hit / given if given else None,
        "recall": hit / true,
        "f1": 2 * hit / (given + true),
        "said": given / len(pairs),
        "true": true / len(pairs),
    }
