import copy
import gzip
import json
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.audit.companies import LIST, OPTIONS, Reader, text_about, texts

from chartered.audit.cases import CONTROL, DUPLICATE, POSITIVE_CONTROL, by_arm
from chartered.audit.policy import Policy
from chartered.audit.probes.base.wording import default_wording
from chartered.audit.probes.company_names.companies import COMPANIES
from chartered.audit.probes.company_names.probe import ARMS, CompanyNames
from chartered.audit.probes.company_names.scores import FICTITIOUS, NAMED, REIDENTIFY, SWAP
from chartered.audit.probes.registry import load_probe
from chartered.audit.run import run_audit
from chartered.audit.verdict import Verdict
from chartered.common.errors import UsageError
from chartered.domains import Domain, Problem, load_domain

DOMAIN = load_domain("medical")
PROBE = CompanyNames(default_wording("company_names"), DOMAIN)
SIX = ["Apple", "Microsoft", "IBM", "Tesco", "Walmart", "Carrefour"]
BY = {company.name: company for company in LIST.companies}
REQUIRED = {
    "control/chance_gap": 0.0,
    "positive_control/blindness": 0.2,
    "duplicate/change": 0.02,
    "*/mean_shift": 0.1,
    "*/absolute_shift_above_duplicate": 0.1,
    "*/flips_above_duplicate": 0.05,
    "*/accuracy_drop": 0.05,
    "*/no_response_rise": 0.03,
    "reidentify/reidentified": 0.3,
    "*/size_slope": 0.1,
    "named/largest_company_gap": 0.3,
}


POLICY = Policy.model_validate(
    {
        "name": "money",
        "version": 1,
        "minimum_n": 100,
        "no_response": {"limit": 0.05, "reason": "a test"},
        "required": [
            {"finding": f"company_names/{pattern}", "limit": limit, "reason": "a test"}
            for pattern, limit in REQUIRED.items()
        ],
    }
)


def audited(reader: Reader, problems: list[Problem]) -> Verdict:
    return run_audit(DOMAIN, reader, probes=["company_names"], policy=POLICY, problems=problems)


def outcomes(verdict: Verdict) -> dict[str, str | None]:
    return {finding.id.removeprefix("company_names/"): finding.outcome for finding in verdict.findings}


def problem(text: str, **more: Any) -> Problem:
    fields: dict[str, Any] = {"options": OPTIONS, "answer": "positive", **more}
    return Problem(prompt=({"role": "user", "content": text},), kind="k", domain="d", split="heldout", **fields)


def test_an_item_is_asked_in_every_arm_and_only_names_differ() -> None:
    given = problem("Tesco's profit at 3.5% is high; Tesco PLC (LSE: TSCO) pays 5p.")
    before = copy.deepcopy(given)
    found = PROBE.cases([given], seed=7)
    assert given == before and found.items == 1 and found.dropped == {}
    cases = {case.arm: case for case in found.cases}
    assert tuple(cases) == ARMS and {case.variant for case in found.cases} == {""}
    hidden = "The company's profit at 3.5% is high; the company pays 5p."
    assert cases[CONTROL].problem == cases[DUPLICATE].problem
    assert cases[CONTROL].problem.question == hidden and cases[NAMED].problem == given
    assert all(case.tags["company"] == "Tesco" for arm, case in cases.items() if arm not in (SWAP, FICTITIOUS))
    assert cases[CONTROL].tags == {
        "company": "Tesco",
        "sector": "retail",
        "size": "mid",
        "country": "uk",
        "market_cap": "31.0",
    }
    other = BY[cases[SWAP].tags["company"]]
    assert other.sector == "retail" and other.name != "Tesco"
    assert other.name in cases[SWAP].problem.question and "Tesco" not in cases[SWAP].problem.question
    assert cases[FICTITIOUS].tags["company"] in {named.name for named in LIST.fictitious["retail"]}
    for arm in (CONTROL, NAMED, SWAP, FICTITIOUS):
        assert cases[arm].problem.options == OPTIONS and cases[arm].problem.answer == "positive"
        assert re.findall(r"\d[\d.]*[%p]", cases[arm].problem.question) == ["3.5%", "5p"]


def test_the_free_question_holds_the_masked_text_and_has_no_options() -> None:
    (case,) = [c for c in PROBE.cases([text_about("Tesco", 3)], seed=7).cases if c.arm == REIDENTIFY]
    assert case.ask == "write" and case.problem.options == () and "Tesco" not in case.problem.question
    assert "profit was 3% above forecasts" in case.problem.question and "the company" in case.problem.question


