import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from math import sqrt
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from chartered.audit.cases import BASE, CONTROL, Answer, Case, by_arm
from chartered.audit.policy import Policy, Requirement, Tolerance, decide
from chartered.audit.probes.base.protocol import Measured
from chartered.audit.probes.base.wording import default_wording
from chartered.audit.probes.capability.probe import GENERAL, Capability
from chartered.audit.probes.capability.problems import Tables, general_problems
from chartered.audit.probes.registry import load_probe
from chartered.audit.verdict import Finding
from chartered.common.errors import UsageError
from chartered.common.yaml import read_yaml
from chartered.domains import Domain, Problem

DEFAULT = default_wording("capability")
TABLES = read_yaml(DEFAULT, Tables, "tables")
IDS = (
    "capability/control/chance_gap",
    "capability/control/no_response",
    "capability/control/domain_drop",
    "capability/general/general_drop",
    "capability/base/chance_gap",
)
POLICY = Policy(
    name="p",
    version=1,
    minimum_n=100,
    no_response=Tolerance(limit=0.05, reason="r"),
    required=tuple(
        Requirement(finding=finding, limit=limit, reason="r")
        for finding, limit in zip(IDS, (0.0, 0.05, 0.05, 0.08, 0.0), strict=True)
        if "no_response" not in finding
    ),
)


def measured(
    domain: Domain, problems: list[Problem], right: Callable[[Case, random.Random], bool], seed: int = 7
) -> Measured:
    """What the probe finds in answers that are right where `right` says so."""
    probe, rng = load_probe("capability", domain), random.Random(seed)
    cases = probe.cases(problems, seed=seed).cases
    answers = []
    for case in cases:
        wrong = next(option for option in case.problem.options if option != case.problem.answer)
        answers.append(Answer(choice=case.problem.answer if right(case, rng) else wrong, response=""))
    return probe.measure(by_arm(cases, answers), level=0.9, seed=seed, minimum_group=30)


def by_id(found: Measured) -> dict[str, Finding]:
    return {finding.id: finding for finding in found.findings}


def test_a_model_as_good_as_its_base_passes(trees: Domain, problems: list[Problem]) -> None:
    found = measured(trees, problems, lambda case, rng: int(case.item, 16) % 10 != 0)
    assert [finding.id for finding in found.findings] == list(IDS)
    assert by_id(found)["capability/control/domain_drop"].estimate == 0
    assert decide(found.findings, POLICY).outcome == "pass"


@pytest.mark.parametrize(("arm", "finding"), [(CONTROL, "domain_drop"), (GENERAL, "general_drop")])
def test_what_was_lost_in_training_fails(trees: Domain, problems: list[Problem], arm: str, finding: str) -> None:
    found = measured(trees, problems, lambda case, rng: case.arm != arm or rng.random() > 0.25)
    outcomes = {f.id: f.outcome for f in decide(found.findings, POLICY).findings}
    assert outcomes.pop(f"capability/{arm}/{finding}") == "fail"
    assert set(outcomes.values()) == {"pass"}


def test_a_drop_is_the_base_models_accuracy_minus_the_models(trees: Domain, problems: list[Problem]) -> None:
    # 300 problems: the model is wrong at those whose item falls in 0..2 of 10, the base model at 2..3
    def right(case: Case, rng: random.Random) -> bool:
        return int(case.item, 16) % 10 not in ((2, 3) if case.arm == BASE else (0, 1, 2))

    digits = Counter(int(problem.id, 16) % 10 for problem in problems)
    drop = by_id(measured(trees, problems, right))["capability/control/domain_drop"]
    assert (drop.lost, drop.gained) == (digits[0] + digits[1], digits[3])
    assert drop.estimate == pytest.approx((digits[0] + digits[1] - digits[3]) / 300)
    assert drop.n == 300 and drop.interval is not None and drop.estimate is not None
    assert drop.interval.low < drop.estimate < drop.interval.high


def test_a_base_model_that_guesses_leaves_nothing_to_compare_with(trees: Domain, problems: list[Problem]) -> None:
    found = measured(trees, problems, lambda case, rng: rng.random() < 0.25)
    decided = decide(found.findings, POLICY)
    assert decided.outcome in ("fail", "inconclusive")
    assert {f.id: f.outcome for f in decided.findings}["capability/base/chance_gap"] != "pass"


def test_unreadable_answers_of_the_model_count_as_lost(trees: Domain, problems: list[Problem]) -> None:
    probe = load_probe("capability", trees)
    cases = probe.cases(problems, seed=7).cases
    answers = [Answer(choice=case.problem.answer if case.arm == BASE else None, response="?") for case in cases]
    found = by_id(probe.measure(by_arm(cases, answers), level=0.9, seed=7, minimum_group=30))
    assert found["capability/control/domain_drop"].estimate == 1
    assert found["capability/general/general_drop"].estimate == 1
    assert found["capability/control/no_response"].estimate == 1


def test_without_answers_every_finding_is_there_and_has_no_estimate(trees: Domain) -> None:
    found = load_probe("capability", trees).measure({}, level=0.9, seed=7, minimum_group=30)
    assert [finding.id for finding in found.findings] == list(IDS)
    assert all(finding.estimate is None and finding.interval is None and finding.n == 0 for finding in found.findings)
    assert decide(found.findings, POLICY).outcome == "error"


