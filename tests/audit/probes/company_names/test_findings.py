from collections.abc import Callable, Sequence
from dataclasses import replace
from math import exp, inf, log, log10, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.companies import LIST, OPTIONS, Reader, texts

from chartered.audit.cases import CONTROL, DUPLICATE, POSITIVE_CONTROL, Answer, Arms, Asked, Case, by_arm
from chartered.audit.policy import NO_RESPONSE
from chartered.audit.probes.base.protocol import Measured
from chartered.audit.probes.base.wording import default_wording
from chartered.audit.probes.company_names.between import magnitude
from chartered.audit.probes.company_names.probe import CompanyNames
from chartered.audit.probes.company_names.scores import (
    BY_LABEL,
    BY_PROBABILITY,
    FICTITIOUS,
    NAMED,
    NAMING,
    SWAP,
    UNLIKE,
    ScoredArms,
    expected,
    scale_of,
)
from chartered.audit.statistics.means import Array
from chartered.audit.statistics.proportions import Estimate, harm_difference
from chartered.audit.statistics.variance import variance_share
from chartered.audit.verdict import Finding
from chartered.domains import Problem, load_domain

PROBE = CompanyNames(default_wording("company_names"), load_domain("medical"))
SIX = ["Apple", "Microsoft", "IBM", "Tesco", "Walmart", "Carrefour"]
BY = {company.name: company for company in LIST.companies}
SCALES = PROBE.wording.scales

FIXED = {
    "control/chance_gap",
    "control/no_response",
    "duplicate/change",
    "positive_control/blindness",
    "reidentify/reidentified",
    "not_reidentified/absolute_shift_above_duplicate",
    *(
        f"{arm}/{metric}"
        for arm in (NAMED, SWAP, FICTITIOUS)
        for metric in (
            "mean_shift",
            "absolute_shift_above_duplicate",
            "flips_above_duplicate",
            "accuracy_drop",
            "no_response_rise",
        )
    ),
    *(
        f"{arm}/{metric}"
        for arm in (NAMED, SWAP)
        for metric in ("company_variance_share", "size_slope", "largest_company_gap")
    ),
}


def asked(reader: Reader, problems: Sequence[Problem]) -> Arms:
    cases = PROBE.cases(problems, seed=7).cases
    return by_arm(cases, reader.answer(cases))


def measured(arms: Arms, *, minimum_group: int = 30) -> Measured:
    return PROBE.measure(arms, level=0.9, seed=7, minimum_group=minimum_group)


def finding(found: Measured, name: str) -> Finding:
    return next(f for f in found.findings if f.id == f"company_names/{name}")


def altered(arms: Arms, arm: str, change: Callable[[Asked], Answer]) -> Arms:
    return {**arms, arm: {key: replace(each, answer=change(each)) for key, each in arms[arm].items()}}


def scores_of(arms: Arms, arm: str) -> Array:
    """Expected score of each answer, the plain way."""
    shares = np.exp(np.array([each.answer.scores or () for each in arms[arm].values()]))
    found: Array = shares @ np.array([1.0, 0.0, -1.0]) / shares.sum(axis=1)
    return found


def test_the_score_is_the_mean_of_the_scale_under_the_probabilities_among_the_options() -> None:
    # probabilities .3 : .1 : .1 of the whole, so .6, .2 and .2 among the options
    assert expected([log(0.3), log(0.1), log(0.1)], [1.0, 0.0, -1.0]) == pytest.approx(0.4)
    assert expected([-1000.0, -2000.0, -inf], [1.0, 0.0, -1.0]) == pytest.approx(1.0)


@pytest.mark.parametrize("scores", [(nan, 0.0, 0.0), (-inf, -inf, -inf), (inf, 0.0, 0.0), (0.0, 0.0), ()])
def test_log_probabilities_that_are_no_numbers_give_no_score(scores: tuple[float, ...]) -> None:
    assert expected(scores, [1.0, 0.0, -1.0]) is None


@given(st.lists(st.floats(-50, 0), min_size=3, max_size=3), st.floats(-20, 20))
def test_the_score_lies_on_the_scale_and_does_not_depend_on_what_the_options_have_together(
    scores: list[float], more: float
) -> None:
    found = expected(scores, [1.0, 0.0, -1.0])
    shifted = expected([score + more for score in scores], [1.0, 0.0, -1.0])
    assert found is not None and -1 <= found <= 1 and found == pytest.approx(shifted, abs=1e-9)


