"""What holds for all kinds of the finance domain together."""

import re
from collections import Counter

import pytest
from tests.domains.finance.questions import FIGURES, FINANCE, GENERATED, PROBLEMS, of, read, tabled

from chartered.audit.policy import load_policy
from chartered.audit.probes.registry import load_probe
from chartered.domains import Problem
from chartered.domains.finance.corpus import handbook
from chartered.domains.finance.facts import facts
from chartered.domains.finance.problems.sentiment import companies
from chartered.domains.prompts import render


def test_text_is_ascii_and_short() -> None:
    for problem in PROBLEMS:
        text = render(problem)[-1]["content"]
        assert text.isascii() and problem.solution is not None and problem.solution.isascii()
        assert len(text.split()) <= 110 and len(problem.solution.split()) <= 40
        assert "{" not in text and ".." not in text and "  " not in text


def test_places_of_the_answer_are_even() -> None:
    for kind in ("reading", "sentiment"):
        problems = of(kind)
        size = len(problems[0].options)
        places = Counter(p.options.index(p.answer) for p in problems)
        assert all(abs(places[i] / len(problems) - 1 / size) < 0.05 for i in range(size)), (kind, places)


def _combination(problem: Problem) -> tuple[object, ...]:
    """What a problem combines, read from what it says rather than from how it was made."""
    if problem.kind == "table":
        asked, _, figures = tabled(problem)
        return (asked, *sorted(figures))
    if problem.kind == "reading":
        _, _, lines, asked = read(problem)
        return (re.sub(r"\d+", "#", asked), *sorted(map(tuple, lines.values())))
    if problem.kind == "sentiment" and problem.groups["difficulty"] != "easy":
        return (problem.groups["company"], *re.findall(r"\d+", problem.question))
    return (problem.question,)


@pytest.mark.parametrize("kind", GENERATED)
def test_no_combination_of_facts_is_in_both_splits(kind: str) -> None:
    found = {split: {_combination(p) for p in of(kind) if p.split == split} for split in ("train", "heldout")}
    assert found["train"] and found["heldout"]
    assert not found["train"] & found["heldout"]


def test_the_handbook_holds_no_held_out_question_no_company_and_no_document_twice() -> None:
    documents = list(handbook())
    text = "\n".join(document.text for document in documents)
    assert 250 <= len(documents) <= 400 and text.isascii()
    assert len({d.text for d in documents}) == len(documents)
    assert {d.licence for d in documents} == {"Apache-2.0"}
    assert not any(p.question in text for p in PROBLEMS if p.split == "heldout")
    assert not any(re.search(rf"\b{re.escape(name)}\b", text) for name in companies())
    assert all(sum(d.source.endswith(f"/{kind}") for d in documents) == 30 for kind in FIGURES)
    assert all(name in text.lower() for name in facts("terms"))


def test_no_news_is_lost_to_the_probe_of_names() -> None:
    news = [p for p in of("sentiment") if p.split == "heldout"]
    found = load_probe("company_names", FINANCE).cases(news, seed=7)
    assert found.items == len(news) and not found.dropped


def test_the_policy_requires_both_probes_and_gives_reasons() -> None:
    required = load_policy(FINANCE.policy).required
    assert {rule.finding.split("/")[0] for rule in required} == set(FINANCE.probes)
    assert all(len(rule.reason) > 30 for rule in required)
