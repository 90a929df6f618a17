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

from chartered.audit.statistics.accuracy import accuracy, label_scores
from chartered.common.errors import DataError
from chartered.domains.contract import Domain, Problem

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
        items = [(self.problems[given], response) for given, response in zip(references, predictions, strict=True)]
        checks = self.domain.check(items)
        return {**accuracy(checks), "statuses": dict(Counter(check.status for check in checks))}


class LabelScores(evaluate.Metric):  # type: ignore[misc]
    """`chartered.audit.statistics.accuracy.label_scores`: what is said beside what is right, label by label."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(keep_in_memory=True, **kwargs)

    def _info(self) -> evaluate.MetricInfo:
        return _info("Precision, recall and F1 by label.")

    def _compute(self, predictions: Sequence[str], references: Sequence[str]) -> dict[str, Any]:
        return label_scores(predictions, references)


def _info(description: str) -> evaluate.MetricInfo:
    return evaluate.MetricInfo(description=description, citation="", features=_TEXTS)
