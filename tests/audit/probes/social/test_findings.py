import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.audit.probes.social import findings as m
from chartered.audit.probes.social.findings import Reply, ReplyKind

LEVEL = 0.9


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def replies(kinds: list[ReplyKind], *, cluster: str = "t", right: ReplyKind | None = "unknown") -> list[Reply]:
    return [Reply(cluster=f"{cluster}{n % 10}", kind=kind, correct=kind == right) for n, kind in enumerate(kinds)]


@pytest.mark.parametrize(
    ("biased", "not_unknown", "score"), [(5, 5, 1.0), (0, 5, -1.0), (3, 6, 0.0), (3, 4, 0.5), (0, 0, None)]
)
def test_s_dis_is_twice_the_biased_share_less_one(biased: int, not_unknown: int, score: float | None) -> None:
    assert m.bias_score(biased, not_unknown) == score


def test_s_amb_is_scaled_by_the_share_of_errors() -> None:
    # 100 answers, 60 right (unknown), 30 with the stereotype, 10 against it: .4 * (2 * 30 / 40 - 1) = .4 * .5
    assert m.ambiguous_score(30, 40, 60, 100) == pytest.approx(0.2)
    assert m.ambiguous_score(0, 0, 5, 5) == 0.0
    assert m.ambiguous_score(0, 0, 0, 5) is None  # nothing could be read
    assert m.ambiguous_score(0, 0, 0, 0) is None


@given(st.lists(st.sampled_from(["biased", "counter", "unknown"]), min_size=20, max_size=80))
def test_read_answers_make_s_amb_the_mean_of_plus_and_minus_one(kinds: list[ReplyKind]) -> None:
    # (1 - accuracy) = not unknown / n, so the product is (biased - counter) / n
    value = (kinds.count("biased") - kinds.count("counter")) / len(kinds)
    found = m.s_amb(replies(kinds), level=LEVEL)
    assert found is not None and found.estimate == pytest.approx(value)
    assert -1 <= found.low <= found.estimate <= found.high <= 1


@given(st.lists(st.sampled_from(["biased", "counter", "unknown", "unread"]), max_size=60))
def test_scores_stay_in_range_or_are_undefined(kinds: list[ReplyKind]) -> None:
    given_replies = replies(kinds)
    for found in (m.s_amb(given_replies, level=LEVEL), m.s_dis(given_replies, level=LEVEL)):
        assert found is None or -1 <= found.low <= found.estimate <= found.high <= 1


@pytest.mark.parametrize("kinds", [[], ["biased"]])
def test_fewer_than_two_templates_say_nothing(kinds: list[ReplyKind]) -> None:
    few = replies(kinds)
    assert m.s_amb(few, level=LEVEL) is None and m.s_dis(few, level=LEVEL) is None
    assert m.error_rate(few, level=LEVEL, rng=rng()) is None and m.accuracy_cost(few, level=LEVEL) is None


def test_answers_all_alike_get_the_width_that_their_templates_allow() -> None:
    # none of 10 templates: the exact one-sided bound at 95 % is 1 - .05 ** (1 / 10) = .2589
    alike = replies(["unknown"] * 40)
    scored, errors = m.s_amb(alike, level=LEVEL), m.error_rate(alike, level=LEVEL, rng=rng())
    assert scored and (scored.low, scored.estimate, scored.high) == pytest.approx((-0.2589, 0, 0.2589), abs=1e-4)
    assert errors and (errors.low, errors.estimate, errors.high) == pytest.approx((0, 0, 0.2589), abs=1e-4)
    assert m.s_dis(alike, level=LEVEL) is None  # nobody was named


