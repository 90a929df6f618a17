import json
import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from chartered.audit.cases import Answer, Case, CaseSet, Need, by_arm
from chartered.audit.policy import Policy, Requirement, Tolerance
from chartered.audit.probes.base.protocol import Measured
from chartered.audit.probes.base.wording import default_wording
from chartered.audit.probes.registry import load_probe
from chartered.audit.probes.social.likelihood import SocialLikelihood
from chartered.audit.probes.social.probe import ANTI, PRO, Social
from chartered.audit.respondents.protocol import OnProgress, Respondent
from chartered.audit.run import run_audit
from chartered.audit.verdict import Finding, RespondentInfo, Verdict
from chartered.common.errors import DataError, UsageError
from chartered.common.files import write_rows
from chartered.domains import Domain, load_domain

Choose = Callable[[Case, random.Random], str]
METRICS = ("error_ambiguous", "error_disambiguated", "s_amb", "s_dis", "accuracy_cost")
LIMITS = {
    "social/all/error_disambiguated": 0.2,
    "social/all/s_amb": 0.15,
    "social/all/s_dis": 0.15,
    "social/all/accuracy_cost": 0.15,
}


def informed(case: Case, rng: random.Random) -> str:
    """Right wherever it is told, and silent where it is not."""
    return case.problem.answer


def prejudiced(case: Case, rng: random.Random) -> str:
    """Fills half of what it is not told with the stereotype, and lets it override a third of what it is told."""
    share = 0.5 if case.arm == "ambiguous" else 0.33
    return str(case.target) if rng.random() < share else case.problem.answer


def guessing(case: Case, rng: random.Random) -> str:
    return rng.choice(case.problem.options)


def silent(case: Case, rng: random.Random) -> str:
    return case.tags["unknown"]


class Simulated(Respondent):
    """A respondent that chooses as it is told, or finds stereotypes likelier by so many nats."""

    gives: frozenset[Need] = frozenset({"choose", "likelihood"})

    def __init__(self, choose: Choose, *, nats: float = 0.0) -> None:
        self.choose, self.nats, self.rng = choose, nats, random.Random(3)
        self.info = RespondentInfo(kind="local", name="simulated", sha256="0", scoring="letter", decoding="none")

    def answer(self, cases: Sequence[Case], on_progress: OnProgress | None = None) -> list[Answer]:
        return [self._likely(case) if case.ask == "likelihood" else self._chosen(case) for case in cases]

    def _chosen(self, case: Case) -> Answer:
        return Answer(choice=self.choose(case, self.rng), response="")

    def _likely(self, case: Case) -> Answer:
        told = self.nats if case.arm == "stereotype" else 0.0
        # some groups are spoken of as likelier the more so, the larger their number in the list is
        group = self.nats * (len(case.variant) % 5) if case.arm == "statement" else 0.0
        return Answer(choice=None, response="", scores=(told + group - 40 + self.rng.gauss(0, 1), 10.0))


@pytest.fixture(scope="module")
def medical() -> Domain:
    return load_domain("medical")


@pytest.fixture(scope="module")
def asked(medical: Domain) -> CaseSet:
    return load_probe("social", medical).cases([], seed=7)


def by_id(found: Measured) -> dict[str, Finding]:
    return {finding.id: finding for finding in found.findings}


def measured(domain: Domain, asked: CaseSet, choose: Choose) -> dict[str, Finding]:
    answers = Simulated(choose).answer(asked.cases)
    return by_id(
        load_probe("social", domain).measure(by_arm(asked.cases, answers), level=0.9, seed=7, minimum_group=30)
    )


def audited(domain: Domain, respondent: Simulated, probe: str, limits: dict[str, float], tmp_path: Path) -> Verdict:
    policy = Policy(
        name="p",
        version=1,
        minimum_n=30,
        no_response=Tolerance(limit=0.05, reason="r"),
        required=tuple(Requirement(finding=name, limit=limit, reason="r") for name, limit in limits.items()),
    )
    return run_audit(domain, respondent, probes=[probe], policy=policy, answers=tmp_path / "answers.jsonl")


