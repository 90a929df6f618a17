import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.paths import MEDICAL

from chartered.audit.policy import Policy, decide, judge, load_policy
from chartered.audit.statistics.proportions import harm_difference, wilson
from chartered.audit.verdict import Finding, Interval
from chartered.common.errors import UsageError

DEFAULT = MEDICAL / "policy.yaml"

POLICY = Policy.model_validate(
    {
        "name": "p",
        "version": 1,
        "alpha": 0.05,
        "minimum_n": 20,
        "no_response": {"limit": 0.05, "reason": "r"},
        "required": [{"finding": "p/*/drop", "limit": 0.05, "reason": "r"}],
    }
)


def drop(lost: int, gained: int, n: int, arm: str = "recency") -> Finding:
    found = harm_difference(lost, gained, n, level=0.9)
    return Finding(
        id=f"p/{arm}/drop",
        probe="p",
        arm=arm,
        metric="drop",
        harm="answers lost",
        n=n,
        lost=lost,
        gained=gained,
        estimate=found.estimate if found else None,
        interval=Interval(low=found.low, high=found.high, level=0.9) if found else None,
    )


def unread(count: int, n: int) -> Finding:
    found = wilson(count, n, level=0.9)
    assert found is not None
    return Finding(
        id="p/control/no_response",
        probe="p",
        arm="control",
        metric="no_response",
        harm="unread",
        n=n,
        estimate=found.estimate,
        interval=Interval(low=found.low, high=found.high, level=0.9),
    )


def written(path: Path, **changes: Any) -> Path:
    policy = {**yaml.safe_load(DEFAULT.read_text()), **changes}
    path.write_text(yaml.safe_dump({k: v for k, v in policy.items() if v is not None}, sort_keys=False))
    return path


@pytest.mark.parametrize(
    ("finding", "outcome"),
    [
        (drop(0, 0, 300), "pass"),  # upper bound about 3.1 / 300 = 0.010
        (drop(90, 0, 300), "fail"),
        (drop(20, 5, 300), "inconclusive"),  # estimate 0.05
        (drop(0, 0, 25), "inconclusive"),  # upper bound about 3 / 25 = 0.12
        (drop(0, 0, 0), "error"),
    ],
)
def test_the_interval_and_the_limit_decide(finding: Finding, outcome: str) -> None:
    assert judge(finding, POLICY).outcome == outcome


def test_too_few_items_settle_nothing_even_when_all_are_lost() -> None:
    judged = judge(drop(19, 0, 19), POLICY)
    assert judged.outcome == "inconclusive" and judged.needed_n == 20
    assert "19 items" in judged.reason and "at least 20" in judged.reason


def test_an_inconclusive_finding_says_how_many_items_would_settle_it() -> None:
    judged = judge(drop(0, 0, 25), POLICY)
    # the exact bound of a share, 1 - .05^(1/n), is at most .05 from n = 59; the guarded score is near to it
    assert judged.needed_n == 61 and "about 61 items would settle it" in judged.reason


def test_clusters_need_as_many_more_items_as_their_interval_is_wide() -> None:
    alone = drop(6, 2, 60)
    wide = Interval(low=-0.10, high=0.25, level=0.9)
    judged = judge(alone.model_copy(update={"clusters": 6, "interval": wide}), POLICY)
    estimate, limit = 4 / 60, 0.05
    # the half-width down to the limit shrinks with the square root of n: (1/15 + .10) against 1/15 - .05
    assert judged.needed_n == int(60 * ((estimate + 0.10) / (estimate - limit)) ** 2) + 1
    independent = judge(alone, POLICY).needed_n
    assert independent is not None and judged.needed_n > independent


def test_a_bound_that_is_on_the_limit_passes() -> None:
    finding = drop(0, 0, 300)
    assert finding.interval is not None
    on_it = POLICY.model_copy(
        update={"required": (POLICY.required[0].model_copy(update={"limit": finding.interval.high}),)}
    )
    assert judge(finding, on_it).outcome == "pass"


def test_too_many_unread_answers_are_an_error_and_not_a_failure() -> None:
    assert judge(unread(30, 100), POLICY).outcome == "error"
    assert judge(unread(0, 100), POLICY).outcome == "pass"
    assert judge(unread(4, 100), POLICY).outcome == "inconclusive"


def test_a_finding_without_a_rule_is_reported_and_not_judged() -> None:
    finding = drop(9, 0, 100).model_copy(update={"id": "p/recency/other"})
    assert judge(finding, POLICY) == finding


@pytest.mark.parametrize(
    ("findings", "outcome"),
    [
        ([drop(0, 0, 300)], "pass"),
        ([drop(0, 0, 300), drop(0, 0, 300, "b"), unread(0, 300)], "pass"),
        ([drop(0, 0, 300), drop(0, 0, 25, "b")], "inconclusive"),
        ([drop(0, 0, 300), drop(0, 0, 25, "b"), drop(0, 0, 0, "c")], "error"),
        ([drop(90, 0, 300), drop(0, 0, 25, "b"), drop(0, 0, 0, "c")], "fail"),
        ([drop(0, 0, 300), unread(90, 300)], "error"),
        ([unread(0, 300)], "error"),  # nothing fits the required pattern
        ([], "error"),
    ],
)
def test_the_worst_required_finding_decides_the_whole(findings: list[Finding], outcome: str) -> None:
    decision = decide(findings, POLICY)
    assert decision.outcome == outcome
    assert bool(decision.reasons) == (outcome != "pass")


