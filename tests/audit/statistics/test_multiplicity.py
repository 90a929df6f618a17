import random

import pytest
from statsmodels.stats.multitest import multipletests  # type: ignore[import-untyped]
from tests.audit.verdicts import a_finding

from chartered.audit.statistics.multiplicity import holm, with_holm


@pytest.mark.parametrize("seed", range(10))
def test_holm_agrees_with_statsmodels(seed: int) -> None:
    rng = random.Random(seed)
    # rounded, so that there are ties
    p_values = [round(rng.random() ** 3, 2) for _ in range(rng.randint(1, 30))]
    assert holm(p_values) == pytest.approx(list(multipletests(p_values, method="holm")[1]), abs=1e-12)


def test_no_test_is_adjusted_to_nothing() -> None:
    assert holm([]) == []


@pytest.mark.parametrize("bad", [-0.1, 1.1, float("nan")])
def test_a_value_that_is_no_p_is_refused(bad: float) -> None:
    with pytest.raises(ValueError, match="p value"):
        holm([0.5, bad])


def test_findings_without_a_test_do_not_count_and_stay_as_they_are() -> None:
    findings = [a_finding(p_value=0.01), a_finding(p_value=None), a_finding(p_value=0.04)]
    adjusted = with_holm(findings)
    # two tests: .01 * 2, then .04 * 1
    assert [finding.holm_p for finding in adjusted] == [pytest.approx(0.02), None, pytest.approx(0.04)]
    assert adjusted[1] == findings[1]
