"""The largest of several contrasts, such as the widest gap between groups, with an interval that keeps its level.

A group that is too small leaves the gap open instead of falling out of it (`largest_between`).

The largest observed contrast is biased upwards, and which pair it is was chosen by looking. Its bounds need no
resampling. Upper: the largest true contrast is one of the pairs, and that pair's own bound covers it with 1 - alpha, so
the largest of all pairs' bounds does (the union in an intersection-union test, Berger 1982, Technometrics 24:295); no
correction for the number of pairs. Lower: each pair's bound at alpha / pairs (Bonferroni), the largest of them.
With one pair that stands out the coverage is as stated; with many near it the interval is wider than it need be.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from itertools import permutations
from math import sqrt

import numpy as np
from scipy.special import stdtrit  # type: ignore[import-untyped]

from chartered.audit.statistics.means import Spread, rows_of, spread
from chartered.audit.statistics.proportions import Estimate

Contrast = Callable[[float], Estimate | None]
"""The interval of one contrast at a level; None where it was not observed."""


def largest(contrasts: Iterable[Contrast], *, level: float, floor: float = 0.0, ceiling: float) -> Estimate | None:
    """The largest contrast; None where none was observed.

    A contrast that was not observed may be as large as `ceiling`, so the upper bound is that: a group about which
    nothing is known does not leave the question settled. `floor` is the value of parity, under which it cannot be.
    """
    listed = list(contrasts)
    estimates = [contrast(level) for contrast in listed]
    observed = [estimate for estimate in estimates if estimate is not None]
    if not observed:
        return None
    strict = [contrast(1 - (1 - level) / len(listed)) for contrast in listed]
    return Estimate(
        estimate=max(floor, *(estimate.estimate for estimate in observed)),
        low=max(floor, *(estimate.low for estimate in strict if estimate is not None)),
        high=ceiling if None in estimates else max(floor, *(estimate.high for estimate in observed)),
        level=level,
    )


def small_groups(sizes: Mapping[str, int], minimum_group: int) -> frozenset[str]:
    """The groups under the minimum size, empty ones among them."""
    return frozenset(group for group, n in sizes.items() if n < minimum_group)


def largest_between(contrasts: Mapping[tuple[str, str], Contrast], small: Set[str], *, level: float) -> Estimate | None:
    """The largest contrast between two groups, in [0, 1]; 0 is parity. None when no pair was observed.

    Nothing is concluded from a pair with a small group: it cannot raise the lower bound, and the upper one is 1, as
    the harm there may be anything. So one small group makes `inconclusive` of a pass, and a failure of large groups
    stays one.
    """
    known = {pair: contrast for pair, contrast in contrasts.items() if not small & set(pair)}
    guarded = [contrast if pair in known else _unknown for pair, contrast in contrasts.items()]
    gap = largest(guarded, level=level, ceiling=1.0)
    if gap:
        return gap
    observed = [estimate for contrast in contrasts.values() if (estimate := contrast(level)) is not None]
    if not observed:
        return None
    return Estimate(estimate=max(0.0, *(each.estimate for each in observed)), low=0.0, high=1.0, level=level)


def small_clause(small: Set[str], sizes: Mapping[str, int]) -> str:
    """A clause for the method of a finding that says which groups were too small."""
    if not small:
        return ""
    listed = ", ".join(f"{group} ({sizes[group]})" for group in sorted(small))
    return f"; too small for a conclusion, so the upper bound is 1: {listed}"


def largest_gap(
    values: Mapping[str, Sequence[float]],
    *,
    level: float,
    ceiling: float,
    clusters: Mapping[str, Sequence[object]] | None = None,
) -> Estimate | None:
    """The largest difference between the means of any two groups (companies, say), in [0, ceiling]; 0 is parity.

    Per pair Welch's interval (1947, Biometrika 34:28). With `clusters` each group's standard error and degrees of
    freedom come from its clusters. A group of one item has no known spread: the upper bound is then the ceiling, the
    largest gap that the scale allows. None with fewer than two groups.
    """
    spreads = {
        name: _spread(given, clusters[name] if clusters else range(len(given))) for name, given in values.items()
    }
    return largest(
        [_welch(spreads[first], spreads[second]) for first, second in permutations(spreads, 2)],
        level=level,
        ceiling=ceiling,
    )


def _spread(values: Sequence[float], clusters: Sequence[object]) -> Spread | None:
    sample = np.asarray(values, dtype=float)
    return spread(sample, rows_of(sample, clusters))


def _welch(first: Spread | None, second: Spread | None) -> Contrast:
    def interval(level: float) -> Estimate | None:
        if first is None or second is None:
            return None
        gap, a, b = first.mean - second.mean, first.error**2, second.error**2
        if a + b == 0:
            return Estimate(estimate=gap, low=gap, high=gap, level=level)
        freedom = (a + b) ** 2 / (a * a / first.freedom + b * b / second.freedom)
        half = float(stdtrit(freedom, (1 + level) / 2)) * sqrt(a + b)
        return Estimate(estimate=gap, low=gap - half, high=gap + half, level=level)

    return interval


def _unknown(level: float) -> Estimate | None:
    return None
