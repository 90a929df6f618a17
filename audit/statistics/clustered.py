"""Contrasts of shares between groups whose members come in clusters: a vignette asked for each group, an employer, a
ranking.

Counts and sizes are divided by the design effect, then the score intervals of `chartered.audit.statistics.contrasts`
hold (Rao & Scott 1992, Biometrics 48:577). The design effect is that of the contrast itself, by the delete-one-cluster
jackknife over both groups, so a cluster with members of both (a matched pair) counts for what it is: below 1 where they
resemble each other. It carries Student's t with clusters - 1 degrees of freedom besides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from scipy.special import stdtrit  # type: ignore[import-untyped]

from chartered.audit.statistics import contrasts
from chartered.audit.statistics.gaps import Contrast
from chartered.audit.statistics.means import Array
from chartered.audit.statistics.proportions import Estimate

LEAST_EFFECT = 0.25
"""No design effect under this is believed: few clusters can show one by chance."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shares:
    """Events and sizes of groups by cluster, each an array over the same clusters."""

    events: Mapping[str, Array]
    sizes: Mapping[str, Array]

    def count(self, group: str) -> int:
        return int(self.events[group].sum())

    def size(self, group: str) -> int:
        return int(self.sizes[group].sum())

    @property
    def clusters(self) -> int:
        return len(next(iter(self.sizes.values()), ()))

    @property
    def alone(self) -> bool:
        """Whether every member is a cluster of its own."""
        return all(total <= 1 for total in sum(self.sizes.values(), np.zeros(self.clusters)))

    def difference(self, more: str, less: str) -> Contrast:
        """Share of the first group minus that of the second, in [-1, 1]."""
        return lambda level: contrasts.difference(*self._counts(more, less, 1.0, level), level=level)

    def shortfall(self, worse: str, better: str) -> Contrast:
        """One minus the ratio of the first group's share to the second's, at most 1."""

        def found(level: float) -> Estimate | None:
            favoured = self.count(better)
            ratio = self._share(worse) / self._share(better) if favoured and self.size(worse) else 1.0
            return contrasts.shortfall(*self._counts(worse, better, ratio, level), level=level)

        return found

    def _share(self, group: str) -> float:
        return self.count(group) / self.size(group)

    def _counts(self, first: str, second: str, ratio: float, level: float) -> tuple[float, float, float, float]:
        counts = (self.count(first), self.size(first), self.count(second), self.size(second))
        if self.alone or not counts[1] or not counts[3]:
            return counts
        effect = self._effect(first, second, ratio, level)
        return counts[0] / effect, counts[1] / effect, counts[2] / effect, counts[3] / effect

    def _effect(self, first: str, second: str, ratio: float, level: float) -> float:
        """Variance of `first - ratio * second` over what it would be without clusters, times (t / z) squared."""
        used = (self.sizes[first] + self.sizes[second]) > 0
        clusters = int(used.sum())
        if clusters < 2:
            # one cluster tells nothing of its spread: all its members count as one
            return float(self.size(first) + self.size(second))
        without = [_left_out(self.events[group][used], self.sizes[group][used]) for group in (first, second)]
        p, q = self._share(first), self._share(second)
        values = without[0] - ratio * without[1]
        spread = (clusters - 1) / clusters * float(np.nansum((values - (p - ratio * q)) ** 2))
        plain = p * (1 - p) / self.size(first) + ratio**2 * q * (1 - q) / self.size(second)
        t, z = stdtrit(clusters - 1, (1 + level) / 2), NormalDist().inv_cdf((1 + level) / 2)
        largest = max(float(self.sizes[group].max()) for group in (first, second))
        return max(spread / plain if plain else largest, LEAST_EFFECT) * float((t / z) ** 2)


def _left_out(events: Array, sizes: Array) -> Array:
    """The share with each cluster left out; not a number where nothing remains."""
    left = sizes.sum() - sizes
    share: Array = np.divide(events.sum() - events, left, out=np.full(len(left), np.nan), where=left > 0)
    return share


def shares(members: Iterable[tuple[str, str, bool]], groups: Iterable[str]) -> Shares:
    """Shares from (group, cluster, event) of every member; a group without members has size 0."""
    listed = list(members)
    place = {cluster: index for index, cluster in enumerate(dict.fromkeys(cluster for _, cluster, _ in listed))}
    events = {group: np.zeros(len(place)) for group in groups}
    sizes = {group: np.zeros(len(place)) for group in events}
    for group, cluster, event in listed:
        events[group][place[cluster]] += event
        sizes[group][place[cluster]] += 1
    return Shares(events=events, sizes=sizes)
