"""Against scipy, statsmodels, R (figures below), a direct maximisation of the likelihood, and simulation."""

import random
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize_scalar  # type: ignore[import-untyped]
from scipy.stats import binom, binomtest, multinomial, norm  # type: ignore[import-untyped]
from statsmodels.stats.contingency_tables import mcnemar  # type: ignore[import-untyped]
from statsmodels.stats.proportion import proportion_confint  # type: ignore[import-untyped]

from chartered.audit.statistics.proportions import (
    _tango_score,
    harm_difference,
    harm_share,
    mcnemar_p,
    needed_n_paired,
    needed_n_share,
    paired_difference,
    wilson,
)

Z = float(norm.ppf(0.95))

counts = st.integers(0, 40).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.just(n)).flatmap(
        lambda t: st.tuples(st.just(t[0]), st.integers(0, t[1] - t[0]), st.just(t[1]))
    )
)


@pytest.mark.parametrize(("count", "n"), [(0, 10), (10, 10), (3, 10), (633, 1273), (1, 1), (50, 100)])
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_wilson_agrees_with_statsmodels(count: int, n: int, level: float) -> None:
    found = wilson(count, n, level=level)
    low, high = proportion_confint(count, n, alpha=1 - level, method="wilson")
    assert found is not None
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-12)


@pytest.mark.parametrize(("count", "n"), [(0, 7), (7, 7), (1, 20), (17, 200), (633, 1273), (3, 100_000)])
@pytest.mark.parametrize("level", [0.9, 0.95, 0.99])
def test_shares_have_the_bounds_of_scipy(count: int, n: int, level: float) -> None:
    plain, guarded = wilson(count, n, level=level), harm_share(count, n, level=level)
    score, exact = (binomtest(count, n).proportion_ci(level, method) for method in ("wilson", "exact"))
    assert plain is not None and guarded is not None
    assert (plain.low, plain.high) == pytest.approx((score.low, score.high), abs=1e-12)
    assert (guarded.low, guarded.high) == pytest.approx((exact.low, exact.high), abs=1e-12)


@pytest.mark.parametrize(("first", "second"), [(1, 0), (7, 1), (17, 30), (63, 61), (300, 400), (368, 36)])
def test_mcnemar_is_the_binomial_test_of_scipy(first: int, second: int) -> None:
    assert mcnemar_p(first, second) == pytest.approx(binomtest(first, first + second).pvalue, abs=1e-12)


@pytest.mark.parametrize(("first", "second", "n"), [(17, 9, 200), (1, 0, 30), (0, 3, 50), (40, 12, 300)])
def test_the_bounds_of_a_difference_are_the_roots_that_brentq_finds(first: int, second: int, n: int) -> None:
    found = paired_difference(first, second, n, level=0.9)
    assert found is not None
    for bound, sign in ((found.low, 1), (found.high, -1)):
        root = brentq(
            lambda d, s=sign: _tango_score(first, second, n, d) - s * Z, bound - 1e-3, bound + 1e-3, xtol=1e-15
        )
        assert bound == pytest.approx(root, abs=1e-12)


def test_nothing_is_estimated_from_no_items() -> None:
    assert wilson(0, 0, level=0.9) is None
    assert paired_difference(0, 0, 0, level=0.9) is None


@pytest.mark.parametrize(
    ("first", "second", "n", "level", "low", "high"),
    [
        # R, PropCIs 0.3-0: scoreci.mp(25, 28, 618, 0.90) and scoreci.mp(41, 48, 549, 0.90), as others printed them
        (28, 25, 618, 0.90, -0.0148, 0.0247),
        (48, 41, 549, 0.90, -0.0157, 0.0414),
    ],
)
def test_paired_difference_agrees_with_r(
    first: int, second: int, n: int, level: float, low: float, high: float
) -> None:
    found = paired_difference(first, second, n, level=level)
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (low, high)


def restricted_score(first: int, second: int, n: int, delta: float) -> float:
    """The score statistic with the nuisance share found by maximising the multinomial likelihood, not by a formula."""

    def unlikely(share: float) -> float:
        other = share + delta
        rest = 1 - share - other
        terms = ((first, other), (second, share), (n - first - second, rest))
        return -sum(k * log(max(p, 1e-300)) for k, p in terms if k)

    bounds = (max(0.0, -delta) + 1e-12, (1 - delta) / 2 - 1e-12)
    share = minimize_scalar(unlikely, bounds=bounds, method="bounded", options={"xatol": 1e-12}).x
    return float((first - second - n * delta) / (n * (2 * share + delta - delta**2)) ** 0.5)


