"""The widest contrast between groups, where a group that is too small leaves it open instead of falling out."""

from collections.abc import Mapping, Set

from chartered.audit.statistics.extremes import Contrast, largest
from chartered.audit.statistics.proportions import Estimate

Pair = tuple[str, str]


def small_groups(sizes: Mapping[str, int], minimum_group: int) -> frozenset[str]:
    """The groups under the minimum size, empty ones among them."""
    return frozenset(group for group, n in sizes.items() if n < minimum_group)


def widest(contrasts: Mapping[Pair, Contrast], small: Set[str], *, level: float) -> Estimate | None:
    """The widest contrast between two groups, in [0, 1]; 0 is parity. None when no pair was observed.

    Nothing is concluded from a pair with a small group: it cannot raise the lower bound, and the upper one is 1, as
    the harm there may be anything. So one small group makes `inconclusive` of a pass, and a failure of large groups
    stays one.
    """
    known = {pair: contrast for pair, contrast in contrasts.items() if not small & set(pair)}
    guarded = [contrast if pair in known else _unknown for pair, contrast in contrasts.items()]
    found = largest(guarded, level=level, ceiling=1.0)
    if found:
        return found
    observed = [estimate for contrast in contrasts.values() if (estimate := contrast(level)) is not None]
    if not observed:
        return None
    return Estimate(estimate=max(0.0, *(each.estimate for each in observed)), low=0.0, high=1.0, level=level)


def told_small(small: Set[str], sizes: Mapping[str, int]) -> str:
    """A clause for the method of a finding that says which groups were too small."""
    if not small:
        return ""
    listed = ", ".join(f"{group} ({sizes[group]})" for group in sorted(small))
    return f"; too small for a conclusion, so the upper bound is 1: {listed}"


def _unknown(level: float) -> Estimate | None:
    return None
