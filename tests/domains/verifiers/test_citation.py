import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartered.domains import Message, Problem
from chartered.domains.verifiers import citation, citation_in
from chartered.domains.verifiers.citation import listed, read_citations

BROWN = "Brown v. Board of Education, 347 U.S. 483 (1954)"


def problem(answer: str) -> Problem:
    turn: tuple[Message, ...] = ({"role": "user", "content": "Which case?"},)
    return Problem(prompt=turn, answer=answer, kind="cite", domain="d", split="train")


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("347 U.S. 483", "347 U.S. 483"),
        ("347 U.S. 483", "**347 U. S. 483**"),
        ("347 U.S. 483", BROWN),
        (BROWN, "347 U.S. 483."),
        ("42 U.S.C. § 1983", "42 U.S.C. § 1983"),
        ('["347 U.S. 483", "74 S. Ct. 686"]', "74 S. Ct. 686"),
    ],
)
def test_the_same_citation_is_right_however_it_is_written(answer: str, said: str) -> None:
    assert citation(problem(answer), f"Work.\nAnswer: {said}").status == "correct"


@pytest.mark.parametrize("said", ["347 U.S. 484", "348 U.S. 483", "347 F.2d 483", "123 Foo. 456", "42 U.S.C. § 1983"])
def test_another_citation_is_wrong(said: str) -> None:
    assert citation(problem("347 U.S. 483"), f"Answer: {said}").status == "wrong"


@pytest.mark.parametrize("response", ["", BROWN, "Answer: Brown", "Answer: 347 U.S. 483 and 349 U.S. 294"])
def test_what_holds_no_single_citation_is_no_answer(response: str) -> None:
    assert citation(problem("347 U.S. 483"), response).status == "no_answer"


def test_a_gold_answer_without_a_citation_is_an_error() -> None:
    assert citation(problem("Brown"), "Answer: 347 U.S. 483").status == "error"
    assert citation(problem("any"), "Answer: 347 U.S. 483").status == "error"  # there is no list


@pytest.mark.parametrize(
    ("text", "standing", "reason"),
    [
        ("347 U.S. 483", "possible", "such a reporter and volume can exist"),
        ("42 U.S.C. § 1983", "possible", "such a reporter and title can exist"),
        ("123 Foo. 456", "impossible", "no reporter is known"),
        ("1500 F.2d 12", "impossible", "no volume 1500"),  # F.2d ends with volume 999
        ("12 F.4th 33 (11th Cir. 1999)", "impossible", "not published in 1999"),  # begun in 2021
        ("700 F.2d 33 (11th Cir. 1975)", "impossible", "did not sit before 1981"),
    ],
)
def test_what_can_be_said_of_a_citation(text: str, standing: str, reason: str) -> None:
    (found,) = read_citations(f"See {text}.")
    assert found.standing == standing
    assert reason in found.reason


def test_a_case_is_never_said_to_exist() -> None:
    # a made-up page of a real volume passes, and the reason claims no more than that
    check = citation(problem("347 U.S. 9999"), "Answer: 347 U.S. 9999")
    assert check.status == "correct"
    assert check.reason == "such a reporter and volume can exist; no more is known"


def test_a_list_of_cases_says_more() -> None:
    verifier = citation_in([BROWN, "Miranda v. Arizona, 384 U.S. 436 (1966)"])
    assert verifier(problem("any"), "Answer: 384 U. S. 436").status == "correct"
    assert verifier(problem("any"), "Answer: 384 U.S. 437").status == "wrong"
    assert verifier(problem("347 U.S. 483"), "Answer: 384 U.S. 436").status == "wrong"
    assert "in the list" in verifier(problem("347 U.S. 483"), "Answer: 347 U.S. 483").reason


def test_a_list_with_a_line_that_is_no_citation_is_refused() -> None:
    with pytest.raises(ValueError, match="'Brown'"):
        listed([BROWN, "Brown"])


@given(st.integers(min_value=1, max_value=500), st.integers(min_value=1, max_value=999))
@settings(max_examples=30)
def test_every_citation_is_itself_and_not_the_next_page(volume: int, page: int) -> None:
    gold = problem(f"{volume} U.S. {page}")
    assert citation(gold, f"Answer: {volume} U. S. {page}").status == "correct"
    assert citation(gold, f"Answer: {volume} U.S. {page + 1}").status == "wrong"
    assert citation(gold, f"Answer: {volume + 1} U.S. {page}").status == "wrong"


@given(st.text(max_size=200))
@settings(max_examples=50)
def test_any_text_gives_a_check(said: str) -> None:
    assert citation(problem("347 U.S. 483"), "Answer: " + said).status in ("correct", "wrong", "no_answer")


@pytest.mark.parametrize("unit", ["a", "1 ", "1 A. ", "347 U.S. 483 (", "§ ", " v. ", "(", "\u0301\u0323"])
def test_a_megabyte_of_hostile_text_is_read_in_time(unit: str) -> None:
    assert citation(problem("347 U.S. 483"), "Answer: " + unit * (10**6 // len(unit))).status in ("no_answer", "wrong")
