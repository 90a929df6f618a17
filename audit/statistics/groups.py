"""Rates in each group: of selection, of right answers and of errors, for the tables beside a finding.

Rates come from fairlearn's `MetricFrame`. A rate without a case to count (no negatives, say) is None: fairlearn's own
metrics give 0 there. A group under the minimum size is shown and marked; none is dropped. How far groups lie apart is
measured in `chartered.audit.statistics.group_gaps`.

With clusters (vignettes, companies) a share gets the effective sample size of Korn & Graubard (1998, Surv Methodol
24:193): n over the design effect, and over (t / z)^2 for the few degrees of freedom.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit  # type: ignore[import-untyped]

from chartered.audit.statistics.means import rows_of, spread
from chartered.audit.statistics.proportions import normal_quantile, wilson
from chartered.audit.verdict import GroupResult, Interval

TABLE_LEVEL = 0.95
"""Coverage of the intervals in group tables, which decide nothing."""
METRICS = ("selection_rate", "accuracy", "false_positive_rate", "false_negative_rate")
"""All but the first need the truth."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decisions:
    """One decision per row, and who it was about."""

    chosen: Sequence[bool]
    """Whether the favourable outcome was given."""
    groups: Sequence[object]
    """The group of each row; what is not text counts as what it reads as."""
    truth: Sequence[bool] | None = None
    """Whether it was due; None where that is not known."""
    clusters: Sequence[object] | None = None
    """What rows share (vignette, company); None where they are independent."""

    def __post_init__(self) -> None:
        """Raises ValueError where a column is shorter or longer than the decisions."""
        columns = {"groups": self.groups, "truth": self.truth, "clusters": self.clusters}
        for name, column in columns.items():
            if column is not None and len(column) != len(self.chosen):
                raise ValueError(f"{name!r} has {len(column)} rows and there are {len(self.chosen)} decisions")


def rate(attribute: str, group: str, metric: str, count: int, n: int, *, minimum_group: int) -> GroupResult:
    """A share in a group, for its table; None where the group is empty."""
    estimate = wilson(count, n, level=TABLE_LEVEL)
    return GroupResult(
        attribute=attribute,
        group=group,
        metric=metric,
        n=n,
        rate=estimate.estimate if estimate else None,
        interval=Interval(low=estimate.low, high=estimate.high, level=estimate.level) if estimate else None,
        small=n < minimum_group,
    )


def group_table(attribute: str, decisions: Decisions, *, minimum_group: int) -> tuple[GroupResult, ...]:
    """Selection rate by group, and accuracy and error rates where the truth is known, in alphabetical order.

    `n` of a row is the number of cases that its rate is taken over, such as the negatives of a false positive rate.
    """
    metrics = METRICS if decisions.truth is not None else METRICS[:1]
    return tuple(row for metric in metrics for row in _rows(attribute, metric, decisions, minimum_group))


def _rows(attribute: str, metric: str, decisions: Decisions, minimum_group: int) -> Iterator[GroupResult]:
    # here, since it brings pandas and scikit-learn
    from fairlearn.metrics import MetricFrame  # type: ignore[import-untyped]

    if not len(decisions.chosen):
        return
    chosen = np.asarray(decisions.chosen, dtype=bool)
    truth = chosen if decisions.truth is None else np.asarray(decisions.truth, dtype=bool)
    counted, happened = _cases(chosen, truth)[metric]
    names = [str(group) for group in decisions.groups]
    number = {name: place for place, name in enumerate(sorted(set(names)))}
    # numbers in a list: MetricFrame takes no array of one row, and drops rows whose label is missing
    numbers = [number[name] for name in names]
    frame = MetricFrame(
        metrics=_measured(metric), y_true=truth.astype(int), y_pred=chosen.astype(int), sensitive_features=numbers
    )
    for group, (name, share) in enumerate(zip(number, frame.by_group, strict=True)):
        rows = np.flatnonzero((np.asarray(numbers) == group) & counted)
        worth = _worth(decisions, rows, happened)
        estimate = wilson(float(share) * worth, worth, level=TABLE_LEVEL) if len(rows) else None
        yield GroupResult(
            attribute=attribute,
            group=name,
            metric=metric,
            n=len(rows),
            rate=float(share) if len(rows) else None,
            interval=Interval(low=estimate.low, high=estimate.high, level=TABLE_LEVEL) if estimate else None,
            small=len(rows) < minimum_group,
        )


def _cases(
    chosen: NDArray[np.bool_], truth: NDArray[np.bool_]
) -> dict[str, tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Which rows each rate is taken over, and in which its event happened."""
    everyone = np.ones(len(chosen), dtype=bool)
    return {
        "selection_rate": (everyone, chosen),
        "accuracy": (everyone, chosen == truth),
        "false_positive_rate": (~truth, chosen),
        "false_negative_rate": (truth, ~chosen),
    }


def _measured(metric: str) -> Callable[[Any, Any], float]:
    """The metric as fairlearn defines it, but undefined rather than 0 where it has no case to count."""
    from fairlearn.metrics import false_negative_rate, false_positive_rate, selection_rate

    def accuracy(y_true: Any, y_pred: Any) -> float:
        return float(np.mean(y_true == y_pred))

    measure, over = {
        "selection_rate": (selection_rate, (0, 1)),
        "accuracy": (accuracy, (0, 1)),
        "false_positive_rate": (false_positive_rate, (0,)),
        "false_negative_rate": (false_negative_rate, (1,)),
    }[metric]
    return lambda y_true, y_pred: float(measure(y_true, y_pred)) if np.isin(y_true, over).any() else float("nan")


def _worth(decisions: Decisions, rows: NDArray[np.intp], happened: NDArray[np.bool_]) -> float:
    """Effective number of the rows: fewer than there are where those of a cluster are alike."""
    if decisions.clusters is None or not len(rows):
        return float(len(rows))
    events = happened[rows].astype(float)
    of_clusters = rows_of(events, [decisions.clusters[row] for row in rows])
    if len(of_clusters) == len(rows):
        return float(len(rows))  # one row of each cluster: independent
    share, variation = float(events.mean()), spread(events, of_clusters)
    if variation is None or variation.error == 0:  # all alike: each cluster tells one thing
        return float(len(of_clusters)) if variation else 0.0
    stretch = normal_quantile(TABLE_LEVEL) / float(stdtrit(variation.freedom, (1 + TABLE_LEVEL) / 2))
    return min(float(len(rows)), share * (1 - share) / variation.error**2 * stretch**2)
