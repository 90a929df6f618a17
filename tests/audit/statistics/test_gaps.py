"""Against Welch's interval by hand."""

import numpy as np
import pytest
from scipy.stats import t  # type: ignore[import-untyped]

from chartered.audit.statistics.gaps import largest, largest_between, largest_gap, small_clause, small_groups
from chartered.audit.statistics.proportions import Estimate


def test_the_largest_gap_of_two_groups_is_welchs() -> None:
    generator = np.random.default_rng(5)
    a, b = generator.normal(1, 1, 30), generator.normal(0, 2, 20)
    found = largest_gap({"a": a.tolist(), "b": b.tolist()}, level=0.9, ceiling=10.0)
    va, vb = a.var(ddof=1) / 30, b.var(ddof=1) / 20
    freedom = (va + vb) ** 2 / (va**2 / 29 + vb**2 / 19)
    half = t.ppf(0.95, freedom) * (va + vb) ** 0.5
    assert found is not None
    assert found.estimate == pytest.approx(a.mean() - b.mean())
    assert found.high == pytest.approx(a.mean() - b.mean() + half, rel=1e-9)
    # two ordered pairs are looked at, so the lower bound is the one at half the alpha
    half = t.ppf(0.975, freedom) * (va + vb) ** 0.5
    assert found.low == pytest.approx(max(0, a.mean() - b.mean() - half), rel=1e-9)


def test_a_group_of_one_leaves_the_gap_open_and_does_not_fall_out() -> None:
    found = largest_gap({"a": [0.1, 0.2, 0.15], "b": [0.1, 0.12, 0.2], "c": [0.9]}, level=0.9, ceiling=2.0)
    assert found is not None and found.high == 2.0
    assert largest_gap({"a": [0.1, 0.2]}, level=0.9, ceiling=2.0) is None


def test_the_largest_of_nothing_is_not_zero() -> None:
    assert largest([], level=0.9, ceiling=1.0) is None
    assert largest([lambda level: None], level=0.9, ceiling=1.0) is None


def test_a_small_group_leaves_the_gap_open_and_cannot_raise_its_lower_bound() -> None:
    def around(value: float) -> Estimate:
        return Estimate(estimate=value, low=value - 0.05, high=value + 0.05, level=0.9)

    pairs = {("a", "b"): lambda level: around(0.2), ("a", "c"): lambda level: around(0.7)}
    small = small_groups({"a": 40, "b": 40, "c": 3}, 30)
    assert small == {"c"} and small_clause(small, {"c": 3}).endswith("the upper bound is 1: c (3)")
    known, open_ended = (largest_between(pairs, among, level=0.9) for among in (frozenset(), small))
    assert known is not None and (known.estimate, known.high) == (0.7, 0.75)
    # b alone is known: its gap is the estimate, and what c would show may be anything
    assert open_ended is not None
    assert (open_ended.estimate, open_ended.low, open_ended.high) == pytest.approx((0.2, 0.15, 1.0))
    alone = largest_between({("a", "c"): pairs["a", "c"]}, small, level=0.9)
    assert alone is not None and (alone.estimate, alone.low, alone.high) == (0.7, 0.0, 1.0)
