from typing import Any

import pytest

from chartered.common.errors import DataError
from chartered.common.rows import Unusable
from chartered.domains.importing.answers import Answered, AnswerForm, right_options
from chartered.domains.importing.options import Options, read_options

TREES = ["ash", "birch", "oak", "yew"]


def rows(answers: list[Any], options: Any = TREES) -> list[Answered]:
    found = read_options(options)
    assert isinstance(found, Options)
    return [Answered(f"line {number}", found, answer) for number, answer in enumerate(answers, start=1)]


def places(answers: list[Any], options: Any = TREES, **said: Any) -> list[int | str]:
    found, _ = right_options(rows(answers, options), "f.csv", **said)
    return [each.reason if isinstance(each, Unusable) else each for each in found]


@pytest.mark.parametrize(
    "answers",
    [
        ["A", "C", "D"],
        ["a", "(c)", "D."],
        ["A) ash", "C. oak", "d) yew"],
        ["ash", "Oak", "<i>yew</i>"],
        [["A"], ["C"], ["D"]],
        [0, 2, 3],
        [0.0, 2.0, 3.0],
        ["0", "2", "3"],
        [1, 3, 4],
        ["1", "3", "4.0"],
    ],
)
def test_letters_texts_and_numbers_from_0_or_1_are_one(answers: list[Any]) -> None:
    assert places(answers) == [0, 2, 3]


def test_a_file_says_from_what_it_counts_and_why() -> None:
    _, said = right_options(rows([2, 4, 1]), "f.csv")
    assert said == "numbers, counted from 1: line 2 has 4 of 4 options"
    _, said = right_options(rows([2, 0, 1]), "f.csv")
    assert said == "numbers, counted from 0: line 2 has 0"
    with pytest.raises(
        DataError, match=r"f.csv: the answers are numbers from 1 to 3.*--index-base 0 or --index-base 1"
    ):
        places([2, 1, 3])
    with pytest.raises(DataError, match="line 1 has 0 and line 2 has 4 of 4 options, so the answers count neither"):
        places([0, 4])
    assert places([2, 1, 3], base=1) == [1, 0, 2] and places([2, 1, 3], base=0) == [2, 1, 3]


def test_numbers_that_are_the_rows_own_keys_are_keys() -> None:
    # ARC letters some of its questions with 1 to 4
    own = {"text": TREES, "label": ["1", "2", "3", "4"]}
    assert places(["1", "3"], own) == [0, 2]


def test_two_readings_that_differ_are_asked_for() -> None:
    numbers = ["2", "1", "4", "3"]  # "4" is the third option, and perhaps the fourth
    with pytest.raises(DataError, match=r"as texts of options and as numbers of options \(as at line 1\).*--answers"):
        places(["4", "1"], numbers)
    forms: dict[AnswerForm, list[int | str]] = {"text": [2, 1], "index": [3, 0]}
    for form, right in forms.items():
        assert places(["4", "1"], numbers, form=form) == right
    # an 8 can only be a text
    assert places(["8", "1"], ["2", "1", "4", "8"]) == [3, 1]


def test_what_names_no_option_is_left_out_by_reason() -> None:
    none = "an answer that is none of the options"
    assert places(["A", "E", None, "", ["A", "B"], "elm"]) == [
        0,
        none,
        "no answer",
        "no answer",
        "several right answers",
        none,
    ]
    assert places([0, 3, 5, -1, float("nan")]) == [0, 3, none, "no answer", "no answer"]


def test_a_text_among_letters_is_read_as_text() -> None:
    assert places(["A", "B", "C", "yew"]) == [0, 1, 2, 3]
