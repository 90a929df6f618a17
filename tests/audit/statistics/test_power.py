"""Against closed forms, and by simulation with the real intervals."""

import numpy as np
import pytest
from scipy.stats import norm  # type: ignore[import-untyped]
from statsmodels.stats.power import TTestPower  # type: ignore[import-untyped]
from tests.audit.verdicts import a_finding

from chartered.audit.statistics import power
from chartered.audit.statistics.proportions import harm_difference, harm_share
from chartered.audit.verdict import Interval

Z = 1.6448536 + 0.8416212
"""Of a one-sided 5 % and a power of .8."""


@pytest.mark.parametrize("n", [100, 400])
def test_the_detectable_difference_is_found_in_about_four_of_five_audits(n: int) -> None:
    gained = round(0.05 * n)
    harm = power.detectable_difference(gained * 2, gained, n, limit=0.05, level=0.9)
    assert harm is not None
    generator, failed = np.random.default_rng(3), 0
    for lost, against, _ in generator.multinomial(n, [harm + 0.05, 0.05, 0.9 - harm], size=600):
        found = harm_difference(float(lost), float(against), n, level=0.9)
        failed += found is not None and found.low > 0.05
    # standard error .016; counts move in steps of one pair, which shifts the power by a few points
    assert 0.72 <= failed / 600 <= 0.88


def test_without_any_discordant_pair_half_a_one_is_assumed() -> None:
    none, half = (power.detectable_difference(2, k, 100, limit=0.05, level=0.9) for k in (0, 0.5))
    assert none == half is not None


def test_what_no_harm_would_show_has_no_detectable_harm() -> None:
    assert power.detectable_difference(0, 0, 0, limit=0.1, level=0.9) is None


def test_the_power_of_a_mean_agrees_with_statsmodels() -> None:
    expected = TTestPower().power(0.3, 40, 0.05, df=39, alternative="larger")
    found = power.power_of_mean(0.0, 1 / 40**0.5, limit=0.3, level=0.9, freedom=39)
    assert found == pytest.approx(expected, abs=1e-6)


def test_the_power_of_a_share_is_that_of_the_interval() -> None:
    generator = np.random.default_rng(4)
    passes = sum(
        found is not None and found.high <= 0.1
        for found in (harm_share(int(k), 120, level=0.9) for k in generator.binomial(120, 0.04, size=4000))
    )
    # standard error of 4,000 draws at most .008
    assert power.power_of_share(0.04, 120, limit=0.1, level=0.9) == pytest.approx(passes / 4000, abs=0.024)


def test_the_power_of_a_paired_difference_is_about_that_of_the_interval() -> None:
    generator = np.random.default_rng(5)
    passes = 0
    for lost, gained, _ in generator.multinomial(400, [0.06, 0.06, 0.88], size=1000):
        found = harm_difference(float(lost), float(gained), 400, level=0.9)
        passes += found is not None and found.high <= 0.05
    found_power = power.power_of_difference(0.06, 0.06, 400, limit=0.05, level=0.9)
    assert found_power == pytest.approx(passes / 1000, abs=0.05)


def test_a_finding_of_a_mean_is_detectable_by_its_own_error() -> None:
    error = 0.01
    finding = a_finding(
        estimate=0.03,
        interval=Interval(low=0.03 - error * float(norm.ppf(0.95)), high=0.05, level=0.9),
        lost=None,
        gained=None,
    )
    assert power.minimum_detectable(finding, 0.05) == pytest.approx(0.05 + Z * error, rel=1e-6)


def test_a_finding_without_an_estimate_has_no_detectable_harm() -> None:
    assert power.minimum_detectable(a_finding(estimate=None, interval=None), 0.05) is None
