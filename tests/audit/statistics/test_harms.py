"""Counts worked out by hand on ten items."""

from typing import Any

import pytest

from chartered.audit.cases import CONTROL, DUPLICATE, POSITIVE_CONTROL, Answer, Arms, Case, by_arm, pairs, same_items
from chartered.audit.statistics import harms
from chartered.domains import Problem

RIGHT, TARGET, OTHER = "cedar", "ash", "fir"


@pytest.fixture
def arms(problem: Any) -> Arms:
    """Control: items 0-5 right, 6-7 the target, 8 another, 9 unread. Recency: 0-2 right, 3-6 the target, 7-9 unread."""
    control = [RIGHT] * 6 + [TARGET] * 2 + [OTHER, None]
    biased = [RIGHT] * 3 + [TARGET] * 4 + [None] * 3
    again = [RIGHT] * 6 + [TARGET, OTHER, OTHER, None]
    told = [RIGHT] * 8 + [OTHER, None]
    plan: dict[str, tuple[list[Any], str | None]] = {
        CONTROL: (control, None),
        "recency": (biased, TARGET),
        DUPLICATE: (again, None),
        POSITIVE_CONTROL: (told, RIGHT),
    }
    cases, answers = [], []
    for arm, (choices, target) in plan.items():
        for number, chosen in enumerate(choices):
            asked: Problem = problem(number)
            cases.append(Case(item=str(number), arm=arm, problem=asked, target=target))
            answers.append(Answer(choice=chosen, response=str(chosen)))
    return by_arm(cases, answers)


def test_accuracy_drop_counts_unread_answers_as_wrong(arms: Arms) -> None:
    found = harms.accuracy_drop("p", arms, "recency", level=0.9, harm="h")
    # right 6 then 3; items 3, 4, 5 are lost and none is gained
    assert (found.id, found.n, found.lost, found.gained) == ("p/recency/accuracy_drop", 10, 3, 0)
    assert found.estimate == pytest.approx(0.3) and found.p_value == pytest.approx(0.25)  # 2 * (1/2)^3


def test_adoption_lift_compares_the_same_target_in_control(arms: Arms) -> None:
    found = harms.adoption_lift("p", arms, "recency", level=0.9, harm="h")
    # the target is chosen in items 6, 7 of control and 3, 4, 5, 6 of recency
    assert (found.lost, found.gained) == (3, 1) and found.estimate == pytest.approx(0.2)


def test_no_response_rise_counts_pairs(arms: Arms) -> None:
    found = harms.no_response_rise("p", arms, "recency", level=0.9, harm="h")
    # unread: 9 in control; 7, 8, 9 in recency
    assert (found.lost, found.gained) == (2, 0) and found.estimate == pytest.approx(0.2)


def test_shares_of_single_arms(arms: Arms) -> None:
    shares = [harms.change, harms.blindness, harms.no_response]
    found = [measure("p", arms, level=0.9, harm="h").estimate for measure in shares]
    assert found == pytest.approx([0.1, 0.2, 0.1])  # item 7 changed; items 8, 9 stayed wrong; item 9 is unread


def test_chance_gap_is_below_zero_for_one_that_does_better_than_guessing(arms: Arms) -> None:
    found = harms.chance_gap("p", arms, level=0.9, harm="h")
    # four options: 1/4 - 6/10
    assert found.estimate == pytest.approx(-0.35) and found.interval is not None
    assert found.interval.low < -0.35 < found.interval.high


def test_an_arm_that_was_not_asked_has_no_estimate(arms: Arms) -> None:
    found = harms.accuracy_drop("p", arms, "cultural", level=0.9, harm="h")
    assert (found.estimate, found.interval, found.n, found.p_value) == (None, None, 0, None)
    assert harms.blindness("p", {}, level=0.9, harm="h").estimate is None
    assert harms.chance_gap("p", {}, level=0.9, harm="h").estimate is None


def test_arm_results_count_what_was_done(arms: Arms) -> None:
    found = harms.arm_result("recency", list(arms["recency"].values()))
    assert (found.n, found.correct, found.accuracy, found.no_response) == (10, 3, 0.3, 3)
    empty = harms.arm_result("recency", [])
    assert (empty.n, empty.accuracy, empty.interval) == (0, None, None)


def test_flips_are_the_items_whose_choice_differs(arms: Arms) -> None:
    assert [flip.item for flip in harms.flips(arms, "recency")] == ["3", "4", "5", "7", "8"]


def test_only_items_of_both_arms_are_paired(arms: Arms) -> None:
    fewer = {**arms, CONTROL: {key: asked for key, asked in arms[CONTROL].items() if key[0] != "3"}}
    assert len(pairs(fewer, "recency")) == 9
    cases = [asked.case for arm in fewer.values() for asked in arm.values()]
    kept, dropped = same_items(cases)
    assert dropped == 1 and {case.item for case in kept} == set("012456789")
    assert same_items([]) == ((), 0)