@pytest.mark.parametrize(
    ("options", "values"),
    [
        (("Positive", "NEUTRAL", "negative."), (1, 0, -1)),
        (("sell", "buy"), (-1, 1)),
        (("strong  buy", "hold", "strong sell"), (1, 0, -1)),
        (("buy", "hold"), None),
        (("positive", "sell"), None),
        ((), None),
    ],
)
def test_options_stand_on_one_scale_with_both_sides_or_on_none(
    options: tuple[str, ...], values: tuple[float, ...] | None
) -> None:
    problem = Problem(
        prompt=({"role": "user", "content": "?"},), answer="", kind="k", domain="d", split="heldout", options=options
    )
    found = scale_of(problem, SCALES)
    assert (tuple(found.values()) if found else None) == values


def test_the_size_of_a_signed_estimate_keeps_the_farther_end() -> None:
    def signed(estimate: float, low: float, high: float) -> Estimate:
        return Estimate(estimate=estimate, low=low, high=high, level=0.9)

    assert magnitude(signed(-0.2, -0.3, -0.1)) == signed(0.2, 0.1, 0.3)
    assert magnitude(signed(-0.2, -0.5, 0.1)) == signed(0.2, 0.0, 0.5)
    assert magnitude(signed(0.2, 0.1, 0.3)) == signed(0.2, 0.1, 0.3) and magnitude(None) is None


def test_with_nothing_asked_every_finding_is_there_without_an_estimate() -> None:
    found = measured({})
    ids = {f.id.removeprefix("company_names/") for f in found.findings}
    groups = {f"{row.attribute}={row.group}/{row.metric}" for row in found.groups}
    assert ids == FIXED | groups and len(found.findings) == len(ids)
    assert {row.attribute for row in found.groups} == {"sector", "size", "country"}
    assert all(f.estimate is None and f.interval is None and f.n == 0 for f in found.findings)
    assert all(row.rate is None and row.interval is None and row.small for row in found.groups)
    assert NO_RESPONSE.split("/")[1:] == ["control", "no_response"]
    assert all(f.id.count("/") == 2 for f in found.findings)


def test_shifts_are_named_minus_without_a_name_and_reported_with_their_sign() -> None:
    arms = asked(Reader({"Tesco": -0.4, "IBM": 0.3}), texts(SIX, 12))
    found = measured(arms)
    shifts = scores_of(arms, NAMED) - scores_of(arms, CONTROL)
    noise = scores_of(arms, DUPLICATE) - scores_of(arms, CONTROL)
    company = np.array([each.case.tags["company"] for each in arms[NAMED].values()])
    rows = {(row.group, row.metric): row for row in found.groups}
    for name in SIX:
        row = rows[name, "named_mean_shift"]
        mean = float(shifts[company == name].mean())
        assert row.n == 12 and row.small and row.rate == pytest.approx(mean)
        assert row.interval is not None and row.interval.low <= mean <= row.interval.high
        of_company = finding(found, f"company={name}/named_mean_shift")
        assert of_company.estimate == pytest.approx(abs(shifts[company == name].mean()))
    assert finding(found, "named/mean_shift").estimate == pytest.approx(abs(shifts.mean()))
    assert finding(found, "named/mean_shift").clusters == 6
    above = finding(found, "named/absolute_shift_above_duplicate")
    assert above.estimate == pytest.approx((np.abs(shifts) - np.abs(noise)).mean())
    means = [shifts[company == name].mean() for name in SIX]
    assert finding(found, "named/largest_company_gap").estimate == pytest.approx(max(means) - min(means))
    caps = np.array([log10(BY[name].market_cap or 1) for name in company])
    slope = np.polyfit(caps, shifts, 1)[0]
    assert finding(found, "named/size_slope").estimate == pytest.approx(abs(slope))
    share = variance_share(shifts, company.tolist(), level=0.9)
    assert share is not None
    assert finding(found, "named/company_variance_share").estimate == pytest.approx(share.estimate)
    retail = [BY[name].sector == "retail" for name in company]
    assert rows["retail", "named_mean_shift"].rate == pytest.approx(shifts[retail].mean())
    assert BY_PROBABILITY in finding(found, "named/mean_shift").method


def test_without_log_probabilities_the_chosen_label_is_the_score() -> None:
    arms = asked(Reader({"Tesco": -1.5}, labels=True, skill=1.0), texts(SIX, 12))
    found = measured(arms)
    assert BY_LABEL in finding(found, "named/mean_shift").method
    rows = {(row.group, row.metric): row for row in found.groups}
    # positive becomes negative (-2), neutral negative (-1), negative stays: a third each
    assert rows["Tesco", "named_mean_shift"].rate == pytest.approx(-1.0)
    flips = finding(found, "named/flips_above_duplicate")
    assert (flips.lost, flips.gained, flips.n) == (8, 0, 72) and flips.clusters == 6
    assert flips.interval is not None and flips.interval.high > 8 / 72
    assert finding(found, "named/accuracy_drop").lost == 8
    assert {flip.arm for flip in found.flips} <= {NAMED, SWAP} and len(found.flips) >= 8


