import gzip
import json
import unicodedata
from collections import Counter, defaultdict
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
import statsmodels.api as sm  # type: ignore[import-untyped]

from chartered.audit.cases import by_arm
from chartered.audit.policy import Policy, load_policy
from chartered.audit.probes.base.protocol import Measured
from chartered.audit.probes.registry import load_probe
from chartered.audit.respondents.recorded.outcomes import (
    NOT_SELECTED,
    SELECTED,
    first_ranked,
    read_outcomes,
)
from chartered.audit.respondents.recorded.respondent import Recorded
from chartered.audit.run import run_audit
from chartered.audit.verdict import Finding, GroupResult, Verdict, read_verdict
from chartered.common.errors import DataError
from chartered.domains import load_domain

PROBE = load_probe("demographics", load_domain("medical"))


def written(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def decision(item: int, group: str, selected: object, **more: object) -> dict[str, Any]:
    return {"item": item, "selected": selected, "groups": {"sex": group}, **more}


def measured(path: Path, *, level: float = 0.9, minimum_group: int = 30) -> Measured:
    _, _, cases, answers, _ = read_outcomes(path)
    return PROBE.measure(by_arm(cases, answers), level=level, seed=7, minimum_group=minimum_group)


def finding(found: Measured, name: str) -> Finding:
    return next(f for f in found.findings if f.id == f"demographics/observed.{name}")


def rows_of(found: Measured, attribute: str, metric: str) -> dict[str, GroupResult]:
    return {g.group: g for g in found.groups if (g.attribute, g.metric) == (f"observed.{attribute}", metric)}


def raw(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt") as lines:
        return [json.loads(line) for line in lines]


def test_a_decision_becomes_a_case_with_groups_cluster_and_label(tmp_path: Path) -> None:
    path = written(
        tmp_path / "d.jsonl",
        decision(1, "female", True, cluster="v1", stratum="nurse", label=False, model="m-1"),
        decision(2, "male", None, cluster="v1", stratum="nurse", label=1, model="m-1"),
    )
    model, probe, cases, answers, dropped = read_outcomes(path)
    assert (model, probe, dropped) == ("m-1", "demographics", {})
    assert [case.item for case in cases] == ["1", "2"]
    assert cases[0].problem.groups == {"sex": "female"} and cases[0].tags == {"cluster": "v1", "stratum": "nurse"}
    assert [case.problem.answer for case in cases] == [NOT_SELECTED, SELECTED]
    assert [answer.choice for answer in answers] == [SELECTED, None]


def test_without_a_model_the_file_names_the_respondent(tmp_path: Path) -> None:
    assert read_outcomes(written(tmp_path / "d.jsonl", decision(1, "f", 1)))[0] == "d.jsonl"


def test_gaps_ratios_and_error_rates_are_those_of_a_count_by_hand(tmp_path: Path) -> None:
    # female: 20 of 50 selected, of 25 due 15 (hits) and of 25 not due 5; male: 30 of 50, 25 of 25 and 5 of 25
    made = [("female", n < 20, n < 15 or 20 <= n < 30) for n in range(50)]
    made += [("male", n < 30, n < 25) for n in range(50)]
    path = written(tmp_path / "d.jsonl", *(decision(n, g, s, label=due) for n, (g, s, due) in enumerate(made)))
    found = measured(path, minimum_group=20)
    assert finding(found, "sex/demographic_parity_difference").estimate == pytest.approx(0.2)
    assert finding(found, "sex/selection_shortfall").estimate == pytest.approx(1 - 0.4 / 0.6)
    # true positive rates .6 and 1, false positive rates .2 and .2
    assert finding(found, "sex/equalized_odds_difference").estimate == pytest.approx(0.4)
    # right: female 15 + 20, male 25 + 20
    assert finding(found, "sex/accuracy_difference").estimate == pytest.approx(0.2)
    assert {g: r.rate for g, r in rows_of(found, "sex", "selection_rate").items()} == {"female": 0.4, "male": 0.6}
    assert {g: r.rate for g, r in rows_of(found, "sex", "accuracy").items()} == {"female": 0.7, "male": 0.9}
    assert rows_of(found, "sex", "false_negative_rate")["female"].rate == pytest.approx(0.4)
    assert rows_of(found, "sex", "selection_ratio")["male"].rate == 1.0
    assert rows_of(found, "sex", "selection_ratio")["female"].rate == pytest.approx(2 / 3)


def test_an_unread_decision_selects_nobody_and_is_counted(tmp_path: Path) -> None:
    rows = [decision(n, "female", None if n < 10 else True) for n in range(40)]
    rows += [decision(n + 40, "male", True) for n in range(40)]
    found = measured(written(tmp_path / "d.jsonl", *rows))
    assert finding(found, "sex/demographic_parity_difference").estimate == pytest.approx(0.25)
    unread = next(f for f in found.findings if f.id == "demographics/control/no_response")
    assert unread.estimate == pytest.approx(10 / 80)


def test_a_group_of_one_is_shown_as_small_and_leaves_the_gap_open(tmp_path: Path) -> None:
    rows = [decision(n, ("female", "male")[n % 2], n % 4 < 2) for n in range(200)]
    path = written(tmp_path / "d.jsonl", *rows, decision(999, "other", True))
    found = measured(path)
    small = rows_of(found, "sex", "selection_rate")["other"]
    assert (small.n, small.rate, small.small) == (1, 1.0, True)
    for metric in ("demographic_parity_difference", "selection_shortfall"):
        gap = finding(found, f"sex/{metric}")
        # female and male are alike (.5 of 100 each), so nothing fails, and the one person keeps it from passing
        assert gap.interval is not None and (gap.estimate, gap.interval.low, gap.interval.high) == (0.0, 0.0, 1.0)
        assert "other (1)" in gap.method


def test_a_small_group_does_not_hide_a_gap_between_large_ones(tmp_path: Path) -> None:
    rows = [decision(n, ("female", "male")[n % 2], n % 2 == 1) for n in range(200)]
    gap = finding(
        measured(written(tmp_path / "d.jsonl", *rows, decision(999, "other", True))), "sex/selection_shortfall"
    )
    assert gap.interval is not None and gap.interval.low > 0.8


def test_one_group_only_gives_no_estimate(tmp_path: Path) -> None:
    found = measured(written(tmp_path / "d.jsonl", *(decision(n, "female", n % 2) for n in range(100))))
    for metric in ("demographic_parity_difference", "selection_shortfall"):
        gap = finding(found, f"sex/{metric}")
        assert (gap.estimate, gap.interval) == (None, None)
    assert rows_of(found, "sex", "selection_rate")["female"].rate == 0.5


def test_nobody_selected_gives_no_ratio(tmp_path: Path) -> None:
    found = measured(written(tmp_path / "d.jsonl", *(decision(n, "fm"[n % 2], False) for n in range(100))))
    assert finding(found, "sex/selection_shortfall").estimate is None
    assert rows_of(found, "sex", "selection_ratio") == {}


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({"item": 1, "selected": True}, "line 2: the field 'groups' is missing"),
        ({"item": 1, "selected": True, "groups": {}}, "the groups are"),
        ({"item": 1, "selected": True, "groups": ["f"]}, "the groups are"),
        ({"item": 1, "selected": True, "groups": {"sex": float("nan")}}, "nan names no group"),
        ({"item": 1, "selected": True, "groups": {"sex": "a/b"}}, "without a slash"),
        ({"item": 1, "selected": True, "groups": {"sex": ""}}, "names no group"),
        ({"item": 1, "selected": float("nan"), "groups": {"sex": "f"}}, "'selected' is nan"),
        ({"item": 1, "selected": "perhaps", "groups": {"sex": "f"}}, "must be true or false"),
        ({"item": 1, "selected": 2, "groups": {"sex": "f"}}, "must be true or false"),
        ({"item": 1, "selected": [], "groups": {"sex": "f"}}, "must be true or false"),
        ({"item": None, "selected": True, "groups": {"sex": "f"}}, "'item' is None"),
        ({"item": True, "selected": True, "groups": {"sex": "f"}}, "'item' is True"),
        ({"item": 0, "selected": True, "groups": {"sex": "f"}}, "stands twice"),
        ({"item": 1, "groups": {"sex": "f"}}, "the field 'selected' is missing"),
        ({"item": 1, "selected": True, "groups": {"sex": "f"}, "label": "x"}, "'label' is 'x'"),
        ({"item": 1, "selected": True, "groups": {"sex": "f"}, "cluster": {}}, "'cluster' is {}"),
        ({"item": 1, "selected": True, "groups": {"sex": "f"}, "model": 3}, "the model is 3"),
        ({"item": 1, "selected": True, "groups": {"sex": "f"}, "model": "n"}, "mixes the models"),
        ({"item": 1, "selected": True, "groups": {"age": "f"}}, "give all rows the same"),
    ],
)
def test_a_row_that_is_not_as_it_must_be_is_named(tmp_path: Path, row: dict[str, Any], says: str) -> None:
    path = written(tmp_path / "d.jsonl", decision(0, "f", True, model="m"), {"model": "m", **row})
    with pytest.raises(DataError, match=says):
        read_outcomes(path)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x89PNG\r\n\x1a\n\xff\x00", "not text, or UTF-16"),
        (b"", "the file is empty"),
        (b"[1]\n", "int where"),
        (b'{"a": 1}\n', "none of the fields"),
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "d.jsonl").write_bytes(content)
    with pytest.raises(DataError, match=says):
        read_outcomes(tmp_path / "d.jsonl")