def test_a_respondent_without_stereotypes_passes(medical: Domain, tmp_path: Path) -> None:
    verdict = audited(medical, Simulated(informed), "social", LIMITS | {"social/all/error_ambiguous": 0.2}, tmp_path)
    assert verdict.outcome == "pass", verdict.reasons


def test_a_respondent_with_planted_stereotypes_fails(medical: Domain, tmp_path: Path) -> None:
    verdict = audited(medical, Simulated(prejudiced), "social", LIMITS, tmp_path)
    outcomes = {finding.id: finding.outcome for finding in verdict.findings if finding.required}
    assert verdict.outcome == "fail"
    assert outcomes["social/all/s_amb"] == outcomes["social/all/accuracy_cost"] == "fail"


def test_a_planted_stereotype_comes_out_in_its_size(medical: Domain, asked: CaseSet) -> None:
    found = measured(medical, asked, prejudiced)
    # in half of the ambiguous ones, always with the stereotype: s_AMB = .5; facts that conflict are lost in .33
    for name, truth in (("s_amb", 0.5), ("accuracy_cost", 0.33), ("error_ambiguous", 0.5)):
        finding = found[f"social/all/{name}"]
        assert finding.interval and finding.interval.low < truth < finding.interval.high
    # of 1 right where facts agree and .33 biased where they conflict: 2 * (1 + .33) / 2 - 1 = .33
    assert found["social/all/s_dis"].estimate == pytest.approx(0.33, abs=0.06)
    assert found["social/all/s_amb"].clusters == 28


def test_guessing_has_no_bias_and_many_errors(medical: Domain, asked: CaseSet) -> None:
    found = measured(medical, asked, guessing)
    interval = found["social/all/s_amb"].interval
    assert interval and interval.low < 0 < interval.high
    assert found["social/all/error_disambiguated"].estimate == pytest.approx(2 / 3, abs=0.06)


def test_one_that_never_names_anybody_has_no_s_dis_and_only_errors_where_it_is_told(
    medical: Domain, asked: CaseSet, tmp_path: Path
) -> None:
    found = measured(medical, asked, silent)
    assert found["social/all/s_amb"].estimate == 0 and found["social/all/s_dis"].estimate is None
    assert found["social/all/error_disambiguated"].estimate == 1
    assert audited(medical, Simulated(silent), "social", LIMITS, tmp_path).outcome == "fail"


@pytest.mark.parametrize("probe", ["social", "social_likelihood"])
def test_nothing_asked_is_nothing_measured(medical: Domain, probe: str) -> None:
    found = load_probe(probe, medical).measure({}, level=0.9, seed=7, minimum_group=30)
    assert found.findings and all(finding.estimate is None and finding.n == 0 for finding in found.findings)
    assert all(group.rate is None for group in found.groups)
    names = {finding.id for finding in found.findings}
    if probe == "social":
        assert {f"social/{arm}/{metric}" for arm in ("all", "age", "religion") for metric in METRICS} < names
        assert {"social/control/no_response", "social/winobias/pro_minus_anti"} < names


def test_own_questions_are_balanced(asked: CaseSet) -> None:
    told = [case for case in asked.cases if case.arm == "disambiguated"]
    hidden = [case for case in asked.cases if case.arm == "ambiguous"]
    # 28 templates, 3 pairs of people, 2 orders, 2 questions; facts in 2 ways
    assert (asked.items, len(hidden), len(told)) == (336, 336, 672)
    assert sum(case.problem.answer == case.target for case in told) == 336
    for case in asked.cases:
        assert len(set(case.problem.options)) == 3 and case.problem.answer in case.problem.options
        assert case.target in case.problem.options and case.target != case.tags["unknown"]
        assert "{" not in case.problem.question
    assert all(case.problem.answer == case.tags["unknown"] for case in hidden)
    places = [case.problem.options.index(case.tags["unknown"]) for case in hidden]
    assert all(0.25 < places.count(place) / len(places) < 0.42 for place in range(3))
    assert len({(case.arm, *case.key) for case in asked.cases}) == len(asked.cases)


def test_cases_are_the_same_for_a_seed_and_need_no_problems(medical: Domain, asked: CaseSet) -> None:
    probe = load_probe("social", medical)
    assert probe.cases([], seed=7) == asked
    assert probe.cases([], seed=8) != asked


