"""Against statsmodels and the analysis of variance by hand."""

import numpy as np
import pytest
from scipy.stats import f, t  # type: ignore[import-untyped]
from statsmodels.regression.linear_model import OLS  # type: ignore[import-untyped]

from chartered.audit.statistics import variance


def test_a_slope_has_the_cluster_robust_error_of_statsmodels() -> None:
    generator = np.random.default_rng(5)
    clusters = np.repeat(np.arange(40), 5)
    size = generator.normal(size=40)[clusters]
    shift = 0.3 * size + generator.normal(size=40)[clusters] + generator.normal(size=200)
    found = variance.slope(shift, size, clusters.tolist(), level=0.9)
    fitted = OLS(shift, np.column_stack([np.ones(200), size])).fit(
        cov_type="cluster", cov_kwds={"groups": clusters}, use_t=True
    )
    assert found is not None
    assert found.estimate == pytest.approx(fitted.params[1], rel=1e-9)
    # statsmodels has CR1, we CR3: larger, by about one leverage of 2 / 40
    assert 1.0 < (found.high - found.estimate) / (t.ppf(0.95, 38) * fitted.bse[1]) < 1.15


def test_the_share_of_variance_is_that_of_the_analysis_of_variance() -> None:
    values = np.random.default_rng(5).normal(size=(15, 4)) + 0.8 * np.random.default_rng(1).normal(size=(15, 1))
    found = variance.variance_share(values.ravel(), np.repeat(np.arange(15), 4).tolist(), level=0.9)
    between = 4 * values.mean(axis=1).var(ddof=1)
    within = values.var(axis=1, ddof=1).mean()
    assert found is not None
    assert found.estimate == pytest.approx((between - within) / (between + 3 * within), rel=1e-9)
    upper = between / within / f.ppf(0.05, 14, 45)
    assert found.high >= (upper - 1) / (upper + 3) - 1e-9
    assert 0 <= found.low < found.estimate


def test_too_few_clusters_have_no_interval() -> None:
    assert variance.slope([1.0, 2.0], [1.0, 2.0], ["a", "b"], level=0.9) is None
    assert variance.variance_share([1.0, 2.0, 1.5], ["a", "b", "a"], level=0.9) is None


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_value_that_is_no_number_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        variance.variance_share([0.1, bad], ["a", "b"], level=0.9)
