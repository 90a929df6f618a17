import copy
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from chartered.audit.cases import CONTROL, DUPLICATE, POSITIVE_CONTROL, Answer, Arms, Case, by_arm
from chartered.audit.probes.base.protocol import Measured
from chartered.audit.probes.base.wording import default_wording
from chartered.audit.probes.demographics.probe import NEUTRAL, Demographics
from chartered.audit.probes.registry import load_probe
from chartered.audit.statistics.clustered import shares
from chartered.audit.statistics.harms import arm_result
from chartered.audit.verdict import Finding
from chartered.common.errors import UsageError
from chartered.domains import Problem, load_domain

DOMAIN = load_domain("medical")
PROBE = Demographics(default_wording("demographics"), DOMAIN)
OPTIONS = ("approve", "decline")


def problem(n: int, text: str = "A 45-year-old man asks for a loan.", **more: Any) -> Problem:
    fields: dict[str, Any] = {"options": OPTIONS, "answer": OPTIONS[n % 2], **more}
    return Problem(
        prompt=({"role": "user", "content": f"{text} File {n}."},), kind="k", domain="d", split="heldout", **fields
    )


def asked(problems: Sequence[Problem], choose: Callable[[Case], str | None], seed: int = 7) -> Arms:
    cases = PROBE.cases(problems, seed=seed).cases
    return by_arm(cases, [Answer(choice=choose(case), response="") for case in cases])


def measured(arms: Arms, minimum_group: int = 30) -> Measured:
    return PROBE.measure(arms, level=0.9, seed=7, minimum_group=minimum_group)


def finding(found: Measured, name: str) -> Finding:
    return next(f for f in found.findings if f.id == f"demographics/{name}")


def right(case: Case) -> str:
    return case.problem.answer


def test_every_item_is_asked_untouched_twice_neutral_and_in_every_group() -> None:
    given = problem(1)
    before = copy.deepcopy(given)
    found = PROBE.cases([given], seed=7)
    assert given == before and found.items == 1
    arms = {(case.arm, case.variant): case for case in found.cases}
    groups = {(f"{pack.attribute}={group}", pack.attribute) for pack in PROBE.packs for group in pack.groups}
    # money is tied to socio-economic status here
    told = {key for key in groups if key[1] != "socioeconomic"}
    assert set(arms) == {(CONTROL, ""), (DUPLICATE, ""), (POSITIVE_CONTROL, "")} | told | {
        (NEUTRAL, a) for _, a in told
    }
    assert found.dropped == {"socioeconomic: its content is tied to the attribute": 1}
    assert arms[CONTROL, ""].problem == arms[DUPLICATE, ""].problem == given
    assert all(c.problem.options == OPTIONS and c.problem.answer == given.answer for c in found.cases)
    assert all("/" not in case.arm for case in found.cases)
    assert arms["sex=male", "sex"].tags == {"own": "yes"} and arms["sex=male", "sex"].problem == given
    assert arms["sex=female", "sex"].problem.question == "A 45-year-old woman asks for a loan. File 1."


def test_cases_are_the_same_for_the_same_seed() -> None:
    problems = [problem(n) for n in range(5)]
    assert PROBE.cases(problems, seed=3) == PROBE.cases(problems, seed=3)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (problem(1, options=(), answer="x"), "not multiple choice"),
        (problem(1, text="It rains."), "no attribute can be swapped safely"),
        (problem(1, answer="maybe"), "the right answer is not one of the options"),
    ],
)
def test_what_does_not_fit_is_dropped_and_counted(given: Problem, reason: str) -> None:
    found = PROBE.cases([given], seed=7)
    assert (found.cases, found.items, found.dropped[reason]) == ((), 0, 1)


def test_a_second_turn_and_a_second_asking_are_dropped_and_counted() -> None:
    one = problem(1)
    prompt = (*one.prompt, {"role": "assistant", "content": "Which?"}, *problem(2).prompt)
    two = Problem(prompt=prompt, answer="approve", kind="k", domain="d", split="heldout", options=OPTIONS)  # type: ignore[arg-type]
    found = PROBE.cases([one, one, two], seed=7)
    assert found.items == 1
    assert found.dropped["asked twice"] == 1 and found.dropped["not one question in one turn"] == 1


def test_nothing_asked_gives_every_finding_without_an_estimate() -> None:
    found = measured({})
    assert all(f.estimate is None and f.interval is None and f.n == 0 for f in found.findings)
    names = {f.id for f in found.findings}
    assert len(names) == len(found.findings) and all(len(name.split("/")) == 3 for name in names)
    full = measured(asked([problem(n) for n in range(4)], right))
    assert {f.id for f in full.findings} == names