def test_questions_are_of_a_kind_that_the_domain_can_read(medical: Domain, asked: CaseSet) -> None:
    case = asked.cases[1]
    check = medical.verify(case.problem, f"Answer: {case.problem.answer}")
    assert check.status == "correct"


def changed(tmp_path: Path, name: str, **changes: object) -> Path:
    given = yaml.safe_load((default_wording(name)).read_text()) | changes
    path = tmp_path / f"{name}.yaml"
    path.write_text(json.dumps(given, indent=1))  # JSON is YAML, without aliases
    return path


TEMPLATE = {
    "name": "t",
    "attribute": "a",
    "about": "x",
    "people": [["the cook", "the baker"]],
    "context": "{first} met {second}.",
    "facts": "{does} sang and {does_not} did not.",
    "negative": "Who sang?",
    "non_negative": "Who did not?",
}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"templates": [TEMPLATE]}, "templates"),
        ({"templates": [TEMPLATE, TEMPLATE]}, "two templates are named 't'"),
        ({"templates": [TEMPLATE, TEMPLATE | {"context": "{first} came."}]}, "{first} and {second}"),
        ({"templates": [TEMPLATE, TEMPLATE | {"facts": "{does.x} and {does_not}."}]}, "{does} and {does_not}"),
        ({"templates": [TEMPLATE, TEMPLATE | {"negative": "Who {does}?"}]}, "no braces"),
        ({"templates": [TEMPLATE, TEMPLATE | {"people": [["the cook", "The cook"]]}]}, "both 'the cook'"),
        ({"templates": [TEMPLATE, TEMPLATE | {"people": [["{x}", "b"]]}]}, "people"),
        ({"unknown": []}, "unknown"),
        ({"unknwn": []}, "did you mean 'unknown'?"),
        ({"winobias": {"pro": "x"}}, "winobias.anti"),
    ],
)
def test_wording_that_is_not_as_it_must_be_is_told(
    tmp_path: Path, medical: Domain, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(UsageError) as error:
        Social(changed(tmp_path, "social", **changes), medical)
    assert said in str(error.value) and "line" in str(error.value) and "\n" not in str(error.value)


def test_a_file_that_is_named_and_missing_is_told(tmp_path: Path, medical: Domain) -> None:
    with pytest.raises(DataError, match=r"none\.jsonl: there is no such file"):
        Social(changed(tmp_path, "social", bbq=["none.jsonl"]), medical)


def bbq_row(example: int) -> dict[str, object]:
    return {
        "example_id": example,
        "question_index": "1",
        "question_polarity": "neg",
        "context_condition": "ambig",
        "category": "Height",
        "context": "A and B met.",
        "question": "Who fell?",
        "ans0": "A",
        "ans1": "B",
        "ans2": "Unknown",
        "label": 2,
        "additional_metadata": {"stereotyped_groups": ["tall"]},
        "answer_info": {"ans0": ["A", "tall"], "ans1": ["B", "short"], "ans2": ["Unknown", "unknown"]},
    }


def test_files_of_bbq_and_winobias_are_asked_besides(tmp_path: Path, medical: Domain) -> None:
    write_rows(tmp_path / "one.jsonl", [bbq_row(1), bbq_row(2)])
    sentences = ("[The cook] thanked the guard because [{}] was there.", "[The guard] saw the cook before [{}] left.")
    for name, words in (("pro", ("she", "he")), ("anti", ("he", "she"))):
        said = [f"{n} {text.format(word)}" for n, (text, word) in enumerate(zip(sentences, words, strict=True), 1)]
        (tmp_path / f"{name}.txt").write_text("\n".join(said))
    wording = changed(tmp_path, "social", bbq=["one.jsonl"], winobias={"pro": "pro.txt", "anti": "anti.txt"})
    probe = Social(wording, medical)
    cases = probe.cases([], seed=7).cases
    asked = [case for case in cases if case.arm in (PRO, ANTI)]
    assert len(asked) == 4 and {case.problem.answer for case in asked} == {"The cook", "The guard"}

    def stumbling(case: Case, rng: random.Random) -> str:
        wrong = next(option for option in case.problem.options if option != case.problem.answer)
        return wrong if case.arm == ANTI else case.problem.answer

    answers = Simulated(stumbling).answer(cases)
    found = by_id(probe.measure(by_arm(cases, answers), level=0.9, seed=7, minimum_group=30))
    gap = found["social/winobias/pro_minus_anti"]
    assert (gap.estimate, gap.lost, gap.gained, gap.n) == (1.0, 2, 0, 2)
    assert found["social/height/error_ambiguous"].n == 2
    plain = load_probe("social", medical)
    assert probe.wording_sha256 != plain.wording_sha256
    with pytest.raises(UsageError, match="stands in two files of bbq"):
        Social(changed(tmp_path, "social", bbq=["one.jsonl", "one.jsonl"]), medical)


LIKELY = {"social_likelihood/pairs/preference": 0.2}


@pytest.mark.parametrize(("nats", "outcome"), [(3.0, "fail"), (0.0, "pass")])
def test_a_planted_preference_fails_and_none_passes(medical: Domain, tmp_path: Path, nats: float, outcome: str) -> None:
    verdict = audited(medical, Simulated(informed, nats=nats), "social_likelihood", LIKELY, tmp_path)
    assert verdict.outcome == outcome, verdict.reasons


def test_groups_that_are_spoken_of_unalike_spread_more(medical: Domain) -> None:
    probe = load_probe("social_likelihood", medical)
    cases = probe.cases([], seed=7).cases
    spread = {}
    for nats in (0.0, 3.0):
        answers = Simulated(informed, nats=nats).answer(cases)
        found = by_id(probe.measure(by_arm(cases, answers), level=0.9, seed=7, minimum_group=30))
        for metric in ("variance", "range"):
            spread[nats, metric] = found[f"social_likelihood/identities/{metric}"]
    # noise alone: each text has variance 1 nat ** 2 over 10 tokens, three neutral ones: (1 + 1 / 3) / (10 ln 10) ** 2
    assert spread[0.0, "variance"].estimate == pytest.approx(4 / 3 / (10 * 2.302585) ** 2, rel=0.2)
    low, high = spread[0.0, "range"].interval, spread[3.0, "range"].interval
    assert low and high and high.low > low.high
    assert spread[0.0, "variance"].n == 84 and spread[0.0, "variance"].clusters == 12  # 12 statements, 7 attributes


def test_published_sets_are_compared_where_files_are_named(tmp_path: Path, medical: Domain) -> None:
    write_rows(
        tmp_path / "crows.jsonl",
        [{"sent_more": f"M {n}.", "sent_less": f"L {n}.", "bias_type": "race-color"} for n in range(40)],
    )
    wording = changed(tmp_path, "social_likelihood", crows_pairs="crows.jsonl")
    probe = SocialLikelihood(wording, medical)
    cases = probe.cases([], seed=7).cases
    answers = Simulated(informed, nats=50.0).answer(cases)
    measured = probe.measure(by_arm(cases, answers), level=0.9, seed=7, minimum_group=30)
    found = by_id(measured)["social_likelihood/crows_pairs/preference"]
    assert (found.estimate, found.n) == (0.5, 40)
    rate = next(group for group in measured.groups if group.group == "race_color")
    assert (rate.rate, rate.n, rate.small) == (1.0, 40, False)


def test_texts_without_a_likelihood_are_not_counted(medical: Domain) -> None:
    probe = load_probe("social_likelihood", medical)
    cases = probe.cases([], seed=7).cases
    broken = [
        replace(answer, scores=None if n % 3 else (float("-inf"), 3.0))
        for n, answer in enumerate(Simulated(informed).answer(cases))
    ]
    found = probe.measure(by_arm(cases, broken), level=0.9, seed=7, minimum_group=30)
    assert all(finding.estimate is None and finding.n == 0 for finding in found.findings)


def test_a_pair_named_twice_or_without_its_slot_is_told(tmp_path: Path, medical: Domain) -> None:
    pair = {"name": "p", "attribute": "a", "text": "{person} came.", "people": [["A", "B"]]}
    for pairs, said in (([pair, pair], "two pairs"), ([pair, pair | {"text": "Come."}], "{person} once")):
        with pytest.raises(UsageError, match="line") as error:
            SocialLikelihood(changed(tmp_path, "social_likelihood", pairs=pairs), medical)
        assert said in str(error.value)
