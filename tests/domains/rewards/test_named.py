import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.common.errors import UsageError
from chartered.domains import Check, Problem, Reward
from chartered.domains.contract import Status
from chartered.domains.rewards import (
    citation_exists,
    consistency_with,
    consistent,
    correct,
    format,
    format_and_accuracy,
    format_and_accuracy_by,
    graded,
    graded_by,
    headed,
    length,
    length_within,
    repetition,
    repetition_within,
    tagged,
    units_present,
    weighted,
)

PROBLEM = Problem(prompt=({"role": "user", "content": "?"},), answer="1", kind="k", domain="d", split="train")
RIGHT = Check(status="correct", score=1.0)
WRONG = Check(status="wrong", score=0.0)
SILENT = Check(status="no_answer", score=0.0)
FAILED = (Check(status="timeout", score=0.0), Check(status="error", score=0.0))
TAGS, HEADINGS = tagged("think", "answer"), headed("## Thinking", "## Final Response")


@pytest.mark.parametrize("status", ["correct", "wrong", "no_answer"])
def test_the_reward_for_the_right_answer_is_the_verifiers_score(status: Status) -> None:
    assert correct(PROBLEM, "", Check(status=status, score=0.25)) == 0.25


@pytest.mark.parametrize("status", ["timeout", "error"])
def test_a_failure_of_the_verifier_is_neither_rewarded_nor_punished(status: Status) -> None:
    assert correct(PROBLEM, "Answer: 1", Check(status=status, score=0.0)) is None


@pytest.mark.parametrize(
    ("response", "reward"),
    [
        ("Work.\nAnswer: 1", 1.0),
        ("Answer: 1", 1.0),
        ("**Answer:** 1\n\n", 1.0),
        ("", 0.0),
        (" \n ", 0.0),
        ("1", 0.0),
        ("Answer:", 0.0),
        ("Answer: 1\nThat is all.", 0.0),
        ("Answer: 1\nAnswer: 1", 0.0),
        ("Answer:\nAnswer: 1", 0.0),
        ("The answer: 1", 1.0),
        ("So it is 1.", 0.0),
    ],
)
def test_the_format_is_one_answer_line_and_it_stands_last(response: str, reward: float) -> None:
    assert format(PROBLEM, response, RIGHT) == reward


@pytest.mark.parametrize(
    ("response", "reward"),
    [
        ("<think>so</think><answer>it</answer>", 1.0),
        (" <think>\nso\n</think>\n\n<answer>it</answer>\n", 1.0),
        ("", 0.0),
        ("so it is", 0.0),
        ("<answer>it</answer>", 0.0),
        ("<answer>it</answer><think>so</think>", 0.0),
        ("<think>so</think><answer>it</answer> as I said", 0.0),
        ("Well: <think>so</think><answer>it</answer>", 0.0),
        ("<think>so</think> hence <answer>it</answer>", 0.0),
        ("<think>so</think><answer>it</answer><answer>it</answer>", 0.0),
        ("<think>so<think></think><answer>it</answer>", 0.0),
        ("<think>so<answer>it</answer>", 0.0),
        ("<think>so</think><answer>it", 0.0),
        ("<think> </think><answer>it</answer>", 0.0),
        ("<think>so</think><answer></answer>", 0.0),
        ("<Think>so</Think><answer>it</answer>", 0.0),
    ],
)
def test_tagged_wants_each_block_once_in_order_with_content_and_nothing_else(response: str, reward: float) -> None:
    assert TAGS(PROBLEM, response, RIGHT) == reward


def test_tags_are_configurable() -> None:
    assert tagged("reasoning", "final-answer")(PROBLEM, "<reasoning>a</reasoning><final-answer>b</final-answer>", RIGHT)


@pytest.mark.parametrize(
    ("response", "reward"),
    [
        ("## Thinking\nso\n## Final Response\nit", 1.0),
        ("## Thinking\n\nso\n\n## Final Response\n\nit\n", 1.0),
        ("", 0.0),
        ("so it is", 0.0),
        ("## Thinking\nso", 0.0),
        ("## Final Response\nit", 0.0),
        ("## Final Response\nit\n## Thinking\nso", 0.0),
        ("Well.\n## Thinking\nso\n## Final Response\nit", 0.0),
        ("## Thinking\n## Final Response\nit", 0.0),
        ("## Thinking\nso\n## Final Response\n", 0.0),
        ("## Thinking\nso\n## Final Response\nit\n## Final Response\nor", 0.0),
    ],
)
def test_headed_wants_each_heading_once_in_order_with_text(response: str, reward: float) -> None:
    assert HEADINGS(PROBLEM, response, RIGHT) == reward


