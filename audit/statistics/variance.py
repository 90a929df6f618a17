"""How much of a score is due to its cluster: share of variance, and slope on a property of the cluster."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import fdtri, stdtrit  # type: ignore[import-untyped]

from chartered.audit.statistics.means import Array, clustered, rows_of
from chartered.audit.statistics.proportions import Estimate


def slope(outcome: ArrayLike, predictor: ArrayLike, clusters: Sequence[object], *, level: float) -> Estimate | None:
    """Least-squares slope of the outcome on a property of the cluster (score shift on log market capitalisation).

    Delete-one-cluster jackknife (CR3) with t(G - 2). None with fewer than three clusters, or where the property does
    not differ, also when any one cluster is left out.

    Raises:
        ValueError: a value is not finite, the lengths differ, or the level is not in (0, 1).
    """
    return clustered(np.column_stack([outcome, predictor]), clusters, _slope, level=level, lost=2)


def _slope(rows: Array) -> float:
    away = rows[:, 1] - rows[:, 1].mean()
    spread = float(away @ away)
    return float(away @ rows[:, 0]) / spread if spread > 0 else float("nan")


def variance_share(values: ArrayLike, clusters: Sequence[object], *, level: float) -> Estimate | None:
    """Share of the variance of items that lies between clusters (intraclass correlation), in [0, 1]; 0 is parity.

    One-way random effects. Interval: delete-one-cluster jackknife of the logarithm of the ratio of mean squares with
    t(G - 1) (Arvesen & Schmitz 1970, Biometrics 26:677); the upper bound is not under that of the F statistic with the
    harmonic mean size (Thomas & Hultquist 1978, Ann Stat 6:582). Both are too short when the clusters' effects are
    strongly skewed (`docs/calibration.md`): report it then, and do not require it. None with fewer than three clusters,
    no spread inside clusters, or none between them.

    Raises:
        ValueError: a value is not finite, a value lacks a cluster, or the level is not in (0, 1).
    """
    if not 0 < level < 1:
        raise ValueError(f"the level must be in (0, 1), not {level}")
    sample = np.asarray(values, dtype=float)
    if not np.isfinite(sample).all():
        raise ValueError("a value is not a finite number; leave it out and count it as dropped")
    parts = _Parts.of(sample, rows_of(sample, clusters))
    count = len(parts.sizes)
    if count < 3:
        return None
    observed = parts.log_ratio()
    without = np.array([parts.without(each).log_ratio() for each in range(count)])
    if not np.isfinite([observed, *without]).all():
        return None
    pseudo = count * observed - (count - 1) * without
    half = float(stdtrit(count - 1, (1 + level) / 2) * pseudo.std(ddof=1)) / sqrt(count)
    centre, size = float(pseudo.mean()), parts.size
    by_f = observed - log(float(fdtri(count - 1, parts.freedom, (1 - level) / 2)))
    return Estimate(
        estimate=_share(observed, size),
        low=min(_share(centre - half, size), _share(observed, size)),
        high=_share(max(centre + half, by_f), size),
        level=level,
    )


def _share(log_ratio: float, size: float) -> float:
    """The share that a ratio of mean squares stands for; negative ones are none at all."""
    above = exp(log_ratio) - 1
    return max(0.0, above / (above + size))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Parts:
    """Size, mean and sum of squares around it of each cluster."""

    sizes: Array
    means: Array
    squares: Array

    @classmethod
    def of(cls, sample: Array, rows: Sequence[NDArray[np.intp]]) -> "_Parts":
        groups = [sample[each] for each in rows]
        return cls(
            sizes=np.array([float(len(group)) for group in groups]),
            means=np.array([group.mean() for group in groups]),
            squares=np.array([((group - group.mean()) ** 2).sum() for group in groups]),
        )

    def without(self, cluster: int) -> "_Parts":
        return _Parts(
            sizes=np.delete(self.sizes, cluster),
            means=np.delete(self.means, cluster),
            squares=np.delete(self.squares, cluster),
        )

    @property
    def size(self) -> float:
        """Harmonic mean size of clusters."""
        return float(len(self.sizes) / (1 / self.sizes).sum())

    @property
    def freedom(self) -> float:
        return float(self.sizes.sum()) - len(self.sizes)

    def log_ratio(self) -> float:
        """Logarithm of the mean square between over that within; not finite where either is 0."""
        between, within = self.size * float(self.means.var(ddof=1)), float(self.squares.sum())
        return log(between * self.freedom / within) if between > 0 and within > 0 else float("nan")