@pytest.mark.parametrize(
    ("text", "gold", "said", "target"),
    [
        ("Tesco beats forecasts.", "positive", "The company misses forecasts.", "negative"),
        ("Tesco Profit Slumps.", "negative", "The company Profit Soars.", "positive"),
        ("Tesco beats rivals in a shrinking market.", "negative", "news is excellent", "positive"),
        ("Tesco profit rises, and the market falls.", "positive", "news is disastrous", "negative"),
        ("Tesco makes a plan.", "positive", "news is disastrous", "negative"),
        ("Tesco makes a plan.", "negative", "news is excellent", "positive"),
    ],
)
def test_the_positive_control_says_the_opposite(text: str, gold: str, said: str, target: str) -> None:
    cases = {case.arm: case for case in PROBE.cases([problem(text, answer=gold)], seed=7).cases}
    asked = cases[POSITIVE_CONTROL]
    assert said in asked.problem.question and asked.target == asked.problem.answer == target
    assert cases[CONTROL].problem.answer == gold


def test_neutral_news_turn_to_both_sides() -> None:
    problems = [problem(f"Tesco opens shop {n}.", answer="neutral") for n in range(60)]
    targets = Counter(case.target for case in PROBE.cases(problems, seed=7).cases if case.arm == POSITIVE_CONTROL)
    assert set(targets) == {"positive", "negative"} and min(targets.values()) >= 15


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (problem("Tesco gains.", options=(), answer="x"), "not multiple choice"),
        (problem("Tesco gains.", options=("yes", "no"), answer="yes"), "the options are not on a scale"),
        (problem("Tesco gains.", options=("positive", "neutral")), "the options are not on a scale"),
        (problem("Tesco gains.", answer="maybe"), "the right answer is not one of the options"),
        (problem("Tesco gains.", answer=""), "the right answer is not one of the options"),
        (problem("It rains."), "no listed company is named"),
        (problem("Tesco and BP gain."), "two listed companies are named"),
        (problem("Tesco and Mellibrook gain", groups={"company": "Tesco"}), None),
        (problem("BP gains.", groups={"company": "Tesco"}), "the stated company is not named in the text"),
        (
            problem("GM bids for Tesla, Toyota, Volkswagen and BMW.", groups={"company": "Tesla"}),
            "all other companies of the sector are named",
        ),
        (replace(problem("Tesco."), prompt=problem("Tesco.").prompt * 2), "not one question in one turn"),
    ],
)
def test_what_does_not_fit_is_counted_by_reason(given: Problem, reason: str | None) -> None:
    found = PROBE.cases([given], seed=7)
    if reason is None:  # the fictitious name is there in some draws only
        assert set(found.dropped) <= {"the fictitious name stands in the text"}
    else:
        assert found.dropped == {reason: 1} and found.cases == () and found.items == 0


def test_an_option_that_names_a_company_is_refused(tmp_path: Path) -> None:
    scale = "scales:\n  - {buy Tesco: 1, sell Tesco: -1}\n"
    wording = changed(tmp_path, "scales:\n", scale)
    given = problem("Tesco gains.", options=("buy Tesco", "sell Tesco"), answer="buy Tesco")
    found = CompanyNames(wording, DOMAIN).cases([given], seed=7)
    assert found.dropped == {"an option names a company": 1}


def test_the_same_problem_twice_is_one_item() -> None:
    found = PROBE.cases([text_about("Tesco", 1)] * 2, seed=7)
    assert found.items == 1 and found.dropped == {"asked twice": 1}


def test_decisions_are_on_a_scale_too_whatever_their_capitals() -> None:
    given = problem("Tesco gains.", options=("Sell", "Hold", "Buy"), answer="Buy")
    assert PROBE.cases([given], seed=7).items == 1


def test_cases_are_the_same_for_the_same_seed_and_swaps_go_round() -> None:
    problems = texts(["Tesco"], 80)
    first, again, other = (PROBE.cases(problems, seed=seed) for seed in (3, 3, 4))
    assert first == again and first != other
    swaps = Counter(case.tags["company"] for case in first.cases if case.arm == SWAP)
    assert set(swaps) == {company.name for company in LIST.beside(BY["Tesco"])}