def test_what_was_not_measured_is_listed() -> None:
    assert decide([], POLICY).not_measured == ("p/*/drop",)
    assert decide([drop(0, 0, 0)], POLICY).not_measured == ("p/recency/drop",)


def test_the_first_rule_that_fits_decides() -> None:
    policy = load_policy(DEFAULT)
    placebo, bias = (policy.rule(f"cognitive_bias/{arm}/accuracy_drop") for arm in ("placebo", "recency"))
    assert placebo is not None and bias is not None and placebo.reason != bias.reason


def test_the_default_policy_has_a_reason_for_each_limit() -> None:
    policy = load_policy(DEFAULT)
    assert all(len(rule.reason.split()) > 5 for rule in (policy.no_response, *policy.required))
    assert policy.level == pytest.approx(0.9)


def test_the_hash_follows_what_the_policy_says_and_not_its_comments(tmp_path: Path) -> None:
    policy = load_policy(DEFAULT)
    assert load_policy(written(tmp_path / "a.yaml")).sha256 == policy.sha256
    assert load_policy(written(tmp_path / "b.yaml", minimum_n=101)).sha256 != policy.sha256


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("minimun_n: 100\n", "line 1: unknown key 'minimun_n'; did you mean 'minimum_n'?"),
        ("name: a\nname: b\n", "line 2: the key 'name' is given twice"),
        ("[1, 2]", "block of keys"),
        ("", "block of keys"),
        ("a: [", "not a YAML file"),
        ("\x00", "not a YAML file"),
    ],
)
def test_a_policy_that_cannot_be_read_is_told_in_one_sentence(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "policy.yaml"
    path.write_text(text)
    with pytest.raises(UsageError) as error:
        load_policy(path)
    assert said in str(error.value) and str(path) in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"alpha": 0.7}, "alpha is 0.7"),
        ({"alpha": float("nan")}, "alpha is nan"),
        ({"minimum_n": 0}, "minimum_n is 0"),
        ({"required": []}, "required"),
        ({"required": [{"finding": "drop", "limit": 0.1, "reason": "r"}]}, "probe/arm/metric"),
        ({"required": [{"finding": "a/b/c", "limit": 0.1, "reason": "r"} for _ in range(2)]}, "two rules"),
        ({"required": [{"finding": "*/control/no_response", "limit": 0.1, "reason": "r"}]}, "block no_response"),
        ({"required": [{"finding": "a/b/c", "limit": 0.1}]}, "'required.0.reason' is missing"),
        ({"required": [{"finding": "a/b/c", "limt": 0.1, "reason": "r"}]}, "did you mean 'limit'?"),
        ({"required": [{"finding": "a/b/c", "limit": 5, "reason": "r"}]}, "required.0.limit is 5"),
        ({"no_response": None}, "'no_response' is missing"),
    ],
)
def test_a_value_that_is_not_right_is_named_with_its_line(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=r"policy.yaml, line \d+: ") as error:
        load_policy(written(tmp_path / "policy.yaml", **changes))
    assert said in str(error.value)


def test_a_policy_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such policy"):
        load_policy(tmp_path / "none.yaml")


@pytest.mark.parametrize(("lost", "gained"), [(0.05, 0.0), (0.10, 0.05), (0.25, 0.20)])
def test_a_model_that_is_on_the_limit_passes_in_no_more_than_alpha_of_audits(lost: float, gained: float) -> None:
    # true harm = limit = 0.05; 2,000 audits of 300 items: Monte-Carlo standard error at 5 % is 0.5 points
    rng, passed, audits = random.Random(5), 0, 2000
    cache: dict[tuple[int, int], bool] = {}
    for _ in range(audits):
        rolls = [rng.random() for _ in range(300)]
        key = sum(r < lost for r in rolls), sum(lost <= r < lost + gained for r in rolls)
        if key not in cache:
            cache[key] = judge(drop(*key, 300), POLICY).outcome == "pass"
        passed += cache[key]
    assert passed / audits <= 0.05 + 3 * 0.005


def test_a_judged_finding_says_what_harm_it_would_have_shown() -> None:
    few, many = (judge(drop(n // 20, n // 50, n), POLICY).minimum_detectable for n in (100, 1000))
    assert few is not None and many is not None and 0.05 < many < few < 0.3
    assert judge(drop(0, 0, 0), POLICY).minimum_detectable is None


def test_tests_are_adjusted_for_all_of_them() -> None:
    findings = [drop(5, 5, 100).model_copy(update={"p_value": p}) for p in (0.04, 0.01)]
    assert [finding.holm_p for finding in decide(findings, POLICY).findings] == [
        pytest.approx(0.04),
        pytest.approx(0.02),
    ]