@pytest.mark.parametrize(
    ("first", "second", "n"), [(12, 2, 50), (1, 7, 21), (40, 20, 160), (5, 0, 30), (127, 97, 1273)]
)
def test_paired_difference_inverts_the_score_test(first: int, second: int, n: int) -> None:
    found = paired_difference(first, second, n, level=0.95)
    assert found is not None
    z, difference = norm.ppf(0.975), (first - second) / n
    low = brentq(lambda d: restricted_score(first, second, n, d) - z, -0.999, difference)
    high = brentq(lambda d: restricted_score(first, second, n, d) + z, difference, 0.999)
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-5)


def test_without_discordant_pairs_the_bound_is_not_zero() -> None:
    # b = c = 0: the restricted share is max(0, -delta), the variance n |delta| (1 - |delta|), so the bound solves
    # n d / (1 - d) = z^2, that is d = z^2 / (n + z^2)
    found = paired_difference(0, 0, 100, level=0.9)
    z2 = norm.ppf(0.95) ** 2
    assert found is not None
    assert (found.low, found.high) == pytest.approx((-z2 / (100 + z2), z2 / (100 + z2)), abs=1e-6)


@given(counts)
def test_a_paired_interval_holds_its_estimate_and_mirrors(given_counts: tuple[int, int, int]) -> None:
    first, second, n = given_counts
    found, mirrored = paired_difference(first, second, n, level=0.9), paired_difference(second, first, n, level=0.9)
    if found is None or mirrored is None:
        assert n == 0
        return
    assert -1 <= found.low <= found.estimate + 1e-12 and found.estimate - 1e-12 <= found.high <= 1
    assert (mirrored.low, mirrored.high) == pytest.approx((-found.high, -found.low), abs=1e-7)


@pytest.mark.parametrize(("first", "second"), [(0, 0), (1, 0), (7, 1), (82, 45), (63, 61), (10, 10)])
def test_mcnemar_agrees_with_statsmodels(first: int, second: int) -> None:
    expected = mcnemar([[0, first], [second, 0]], exact=True).pvalue
    assert mcnemar_p(first, second) == pytest.approx(expected, rel=1e-9)


def test_mcnemar_gives_the_p_values_recomputed_from_the_published_transcripts() -> None:
    # lost / gained and p of Schmidgall et al.'s released answers: gpt-4 self-diagnosis, gpt-3.5 false consensus
    assert mcnemar_p(82, 45) == pytest.approx(0.0013, abs=5e-5)
    assert mcnemar_p(368, 36) == pytest.approx(2e-70, rel=0.1)


@pytest.mark.parametrize(("first", "second", "n"), [(-1, 0, 5), (3, 3, 5), (0, -1, 5)])
def test_counts_that_cannot_be_are_refused(first: int, second: int, n: int) -> None:
    with pytest.raises(ValueError, match="cannot be"):
        paired_difference(first, second, n, level=0.9)


@pytest.mark.parametrize("level", [0.0, 1.0, -1.0, float("nan")])
def test_a_level_outside_zero_and_one_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        wilson(1, 2, level=level)


def test_needed_n_is_the_first_size_that_settles_the_question() -> None:
    needed = needed_n_paired(6, 3, 60, limit=0.1, level=0.9)
    assert needed is not None
    at, below = (harm_difference(0.1 * n, 0.05 * n, n, level=0.9) for n in (needed, needed - 1))
    assert at is not None and below is not None and at.high <= 0.1 < below.high
    # near to the root of (limit - d) n - 1/2 = z sqrt(n (q - d^2)), here .05 n - .5 = 1.645 sqrt(.1475 n): 179
    assert needed == pytest.approx(179, rel=0.15)


def test_needed_n_without_any_event_is_the_closed_form() -> None:
    # the exact bound at 0 of n is 1 - .05^(1/n), which is at most 0.02 from n = log .05 / log .98 = 148.3
    assert needed_n_share(0.0, limit=0.02, level=0.9) == 149


