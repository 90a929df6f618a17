"""Intervals for means and other statistics of a sample, items independent or in clusters that are resampled whole.

Which to take (coverage of each in `docs/calibration.md`):

- a mean of independent items: `mean`;
- a mean of items in clusters (companies, vignettes): `clustered_mean`, which keeps its level down to 10 clusters, where
  percentile and BCa cluster bootstraps are too short;
- any smooth statistic of clusters: `clustered`.

A mean absolute shift above the duplicate's is a mean of `abs(shift) - abs(duplicate's shift)` by item: one of the means
above. Share of variance and slope: `chartered.audit.statistics.variance`. Largest gap:
`chartered.audit.statistics.gaps`. With fewer than two items (or clusters) nothing is known of the spread and the
answer is None.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit  # type: ignore[import-untyped]

from chartered.audit.statistics.proportions import Estimate

RESAMPLES = 2000
"""Bootstrap samples: the error that they add to a 95 % bound is a twentieth of its standard error."""

Array = NDArray[np.float64]
Statistic = Callable[[Array], float]
"""A number computed from a sample: values, or rows where the sample is a table."""


def mean(values: ArrayLike, *, level: float, rng: np.random.Generator, resamples: int = RESAMPLES) -> Estimate | None:
    """Interval of a mean of independent values: the studentised bootstrap (Efron & Tibshirani 1993, section 12.5).

    The values are harms, and both bounds are guarded: each is the farther one of Student's and the bootstrap's,
    stretched by 1 + 5 / n. Student's alone is too near for skewed values (9 to 13 % instead of 5 % fall short of the
    truth at n = 50), the bootstrap's for heavy tails; the factor was found by simulation, without it 6 % fall short for
    exponential values. None with fewer than two values. Values all alike give an interval of no width:
    it says nothing of what the sample did not show, so count events with `chartered.audit.statistics.proportions`.

    Raises:
        ValueError: a value is not finite, or the level is not in (0, 1).
    """
    sample = _sample(values, level)
    n = len(sample)
    if n < 2:
        return None
    centre, error = float(sample.mean()), float(sample.std(ddof=1)) / sqrt(n)
    drawn = sample[rng.integers(n, size=(resamples, n))]
    below, above = _studentised(drawn.mean(axis=1) - centre, drawn.std(axis=1, ddof=1) / sqrt(n), level)
    student, stretch = float(stdtrit(n - 1, (1 + level) / 2)), 1 + 5 / n
    down, up = (max(student, away * stretch) * error for away in (above, below))
    return Estimate(estimate=centre, low=centre - down, high=centre + up, level=level)


def clustered_mean(
    values: ArrayLike,
    clusters: Sequence[object],
    *,
    level: float,
    rng: np.random.Generator | None = None,
    resamples: int = RESAMPLES,
) -> Estimate | None:
    """Interval of the mean over items that come in clusters; every item counts the same.

    t with the delete-one-cluster jackknife error (CR3; Cameron & Miller 2015, J Hum Resour 50:317, section VI) and
    Satterthwaite's degrees of freedom. With `rng` both bounds are guarded: neither is nearer than that of the
    studentised bootstrap that resamples clusters whole, which follows skewness. Pass it for whatever a policy may
    require. None with fewer than two clusters.

    Raises:
        ValueError: a value is not finite, a value lacks a cluster, or the level is not in (0, 1).
    """
    sample = _sample(values, level)
    rows = rows_of(sample, clusters)
    variation = spread(sample, rows)
    if variation is None:
        return None
    reach = float(stdtrit(variation.freedom, (1 + level) / 2))
    below = above = reach
    if rng is not None:
        sums, sizes = np.array([sample[each].sum() for each in rows]), np.array([float(len(each)) for each in rows])
        drawn = rng.integers(len(rows), size=(resamples, len(rows)))
        means, errors = _jackknifed(sums[drawn], sizes[drawn])
        below, above = _studentised(means - variation.mean, errors, level)
    down, up = (max(reach, away) * variation.error for away in (above, below))
    return Estimate(estimate=variation.mean, low=variation.mean - down, high=variation.mean + up, level=level)


@dataclass(frozen=True, kw_only=True, slots=True)
class Spread:
    """A mean over clusters, its standard error and the degrees of freedom of that."""

    mean: float
    error: float
    freedom: float


def spread(sample: Array, rows: Sequence[NDArray[np.intp]]) -> Spread | None:
    """Mean over the items, jackknife error by cluster and Satterthwaite's degrees of freedom; None with one cluster.

    The clusters' shares in the variance are taken from the analysis of variance between and within clusters, so that a
    few large clusters count as few (G - 1 for clusters of one size).
    """
    if len(rows) < 2:
        return None
    sizes = np.array([float(len(each)) for each in rows])
    means = np.array([sample[each].mean() for each in rows])
    average, error = _jackknifed(means * sizes, sizes)
    within = len(sample) - len(rows)
    inside = sum(float(((sample[each] - sample[each].mean()) ** 2).sum()) for each in rows) / max(within, 1)
    between = max(0.0, float(means.var(ddof=1)) - inside * float((1 / sizes).mean()))
    shares = sizes**2 * (between + inside / sizes)
    if not shares.any():
        shares = sizes
    freedom = max(1.0, float(shares.sum() ** 2 / (shares**2).sum()) - 1)
    return Spread(mean=float(average), error=float(error), freedom=freedom)


def clustered(
    values: ArrayLike, clusters: Sequence[object], statistic: Statistic, *, level: float, lost: int = 1
) -> Estimate | None:
    """Interval of a smooth statistic of items in clusters: delete-one-cluster jackknife with t(G - lost).

    `values` holds one item per row; `lost` is the number of quantities estimated at the level of clusters (1 for a
    mean or a ratio, 2 for a slope). None with no degree of freedom left, or where the statistic is not finite on all
    clusters or without one of them.

    Raises:
        ValueError: a value is not finite, a value lacks a cluster, or the level is not in (0, 1).
    """
    sample = _sample(values, level)
    rows = rows_of(sample, clusters)
    if len(rows) <= lost:
        return None
    centre, without = statistic(sample), _without(rows, sample, statistic)
    if not np.isfinite([centre, *without]).all():
        return None
    count = len(rows)
    # around the statistic itself, which is never less than around the jackknife's mean
    error = np.sqrt((count - 1) / count * np.sum((without - centre) ** 2))
    half = float(stdtrit(count - lost, (1 + level) / 2) * error)
    return Estimate(estimate=centre, low=centre - half, high=centre + half, level=level)


def _without(rows: list[NDArray[np.intp]], sample: Array, statistic: Statistic) -> Array:
    """The statistic with each cluster left out."""
    estimates = []
    for left_out in rows:
        kept = np.ones(len(sample), dtype=bool)
        kept[left_out] = False
        estimates.append(statistic(sample[kept]))
    return np.array(estimates, dtype=float)


def rows_of(sample: Array, clusters: Sequence[object]) -> list[NDArray[np.intp]]:
    """The rows of each cluster, in the order in which clusters appear."""
    if len(clusters) != len(sample):
        raise ValueError(f"{len(sample)} values and {len(clusters)} clusters; each value needs one")
    by_cluster: dict[object, list[int]] = {}
    for row, cluster in enumerate(clusters):
        by_cluster.setdefault(cluster, []).append(row)
    return [np.array(rows) for rows in by_cluster.values()]


def _sample(values: ArrayLike, level: float) -> Array:
    if not 0 < level < 1:
        raise ValueError(f"the level must be in (0, 1), not {level}")
    sample = np.asarray(values, dtype=float)
    if not np.isfinite(sample).all():
        raise ValueError("a value is not a finite number; leave it out and count it as dropped")
    return sample


def _jackknifed(sums: Array, sizes: Array) -> tuple[Array, Array]:
    """Mean and its delete-one-cluster error from the clusters' sums and sizes, along the last axis."""
    total, count = sizes.sum(axis=-1), sums.shape[-1]
    average = sums.sum(axis=-1) / total
    shifts = (sums - average[..., None] * sizes) / (total[..., None] - sizes)
    return average, np.sqrt((count - 1) / count * (shifts**2).sum(axis=-1))


def _studentised(away: Array, errors: Array, level: float) -> tuple[float, float]:
    """How many standard errors the truth may lie above and below the estimate; draws without spread say nothing."""
    kept = errors > 0
    if not kept.any():
        return 0.0, 0.0
    low, high = np.quantile(away[kept] / errors[kept], [(1 - level) / 2, (1 + level) / 2])
    return -float(low), float(high)
