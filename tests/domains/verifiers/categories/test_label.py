import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.domains import Message, Problem
from chartered.domains.verifiers import label

NLI = ("Entailment", "Contradiction", "NotMentioned")
CHANCES = ("yes", "no", "maybe")
EXTENT = ("Mentioned", "Not mentioned", "mentioned in part")


def problem(answer: str, options: tuple[str, ...] = NLI) -> Problem:
    turn: tuple[Message, ...] = ({"role": "user", "content": "Does it follow?"},)
    return Problem(prompt=turn, answer=answer, options=options, kind="nli", domain="d", split="train")


@pytest.mark.parametrize(
    ("answer", "options", "said"),
    [
        ("NotMentioned", NLI, "NotMentioned"),
        ("NotMentioned", NLI, "not mentioned."),
        ("NotMentioned", NLI, "**Not-Mentioned**"),
        ("NotMentioned", NLI, "NOT_MENTIONED"),
        ("NotMentioned", NLI, "The hypothesis is not mentioned"),
        ("NotMentioned", NLI, "C"),
        ("NotMentioned", NLI, "(C)"),
        ("NotMentioned", NLI, "C) NotMentioned"),
        ("Entailment", NLI, "The label is Entailment"),
        ("yes", CHANCES, "Yes."),
        ("no", CHANCES, "no"),
        ("Not mentioned", EXTENT, "it is not mentioned"),
        ("mentioned in part", EXTENT, "mentioned in part"),
        ("A", ("B", "A"), "A"),
    ],
)
def test_the_label_is_read_however_it_is_spelled(answer: str, options: tuple[str, ...], said: str) -> None:
    check = label(problem(answer, options), f"Because so.\nAnswer: {said}")
    assert (check.status, check.answer) == ("correct", answer)


@pytest.mark.parametrize("said", ["Entailment", "contradiction", "A", "B) Contradiction"])
def test_another_label_is_wrong(said: str) -> None:
    assert label(problem("NotMentioned"), f"Answer: {said}").status == "wrong"


@pytest.mark.parametrize(
    "response",
    [
        "", "Answer:", "Answer: Neutral", "Answer: Entailment or Contradiction", "Answer: not an entailment",
        "Answer: A) Contradiction", "Answer: D", "Answer: mentioned", "I think it is an Entailment since so.",
    ],
)  # fmt: skip
def test_what_names_no_single_label_is_no_answer(response: str) -> None:
    assert label(problem("Entailment"), response).status == "no_answer"


def test_a_response_that_is_the_label_needs_no_answer_line() -> None:
    assert label(problem("Entailment"), "Entailment\n").status == "correct"


def test_a_gold_label_outside_the_set_is_an_error() -> None:
    assert label(problem("Neutral"), "Answer: Neutral").status == "error"
    assert label(problem("yes", ()), "Answer: yes").status == "error"


@given(st.lists(st.from_regex(r"[A-Z][a-z]{3,8}", fullmatch=True), min_size=2, max_size=5, unique=True))
def test_every_label_of_a_set_is_itself_and_no_other(names: list[str]) -> None:
    options = tuple(names)
    for answer in options:
        for said in options:
            expected = "correct" if said == answer else "wrong"
            for spelled in (said, said.upper(), f"{said}."):
                assert label(problem(answer, options), f"Answer: {spelled}").status == expected


@given(st.text(max_size=200))
def test_any_text_gives_a_check(said: str) -> None:
    assert label(problem("Entailment"), "Answer: " + said).status in ("correct", "wrong", "no_answer")


@pytest.mark.parametrize("unit", ["A ", "Entailment ", "not ", "_", " ", "\u0301\u0323", "aA"])
def test_a_megabyte_of_hostile_text_is_read_in_time(unit: str) -> None:
    for head in ("Answer: ", ""):
        assert label(problem("Entailment"), head + unit * (10**6 // len(unit))).status == "no_answer"
