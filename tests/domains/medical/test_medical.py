import re
from collections import Counter
from decimal import Decimal

import pytest

from chartered.domains import Problem, load_domain
from chartered.domains.authoring import LEVELS
from chartered.domains.medical.corpus import handbook
from chartered.domains.medical.facts import analytes, cautions, conditions
from chartered.domains.prompts import answer_line, render

MEDICAL = load_domain("medical")
GENERATED = ("diagnosis", "laboratory", "dose", "drip", "contraindication", "trial")
PROBLEMS = [problem for name in GENERATED for problem in MEDICAL.problem_set(name).load(None)]


def test_every_perturbed_number_is_refused() -> None:
    for problem in PROBLEMS:
        if problem.options:
            continue
        value, unit = int(problem.answer), problem.unit
        for said in (f"{value + 1} {unit}", f"{value * 10} {unit}", f"-{value} {unit}", str(value), f"{value} mmol"):
            assert MEDICAL.verify(problem, answer_line(said)).status == "wrong", (problem, said)


def test_options_are_distinct_hold_the_answer_and_its_place_is_even() -> None:
    places: Counter[tuple[int, int]] = Counter()
    for problem in (p for p in PROBLEMS if p.options and p.kind != "trial"):
        assert len(set(problem.options)) == len(problem.options)
        places[len(problem.options), problem.options.index(problem.answer)] += 1
    for size, total in ((3, 819), (4, 1948)):
        share = [places[size, place] / total for place in range(size)]
        assert all(abs(s - 1 / size) < 0.05 for s in share), share


def test_text_is_ascii_and_short() -> None:
    for problem in PROBLEMS:
        text = render(problem)[-1]["content"]
        assert text.isascii() and problem.solution is not None and problem.solution.isascii()
        assert len(text.split()) <= 110
        assert len(problem.solution.split()) <= 25


def test_groups_name_sex_and_age_band_of_every_patient() -> None:
    for problem in PROBLEMS:
        assert problem.groups["difficulty"] in LEVELS
        if problem.options and problem.kind != "trial":
            assert set(problem.groups) == {"sex", "age_band", "difficulty"}
            female = any(f" {noun}" in problem.question or f"-{noun}" in problem.question for noun in ("woman", "girl"))
            assert female == (problem.groups["sex"] == "female")


def _findings(problem: Problem) -> tuple[str, ...]:
    condition = next(c for c in conditions() if c.name == problem.answer)
    return tuple(sorted(f for f in condition.findings if f in problem.question))


def _combination(problem: Problem) -> tuple[object, ...]:
    """What a problem combines, read from what it says rather than from how it was made."""
    words = problem.question.replace(",", " ").replace(".", " . ").split()
    if problem.kind == "diagnosis":
        return (problem.answer, _findings(problem))
    if problem.kind == "contraindication":
        condition = next(c for c in cautions() if c.has in problem.question)
        return (condition.condition, problem.answer, tuple(sorted(problem.options)))
    if problem.kind == "drip":
        return tuple(sorted(int(w) for w in words if w.isdigit()))
    return (*sorted((problem.solution or "").split("=")[0].split(" x ")), _drug(problem))


def _drug(problem: Problem) -> str:
    from chartered.domains.medical.facts import drugs

    return next(d.name for d in drugs() if d.name in problem.question.lower())


@pytest.mark.parametrize("kind", ["diagnosis", "dose", "drip", "contraindication"])
def test_no_combination_of_facts_is_in_both_splits(kind: str) -> None:
    found = {
        split: {_combination(p) for p in PROBLEMS if p.kind == kind and p.split == split}
        for split in ("train", "heldout")
    }
    assert found["train"] and found["heldout"]
    assert not found["train"] & found["heldout"]


