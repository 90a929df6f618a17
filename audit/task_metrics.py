"""Task metrics as modules of Hugging Face `evaluate`, for trainers and notebooks that speak its interface.

`evaluate.load("accuracy")` fetches code from a hub and runs it. These are classes of this package, need no network, and
give intervals beside the shares. Importing this module imports `evaluate`, which takes seconds; nothing else here does.

    metric = VerifiedAccuracy(domain, problems)
    metric.compute(predictions=responses, references=[problem.id for problem in problems])
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import evaluate  # type: ignore[import-untyped]
from datasets import Features, Value

from chartered.audit.accuracy import accuracy
from chartered.domains.contract import Domain, Problem
from chartered.domains.errors import DataError

_TEXTS = Features({"predictions": Value("string"), "references": Value("string")})


class VerifiedAccuracy(evaluate.Metric):  # type: ignore[misc]
    """Accuracy by the domain's verifier: `predictions` are responses, `references` the ids of their problems.

    Gives `accuracy` in [0, 1], `standard_error`, `low` and `high` (95 %, Wilson), `n`, `correct`, and `statuses`.
    """

    def __init__(self, domain: Domain, problems: Sequence[Problem], **kwargs: Any) -> None:
        self.domain = domain
        self.problems = {problem.id: problem for problem in problems}
        super().__init__(keep_in_memory=True, **kwargs)

    def _info(self) -> evaluate.MetricInfo:
        return _info("Share of responses that the domain's verifier finds right.")

    def _compute(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, Any]:
        unknown = next((given for given in references if given not in self.problems), None)
        if unknown is not None:
            raise DataError(f"the reference {unknown!r} is the id of none of the {len(self.problems)} problems given.")
        checks = [
            self.domain.verify(self.problems[given], response)
            for given, response in zip(references, predictions, strict=True)
        ]
        return {**accuracy(checks), "statuses": dict(Counter(check.status for check in checks))}


class LabelScores(evaluate.Metric):  # type: ignore[misc]
    """Precision, recall and F1 of each label, their means over labels, and how often each label is said and is right.

    A model that always says the commonest label has a good accuracy and a poor `macro_f1`; `said` beside `true` shows
    it. What is undefined (the precision of a label that is never said) is None and counts 0 in `macro_f1`, as in
    scikit-learn with `zero_division=0`. Labels are those of the references; a prediction of another one is wrong.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(keep_in_memory=True, **kwargs)

    def _info(self) -> evaluate.MetricInfo:
        return _info("Precision, recall and F1 by label.")

    def _compute(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, Any]:
        pairs = list(zip(predictions, references, strict=True))
        labels = {label: _of_label(label, pairs) for label in sorted(set(references))}
        recalls = [found["recall"] for found in labels.values()]
        return {
            "n": len(pairs),
            "labels": labels,
            "macro_f1": sum(found["f1"] for found in labels.values()) / len(labels) if labels else None,
            "balanced_accuracy": sum(recalls) / len(recalls) if recalls else None,
        }


def _of_label(label: str, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
    hit = sum(said == true == label for said, true in pairs)
    said = sum(said == label for said, _ in pairs)
    true = sum(true == label for _, true in pairs)
    return {
        "precision": hit / said if said else None,
        "recall": hit / true,
        "f1": 2 * hit / (said + true),
        "said": said / len(pairs),
        "true": true / len(pairs),
    }


def _info(description: str) -> evaluate.MetricInfo:
    return evaluate.MetricInfo(description=description, citation="", features=_TEXTS)