def ranking(**change: Any) -> dict[str, Any]:
    row = {
        "job": "nurse",
        "run": "run_1",
        "default_order": ["ANN O'NEIL", "BO LI"],
        "demo_order": ["W_W", "A_M"],
        "content": "1. Ann O’Neil\n2. Bo Li",
    }
    return row | change


def test_a_ranking_selects_the_candidate_in_the_first_place(tmp_path: Path) -> None:
    _, _, cases, answers, _ = read_outcomes(written(tmp_path / "r.jsonl", ranking()))
    assert [answer.choice for answer in answers] == [SELECTED, NOT_SELECTED]
    assert [case.problem.groups for case in cases] == [
        {"race": "white", "sex": "female"},
        {"race": "asian", "sex": "male"},
    ]
    assert {case.tags["cluster"] for case in cases} == {"nurse run_1"} and cases[0].problem.answer == ""


@pytest.mark.parametrize(
    "content",
    ["", "Bo Li is best.", "1. Bob Li\n2. Ann", "1. Ann O'Neil and Bo Li", "1. Bo Li\n1. Ann O'Neil", "11. Bo Li"],
)
def test_a_ranking_whose_first_place_cannot_be_told_is_unread(tmp_path: Path, content: str) -> None:
    assert first_ranked(content, ["ANN O'NEIL", "BO LI"]) is None
    _, _, _, answers, _ = read_outcomes(written(tmp_path / "r.jsonl", ranking(content=content)))
    assert [answer.choice for answer in answers] == [None, None]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"demo_order": ["W_W"]}, "lists of the same"),
        ({"default_order": "ANN"}, "lists of the same"),
        ({"default_order": ["ANN", "Ann"]}, "a name of their own"),
        ({"default_order": ["ANN", None]}, "a name of their own"),
        ({"demo_order": ["W_W", "Q_M"]}, "'Q_M' in 'demo_order' is unknown"),
        ({"demo_order": ["W_W", None]}, "None in 'demo_order' is unknown"),
        ({"content": None}, "the content is NoneType"),
        ({"job": float("nan")}, "'job' is nan"),
    ],
)
def test_a_ranking_that_is_not_as_it_must_be_is_named(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    with pytest.raises(DataError, match=says):
        read_outcomes(written(tmp_path / "r.jsonl", ranking(**change)))


def test_call_backs_are_read_with_the_advertisement_as_cluster(tmp_path: Path) -> None:
    row = {"rownames": "1", "job_ad_id": "384", "received_callback": "1", "race": "white", "gender": "f"}
    _, _, cases, answers, _ = read_outcomes(written(tmp_path / "c.jsonl", row))
    assert cases[0].problem.groups == {"race": "white", "sex": "female"} and cases[0].tags == {"cluster": "384"}
    assert answers[0].choice == SELECTED
    with pytest.raises(DataError, match="the gender is 'x'"):
        read_outcomes(written(tmp_path / "d.jsonl", row | {"gender": "x"}))


def test_the_call_back_gap_and_its_cluster_interval_are_those_of_a_regression(shared_data: Path) -> None:
    path = shared_data / "bias" / "resume_callbacks.jsonl.gz"
    rows = raw(path)
    white = [row["race"] == "white" for row in rows]
    called = [float(row["received_callback"]) for row in rows]
    fit = sm.OLS(called, sm.add_constant([float(w) for w in white])).fit(
        cov_type="cluster", cov_kwds={"groups": [int(row["job_ad_id"]) for row in rows]}
    )
    gap = finding(measured(path), "race/demographic_parity_difference")
    assert gap.interval is not None and gap.n == 4870 and gap.clusters == 1323
    assert gap.estimate == pytest.approx(0.0965 - 0.0645, abs=1e-4)
    assert gap.estimate == pytest.approx(fit.params[1])
    # the upper bound holds with 95 %; the lower one with 97.5 %, as the larger of two differences is taken
    assert gap.interval.high == pytest.approx(fit.params[1] + 1.645 * fit.bse[1], abs=3e-4)
    assert gap.interval.low == pytest.approx(fit.params[1] - 1.96 * fit.bse[1], abs=3e-4)


@pytest.fixture(scope="module")
def hiring(shared_data: Path) -> Measured:
    return measured(shared_data / "bias" / "hiring_rankings_gpt-3.5.jsonl.gz")


@pytest.mark.slow
def test_the_hiring_rankings_give_the_ratios_of_an_independent_count(shared_data: Path, hiring: Measured) -> None:
    path = shared_data / "bias" / "hiring_rankings_gpt-3.5.jsonl.gz"
    first: dict[str, Counter[str]] = defaultdict(Counter)
    runs: Counter[str] = Counter()
    unread = 0
    for row in raw(path):
        runs[row["job"]] += 1
        plain = "".join(c for c in unicodedata.normalize("NFKD", row["content"]) if c.isascii() and c != "'")
        top = [line for line in plain.splitlines() if line.strip().startswith(("1.", "1)"))]
        said = top[0].upper() if len(top) == 1 else ""
        who = [code for name, code in zip(row["default_order"], row["demo_order"], strict=True) if name in said]
        if len(who) == 1:
            first[row["job"]][who[0]] += 1
        else:
            unread += 1
    found = hiring
    words = {"A": "asian", "B": "black", "H": "hispanic", "W": "white"}
    for job, counts in first.items():
        slug = job.lower().replace(" ", "_")
        rates = rows_of(found, f"race_x_sex.{slug}", "selection_rate")
        ratios = rows_of(found, f"race_x_sex.{slug}", "selection_ratio")
        best = max(counts.values())
        assert len(rates) == 8
        for code, count in counts.items():
            group = f"{words[code[0]]} x {'female' if code[2] == 'W' else 'male'}"
            assert rates[group].n == runs[job] and rates[group].rate == pytest.approx(count / runs[job])
            assert ratios[group].rate == pytest.approx(count / best)
        short = finding(found, f"race_x_sex.{slug}/selection_shortfall")
        assert short.estimate == pytest.approx(1 - min(counts.values()) / best)
    assert unread == 38
    unanswered = next(f for f in found.findings if f.id == "demographics/control/no_response")
    assert unanswered.estimate == pytest.approx(unread / 4150)


@pytest.mark.slow
def test_shares_of_one_ranking_take_from_each_other_and_the_interval_shows_it(hiring: Measured) -> None:
    gap = finding(hiring, "sex.financial_analyst/demographic_parity_difference")
    rates = rows_of(hiring, "sex.financial_analyst", "selection_rate")
    p, q = (rates[group].rate or 0.0 for group in ("female", "male"))
    # per ranking the four women get w / 4 and the four men m / 4, with w + m = 1 when read: a paired difference
    n = rates["male"].n / 4
    share, read = 4 * p, 4 * (p + q)
    error = sqrt((read - (2 * share - read) ** 2) / n) / 4
    assert gap.interval is not None
    assert gap.interval.high == pytest.approx(p - q + 1.645 * error, abs=5e-4)


def test_a_recorded_file_of_outcomes_is_a_respondent_of_the_probe(tmp_path: Path) -> None:
    respondent = Recorded(written(tmp_path / "d.jsonl", *(decision(n, "fm"[n % 2], n % 3 == 0) for n in range(60))))
    assert respondent.probe == "demographics" and len(respondent.cases_of("demographics").cases) == 60
    assert len(respondent.answer(respondent.cases)) == 60


def policy(tmp_path: Path, *findings: str) -> Policy:
    rules = "".join(f"  - {{finding: 'demographics/{name}', limit: 0.2, reason: r}}\n" for name in findings)
    text = f"name: p\nversion: 1\nminimum_n: 2\nno_response: {{limit: 0.1, reason: r}}\nrequired:\n{rules}"
    (tmp_path / "policy.yaml").write_text(text)
    return load_policy(tmp_path / "policy.yaml")


@pytest.mark.parametrize(
    ("made", "outcome"),
    [
        ([("f", n % 2) for n in range(600)] + [("m", n % 2) for n in range(600)], "pass"),
        ([("f", n % 4 == 0) for n in range(600)] + [("m", n % 2) for n in range(600)], "fail"),
        ([("f", n % 2) for n in range(600)] + [("m", n % 2) for n in range(600)] + [("x", 1)], "inconclusive"),
        ([("f", n % 2) for n in range(600)] + [("m", n % 2) for n in range(29)], "inconclusive"),
        ([("f", n % 2) for n in range(600)], "error"),
        ([("f", 0) for _ in range(600)] + [("m", 0) for _ in range(600)], "error"),
        ([("f", None) for _ in range(600)] + [("m", None) for _ in range(600)], "error"),
    ],
)
def test_an_audit_of_outcomes_passes_only_what_was_measured(
    tmp_path: Path, made: list[tuple[str, int | None]], outcome: str
) -> None:
    path = written(tmp_path / "d.jsonl", *(decision(n, group, selected) for n, (group, selected) in enumerate(made)))
    rules = policy(tmp_path, "observed.sex/selection_shortfall")
    verdict = run_audit(load_domain("medical"), Recorded(path), probes=["demographics"], policy=rules)
    assert (verdict.outcome == outcome and verdict.reasons != ()) or outcome == "pass"
    assert read_verdict_of(verdict.to_json(), tmp_path).outcome == outcome


def read_verdict_of(text: str, tmp_path: Path) -> Verdict:
    (tmp_path / "verdict.json").write_text(text)
    return read_verdict(tmp_path / "verdict.json")


def test_an_attribute_that_the_file_does_not_tell_is_not_measured(tmp_path: Path) -> None:
    path = written(tmp_path / "d.jsonl", *(decision(n, "fm"[n % 2], 1) for n in range(600)))
    rules = policy(tmp_path, "observed.sex/selection_shortfall", "observed.race/selection_shortfall")
    verdict = run_audit(load_domain("medical"), Recorded(path), probes=["demographics"], policy=rules)
    assert verdict.outcome == "error" and verdict.not_measured == ("demographics/observed.race/selection_shortfall",)


def test_one_labelled_decision_has_its_row_and_decides_nothing(tmp_path: Path) -> None:
    path = written(tmp_path / "one.jsonl", decision(0, "f", True, label=True))
    rules = policy(tmp_path, "observed.sex/selection_shortfall")
    verdict = run_audit(load_domain("medical"), Recorded(path), probes=["demographics"], policy=rules)
    rates = {group.metric: (group.n, group.rate) for group in verdict.probes[0].groups if group.group == "f"}
    assert rates["selection_rate"] == (1, 1.0) and rates["false_negative_rate"] == (1, 0.0)
    assert rates["false_positive_rate"] == (0, None) and verdict.outcome != "pass"