def test_an_answer_that_ignores_the_group_flips_nowhere() -> None:
    found = measured(asked([problem(n) for n in range(120)], right))
    for name in ("sex=female", "age=age_75", "race_ethnicity=black"):
        flips = finding(found, f"{name}/flips_above_neutral")
        assert (flips.estimate, flips.n) == (0.0, 120)
    gap = finding(found, "race_ethnicity/accuracy_difference")
    assert gap.interval is not None and (gap.estimate, gap.n) == (0.0, 120) and gap.interval.high < 0.05
    assert finding(found, "sex/selection_shortfall").estimate == 0.0
    assert found.flips == ()


def test_only_swaps_that_change_something_count_for_flips_and_lost_answers() -> None:
    found = measured(asked([problem(n) for n in range(40)], right))
    # all are men: the male arm is the item itself
    assert finding(found, "sex=male/flips_above_neutral").n == 0
    assert finding(found, "sex=male/accuracy_drop").estimate is None
    assert finding(found, "sex=female/accuracy_drop").n == 40


def test_a_group_that_is_declined_more_often_is_found_by_every_measure() -> None:
    def harsh(case: Case) -> str:
        # every third woman is declined
        third = int(case.problem.question.split("File ")[1].split(".")[0]) % 3 == 0
        return "decline" if case.arm == "sex=female" and third else "approve"

    found = measured(asked([problem(n) for n in range(300)], harsh))
    flips = finding(found, "sex=female/flips_above_neutral")
    assert flips.estimate == pytest.approx(1 / 3) and (flips.lost, flips.gained) == (100, 0)
    gap = finding(found, "sex/demographic_parity_difference")
    assert gap.estimate == pytest.approx(1 / 3) and gap.clusters == 300
    assert finding(found, "sex/selection_shortfall").estimate == pytest.approx(1 / 3)
    # of the 150 whose approval is right, 50 are declined: true positive rates 2/3 and 1; the same of the other 150
    assert finding(found, "sex/equalized_odds_difference").estimate == pytest.approx(1 / 3)
    # declining is right in half of the 100, so accuracy stays the same
    assert finding(found, "sex/accuracy_difference").estimate == pytest.approx(0.0)
    assert finding(found, "age/selection_shortfall").estimate == 0.0
    assert {flip.arm for flip in found.flips} == {"sex=female"} and len(found.flips) == 100
    rates = {(g.group, g.metric): g.rate for g in found.groups if g.attribute == "sex"}
    assert rates["female", "selection_rate"] == pytest.approx(2 / 3) and rates["male", "selection_rate"] == 1.0
    assert rates["female", "accuracy"] == rates["male", "accuracy"] == 0.5


def test_flips_that_any_edit_causes_are_not_blamed_on_the_group() -> None:
    def nervous(case: Case) -> str:
        edited = case.arm not in (CONTROL, DUPLICATE) and "own" not in case.tags
        return OPTIONS[edited]

    flips = finding(measured(asked([problem(n) for n in range(100)], nervous)), "sex=female/flips_above_neutral")
    assert flips.estimate == 0.0


def test_unread_answers_are_wrong_and_rise_with_the_group() -> None:
    def silent(case: Case) -> str | None:
        return None if case.arm == "religion=muslim" else right(case)

    found = measured(asked([problem(n) for n in range(100)], silent))
    assert finding(found, "religion=muslim/no_response_rise").estimate == 1.0
    assert finding(found, "religion=muslim/accuracy_drop").estimate == 1.0
    assert finding(found, "religion/accuracy_difference").estimate == 1.0
    # of those who are approved elsewhere nobody is
    assert finding(found, "religion/selection_shortfall").estimate == 1.0


def test_fewer_items_than_a_group_needs_leave_the_gap_open() -> None:
    found = measured(asked([problem(n) for n in range(29)], right))
    for name in ("sex/accuracy_difference", "sex/selection_shortfall", "sex/demographic_parity_difference"):
        gap = finding(found, name)
        assert gap.interval is not None and (gap.estimate, gap.interval.low, gap.interval.high) == (0.0, 0.0, 1.0)
        assert "too small" in gap.method
    assert all(g.small for g in found.groups)


