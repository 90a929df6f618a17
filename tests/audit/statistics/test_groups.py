"""Against numpy by hand; the gaps between groups are tested with `observed`."""

from typing import Any

import numpy as np
import pytest

from chartered.audit.statistics.groups import Decisions, group_table
from chartered.audit.statistics.proportions import wilson
from chartered.audit.verdict import GroupResult


@pytest.fixture
def decisions() -> Decisions:
    rng = np.random.default_rng(2)
    sex = rng.choice(["f", "m"], 400)
    truth = rng.random(400) < 0.4
    chosen = rng.random(400) < 0.3 + 0.3 * truth - 0.1 * (sex == "f")
    return Decisions(chosen=chosen.tolist(), truth=truth.tolist(), groups=sex.tolist())


def row(decisions: Decisions, group: str, metric: str, minimum: int = 30) -> GroupResult:
    found = group_table("sex", decisions, minimum_group=minimum)
    return next(each for each in found if (each.attribute, each.group, each.metric) == ("sex", group, metric))


def test_rates_are_counted_by_group(decisions: Decisions) -> None:
    chosen, truth = np.array(decisions.chosen), np.array(decisions.truth)
    female = np.array(decisions.groups) == "f"
    selected = row(decisions, "f", "selection_rate")
    assert selected.n == female.sum() and selected.rate == pytest.approx(chosen[female].mean())
    false_positive = row(decisions, "f", "false_positive_rate")
    assert false_positive.n == (female & ~truth).sum()
    assert false_positive.rate == pytest.approx(chosen[female & ~truth].mean())
    missed = row(decisions, "m", "false_negative_rate")
    assert missed.rate == pytest.approx((~chosen)[~female & truth].mean())
    right = row(decisions, "m", "accuracy")
    expected = wilson(float((chosen == truth)[~female].sum()), float((~female).sum()), level=0.95)
    assert right.interval is not None and expected is not None
    assert (right.interval.low, right.interval.high) == pytest.approx((expected.low, expected.high))


def test_a_small_group_is_shown_and_marked() -> None:
    small = Decisions(chosen=[True, False] * 50 + [True], groups=["f", "m", "m", "f"] * 25 + ["x"])
    found = row(small, "x", "selection_rate")
    assert found.small and found.n == 1 and found.rate == 1.0


def test_a_rate_without_a_case_to_count_is_none_and_not_zero() -> None:
    # group y has no negatives
    found = Decisions(chosen=[True, False, True, True], truth=[True, False, True, True], groups=["x", "x", "y", "y"])
    negatives = row(found, "y", "false_positive_rate")
    assert negatives.rate is None and negatives.interval is None and negatives.n == 0 and negatives.small


def test_without_the_truth_only_selection_is_measured() -> None:
    found = Decisions(chosen=[True, False] * 40, groups=["x", "x", "y", "y"] * 20)
    assert {each.metric for each in group_table("g", found, minimum_group=30)} == {"selection_rate"}
    assert group_table("g", Decisions(chosen=[], truth=[], groups=[]), minimum_group=30) == ()


@pytest.mark.parametrize(
    ("chosen", "truth", "groups", "expected"),
    [
        ([True], [False], ["f"], {("f", "selection_rate"): (1, 1.0), ("f", "false_positive_rate"): (1, 1.0)}),
        ([False], [True], ["f"], {("f", "accuracy"): (1, 0.0), ("f", "false_positive_rate"): (0, None)}),
        ([True, False], [True, True], ["f", "f"], {("f", "selection_rate"): (2, 0.5), ("f", "accuracy"): (2, 0.5)}),
        ([True, False], [True, True], ["f", "m"], {("f", "selection_rate"): (1, 1.0), ("m", "accuracy"): (1, 0.0)}),
        # labels that are not text, such as years of birth or an answer that is missing, are groups by what they read as
        ([True, False], [True, True], [1990, None], {("1990", "accuracy"): (1, 1.0), ("None", "accuracy"): (1, 0.0)}),
        ([True, False], [True, True], ["f", "f\0"], {("f", "accuracy"): (1, 1.0), ("f\0", "accuracy"): (1, 0.0)}),
    ],
)
def test_a_few_decisions_still_have_their_rows(
    chosen: list[bool], truth: list[bool], groups: list[Any], expected: dict[tuple[str, str], tuple[int, float | None]]
) -> None:
    table = group_table("sex", Decisions(chosen=chosen, truth=truth, groups=groups), minimum_group=30)
    found = {(each.group, each.metric): (each.n, each.rate) for each in table}
    assert found | expected == found
    assert len(table) == 4 * len(set(groups)) and all(each.small for each in table)


def test_rows_of_a_cluster_that_are_alike_are_worth_one_each() -> None:
    # 30 vignettes of 10 rows that all agree: as if there were 30 decisions, less for the 29 degrees of freedom:
    # variance .5 * .5 / 29 by the jackknife, so 29 * (1.96 / 2.045)^2 decisions of which half are selected
    chosen = [vignette % 2 == 0 for vignette in range(30) for _ in range(10)]
    clusters = [vignette for vignette in range(30) for _ in range(10)]
    worth = 29 * (1.95996 / 2.04523) ** 2
    expected, plain = (wilson(n / 2, n, level=0.95) for n in (worth, 300.0))
    for given, interval in ((clusters, expected), (None, plain)):
        found = row(Decisions(chosen=chosen, groups=["x"] * 300, clusters=given), "x", "selection_rate").interval
        assert found is not None and interval is not None
        assert (found.low, found.high) == pytest.approx((interval.low, interval.high), rel=1e-3)


def test_a_group_in_one_cluster_has_no_interval() -> None:
    found = Decisions(chosen=[True, False] * 20, groups=["x"] * 20 + ["y"] * 20, clusters=[0] * 20 + [1] * 20)
    assert row(found, "x", "selection_rate", minimum=5).interval is None


def test_a_column_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="'groups' has 1 rows and there are 2 decisions"):
        Decisions(chosen=[True, False], groups=["f"])