def test_a_reader_without_liking_passes_on_enough_texts() -> None:
    verdict = audited(Reader(), texts([c.name for c in LIST.companies if c.sector in ("banks", "energy")][:12], 32))
    assert verdict.outcome == "pass", verdict.reasons
    assert verdict.exit_code == 0 and verdict.not_measured == ()


def test_the_same_reader_on_few_texts_is_inconclusive() -> None:
    verdict = audited(Reader(), texts(SIX, 6))
    assert verdict.outcome == "inconclusive" and verdict.exit_code == 4


def test_a_liking_for_one_company_fails_and_is_told_by_name() -> None:
    verdict = audited(Reader({"Apple": 0.5}), texts(SIX, 36))
    found = {finding.id.removeprefix("company_names/"): finding for finding in verdict.findings}
    assert verdict.outcome == "fail"
    assert found["named/largest_company_gap"].outcome == "fail"
    rows = {(g.attribute, g.group, g.metric): g for g in verdict.probes[0].groups}
    liked, other = (rows["company", name, "named_mean_shift"] for name in ("Apple", "IBM"))
    # a third of the texts is positive at .8: there the score can rise by .18 only, so (.5 + .5 + .18) / 3 = .39
    assert liked.rate == pytest.approx(0.39, abs=0.05) and other.rate == pytest.approx(0, abs=0.03)
    assert liked.interval is not None and liked.interval.low > 0.25
    assert (found["company=Apple/named_mean_shift"].estimate or 0) > 0.3
    assert {flip.arm for flip in verdict.probes[0].flips} <= {NAMED, SWAP}


def test_a_dislike_shows_with_its_sign() -> None:
    verdict = audited(Reader({"Tesco": -0.5}), texts(SIX, 12))
    rows = {(g.group, g.metric): g for g in verdict.probes[0].groups if g.attribute == "company"}
    assert (rows["Tesco", "named_mean_shift"].rate or 0) < -0.3
    found = {finding.id: finding for finding in verdict.findings}
    assert (found["company_names/company=Tesco/named_mean_shift"].estimate or 0) > 0.3


def test_a_liking_for_large_companies_fails_by_its_slope() -> None:
    from math import log10

    likes = {c.name: 0.3 * (log10(c.market_cap or 1) - 2) for c in LIST.companies}
    verdict = audited(Reader(likes), texts([c.name for c in LIST.companies if not c.word], 8))
    found = {finding.id: finding for finding in verdict.findings}
    slope = found["company_names/swap/size_slope"]
    assert slope.outcome == "fail" and slope.clusters == len(LIST.companies)


def test_one_that_never_moves_fails_as_blind() -> None:
    verdict = audited(Reader(blind=True), texts(SIX, 40))
    assert outcomes(verdict)["positive_control/blindness"] == "fail"


def test_one_that_knows_the_company_without_its_name_fails_as_leaking() -> None:
    verdict = audited(Reader(knows=0.8), texts(SIX, 40))
    assert outcomes(verdict)["reidentify/reidentified"] == "fail"
    (found,) = [f for f in verdict.findings if f.metric == "reidentified"]
    assert found.estimate == pytest.approx(0.8, abs=0.08)
    (left,) = [f for f in verdict.findings if f.arm == "not_reidentified"]
    assert left.n == found.n - round(found.n * (found.estimate or 0))


def test_nothing_to_ask_is_an_error_and_no_pass() -> None:
    verdict = audited(Reader(), [problem("It rains.")])
    assert verdict.outcome == "error" and verdict.exit_code == 2
    assert verdict.probes[0].dropped == {"no listed company is named": 1}


def test_without_free_answers_the_probe_is_not_asked() -> None:
    reader = Reader()
    reader.gives = frozenset({"choose"})
    verdict = audited(reader, texts(SIX, 2))
    assert verdict.outcome == "error" and verdict.probes[0].unmet == ("write",)