def test_no_laboratory_value_is_in_both_splits() -> None:
    found: dict[str, set[tuple[str, str]]] = {"train": set(), "heldout": set()}
    for problem in (p for p in PROBLEMS if p.kind == "laboratory"):
        said = (problem.solution or "").splitlines()[0]
        name, value = said.removeprefix("The range of ").split(" is ")[0], said.split("; ")[1].split(" is ")[0]
        found[problem.split].add((name, value))
    assert not found["train"] & found["heldout"]
    assert len(found["train"]) + len(found["heldout"]) == sum(p.kind == "laboratory" for p in PROBLEMS)


def test_every_single_finding_of_a_held_out_problem_is_in_training() -> None:
    seen = {(p.answer, f) for p in PROBLEMS if p.kind == "diagnosis" and p.split == "train" for f in _findings(p)}
    assert seen == {(c.name, f) for c in conditions() for f in c.findings}


def test_a_finding_belongs_to_at_most_two_conditions() -> None:
    assert max(Counter(f for c in conditions() for f in c.findings).values()) <= 2
    assert all(len(set(c.findings)) == len(c.findings) >= 8 for c in conditions())


def test_no_other_option_shares_two_of_the_findings() -> None:
    by_name = {c.name: set(c.findings) for c in conditions()}
    for problem in (p for p in PROBLEMS if p.kind == "diagnosis"):
        given = set(_findings(problem))
        assert len(given) == 3
        assert all(len(given & by_name[o]) < 2 for o in problem.options if o != problem.answer)


def test_a_value_is_low_normal_or_high_by_its_range() -> None:
    by_name = {a.name: a for a in analytes()}
    for problem in (p for p in PROBLEMS if p.kind == "laboratory"):
        said = (problem.solution or "").splitlines()[0]
        analyte = by_name[said.removeprefix("The range of ").split(" is ")[0]]
        value = float(said.split("; ")[1].split(" is ")[0])
        right = "low" if value < analyte.low else "high" if value > analyte.high else "normal"
        assert problem.answer == right
        assert f"{said.split('; ')[1].split(' is ')[0]} {analyte.unit}".strip() in problem.question


def test_a_safe_drug_is_never_one_to_avoid_and_there_are_enough() -> None:
    for caution in cautions():
        assert not set(caution.avoid) & set(caution.safe)
        assert len(set(caution.safe)) == len(caution.safe) >= 5


def test_the_handbook_tells_every_fact_and_no_held_out_question() -> None:
    text = "\n".join(document.text for document in handbook())
    assert 120_000 <= len(text) <= 150_000 and text.isascii()
    assert all(f"{f}" in text for c in conditions() for f in c.findings)
    assert all(drug in text and why in text for c in cautions() for drug, why in c.avoid.items())
    assert not any(p.question in text for p in PROBLEMS)


def test_the_handbook_holds_no_three_findings_in_one_sentence() -> None:
    for document in handbook():
        if document.source.endswith("diagnosis"):
            condition = max(conditions(), key=lambda c: document.text.count(c.name) * len(c.name))
            for sentence in document.text.replace("E. coli", "E coli").split(". "):
                assert sum(f in sentence for f in condition.findings) <= 2


def test_the_plugin_is_short_enough_to_be_an_example() -> None:
    assert len((MEDICAL.policy.parent / "__init__.py").read_text().splitlines()) <= 60


def test_every_trial_is_answered_by_its_interval_and_each_label_is_right_as_often() -> None:
    trials = [problem for problem in PROBLEMS if problem.kind == "trial"]
    for problem in trials:
        low, high = map(Decimal, re.findall(r"interval (-?[\d.]+) to (-?[\d.]+?)[.,)]* ", problem.question)[0])
        margin = Decimal(re.findall(r"interval is above ([\d.]+),", problem.question)[0])
        assert problem.answer == ("yes" if low > margin else "no" if high < margin else "maybe"), problem.question
        assert low != margin != high
    count = Counter(problem.answer for problem in trials)
    assert count == {"yes": 198, "no": 198, "maybe": 198}  # six outcomes, 33 of each