@pytest.mark.parametrize(("check", "reward"), [(RIGHT, 1.0), (WRONG, 0.1), (SILENT, 0.0), *((c, None) for c in FAILED)])
def test_a_wrong_answer_is_worth_a_tenth_and_none_is_worth_nothing(check: Check, reward: float | None) -> None:
    assert graded(PROBLEM, "", check) == reward


@pytest.mark.parametrize(
    ("response", "check", "reward"),
    [
        ("<think>so</think><answer>it</answer>", RIGHT, 1.0),
        ("<think>so</think><answer>it</answer>", WRONG, 0.1),
        ("<think>so</think><answer>it</answer>", SILENT, 0.1),
        ("it", RIGHT, 0.0),
        ("it", WRONG, 0.0),
        ("it", FAILED[0], None),
    ],
)
def test_without_the_form_a_right_answer_is_worth_nothing(response: str, check: Check, reward: float | None) -> None:
    assert graded_by(TAGS)(PROBLEM, response, check) == reward


@pytest.mark.parametrize(
    ("response", "check", "reward"),
    [
        ("Answer: 1", RIGHT, 1.0),
        ("Answer: 2", WRONG, 0.5),
        ("1", RIGHT, 0.5),
        ("2", WRONG, 0.0),
        ("Answer: 1", Check(status="wrong", score=0.5), 0.75),
        ("Answer: 1", FAILED[1], None),
    ],
)
def test_form_and_accuracy_are_worth_a_half_each(response: str, check: Check, reward: float | None) -> None:
    assert format_and_accuracy(PROBLEM, response, check) == reward


def test_form_and_accuracy_take_another_form() -> None:
    reward = format_and_accuracy_by(TAGS)
    assert reward(PROBLEM, "<think>so</think><answer>it</answer>", RIGHT) == 1.0
    assert reward(PROBLEM, "Answer: it", RIGHT) == 0.5


@pytest.mark.parametrize(
    ("characters", "reward"),
    [(1, 1.0), (100, 1.0), (125, 0.75), (150, 0.5), (200, 0.0), (900, 0.0)],  # (200 - n) / (200 - 100)
)
def test_length_falls_in_a_line_from_the_soft_to_the_hard_limit(characters: int, reward: float) -> None:
    assert length_within(100, 200)(PROBLEM, "x" * characters, WRONG) == pytest.approx(reward)


@pytest.mark.parametrize(
    ("response", "reward"),
    [
        ("one two three four five", 1.0),
        ("one two", 1.0),
        ("a b a b a b", 2 / 5),  # pairs: ab ba ab ba ab
        ("so so so so so", 1 / 4),
        ("So, so; SO so.", 1 / 3),
        ("中文中文中", 2 / 4),  # without spaces each character is a word
    ],
)
def test_repetition_is_the_share_of_different_runs(response: str, reward: float) -> None:
    assert repetition_within(2)(PROBLEM, response, WRONG) == pytest.approx(reward)


@pytest.mark.parametrize("reward", [length, repetition])
def test_silence_is_not_paid_for_being_short(reward: Reward) -> None:
    assert reward(PROBLEM, "", SILENT) == 0.0
    assert [reward(PROBLEM, "", check) for check in FAILED] == [None, None]


@pytest.mark.parametrize(
    ("unit", "response", "reward"),
    [
        ("mg", "Answer: 5 mg", 1.0),
        ("mg", "Answer: 5mg.", 1.0),
        ("mg", "Answer: **5 mg** a day", 1.0),
        ("mg", "Answer: 5", 0.0),
        ("mg", "Answer: mg", 0.0),
        ("mg", "Give 5 mg.\nAnswer: 5", 0.0),
        ("mg", "5 mg", 0.0),
        ("mg", "Answer: 5 mg/kg", 0.0),
        ("mg", "Answer: 5 Mg", 0.0),
        ("mg", "Answer: 5 kmg", 0.0),
        ("mL/h", "Answer: 12.5 mL/h", 1.0),
        ("mL/h", "Answer: 12.5 mL/hour", 0.0),
        ("%", "Answer: 12%", 1.0),
        ("$", "Answer: $12", 1.0),
        ("\u00b5g", "Answer: 3 \u03bcg", 1.0),  # micro sign and Greek letter
        ("m/s^2", "Answer: 9.81 m/s^2", 1.0),
        ("m", "Answer: 9.81 m/s^2", 0.0),
        ("USD million", "Answer: 5 USD  million", 1.0),
        (None, "Answer: 5 mg", None),
    ],
)
def test_the_unit_stands_with_a_number_in_the_answer(unit: str | None, response: str, reward: float | None) -> None:
    assert units_present(dataclasses.replace(PROBLEM, unit=unit), response, RIGHT) == reward