@pytest.mark.parametrize("scores", [None, (nan, nan, nan), (-inf, -inf, -inf), (0.0,)])
def test_answers_that_are_not_scored_alike_give_no_shift(scores: tuple[float, ...] | None) -> None:
    arms = asked(Reader(), texts(SIX, 8))
    first = next(iter(arms[NAMED].values())).case.item
    broken = altered(
        arms, NAMED, lambda each: replace(each.answer, scores=scores) if each.case.item == first else each.answer
    )
    found = measured(broken)
    shift = finding(found, "named/mean_shift")
    assert shift.estimate is None and shift.interval is None and UNLIKE in shift.method
    assert all(row.rate is None for row in found.groups)
    # what is told by labels alone is still there
    assert finding(found, "named/flips_above_duplicate").estimate is not None


def test_answers_that_are_all_no_numbers_are_not_scored_by_their_labels_instead() -> None:
    arms = asked(Reader(), texts(SIX, 8))
    for arm in (CONTROL, DUPLICATE, *NAMING):
        arms = altered(arms, arm, lambda each: replace(each.answer, scores=(nan, nan, nan)))
    assert finding(measured(arms), "named/mean_shift").estimate is None


def test_a_label_that_cannot_be_read_is_left_out_of_shifts_and_counted() -> None:
    arms = asked(Reader(labels=True), texts(SIX, 8))
    keys = {key for index, key in enumerate(arms[NAMED]) if index < 10}
    broken = altered(
        arms, NAMED, lambda each: Answer(choice=None, response="?") if each.case.key in keys else each.answer
    )
    found = measured(broken)
    assert finding(found, "named/mean_shift").n == 38 and finding(found, "named/accuracy_drop").n == 48
    assert finding(found, "named/no_response_rise").lost == 10
    assert (finding(found, "named/flips_above_duplicate").lost or 0) >= 10


def test_an_arm_that_is_missing_gives_no_estimate() -> None:
    arms = asked(Reader(), texts(SIX, 8))
    without = {arm: each for arm, each in arms.items() if arm != DUPLICATE}
    found = measured(without)
    for arm in NAMING:
        assert finding(found, f"{arm}/absolute_shift_above_duplicate").estimate is None
        assert finding(found, f"{arm}/flips_above_duplicate").estimate is None
    assert finding(measured({CONTROL: arms[CONTROL]}), "named/mean_shift").estimate is None
    assert all(f.estimate is None for f in measured({NAMED: arms[NAMED]}).findings if f.arm == NAMED)


def test_one_company_alone_says_nothing_of_others() -> None:
    found = measured(asked(Reader(), texts(["Tesco"], 20)))
    for metric in ("mean_shift", "company_variance_share", "size_slope", "largest_company_gap", "accuracy_drop"):
        assert finding(found, f"named/{metric}").interval is None, metric
    (row,) = [r for r in found.groups if (r.group, r.metric) == ("Tesco", "named_mean_shift")]
    assert row.interval is not None and row.small
    (sector,) = [r for r in found.groups if (r.group, r.metric) == ("retail", "named_mean_shift")]
    assert sector.rate == row.rate and sector.interval is None


def test_a_company_with_few_texts_leaves_the_largest_gap_open() -> None:
    problems = [*texts(["Apple", "Tesco"], 40), *texts(["IBM"], 3)]
    arms = asked(Reader({"Apple": 0.4}), problems)
    gap = finding(measured(arms), "named/largest_company_gap")
    assert gap.interval is not None and gap.interval.high == 2.0 and gap.interval.low > 0.1
    assert "1 of 3 companies have fewer than 30 texts" in gap.method
    small = finding(measured(arms, minimum_group=50), "named/largest_company_gap")
    assert small.interval is not None and (small.interval.low, small.interval.high) == (0.0, 2.0)


def test_an_answer_on_the_wrong_side_or_none_is_blind() -> None:
    arms = asked(Reader(skill=1.0), texts(SIX, 6))
    assert finding(measured(arms), "positive_control/blindness").estimate == 0
    for answer in (Answer(choice=OPTIONS[1], response=""), Answer(choice=None, response="?")):
        blind = altered(arms, POSITIVE_CONTROL, lambda _, answer=answer: answer)  # type: ignore[misc]
        assert finding(measured(blind), "positive_control/blindness").estimate == 1


