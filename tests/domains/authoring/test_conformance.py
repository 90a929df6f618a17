from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from chartered.domains import Check, Document, Domain, Problem, load_domain
from chartered.domains.authoring.conformance import conformance
from chartered.domains.prompts import final_answer


def rules(domain: Domain) -> set[str]:
    return {complaint.rule for complaint in conformance(domain)}


def with_problems(domain: Domain, **changes: Any) -> Domain:
    """The domain with every problem changed so."""

    def changed(load: Any) -> Any:
        return lambda path: [replace(problem, **changes) for problem in load(path)]

    sets = tuple(replace(part, load=changed(part.load)) for part in domain.problem_sets)
    return replace(domain, problem_sets=sets)


def test_the_toy_domain_and_medical_conform(toy_domain: Domain) -> None:
    assert conformance(toy_domain) == ()
    assert conformance(load_domain("medical")) == ()


def lenient(problem: Problem, response: str) -> Check:
    return Check(status="correct", score=1.0) if final_answer(response) else Check(status="no_answer", score=0.0)


def crashing(problem: Problem, response: str) -> Check:
    if final_answer(response) is None:
        raise IndexError("no answer line")
    right = final_answer(response) == problem.answer
    return Check(status="correct" if right else "wrong", score=float(right))


def fickle() -> Any:
    calls = count()

    def check(problem: Problem, response: str) -> Check:
        right = final_answer(response) == problem.answer
        return Check(status="correct" if right else "wrong", score=float(right), reason=str(next(calls)))

    return check


def always_right(problem: Problem, response: str) -> Check:
    return Check(status="correct", score=1.0)


def never_right(problem: Problem, response: str) -> Check:
    return Check(status="wrong", score=0.0)


@pytest.mark.parametrize(
    ("verifier", "expected"),
    [
        (never_right, {"gold"}),
        (lenient, {"perturbed", "hostile"}),  # a megabyte of digits is an answer to it
        (always_right, {"perturbed", "hostile"}),
        (crashing, {"hostile"}),
        (fickle(), {"deterministic"}),
    ],
)
def test_a_broken_verifier_is_found_for_the_right_reason_and_no_other(
    toy_domain: Domain, verifier: Any, expected: set[str]
) -> None:
    assert rules(replace(toy_domain, verifiers=dict.fromkeys(toy_domain.verifiers, verifier))) == expected


def test_what_was_said_stands_in_the_complaint(toy_domain: Domain) -> None:
    refused, accepted = (
        conformance(replace(toy_domain, verifiers=dict.fromkeys(toy_domain.verifiers, verifier)))[0].what
        for verifier in (never_right, always_right)
    )
    assert "'Answer: 0' for '0' (kind sum, wrong: )" in refused
    assert "such as 'Answer: 1' (a tenth more) where '0' is right (kind sum)" in accepted


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"split": "train"}, "splits"),
        ({"kind": "unheard"}, "verifiers"),
        ({"answer": "no such thing", "options": (), "solution": "Answer: something"}, "gold"),
    ],
)
def test_broken_problems_are_found_for_the_right_reason(toy_domain: Domain, changes: Any, rule: str) -> None:
    assert rule in rules(with_problems(toy_domain, **changes))


def test_a_question_that_is_trained_on_and_held_out_is_found(toy_domain: Domain) -> None:
    def both(path: Path | None) -> Iterator[Problem]:
        for problem in toy_domain.problem_sets[0].load(path):
            yield replace(problem, split="train")
            yield replace(problem, split="heldout")

    leaking = replace(toy_domain, problem_sets=(replace(toy_domain.problem_sets[0], load=both),))
    assert rules(leaking) == {"splits"}


@pytest.mark.parametrize("part", ["domain", "corpus", "problem set", "text"])
def test_a_missing_licence_is_found_wherever_it_is_missing(toy_domain: Domain, part: str) -> None:
    corpus, sets = toy_domain.corpora[0], toy_domain.problem_sets

    def bare(path: Path | None) -> list[Document]:
        return [replace(document, licence="") for document in corpus.load(path)]

    broken = {
        "domain": replace(toy_domain, licence=" "),
        "corpus": replace(toy_domain, corpora=(replace(corpus, licence=""),)),
        "problem set": replace(toy_domain, problem_sets=(replace(sets[0], licence=""), *sets[1:])),
        "text": replace(toy_domain, corpora=(replace(corpus, load=bare),)),
    }[part]
    (found,) = conformance(broken)
    assert found.rule == "licences" and part in found.what


@pytest.mark.parametrize(
    ("reward", "said"),
    [
        (lambda problem, response, check: 2.0, "is 2.0 on"),
        (lambda problem, response, check: -check.score, "is -1.0 on"),
        (lambda problem, response, check: float("nan"), "is nan on"),
        (lambda problem, response, check: len(response) / 1000, "is 1000.0 on 'aaa"),  # within bounds for short ones
        (lambda problem, response, check: 1 / 0, "raises ZeroDivisionError"),
    ],
)
def test_a_reward_out_of_bounds_is_found(toy_domain: Domain, reward: Any, said: str) -> None:
    (found,) = conformance(replace(toy_domain, rewards={"odd": reward}))
    assert found.rule == "rewards" and f"the reward 'odd' {said}" in found.what


def test_a_set_that_cannot_be_made_or_is_never_the_same_is_told(toy_domain: Domain) -> None:
    turn = count()

    def other(path: Path | None) -> list[Problem]:
        found = list(toy_domain.problem_sets[0].load(path))
        return found[next(turn) % 2 :]

    def broken(path: Path | None) -> list[Problem]:
        raise KeyError("facts")

    for load, said in ((other, "another each time"), (broken, "cannot be made: KeyError")):
        domain = replace(toy_domain, problem_sets=(replace(toy_domain.problem_sets[0], load=load),))
        assert any(said in complaint.what for complaint in conformance(domain))