@pytest.mark.parametrize(
    ("found", "reward"), [([], None), ([True], 1.0), ([False], 0.0), ([True, False, False, True], 0.5)]
)
def test_citations_are_worth_the_share_that_exists(found: list[bool], reward: float | None) -> None:
    assert citation_exists(lambda _: found)(PROBLEM, "See 1 U.S. 1.", RIGHT) == reward


def answered(answer: str | None) -> Check:
    return Check(status="wrong" if answer else "no_answer", score=0.0, answer=answer)


@pytest.mark.parametrize(
    ("one", "other", "reward"),
    [
        (answered("yes"), answered("yes"), 1.0),
        (answered("Yes "), answered("yes"), 1.0),
        (answered("yes"), answered("no"), 0.0),
        (answered("yes"), answered(None), 0.0),
        (answered(None), answered(None), 0.0),
        (answered("yes"), FAILED[0], None),
        (FAILED[1], answered("yes"), None),
    ],
)
def test_a_pair_is_consistent_when_both_have_the_same_answer(one: Check, other: Check, reward: float | None) -> None:
    assert consistent(one, other) == reward


def test_answers_of_a_pair_can_be_compared_otherwise() -> None:
    assert consistent(answered("4.0"), answered("4"), same=lambda one, other: float(one) == float(other)) == 1.0


def test_consistency_does_not_apply_without_a_twin() -> None:
    assert consistency_with(lambda problem: None)(PROBLEM, "", RIGHT) is None
    assert consistency_with(lambda problem: answered("a"))(PROBLEM, "", answered("a")) == 1.0


REWARDS: dict[str, Reward] = {"correct": correct, "format": format, "units": units_present}


def test_the_weighted_reward_is_a_mean_of_those_that_apply() -> None:
    total = weighted(REWARDS, {"correct": 3.0, "format": 1.0, "units": 4.0})  # units: no unit, not counted
    assert total(PROBLEM, "1", RIGHT) == 3 / 4
    assert total(PROBLEM, "Answer: 2", WRONG) == 1 / 4
    assert total(dataclasses.replace(PROBLEM, unit="mg"), "Answer: 1 mg", RIGHT) == 1.0


def test_the_weighted_reward_is_none_where_the_verifier_failed_or_nothing_applies() -> None:
    assert weighted(REWARDS, {"format": 1.0})(PROBLEM, "Answer: 1", FAILED[0]) is None
    assert weighted(REWARDS, {"units": 1.0})(PROBLEM, "Answer: 1", RIGHT) is None


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"corect": 1.0}, "did you mean 'correct'"),
        ({"correct": -1.0}, "weight -1.0"),
        ({"correct": float("nan")}, "weight nan"),
        ({"correct": 0.0}, "no reward has a weight above 0"),
        ({}, "no reward has a weight above 0"),
    ],
)
def test_weights_that_make_no_mean_are_refused(weights: dict[str, float], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        weighted(REWARDS, weights)


@pytest.mark.parametrize(
    "make",
    [
        lambda: tagged(),
        lambda: tagged("<think>"),
        lambda: headed(""),
        lambda: length_within(5, 5),
        lambda: repetition_within(0),
    ],
)
def test_settings_that_make_no_reward_are_refused(make: object) -> None:
    with pytest.raises(UsageError):
        make()  # type: ignore[operator]


STATUSES = st.sampled_from(["correct", "wrong", "no_answer", "timeout", "error"])
ALL: list[Reward] = [
    correct, format, TAGS, HEADINGS, graded, graded_by(TAGS), format_and_accuracy, length, repetition, units_present,
    weighted(REWARDS, {"correct": 1.0, "format": 0.3}),
]  # fmt: skip


@given(st.text(), STATUSES, st.sampled_from([None, "mg", "%", "(", "\\"]))
def test_every_reward_of_any_text_is_none_or_in_zero_to_one(response: str, status: Status, unit: str | None) -> None:
    check = Check(status=status, score=float(status == "correct"))
    for reward in ALL:
        value = reward(dataclasses.replace(PROBLEM, unit=unit), response, check)
        assert value is None or 0 <= value <= 1
