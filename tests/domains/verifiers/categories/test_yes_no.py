import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clock import in_time

from chartered.domains import Problem
from chartered.domains.verifiers import yes_no
from chartered.domains.verifiers.reading.stages import STRICT, reading


def problem(answer: str, asked: str = "Did revenue rise?", options: tuple[str, ...] = ()) -> Problem:
    turn = ({"role": "user", "content": asked},)
    return Problem(prompt=turn, answer=answer, kind="k", domain="d", split="train", options=options)  # type: ignore[arg-type]


def assert_read(response: str, says: str, contrary: str, asked: str = "Did revenue rise?") -> None:
    assert yes_no(problem(says, asked), response).status == "correct"
    assert yes_no(problem(contrary, asked), response).status == "wrong"


@pytest.mark.parametrize(
    "response",
    [
        "Answer: Yes",
        "**Answer:** **yes.**",
        "Answer: Y",
        "Answer: \\boxed{\\text{Yes}}",
        "<answer>yes</answer>",
        "So the answer is yes, since it rose.",
        "Answer: Yes, since revenue rose",
        "Answer: Yes \u2014 it rose",
        "Answer: Yes (see page 3)",
        "Answer: Yes it did",
        "Answer: Yes, revenue did not fall",
        "Answer: Definitely yes",
        "Answer: I would say yes",
        "Answer: It did.",
        "Answer: Revenue rose, so yes.",
        "Yes, revenue rose by 5.\nIt was 3 before.",
    ],
)
def test_yes_is_read(response: str) -> None:
    assert_read(response, "yes", "no")


@pytest.mark.parametrize(
    "response",
    [
        "Answer: No",
        "Answer: NO!",
        "Answer: No, it did not",
        "Answer: No it didn't",
        "Answer: no (revenue fell by 5%)",
        "Answer: No because revenue fell",
        "Answer: It did not.",
        "Answer: Certainly not",
        "Answer: Revenue fell; hence no.",
        "No, revenue fell.",
        "Answer: yes\nWait, the answer is no.",
    ],
)
def test_no_is_read(response: str) -> None:
    assert_read(response, "no", "yes")


@pytest.mark.parametrize(
    "said",
    [
        "",
        "5",
        "maybe",
        "yes and no",
        "yes/no",
        "Yes or no",
        "Partly",
        "Yes, but only partly",
        "To some extent, yes",
        "mostly yes",
        "It depends",
        "not necessarily",
        "Not really",
        "unclear",
        "cannot be determined",
        "No, it cannot be determined",
        "Yes. Therefore no.",
        "Yes, wait, no",
        "Yes? No?",
        "Yes (but also no)",
        "not yes",
        "neither yes nor no",
        "no change",
        "no idea",
        "no answer",
        "No. 5",
        "not applicable",
        "None",
        "nothing",
        "yesterday",
        "noted",
        "True",
        "correct",
        "not incorrect",
    ],
)
def test_a_hedge_a_contradiction_or_another_word_is_no_answer(said: str) -> None:
    for gold in ("yes", "no"):
        assert yes_no(problem(gold), f"Answer: {said}").status == "no_answer"


TRUE_OR_FALSE = "True or false, correct or incorrect: revenue rose."


@pytest.mark.parametrize(
    ("response", "says"),
    [
        ("Answer: True", "true"),
        ("Answer: T", "true"),
        ("Answer: Yes", "true"),
        ("Answer: The statement is true, since so", "true"),
        ("Answer: That's correct", "true"),
        ("Answer: False.", "false"),
        ("Answer: not true", "false"),
        ("Answer: It isn't true", "false"),
        ("Answer: It is not correct", "false"),
        ("Answer: The statement isn't correct.", "false"),
        ("Answer: that is incorrect", "false"),
        ("Answer: No", "false"),
    ],
)
def test_true_and_correct_are_read_where_they_are_asked_for(response: str, says: str) -> None:
    assert_read(response, says, {"true": "false", "false": "true"}[says], TRUE_OR_FALSE)


@pytest.mark.parametrize(
    "said", ["not false", "not incorrect", "true and false", "partly true", "mostly false", "truest"]
)
def test_a_double_denial_and_half_a_truth_are_no_answer(said: str) -> None:
    assert yes_no(problem("true", TRUE_OR_FALSE), f"Answer: {said}").status == "no_answer"


def test_a_question_may_ask_with_true_or_correct_where_the_gold_answer_is_yes() -> None:
    assert_read("Answer: Correct.", "yes", "no", "Is it correct that revenue rose?")
    assert_read("Answer: That is not true.", "no", "yes", "Is it true that revenue rose?")


def test_the_letter_of_an_option_is_read() -> None:
    options = ("Yes", "No")
    assert yes_no(problem("No", options=options), "Answer: B").status == "correct"
    assert yes_no(problem("No", options=options), "Answer: B) No").status == "correct"
    assert yes_no(problem("No", options=options), "Answer: A) No").status == "no_answer"


def test_a_gold_answer_that_is_another_word_is_an_error() -> None:
    assert yes_no(problem("maybe"), "Answer: yes").status == "error"


def test_what_opens_a_response_counts_where_conclusions_may_be_read_and_is_not_taken_back() -> None:
    assert yes_no(problem("yes"), "Yes, revenue rose.").status == "correct"
    assert yes_no(problem("yes"), "Yes, revenue rose. Wait, that was 2018. It fell.").status == "no_answer"
    with reading(STRICT):
        assert yes_no(problem("yes"), "Yes, revenue rose. It was 3.").status == "no_answer"
        assert yes_no(problem("yes"), "Yes.").status == "correct"


@given(
    st.sampled_from(["yes", "no"]),
    st.sampled_from(
        ["", "<think>Answer: no, yes</think>\n", "Sure, happy to help.\n", "Some would say yes, others no.\n"]
    ),
    st.sampled_from(["", ".", ", since it is so", " (see the table)", ", it is what the table says"]),
)
def test_a_thought_a_greeting_or_a_reason_changes_no_answer(says: str, before: str, behind: str) -> None:
    assert yes_no(problem("yes"), f"{before}Answer: {says}{behind}").status == ("correct" if says == "yes" else "wrong")


@given(st.text(max_size=200))
def test_any_text_gives_a_check(said: str) -> None:
    for response in (said, "Answer: " + said):
        assert yes_no(problem("yes"), response).status in ("correct", "wrong", "no_answer")


@pytest.mark.parametrize("unit", ["yes, ", "no. ", "so ", "likely ", "Answer: yes\n", "not ", "(", " ", "it is ", "a"])
@pytest.mark.parametrize("before", ["", "Answer: "])
def test_a_megabyte_of_hostile_text_is_read_in_time(before: str, unit: str) -> None:
    with in_time(6.0):  # two seconds, on a machine three times as slow
        assert yes_no(problem("yes"), before + unit * (10**6 // len(unit))).status != "error"