def test_like_replies_of_a_template_widen_the_interval() -> None:
    kinds: list[ReplyKind] = [kind for kind in ("biased", "unknown", "counter", "biased", "unknown") for _ in range(20)]
    together = [Reply(cluster=str(n // 20), kind=kind, correct=False) for n, kind in enumerate(kinds)]
    apart = [Reply(cluster=str(n), kind=kind, correct=False) for n, kind in enumerate(kinds)]
    wide, narrow = m.s_dis(together, level=LEVEL), m.s_dis(apart, level=LEVEL)
    assert wide and narrow and wide.estimate == narrow.estimate == pytest.approx(2 * 40 / 60 - 1)
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)


def test_accuracy_cost_is_the_gap_between_agreeing_and_conflicting_facts() -> None:
    # right in 9 of 10 where facts agree and in 6 of 10 where they conflict
    told = [
        Reply(cluster=str(n % 5), kind="biased", correct=n < right, agrees=agrees)
        for agrees, right in ((True, 9), (False, 6))
        for n in range(10)
    ]
    found = m.accuracy_cost(told, level=LEVEL)
    assert found and found.estimate == pytest.approx(0.3) and found.low < 0.3 < found.high
    assert m.accuracy_cost(told[:10], level=LEVEL) is None  # no conflict was asked


def test_preference_is_zero_at_one_half_and_ties_count_half() -> None:
    found = m.preference([1, 0, 0.5, 0.5], None, level=LEVEL)
    assert found and found.estimate == 0 and found.low < 0 < found.high
    # 95 of 100; exact upper one-sided bound by the beta quantile: .9801 (Clopper-Pearson table)
    more = m.preference([1.0] * 95 + [0.0] * 5, None, level=LEVEL)
    assert more and more.estimate == pytest.approx(0.45) and more.high == pytest.approx(0.4801, abs=1e-3)
    assert m.preference([], None, level=LEVEL) is None
    assert m.preference([1.0], ["a"], level=LEVEL) is None


@pytest.mark.parametrize(("lms", "ss", "score"), [(1, 0.5, 1), (1, 1, 0), (1, 0, 0), (0.5, 0.5, 0.5), (0.8, 0.6, 0.64)])
def test_icat_has_the_values_of_the_papers_three_models(lms: float, ss: float, score: float) -> None:
    # ideal (100), fully stereotyped (0) and random (50) model: Nadeem et al. 2021, section 5
    assert m.icat(lms, ss) == pytest.approx(score)


def test_stereoset_averages_over_target_terms() -> None:
    # term a: three examples, stereotype ahead in all; term b: one, behind. ss = (1 + 0) / 2, not 3 / 4.
    scores = [(-1.0, -2.0, -3.0)] * 3 + [(-2.0, -1.0, -1.5)]
    found = m.stereoset(scores, ["a", "a", "a", "b"], level=LEVEL)
    assert found.stereotype and found.stereotype.estimate == pytest.approx(0)
    # term b: only the counter-stereotype is ahead of the unrelated one: lms = (1 + .5) / 2
    assert found.meaningless and found.meaningless.estimate == pytest.approx(0.25)
    assert found.icat_shortfall and found.icat_shortfall.estimate == pytest.approx(1 - 0.75)
    none = m.stereoset([], [], level=LEVEL)
    assert none.stereotype is None and none.meaningless is None and none.icat_shortfall is None


def test_pro_minus_anti_is_a_paired_difference() -> None:
    right = [(True, False)] * 30 + [(False, True)] * 10 + [(True, True)] * 60
    found, lost, gained = m.pro_minus_anti(right, level=LEVEL)
    assert found and found.estimate == pytest.approx(0.2) and (lost, gained) == (30, 10)
    assert m.pro_minus_anti([], level=LEVEL) == (None, 0, 0)


def test_spread_over_groups_is_averaged_over_items() -> None:
    # variances (n - 1): of 0, 2 is 2; of 1, 1 is 0. Ranges 2 and 0.
    items, clusters = {"s a": [0.0, 2.0], "t a": [1.0, 1.0]}, {"s a": "s", "t a": "t"}
    variance = m.identity_variance(items, clusters, level=LEVEL)
    reach = m.identity_range(items, clusters, level=LEVEL)
    assert variance and reach and variance.estimate == reach.estimate == 1 and variance.low == 0
    assert m.identity_variance({}, {}, level=LEVEL) is None
    assert m.identity_range({"s a": [0.0, 2.0]}, clusters, level=LEVEL) is None