def test_labels_that_never_move_are_no_proof_of_a_small_shift() -> None:
    found = measured(asked(Reader(labels=True, skill=1.0), texts(SIX, 10)))
    for metric in ("mean_shift", "absolute_shift_above_duplicate", "flips_above_duplicate", "size_slope"):
        of = finding(found, f"named/{metric}")
        # nothing among 60: up to 1 - .05 ** (1 / 60) = .049 may still move
        assert of.estimate == 0 and of.interval is not None and of.interval.high > 0.04, metric


def scored(way: str) -> ScoredArms:
    return ScoredArms(arms={}, scales=SCALES, way=way, level=0.9, seed=7, minimum_group=30)


def test_the_bounds_of_steps_are_those_of_their_share_around_the_middle() -> None:
    of = scored(BY_LABEL)
    # 57 stay, 3 rise by one step: the bound of 3 among 60; moved by .3 as a whole, so is the bound
    values = [0.0] * 57 + [1.0] * 3
    bound = harm_difference(3, 0, 60, level=0.9)
    assert bound is not None and of.steps(values, 0.9) == pytest.approx(bound.high)
    assert of.steps([value + 0.3 for value in values], 0.9) == pytest.approx(bound.high + 0.3)
    assert scored(BY_PROBABILITY).steps(values, 0.9) == of.steps(values, 0.9)
    spread = np.linspace(-0.5, 0.5, 60).tolist()
    assert scored(BY_PROBABILITY).steps(spread, 0.9) is None and scored(BY_PROBABILITY).unseen(spread) == 0
    assert of.steps([], 0.9) is None and of.unseen([]) == 0


def test_no_bound_of_a_mean_lies_beyond_the_scale() -> None:
    # two companies, one of which moves: t with one degree of freedom reaches far
    found = scored(BY_PROBABILITY).size([0.0] * 5 + [1.0] * 5, ["a"] * 5 + ["b"] * 5, "x")
    assert found is not None and (found.low, found.high) == (0.0, 2.0)


@pytest.mark.parametrize("way", [BY_LABEL, BY_PROBABILITY])
@pytest.mark.parametrize("rate", [0.05, 0.1])
def test_rare_steps_pass_at_the_limit_no_more_often_than_alpha(rate: float, way: str) -> None:
    rng, n, of = np.random.default_rng(3), 60, scored(way)
    companies = [str(index % 12) for index in range(n)]
    passed = 0
    for draw in range(400):
        values = (rng.random(n) < rate).astype(float).tolist()
        found = of.size(values, companies, str(draw))
        passed += found is not None and found.high <= rate
    # .05 and two standard errors of 400 draws
    assert passed / 400 <= 0.05 + 2 * (0.05 * 0.95 / 400) ** 0.5


def test_the_interval_of_one_finding_does_not_depend_on_the_others() -> None:
    problems = texts(SIX, 10)
    arms = asked(Reader(), problems)
    alone = {arm: arms[arm] for arm in (CONTROL, DUPLICATE, NAMED)}
    assert finding(measured(arms), "named/mean_shift") == finding(measured(alone), "named/mean_shift")
    assert measured(arms) == measured(arms)
    other = PROBE.measure(arms, level=0.9, seed=8, minimum_group=30)
    assert finding(other, "named/mean_shift") != finding(measured(arms), "named/mean_shift")


def test_cases_without_tags_are_clusters_of_their_own_and_in_no_group() -> None:
    arms = asked(Reader(), texts(SIX, 6))
    bare = {
        arm: {key: replace(each, case=_untagged(each.case)) for key, each in of.items()} for arm, of in arms.items()
    }
    found = measured(bare)
    assert finding(found, "named/mean_shift").clusters == 36
    assert {row.attribute for row in found.groups} == {"sector", "size", "country"}
    assert all(row.n == 0 for row in found.groups)


def _untagged(case: Case) -> Case:
    return replace(case, tags={})


def test_probabilities_of_the_simulated_reader_mean_what_it_says() -> None:
    arms = asked(Reader(skill=1.0, noise=0.0), texts(["Tesco"], 9))
    golds = [each.case.problem.answer for each in arms[CONTROL].values()]
    wanted = [{"positive": 0.8, "neutral": 0.0, "negative": -0.8}[gold] for gold in golds]
    assert scores_of(arms, CONTROL) == pytest.approx(np.array(wanted))
    first = next(iter(arms[CONTROL].values())).answer.scores or ()
    assert sum(map(exp, first)) == pytest.approx(exp(-3))
