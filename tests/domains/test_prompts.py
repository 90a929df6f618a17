import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clock import in_time, long_text

from chartered.common.errors import DataError
from chartered.domains import Message, Problem
from chartered.domains.prompts import answer_line, answer_lines, final_answer, lettered, render
from chartered.domains.verifiers.reading.response import visible


def problem(options: tuple[str, ...] = (), unit: str | None = None) -> Problem:
    turns: tuple[Message, ...] = ({"role": "system", "content": "Be short."}, {"role": "user", "content": "Which?"})
    return Problem(prompt=turns, answer="x", kind="k", domain="d", split="train", options=options, unit=unit)


def test_options_are_lettered_after_the_question_and_the_answer_format_stands_last() -> None:
    system, user = render(problem(("x", "y")))
    assert system == {"role": "system", "content": "Be short."}
    assert user["content"] == 'Which?\nA) x\nB) y\nEnd with "Answer:" and the option.'


def test_a_numeric_problem_asks_for_its_unit() -> None:
    assert render(problem(unit="mg"))[-1]["content"] == 'Which?\nEnd with "Answer:" and the result in mg.'
    assert render(problem())[-1]["content"] == 'Which?\nEnd with "Answer:" and the result.'


def test_more_options_than_letters_are_refused_and_none_is_lost() -> None:
    assert list(lettered(tuple(map(str, range(26)))))[-1] == "Z"
    with pytest.raises(DataError, match="27 options; at most 26"):
        lettered(tuple(map(str, range(27))))


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ("Answer: B", "B"),
        ("**Answer:** B", "B"),
        ("**Answer: B**", "B"),
        ("## Final answer: 3 mg  ", "3 mg"),
        ("answer : x", "x"),
        ("Answer: A\nNo.\nAnswer: B", "B"),
        ("Answer:\nB", "B"),
        ("Answer:", None),
        ("Answer: ** **", None),
        ("The answer: B", "B"),
        ("Answers: B", None),
        ("", None),
        ("Answer: -5", "-5"),
        ("Answer: A\r\nmore", "A"),
        # without a marker, tags or a box
        ("<think>B?</think><answer> A </answer>", "A"),
        ("<think>1\n2</think>\n<answer>\n3 mg\n</answer>\n", "3 mg"),
        ("<answer>Answer: A</answer>", "A"),
        ("<answer>\nAnswer: A</answer>", "A"),
        ("<answer>A</answer> no, <answer>B</answer>", "B"),
        ("<answer>it is \\boxed{C}</answer>", "C"),
        ("<answer>A\nB</answer>", None),
        ("<answer>A", "A"),
        ("<answer></answer>", None),
        ("so $x = \\boxed{\\frac{1}{2}}$.", "\\frac{1}{2}"),
        ("\\boxed{1} and \\boxed{2}", "2"),
        ("\\boxed{}", None),
        ("\\boxed{1", None),
        ("\\boxed{1}\nAnswer: 2", "2"),
    ],
)
def test_the_last_marker_at_the_start_of_a_line_gives_the_answer(response: str, answer: str | None) -> None:
    assert final_answer(response) == answer


def test_an_empty_marker_does_not_swallow_the_next_line() -> None:
    assert answer_lines("Answer: \nAnswer: B") == ["", "B"]


@given(
    st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1).filter(
        lambda s: s.strip("*_`") == s and visible(s) == s
    )
)
def test_the_answer_line_is_read_back(answer: str) -> None:
    assert final_answer("Work.\n" + answer_line(answer)) == answer


@pytest.mark.parametrize("unit", [" ", "\n", "*", "Answer", "answer ", "Answer: \n", "\n ", "final "])
def test_long_hostile_text_is_read_in_time(unit: str) -> None:
    with in_time():
        final_answer(long_text(unit) + "x")
