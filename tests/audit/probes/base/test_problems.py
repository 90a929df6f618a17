from dataclasses import replace

import pytest
from tests.audit.conftest import MakeProblem

from chartered.audit.probes.base.problems import choice_kind, fitting, misfit, reworded, single_turn_misfit
from chartered.audit.probes.registry import load_probe
from chartered.domains import Domain, Verifier
from chartered.domains.verifiers import Cascade, text
from chartered.domains.verifiers.choice import choice


@pytest.mark.parametrize("verifier", [choice, Cascade(text, choice)])
def test_a_verifier_of_choices_is_known_alone_and_as_a_part(trees: Domain, verifier: Verifier) -> None:
    domain = replace(trees, verifiers={"essay": text, "tree": verifier})
    assert choice_kind(domain, "none") == "tree"
    for name in ("social", "capability"):
        kinds = {case.problem.kind for case in load_probe(name, domain).cases([], seed=7).cases}
        assert kinds == {"tree"}


def test_without_such_a_verifier_the_default_kind_stands(trees: Domain) -> None:
    assert choice_kind(replace(trees, verifiers={"essay": text}), "social") == "social"


def test_problems_that_do_not_fit_are_counted_by_reason(problem: MakeProblem) -> None:
    open_ended = replace(problem(1), options=())
    kept, dropped = fitting([problem(0), problem(0), open_ended, replace(problem(2), answer="oak")])
    assert list(kept) == [problem(0).id]
    assert dropped == {"asked twice": 1, "not multiple choice": 1, "the right answer is not one of the options": 1}


def test_a_probe_that_rewords_takes_one_question_in_one_turn(problem: MakeProblem) -> None:
    two_turns = replace(problem(0), prompt=(*problem(0).prompt, {"role": "assistant", "content": "fir"}))
    assert misfit(two_turns) is None and single_turn_misfit(two_turns) == "not one question in one turn"
    assert single_turn_misfit(problem(0)) is None
    assert reworded(problem(0), "Which one?").question == "Which one?"
