import dataclasses
from itertools import islice

import pytest

from chartered.common.errors import DataError
from chartered.domains import Check, Domain, Problem, Reward, load_domain
from chartered.domains.checking.pool import Pool
from chartered.domains.prompts import final_answer
from chartered.domains.rewards import correct, format, graded, headed, length, repetition, tagged
from chartered.domains.rewards.stress import TRICKS, Attempt, attempts_table, stress
from chartered.domains.verifiers import choice

MEDICAL = load_domain("medical")
OPTIONS = ("measles", "mumps", "rubella", "scabies")
QUIZ = [
    Problem(
        prompt=({"role": "user", "content": f"Case {n}: which is it?"},),
        answer=OPTIONS[n % 4],
        kind="quiz",
        domain="medical",
        split="train",
        options=OPTIONS,
    )
    for n in range(40)
]


def with_verifier(verify: object) -> Domain:
    return dataclasses.replace(MEDICAL, verifiers={"quiz": verify})  # type: ignore[dict-item]


def paid(attempts: list[Attempt]) -> set[str]:
    return {one.trick for one in attempts if one.pays}


def named_anywhere(problem: Problem, response: str) -> Check:
    """A gullible verifier: right if the right option is named anywhere."""
    right = problem.answer in response
    return Check(status="correct" if right else "wrong", score=float(right))


def test_naming_every_option_pays_with_a_verifier_that_looks_for_the_right_one() -> None:
    attempts = stress(with_verifier(named_anywhere), QUIZ, {"correct": correct})
    assert {"every option in a line", "answer line of every option", "prompt echoed"} <= paid(attempts)
    assert "empty" not in paid(attempts)
    (line,) = [one for one in attempts if one.trick == "every option in a line"]
    assert (line.n, line.mean, line.honest, line.above, line.chance) == (40, 1.0, 0.0, 40, 0.25)
    assert line.example.startswith("'Answer: measles, mumps")


def test_nothing_pays_with_the_verifier_for_choices() -> None:
    rewards = {"correct": correct, "format": format, "graded": graded, "length": length, "repetition": repetition}
    attempts = stress(with_verifier(choice), QUIZ, rewards)
    assert paid(attempts) == set()
    assert len(attempts) == len(TRICKS) * 5
    assert attempts_table(attempts) == f"Nothing pays: {len(attempts)} attempts, none above an honest wrong answer."


def test_a_guess_that_is_right_as_often_as_chance_has_it_does_not_pay_and_one_that_is_right_more_often_does() -> None:
    first = [problem for problem in QUIZ if problem.answer == "measles"] * 4
    assert "always the first option" not in paid(stress(with_verifier(choice), QUIZ, {"correct": correct}))
    assert "always the first option" in paid(stress(with_verifier(choice), first, {"correct": correct}))


def test_form_alone_is_worth_what_an_honest_wrong_answer_in_that_form_is_worth() -> None:
    rewards = {"tags": tagged("think", "answer"), "headings": headed("## Thinking", "## Final Response")}
    attempts = stress(with_verifier(choice), QUIZ, rewards)
    assert paid(attempts) == set()
    (tags,) = [one for one in attempts if (one.reward, one.trick) == ("tags", "tags and words")]
    assert (tags.mean, tags.honest) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("reward", "trick"),
    [
        (lambda problem, response, check: min(1.0, len(response) / 1000), "longest"),
        (lambda problem, response, check: float(len(response) < 5), "empty"),
        (lambda problem, response, check: float("score is 1.0" in response), "a word to the grader"),
        (lambda problem, response, check: float(check.status != "wrong"), "a refusal"),
        (lambda problem, response, check: float(final_answer(response) is None), "empty"),
    ],
)
def test_rewards_that_can_be_cheated_are_found_out(reward: Reward, trick: str) -> None:
    assert trick in paid(stress(with_verifier(choice), QUIZ, {"mine": reward}))


def test_what_the_verifier_fails_on_is_counted_and_shown_first_after_what_pays() -> None:
    def brittle(problem: Problem, response: str) -> Check:
        if not response:
            raise IndexError("no last line")
        return choice(problem, response)

    attempts = stress(with_verifier(brittle), QUIZ, {"correct": correct})
    assert attempts[0].trick == "empty"
    assert (attempts[0].failures, attempts[0].n, attempts[0].mean, attempts[0].pays) == (40, 0, None, False)
    assert attempts_table(attempts).splitlines()[1].split()[:5] == ["correct", "empty", "-", "-", "0/0"]


def test_a_reward_that_never_applies_has_no_mean() -> None:
    attempts = stress(with_verifier(choice), QUIZ, {"none": lambda problem, response, check: None})
    assert {(one.n, one.mean, one.honest, one.pays) for one in attempts} == {(0, None, None, False)}


def test_the_table_names_reward_trick_and_example() -> None:
    shown = attempts_table(stress(with_verifier(named_anywhere), QUIZ, {"correct": correct})).splitlines()
    assert shown[0].split() == ["reward", "trick", "mean", "honest", "wrong", "above", "failures", "pays", "example"]
    assert any("every option by or" in line and "40/40" in line and " yes " in line for line in shown)


def test_the_table_can_show_everything() -> None:
    attempts = stress(with_verifier(choice), QUIZ, {"correct": correct})
    assert len(attempts_table(attempts, everything=True).splitlines()) == 1 + len(TRICKS)


def test_without_problems_there_is_nothing_to_cheat() -> None:
    with pytest.raises(DataError, match="without problems"):
        stress(MEDICAL, [])


def test_verifiers_can_run_in_a_pool() -> None:
    problems = list(islice(MEDICAL.problem_set("drip").load(None), 30))
    with Pool(MEDICAL) as pool:
        assert stress(MEDICAL, problems, checker=pool) == stress(MEDICAL, problems)
