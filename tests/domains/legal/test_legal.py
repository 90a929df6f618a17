"""What holds for all kinds of the legal domain together."""

import re
from collections import Counter

import pytest
from tests.domains.legal.questions import DAY, GENERATED, LEGAL, PROBLEMS, clauses_of, found_in, of, subject_of, sums_in

from chartered.audit.policy import load_policy
from chartered.domains import Problem
from chartered.domains.legal.corpus import handbook
from chartered.domains.legal.facts import facts
from chartered.domains.prompts import render


def test_options_hold_the_answer_and_answers_and_their_places_are_even() -> None:
    for kind in ("limitation", "jurisdiction", "hearsay", "clause", "reporter"):
        problems = of(kind)
        size = len(problems[0].options)
        places = Counter(p.options.index(p.answer) for p in problems)
        assert all(abs(places[i] / len(problems) - 1 / size) < 0.08 for i in range(size)), (kind, places)
        if kind != "reporter":
            answers = Counter((p.groups["difficulty"], p.answer) for p in problems)
            levels = Counter(p.groups["difficulty"] for p in problems)
            assert all(count * size == levels[level] for (level, _), count in answers.items())


def test_text_is_ascii_and_short_and_states_a_rule() -> None:
    for problem in PROBLEMS:
        text = render(problem)[-1]["content"]
        assert text.isascii() and problem.solution is not None and problem.solution.isascii()
        assert len(text.split()) <= 150 and len(problem.solution.split()) <= 60
        assert " Rule: " in problem.question and "{" not in text and ".. " not in text


def _combination(problem: Problem) -> tuple[object, ...]:
    """What a problem combines, read from what it says rather than from how it was made."""
    asked = problem.question
    told = asked.split(" Rule: ")[0]
    match problem.kind:
        case "deadline":
            return re.search(DAY, asked)[0], re.search(r"within (\d+)", asked)[1]  # type: ignore[index]
        case "limitation":
            return tuple(sorted(re.findall(DAY, asked)))
        case "jurisdiction":
            return (*re.findall("|".join(facts("jurisdiction")["states"]), told), *sums_in(asked))
        case "hearsay":
            return (re.sub(r"\b[Aa]n? \d+-year-old (?!plaintiff|defendant)\w+|\b[Aa]n? \d+-year-old ", "", told),)
        case "clause":
            shown, statement = clauses_of(problem), found_in(r'Statement: "(.*?)"', problem)[1]
            ruling = shown.get(subject_of(statement))
            return (statement, ruling) if ruling else (statement, *sorted(shown.values()))
        case "citation":
            return (problem.answer,)
        case _:
            return tuple(sorted(problem.options))


@pytest.mark.parametrize("kind", GENERATED)
def test_no_combination_of_facts_is_in_both_splits(kind: str) -> None:
    found = {split: {_combination(p) for p in of(kind) if p.split == split} for split in ("train", "heldout")}
    assert found["train"] and found["heldout"]
    assert not found["train"] & found["heldout"]


def test_the_handbook_holds_no_held_out_question_and_no_document_twice() -> None:
    documents = list(handbook())
    text = "\n".join(document.text for document in documents)
    assert 300 <= len(documents) <= 400 and text.isascii()
    assert len({d.text for d in documents}) == len(documents)
    assert {d.licence for d in documents} == {"Apache-2.0"}
    held = [p for p in PROBLEMS if p.split == "heldout"]
    assert not any(p.question in text for p in held)
    assert not any(p.answer in text for p in held if p.kind in ("citation", "reporter"))
    assert all(sum(d.source.endswith(f"/{kind}") for d in documents) >= 40 for kind in GENERATED)


def test_the_policy_requires_both_probes_and_each_attribute_that_is_swapped() -> None:
    required = {rule.finding for rule in load_policy(LEGAL.policy).required}
    for attribute in ("sex", "age", "race_ethnicity", "disability", "socioeconomic"):
        assert f"demographics/{attribute}/accuracy_difference" in required
    assert {finding.split("/")[0] for finding in required} == set(LEGAL.probes)
