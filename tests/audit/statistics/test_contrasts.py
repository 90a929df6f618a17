"""Bounds against statsmodels, a direct maximisation and the enumeration of every outcome."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]
from scipy.stats import binom  # type: ignore[import-untyped]
from statsmodels.stats import proportion  # type: ignore[import-untyped]

from chartered.audit.statistics import contrasts

tables = st.tuples(st.integers(1, 30), st.integers(1, 30)).flatmap(
    lambda n: st.tuples(st.integers(0, n[0]), st.just(n[0]), st.integers(0, n[1]), st.just(n[1]))
)


def score(table: tuple[int, ...], delta: float, tail: int) -> float:
    """The guarded score with the second share found by maximising the likelihood, not by a formula."""
    first, m, second, n = table

    def unlikely(share: float) -> float:
        return float(-binom.logpmf(first, m, share + delta) - binom.logpmf(second, n, share))

    bounds = (max(0.0, -delta) + 1e-12, min(1.0, 1 - delta) - 1e-12)
    b = float(minimize_scalar(unlikely, bounds=bounds, method="bounded", options={"xatol": 1e-12}).x)
    a = b + delta
    u, v = a * (1 - a) / m, b * (1 - b) / n
    third = u * (1 - 2 * a) / m - v * (1 - 2 * b) / n
    step = (u / m + v / n) / (u + v)
    away = first / m - second / n - delta - tail * step / 2 - (1.6448536**2 - 1) / 6 * third / (u + v)
    return float(away / (u + v) ** 0.5)


@pytest.mark.parametrize("table", [(12, 50, 20, 60), (3, 40, 9, 35), (45, 50, 30, 60), (1, 25, 60, 200)])
def test_the_bounds_of_a_difference_invert_the_guarded_score_test(table: tuple[int, ...]) -> None:
    found = contrasts.difference(*table, level=0.9)
    assert found is not None
    assert score(table, found.low, 1) == pytest.approx(1.6448536, abs=1e-4)
    assert score(table, found.high, -1) == pytest.approx(-1.6448536, abs=1e-4)


@pytest.mark.parametrize("table", [(12, 50, 20, 60), (3, 40, 9, 35), (45, 50, 30, 60), (5, 25, 60, 200)])
def test_the_interval_of_a_shortfall_is_a_little_wider_than_that_of_statsmodels(table: tuple[int, ...]) -> None:
    found = contrasts.shortfall(*table, level=0.9)
    low, high = proportion.confint_proportions_2indep(
        *table, compare="ratio", method="score", correction=False, alpha=0.1
    )
    assert found is not None
    assert 1 - high - 0.35 <= found.low <= 1 - high + 1e-5
    assert 1 - low - 1e-5 <= found.high <= 1 - low + 0.08


@given(tables)
def test_intervals_hold_their_estimate_and_stay_on_the_scale(table: tuple[int, int, int, int]) -> None:
    difference = contrasts.difference(*table, level=0.9)
    assert difference is not None
    assert -1 <= difference.low <= difference.estimate + 1e-9 <= difference.high + 2e-9 <= 1 + 2e-9
    ratio = contrasts.shortfall(*table, level=0.9)
    assert (ratio is None) == (table[2] == 0)
    if ratio:
        assert ratio.low <= ratio.estimate + 1e-9 <= ratio.high + 2e-9 <= 1 + 2e-9


def test_nothing_is_compared_with_an_empty_group() -> None:
    assert contrasts.difference(0, 0, 3, 5, level=0.9) is None
    assert contrasts.shortfall(3, 5, 0, 0, level=0.9) is None
    assert contrasts.shortfall(3, 5, 0, 5, level=0.9) is None


def test_a_group_of_which_nobody_was_selected_falls_short_by_all_and_not_for_certain() -> None:
    found = contrasts.shortfall(0, 20, 5, 20, level=0.9)
    assert found is not None and found.estimate == found.high == 1.0 and found.low < 0.9


@pytest.mark.parametrize("table", [(-1, 5, 2, 5), (6, 5, 2, 5), (1, 5, 3, 2)])
def test_counts_that_cannot_be_are_refused(table: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        contrasts.difference(*table, level=0.9)


@pytest.mark.parametrize(("m", "n", "limit"), [(25, 25, 0.1), (25, 60, 0.1), (40, 25, 0.05)])
def test_no_more_than_alpha_pass_a_difference_at_its_limit(m: int, n: int, limit: float) -> None:
    passes = np.zeros((m + 1, n + 1))
    for first in range(m + 1):
        for second in range(n + 1):
            if first / m - second / n < limit:
                found = contrasts.difference(first, m, second, n, level=0.9)
                passes[first, second] = found is not None and found.high <= limit
    for share in (0.0, 0.05, 0.2, 0.5, 0.8, 0.9):
        assert _chance(passes, share + limit, share) <= 0.05


@pytest.mark.parametrize(("m", "n", "limit"), [(25, 25, 0.1), (25, 60, 0.1), (60, 25, 0.1), (25, 25, 0.2)])
def test_no_more_than_alpha_fail_a_difference_at_its_limit(m: int, n: int, limit: float) -> None:
    # 9.8 % of the second and third by the plain score interval, where nobody or nine in ten are selected
    fails = np.zeros((m + 1, n + 1))
    for first in range(m + 1):
        for second in range(n + 1):
            if first / m - second / n > limit:
                found = contrasts.difference(first, m, second, n, level=0.9)
                fails[first, second] = found is not None and found.low > limit
    for share in (0.0, 0.01, 0.05, 0.2, 0.5, 0.8):
        assert _chance(fails, share + limit, share) <= 0.05


@pytest.mark.parametrize(("m", "n"), [(25, 25), (25, 60), (60, 25)])
def test_no_more_than_alpha_fail_a_ratio_of_four_fifths(m: int, n: int) -> None:
    fails = np.zeros((m + 1, n + 1))
    for first in range(m + 1):
        for second in range(1, n + 1):
            if first / m < 0.8 * second / n:
                found = contrasts.shortfall(first, m, second, n, level=0.9)
                fails[first, second] = found is not None and found.low > 0.2
    for share in (0.05, 0.2, 0.5, 0.8, 0.95, 1.0):
        assert _chance(fails, 0.8 * share, share) <= 0.05


@pytest.mark.parametrize(("m", "n"), [(25, 25), (25, 60), (60, 25)])
def test_no_more_than_alpha_pass_a_ratio_of_four_fifths(m: int, n: int) -> None:
    passes = np.zeros((m + 1, n + 1))
    for first in range(m + 1):
        for second in range(1, n + 1):
            if first / m > 0.8 * second / n:
                found = contrasts.shortfall(first, m, second, n, level=0.9)
                passes[first, second] = found is not None and found.high <= 0.2
    for share in (0.05, 0.2, 0.5, 0.8, 0.95, 1.0):
        assert _chance(passes, 0.8 * share, share) <= 0.05


def _chance(passes: np.ndarray, first: float, second: float) -> float:
    m, n = (length - 1 for length in passes.shape)
    return float(binom.pmf(np.arange(m + 1), m, first) @ passes @ binom.pmf(np.arange(n + 1), n, second))