def test_items_with_groups_of_their_own_are_compared_as_they_are_by_group_and_intersection() -> None:
    def favours(case: Case) -> str:
        return "approve" if case.problem.groups["region"] == "north" else "decline"

    problems = [
        problem(n, text="It rains.", groups={"region": ("north", "south")[n % 2], "size": ("big", "small")[n // 2 % 2]})
        for n in range(200)
    ]
    found = measured(asked(problems, favours))
    assert finding(found, "observed.region/demographic_parity_difference").estimate == 1.0
    assert finding(found, "observed.size/demographic_parity_difference").estimate == 0.0
    assert finding(found, "observed.region_x_size/selection_shortfall").estimate == 1.0
    groups = {g.group for g in found.groups if g.attribute == "observed.region_x_size"}
    assert groups == {"north x big", "north x small", "south x big", "south x small"}


def test_items_without_a_right_answer_have_no_accuracy() -> None:
    cases = [
        Case(item=str(n), arm=CONTROL, problem=problem(n, answer="", groups={"g": "ab"[n % 2]})) for n in range(80)
    ]
    arms = by_arm(cases, [Answer(choice="approve", response="")] * 80)
    found = measured(arms)
    assert finding(found, "control/chance_gap").estimate is None
    assert finding(found, "control/no_response").estimate == 0.0
    assert "demographics/observed.g/accuracy_difference" not in {f.id for f in found.findings}
    assert arm_result(CONTROL, list(arms[CONTROL].values())).accuracy is None


def test_a_stratum_has_tables_of_its_own() -> None:
    strata = ("X y", "X y", "z", "z")
    cases = [
        Case(item=str(n), arm=CONTROL, problem=problem(n, groups={"g": "ab"[n % 2]}), tags={"stratum": strata[n % 4]})
        for n in range(400)
    ]
    # in the stratum z only a is approved
    chosen = ["approve" if n % 4 < 2 or n % 2 == 0 else "decline" for n in range(400)]
    found = measured(by_arm(cases, [Answer(choice=c, response="") for c in chosen]))
    estimates = {f.arm: f.estimate for f in found.findings if f.metric == "demographic_parity_difference" and f.n}
    assert estimates == {"observed.g": 0.5, "observed.g.x_y": 0.0, "observed.g.z": 1.0}


def test_a_user_extends_the_packs_with_a_file_of_their_own(tmp_path: Path) -> None:
    pack = {
        "version": 1,
        "attribute": "dialect",
        "how": "mention",
        "reason": "r",
        "sources": ["ours"],
        "groups": {"north": {"say": "northern"}, "south": {"say": "southern"}},
    }
    wording = yaml.safe_load((default_wording("demographics")).read_text()) | {"packs": ["sex", "dialect.yaml"]}
    (tmp_path / "dialect.yaml").write_text(yaml.safe_dump(pack))
    (tmp_path / "w.yaml").write_text(yaml.safe_dump(wording))
    probe = Demographics(tmp_path / "w.yaml", DOMAIN)
    assert [p.attribute for p in probe.packs] == ["sex", "dialect"]
    before = probe.wording_sha256
    pack["groups"] = {"north": {"say": "Northern"}, "south": {"say": "southern"}}
    (tmp_path / "dialect.yaml").write_text(yaml.safe_dump(pack))
    assert Demographics(tmp_path / "w.yaml", DOMAIN).wording_sha256 != before
    (tmp_path / "w.yaml").write_text(yaml.safe_dump(wording | {"packs": ["dialect.yaml", "dialect.yaml"]}))
    with pytest.raises(UsageError, match="two packs are about the attribute 'dialect'"):
        Demographics(tmp_path / "w.yaml", DOMAIN)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"packs": []}, "packs"),
        ({"packs": ["sexx"]}, "did you mean 'sex'"),
        ({"packs": ["none.yaml"]}, "there is no such attribute pack"),
        ({"sentences": ["no stop"]}, "whole sentence"),
        ({"people": ["a.b"]}, "pattern"),
        ({"favorable": []}, "did you mean 'favourable'"),
        ({"positive_control": {"text": "x.", "reason": "r"}}, "must contain {target} once"),
    ],
)
def test_wording_that_is_not_as_it_must_be_is_refused(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    wording = yaml.safe_load((default_wording("demographics")).read_text()) | change
    (tmp_path / "w.yaml").write_text(yaml.safe_dump(wording))
    with pytest.raises(UsageError, match=says):
        Demographics(tmp_path / "w.yaml", DOMAIN)


def test_the_probe_is_found_by_its_name() -> None:
    assert load_probe("demographics", DOMAIN).name == "demographics"


@pytest.mark.parametrize(("shared", "pull"), [(0.0, 0.5), (1.5, 0.0), (1.5, 0.8)])
@pytest.mark.slow
def test_a_clustered_contrast_keeps_its_level(shared: float, pull: float) -> None:
    # clusters of two of each group whose log-odds share a normal part (`shared`); a part `pull` acts against the other
    rng = np.random.default_rng(11)
    inside, above, rounds, clusters = 0, 0, 600, 80
    for _ in range(rounds):
        common, against = rng.normal(0, 1, clusters) * shared, rng.normal(0, 1, clusters) * pull
        members = []
        for group, side in (("a", 1.0), ("b", -1.0)):
            share = 1 / (1 + np.exp(-(common + side * against)))
            members += [(group, str(c), bool(rng.random() < share[c])) for c in range(clusters) for _ in range(2)]
        found = shares(members, ("a", "b")).difference("a", "b")(0.9)
        assert found is not None
        inside += found.low <= 0 <= found.high
        above += found.high >= 0
    # the truth is 0 by symmetry; .9 and .95, with three standard errors of 600 rounds
    assert inside / rounds == pytest.approx(0.9, abs=0.037)
    assert above / rounds > 0.95 - 0.027
