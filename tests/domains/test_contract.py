from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import pytest

import chartered.domains
from chartered.common.errors import PluginError
from chartered.domains import Check, Domain, Problem, ProblemSet
from chartered.domains.contract import checked

PROBLEM = Problem(
    prompt=({"role": "user", "content": "Which?"},),
    answer="a",
    kind="k",
    domain="d",
    split="train",
    options=("a", "b"),
)


def test_the_surface_is_what_is_listed() -> None:
    assert all(hasattr(chartered.domains, name) for name in chartered.domains.__all__)
    assert sorted(chartered.domains.__all__) == list(chartered.domains.__all__)


def test_the_id_is_sixteen_hex_digits_over_what_is_asked() -> None:
    # sha256 of json.dumps([domain, kind, prompt, options, answer, unit], sort_keys=True)
    assert PROBLEM.id == "3cf12e31ae46267d"
    assert len(PROBLEM.id) == 16 and int(PROBLEM.id, 16) >= 0


@pytest.mark.parametrize(
    "change",
    [
        {"answer": "b"},
        {"options": ("b", "a")},
        {"kind": "other"},
        {"domain": "other"},
        {"unit": "mg"},
        {"prompt": ({"role": "user", "content": "Which one?"},)},
    ],
)
def test_another_question_has_another_id(change: dict[str, object]) -> None:
    assert replace(PROBLEM, **change).id != PROBLEM.id  # type: ignore[arg-type]


def test_split_groups_and_solution_do_not_change_the_id() -> None:
    assert replace(PROBLEM, split="heldout", groups={"sex": "male"}, solution="x").id == PROBLEM.id


def test_the_question_is_the_last_turn() -> None:
    turns = ({"role": "system", "content": "s"}, {"role": "user", "content": "u"})
    assert replace(PROBLEM, prompt=turns).question == "u"  # type: ignore[arg-type]


def test_records_do_not_change() -> None:
    with pytest.raises(FrozenInstanceError):
        PROBLEM.answer = "b"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        Check(status="correct", score=1.0).score = 0.0  # type: ignore[misc]


def test_a_domain_verifies_by_the_kind_of_problem(toy_domain: Domain) -> None:
    problem = next(iter(toy_domain.problem_sets[0].load(None)))
    assert toy_domain.verify(problem, f"Answer: {problem.answer}").status == "correct"


def test_an_unknown_name_is_answered_with_the_nearest(toy_domain: Domain) -> None:
    name = toy_domain.problem_sets[0].name
    with pytest.raises(PluginError, match=f"no problem set '{name}x'; did you mean '{name}'"):
        toy_domain.problem_set(name + "x")
    with pytest.raises(PluginError, match="no corpus 'zzzzzz'; known are"):
        toy_domain.corpus("zzzzzz")
    with pytest.raises(PluginError, match="no verifier for problems of kind 'zzzzzz'"):
        toy_domain.verify(PROBLEM if PROBLEM.kind == "zzzzzz" else replace(PROBLEM, kind="zzzzzz"), "")


def test_a_verifier_that_fails_is_an_error_and_never_a_wrong_answer(toy_domain: Domain) -> None:
    def failing(problem: Problem, response: str) -> Check:
        raise ZeroDivisionError("oh")

    problem = next(toy_domain.shipped_problems())
    check = replace(toy_domain, verifiers={problem.kind: failing}).verify(problem, "Answer: 1")
    assert check == Check(status="error", score=0.0, reason="the verifier failed: ZeroDivisionError: oh")


@pytest.mark.parametrize(
    ("result", "reason"),
    [
        (True, "gave a bool, not a Check"),
        (None, "gave a NoneType, not a Check"),
        (Check(status="right", score=1.0), "gave the status 'right'"),  # type: ignore[arg-type]
        (Check(status="correct", score=1.5), "gave the score 1.5, which is not in [0, 1]"),
        (Check(status="correct", score=float("nan")), "gave the score nan, which is not in [0, 1]"),
        (Check(status="correct", score="1"), "gave the score '1', which is not in [0, 1]"),  # type: ignore[arg-type]
        (Check(status="wrong", score=0.0, answer=5), "an answer or a reason that is not text"),  # type: ignore[arg-type]
    ],
)
def test_what_is_not_a_proper_check_is_an_error(result: Any, reason: str) -> None:
    check = checked(lambda problem, response: result, PROBLEM, "Answer: a")
    assert (check.status, check.score) == ("error", 0.0) and reason in check.reason


def test_a_proper_check_is_given_as_it_is_with_its_score_as_a_float() -> None:
    given = Check(status="correct", score=True, answer="a", reason="why")
    check = checked(lambda problem, response: given, PROBLEM, "Answer: a")
    assert check == given and type(check.score) is float


def test_what_ships_is_what_the_plugin_makes_itself(toy_domain: Domain) -> None:
    """The toy has two sets that it makes; a third, read from a file of the user's, is never loaded."""

    def unread(path: Path | None) -> list[Problem]:
        raise AssertionError("a set that does not ship was loaded")

    hub = ProblemSet(name="hub", description="", licence="CC0-1.0", source="some/set", load=unread)
    domain = replace(toy_domain, problem_sets=(*toy_domain.problem_sets, hub))
    assert [part.ships for part in domain.problem_sets] == [True, True, False]
    assert domain.corpora[0].ships and not replace(domain.corpora[0], source="some/corpus").ships
    apart = [problem for part in toy_domain.problem_sets for problem in part.load(None)]
    assert list(domain.shipped_problems()) == apart