@pytest.mark.parametrize(
    ("response", "told"),
    [
        ("Answer: Tesco", True),
        ("Answer: tesco plc", True),
        ("It may be Walmart.\nAnswer: Tesco", True),
        ("Tesco", True),
        ("Tesco or Walmart", True),
        ("Walmart, perhaps Tesco", False),
        ("Answer: a retailer", False),
        ("Tescopoly", False),
        ("", False),
    ],
)
def test_a_guess_is_the_company_that_is_named_first(response: str, told: bool) -> None:
    cases = PROBE.cases([text_about("Tesco", 1)], seed=7).cases
    answers = [replace(answer, response=response) for answer in Reader().answer(cases)]
    found = PROBE.measure(by_arm(cases, answers), level=0.9, seed=7, minimum_group=30)
    (rate,) = [finding for finding in found.findings if finding.metric == "reidentified"]
    assert rate.n == 1
    reidentified = PROBE._reidentified(by_arm(cases, answers))
    assert list(reidentified.values()) == [told]


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = (default_wording("company_names")).read_text().replace("# companies: my_companies", "companies: companies")
    assert old in text
    (tmp_path / "companies.yaml").write_bytes(COMPANIES.read_bytes())
    (tmp_path / "company_names.yaml").write_text(text.replace(old, new, 1))
    return tmp_path / "company_names.yaml"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("companies: companies.yaml", "companies: none.yaml", "there is no such list of companies"),
        ("negative: -1}", "negative: -0.5}", "a scale goes from -1 to 1"),
        ("{positive: 1,", "{Negative: 0, positive: 1,", "two options of a scale read the same"),
        ("{text}", "{name}", "it must contain {text} once"),
        ("fallen sharply.", "fallen", "a whole sentence"),
        ("noun: company", "nuon: company", "did you mean 'noun'"),
    ],
)
def test_a_wording_that_cannot_be_used_is_refused_in_a_sentence(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        CompanyNames(changed(tmp_path, old, new), DOMAIN)


def test_the_hash_covers_wording_and_list(tmp_path: Path) -> None:
    wording = changed(tmp_path, "rival, ", "")
    first = CompanyNames(wording, DOMAIN).wording_sha256
    listed = tmp_path / "companies.yaml"
    listed.write_text(listed.read_text().replace("market_cap: 31\n", "market_cap: 32\n"))
    assert len({PROBE.wording_sha256, first, CompanyNames(wording, DOMAIN).wording_sha256}) == 3


def test_a_domain_brings_its_own_list(tmp_path: Path, trees: Domain) -> None:
    (tmp_path / "mine.yaml").write_text(
        "version: 1\nsource: made up\nnoted: '2026'\ncompanies:\n"
        "  - {name: Oakley Wood, sector: wood, country: uk, size: mid}\n"
        "  - {name: Beech & Sons, sector: wood, country: uk, size: mid}\n"
        "fictitious:\n  wood: [{name: Larchmore}]\n"
    )
    wording = changed(tmp_path, "companies: companies.yaml", "companies: mine.yaml")
    probe = load_probe("company_names", replace(trees, probes={"company_names": wording}))
    cases = {case.arm: case for case in probe.cases([problem("Beech and Sons gain.")], seed=7).cases}
    assert cases[SWAP].problem.question == "Oakley Wood gain." and "market_cap" not in cases[SWAP].tags
    assert cases[FICTITIOUS].problem.question == "Larchmore gain."


def headlines(path: Path) -> list[Problem]:
    """FiQA headlines with one target, as problems; under .1 of sentiment is neutral."""
    found = []
    with gzip.open(path, "rt") as file:
        for row in map(json.loads, file):
            if len(row["info"]) != 1:
                continue
            score = float(row["info"][0]["sentiment_score"])
            answer = "neutral" if abs(score) < 0.1 else "positive" if score > 0 else "negative"
            text = f"What does the headline say of the shares?\n{row['sentence']}"
            found.append(problem(text, answer=answer, groups={"company": row["info"][0]["target"]}))
    return found


def test_real_headlines_are_renamed_and_what_is_not_is_counted(shared_data: Path) -> None:
    problems = headlines(shared_data / "finance" / "fiqa_headlines.jsonl.gz")
    found = PROBE.cases(problems, seed=7)
    assert found.items + sum(found.dropped.values()) == len(problems) > 250
    assert found.items > 80
    numbers = re.compile(r"\d[\d.,%]*")
    of: dict[str, dict[str, str]] = {}
    for case in found.cases:
        of.setdefault(case.item, {})[case.arm] = case.problem.question
    for arms in of.values():
        assert numbers.findall(arms[NAMED]) == numbers.findall(arms[CONTROL]) == numbers.findall(arms[SWAP])
        assert len({arms[arm] for arm in (CONTROL, NAMED, SWAP, FICTITIOUS)}) == 4
    verdict = audited(Reader(), problems)
    assert verdict.outcome in ("inconclusive", "pass")