def test_an_estimate_on_the_limit_is_settled_by_no_number_of_items() -> None:
    assert needed_n_paired(5, 0, 100, limit=0.05, level=0.9) is None


@pytest.mark.parametrize(("first", "second"), [(0.12, 0.04), (0.05, 0.05), (0.30, 0.10)])
def test_a_paired_interval_at_n_50_covers_the_truth(first: float, second: float) -> None:
    # 2,000 draws of nominal 90 %: Monte-Carlo standard error 0.7 points, and the score interval is known to stay
    # within about two points of nominal at this size
    rng, hits, draws = random.Random(11), 0, 2000
    cache: dict[tuple[int, int], bool] = {}
    for _ in range(draws):
        rolls = [rng.random() for _ in range(50)]
        a, b = sum(r < first for r in rolls), sum(first <= r < first + second for r in rolls)
        if (a, b) not in cache:
            found = paired_difference(a, b, 50, level=0.9)
            assert found is not None
            cache[a, b] = found.low <= first - second <= found.high
        hits += cache[a, b]
    assert 0.87 <= hits / draws <= 0.94


@pytest.mark.parametrize(("count", "n"), [(0, 10), (3, 10), (10, 10), (5, 200), (633, 1273)])
def test_the_bounds_of_a_harm_are_the_exact_ones(count: int, n: int) -> None:
    found = harm_share(count, n, level=0.9)
    assert found is not None
    expected = proportion_confint(count, n, alpha=0.1, method="beta")
    assert (found.low, found.high) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(("n", "limit"), [(33, 0.02), (121, 0.02), (22, 0.01), (24, 0.05)])
def test_no_more_than_alpha_fail_a_share_at_its_limit(n: int, limit: float) -> None:
    # 14.1, 9.6, 19.8 and 11.6 % of them by Wilson's bound
    def fails(count: int) -> bool:
        found = harm_share(count, n, level=0.9)
        return found is not None and found.low > limit

    assert sum(binom.pmf(count, n, limit) for count in range(n + 1) if fails(count)) <= 0.05


def errors_at_the_limit(n: int, gained: float, limit: float, alpha: float) -> tuple[float, float]:
    """Chance to pass and to fail when the truth is the limit, over every outcome."""
    lost, passes, fails = gained + limit, 0.0, 0.0
    for first in range(n + 1):
        for second in range(n + 1 - first):
            found = harm_difference(first, second, n, level=1 - 2 * alpha)
            if found is not None and (found.high <= limit or found.low > limit):
                rest = max(0.0, 1 - lost - gained)
                chance = multinomial.pmf([first, second, n - first - second], n, [lost, gained, rest])
                passes, fails = passes + chance * (found.high <= limit), fails + chance * (found.low > limit)
    return passes, fails


@pytest.mark.parametrize(
    ("n", "gained", "limit"), [(53, 0.0, 0.05), (50, 0.05, 0.05), (59, 0.0, 0.1), (50, 0.3, 0.1), (50, 0.0, 0.2)]
)
def test_no_more_than_alpha_pass_a_paired_difference_at_its_limit(n: int, gained: float, limit: float) -> None:
    # the first is where 6.6 % pass by the plain score interval
    assert errors_at_the_limit(n, gained, limit, 0.05)[0] <= 0.05


@pytest.mark.parametrize(
    ("n", "gained", "limit"), [(62, 0.01, 0.05), (77, 0.01, 0.04), (95, 0.01, 0.05), (35, 0.4, 0.2), (24, 0.425, 0.15)]
)
def test_no_more_than_alpha_fail_a_paired_difference_at_its_limit(n: int, gained: float, limit: float) -> None:
    # by the plain score interval 9.6 and 9.4 % of the first two; with half a pair as the step 5.1, 5.8 and 6.1 % of
    # the others
    assert errors_at_the_limit(n, gained, limit, 0.05)[1] <= 0.05


@given(counts)
def test_a_guarded_interval_holds_the_plain_one(given_counts: tuple[int, int, int]) -> None:
    first, second, n = given_counts
    plain, guarded = (f(first, second, n, level=0.9) for f in (paired_difference, harm_difference))
    if plain is None or guarded is None:
        assert n == 0
        return
    assert -1 <= guarded.low <= plain.low and plain.high <= guarded.high <= 1
