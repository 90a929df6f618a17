"""Against scipy, statsmodels and closed forms, and by simulation."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import t  # type: ignore[import-untyped]

from chartered.audit.statistics import means
from chartered.audit.statistics.gaps import largest_gap
from chartered.audit.statistics.proportions import Estimate

Draw = Callable[[np.random.Generator], tuple[Estimate | None, float]]


def rng(seed: int = 5) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_the_mean_of_equal_clusters_has_students_interval_of_the_cluster_means() -> None:
    values = rng().normal(size=60)
    clusters = [i // 5 for i in range(60)]
    found = means.clustered_mean(values, clusters, level=0.9)
    averages = values.reshape(12, 5).mean(axis=1)
    half = t.ppf(0.95, 11) * averages.std(ddof=1) / 12**0.5
    assert found is not None
    assert (found.low, found.high) == pytest.approx((averages.mean() - half, averages.mean() + half), rel=1e-9)


def test_the_jackknife_error_of_unlike_clusters_is_the_one_of_leaving_each_out() -> None:
    values, clusters = rng().normal(size=50), [0] * 20 + [1] * 12 + [2] * 9 + [3] * 6 + [4] * 3
    found = means.spread(values, means.rows_of(values, clusters))
    without = np.array([values[np.array(clusters) != each].mean() for each in range(5)])
    assert found is not None
    assert found.error == pytest.approx(np.sqrt(4 / 5 * ((without - values.mean()) ** 2).sum()), rel=1e-9)
    assert 1 <= found.freedom < 4  # one cluster of five holds two fifths of the items


@pytest.mark.parametrize("sign", [1, -1])
def test_guarded_bounds_are_not_nearer_than_the_plain_ones(sign: int) -> None:
    values, clusters = sign * rng().exponential(size=48), [i % 12 for i in range(48)]
    plain = means.clustered_mean(values, clusters, level=0.9)
    guarded = means.clustered_mean(values, clusters, level=0.9, rng=rng())
    assert plain is not None and guarded is not None
    assert guarded.low <= plain.low and guarded.high >= plain.high
    assert guarded != plain


def test_the_same_seed_gives_the_same_interval() -> None:
    sample = rng().normal(size=30)
    first, again = (means.mean(sample, level=0.9, rng=rng(3)) for _ in range(2))
    assert first == again
    assert first != means.mean(sample, level=0.9, rng=rng(4))


def test_one_item_or_one_cluster_has_no_interval() -> None:
    assert means.mean([0.5], level=0.9, rng=rng()) is None
    assert means.clustered_mean([0.5, 0.7], ["a", "a"], level=0.9, rng=rng()) is None
    assert means.clustered([0.5, 0.7], ["a", "a"], lambda x: float(x.mean()), level=0.9) is None
    assert means.mean([], level=0.9, rng=rng()) is None


def test_values_that_do_not_differ_have_an_interval_of_no_width() -> None:
    found = means.mean([0.25] * 20, level=0.9, rng=rng())
    assert found is not None and found.low == found.estimate == found.high == 0.25


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_value_that_is_no_number_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        means.mean([0.1, bad], level=0.9, rng=rng())


def test_a_value_without_a_cluster_is_refused() -> None:
    with pytest.raises(ValueError, match="2 values and 1 clusters"):
        means.clustered_mean([0.1, 0.2], ["a"], level=0.9)


def skewed(generator: np.random.Generator) -> tuple[Estimate | None, float]:
    return means.mean(generator.exponential(size=50), level=0.9, rng=generator, resamples=500), 1.0


def skewed_to_the_left(generator: np.random.Generator) -> tuple[Estimate | None, float]:
    return means.mean(-generator.exponential(size=50), level=0.9, rng=generator, resamples=500), -1.0


def in_clusters(generator: np.random.Generator) -> tuple[Estimate | None, float]:
    sizes = generator.integers(3, 12, 12)
    clusters = np.repeat(np.arange(12), sizes)
    values = generator.normal(size=12)[clusters] + generator.normal(size=len(clusters))
    return means.clustered_mean(values, clusters.tolist(), level=0.9, rng=generator, resamples=500), 0.0


def a_gap(generator: np.random.Generator) -> tuple[Estimate | None, float]:
    values: dict[str, NDArray[np.float64]] = {str(i): generator.normal(size=10) + (i == 0) for i in range(5)}
    return largest_gap({k: v.tolist() for k, v in values.items()}, level=0.9, ceiling=9.0), 1.0


@pytest.mark.parametrize("draw", [skewed, skewed_to_the_left, in_clusters, a_gap])
def test_no_bound_falls_short_of_the_truth_more_often_than_alpha(draw: Draw) -> None:
    generator, draws, under, over = rng(9), 500, 0, 0
    for _ in range(draws):
        found, truth = draw(generator)
        assert found is not None
        under, over = under + (found.high < truth), over + (found.low > truth)
    # alpha .05 and 500 draws: standard error .0097, so .075 is 2.5 of them away
    assert max(under, over) / draws <= 0.075