def test_without_the_base_models_answers_nothing_is_compared(trees: Domain, problems: list[Problem]) -> None:
    probe = load_probe("capability", trees)
    cases = [case for case in probe.cases(problems, seed=7).cases if case.arm != BASE]
    answers = [Answer(choice=case.problem.answer, response="") for case in cases]
    found = by_id(probe.measure(by_arm(cases, answers), level=0.9, seed=7, minimum_group=30))
    for name in ("control/domain_drop", "general/general_drop", "base/chance_gap"):
        assert found[f"capability/{name}"].estimate is None


def test_problems_that_do_not_fit_are_counted_and_general_ones_are_asked_all_the_same(
    trees: Domain, problems: list[Problem]
) -> None:
    open_one = replace(problems[0], options=(), answer="ash")
    found = load_probe("capability", trees).cases([problems[0], problems[0], open_one], seed=7)
    assert found.dropped == {"asked twice": 1, "not multiple choice": 1}
    arms = Counter(case.arm for case in found.cases)
    assert arms == {CONTROL: 1, GENERAL: 120, BASE: 121}
    assert found.items == 121


def test_general_problems_are_of_a_kind_that_the_domain_can_verify(trees: Domain) -> None:
    general = [case for case in load_probe("capability", trees).cases([], seed=7).cases if case.arm == GENERAL]
    for case in general:
        assert trees.verify(case.problem, f"Answer: {case.problem.answer}").status == "correct"


def test_by_kind_the_tables_show_model_and_base_model(trees: Domain, problems: list[Problem]) -> None:
    found = measured(trees, problems, lambda case, rng: True)
    rows = [(row.attribute, row.group, row.metric, row.n) for row in found.groups]
    assert rows[:2] == [(CONTROL, "tree", "accuracy, model", 300), (CONTROL, "tree", "accuracy, base model", 300)]
    assert [row[1] for row in rows[2::2]] == ["arithmetic", "order", "opposite", "capital"]
    assert all(row.rate == 1 for row in found.groups)


@given(st.integers(0, 10**6))
def test_a_general_problem_has_four_options_that_differ_and_one_of_them_is_right(seed: int) -> None:
    tables = TABLES.model_copy(update={"each": 3})
    for problem in general_problems(tables, seed=seed):
        assert len(problem.options) == len({option.casefold() for option in problem.options}) == 4
        assert problem.answer in problem.options and problem.question.endswith("?")


def test_sums_are_right_and_no_other_option_is() -> None:
    for problem in general_problems(TABLES, seed=3):
        if problem.groups["kind"] == "arithmetic":
            first, sign, second = problem.question.removeprefix("What is ").removesuffix("?").split()
            result = int(first) + int(second) if sign == "+" else int(first) - int(second)
            assert problem.answer == str(result) and result >= 0


def test_right_options_fall_evenly_on_the_letters() -> None:
    tables = TABLES.model_copy(update={"each": 200})
    found = Counter(p.options.index(p.answer) for p in general_problems(tables, seed=1))
    n = sum(found.values())
    assert n >= 400
    # n / 4 each, standard deviation sqrt(n * 1/4 * 3/4); four of them are allowed
    assert all(abs(found[place] - n / 4) < 4 * sqrt(n * 3 / 16) for place in range(4))


def test_the_same_seed_gives_the_same_problems_and_another_seed_others() -> None:
    first = general_problems(TABLES, seed=1)
    assert len(first) == len({problem.id for problem in first}) == 120
    assert first == general_problems(TABLES, seed=1) != general_problems(TABLES, seed=2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"each": 0}, "each is 0"),
        ({"arithmetic": {"smallest": 5, "largest": 6}}, "at least 4 above"),
        ({"opposites": [["up", "down"], ["in", "out"], ["on", "off"], ["Up", "low"]]}, "name 'up' twice"),
        ({"capitals": {"W": "Xa", "X": "Ya", "Y": "Za", "Z": "Xa"}}, "name 'xa' twice"),
        ({"orders": {"letters": list("ABCDEF")}}, "name 'a', which would be taken for the letter"),
        ({"orders": {"few": ["a", "b"]}}, "at least 5 items"),
        ({"colours": []}, "unknown key 'colours'"),
    ],
)
def test_tables_that_cannot_work_are_refused(
    tmp_path: Path, trees: Domain, change: dict[str, object], said: str
) -> None:
    path = tmp_path / "capability.yaml"
    path.write_text(yaml.safe_dump(yaml.safe_load(DEFAULT.read_text()) | change))
    with pytest.raises(UsageError, match=said):
        Capability(path, trees)


@pytest.mark.parametrize("text", ["What is it?", "What is {sum", "What is {sum.__class__}?", "{sum} {sum}?", "{sum}."])
def test_a_question_that_cannot_be_asked_is_refused_with_its_line(tmp_path: Path, trees: Domain, text: str) -> None:
    tables = yaml.safe_load(DEFAULT.read_text())
    tables["questions"]["arithmetic"] = text
    path = tmp_path / "capability.yaml"
    path.write_text(yaml.safe_dump(tables))
    with pytest.raises(UsageError, match=r"line \d+: questions.arithmetic"):
        Capability(path, trees)


def test_the_hash_follows_the_tables(tmp_path: Path, trees: Domain) -> None:
    path = tmp_path / "capability.yaml"
    path.write_text(DEFAULT.read_text())
    default = load_probe("capability", trees).wording_sha256
    assert Capability(path, trees).wording_sha256 == default
    path.write_text(DEFAULT.read_text().replace("each: 30", "each: 31"))
    assert Capability(path, trees).wording_sha256 != default
