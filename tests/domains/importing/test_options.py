from typing import Any

import pytest

from chartered.common.rows import Unusable
from chartered.domains.importing.options import cleaned, read_options


@pytest.mark.parametrize(
    "given",
    [
        ["ash", "birch", "oak"],
        {"A": "ash", "B": "birch", "C": "oak"},
        {"C": "oak", "A": "ash", "B": "birch"},
        {"text": ["ash", "birch", "oak"], "label": ["A", "B", "C"]},
        [{"label": "A", "text": "ash"}, {"label": "B", "text": "birch"}, {"label": "C", "text": "oak"}],
        [{"key": "A", "value": "ash"}, {"key": "B", "value": "birch"}, {"key": "C", "value": "oak"}],
        ["A) ash", "B) birch", "C) oak"],
        ["(a) ash", "(b) birch", "(c) oak"],
        "['ash', 'birch', 'oak']",
        '["ash", "birch", "oak"]',
        "{'A': 'ash', 'B': 'birch', 'C': 'oak'}",
        "A. ash\nB. birch\nC. oak",
        "a ) ash , b ) birch , c ) oak",
        ["ash", "birch", "oak", None],
        ["ash", "birch", "oak", float("nan"), ""],
        {"A": "ash", "B": "birch", "C": "oak", "D": None},
        ["<i>ash</i>", "birch<br>", "<b>oak</b>"],
    ],
)
def test_options_are_read_in_every_form(given: Any) -> None:
    found = read_options(given)
    assert found and found.texts == ("ash", "birch", "oak")
    assert [key.upper() for key in found.keys] == ["A", "B", "C"]


def test_keys_of_their_own_are_kept_and_numbers_become_text() -> None:
    found = read_options({"text": [1, 2.0, 2.5], "label": ["1", "2", "3"]})
    assert found and found.texts == ("1", "2", "2.5") and found.keys == ("1", "2", "3") and found.own


def test_the_right_one_may_be_marked() -> None:
    marked = read_options([{"text": "ash", "is_correct": False}, {"text": "birch", "is_correct": True}])
    assert marked and marked.right == 1
    # as TruthfulQA marks it
    flagged = read_options({"choices": ["ash", "birch", "oak"], "labels": [1, 0, 0]})
    assert flagged and flagged.right == 0 and flagged.keys == ("A", "B", "C")


def test_nothing_is_no_options() -> None:
    assert (
        read_options(None) is read_options("") is read_options([]) is read_options({}) is read_options([None]) is None
    )


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (["ash", "Ash "], "the same option twice"),
        (["ash", "<i>ash</i>"], "the same option twice"),
        (["ash", None, "oak"], "a blank option"),
        (["ash"], "fewer than two options"),
        ([str(n) for n in range(27)], "more than 26 options"),
        (["ash", {"text": ["x"]}], "an option that is not text"),
        ("ash or birch", "options that are neither a list nor letters with texts"),
        (3, "options that are neither a list nor letters with texts"),
    ],
)
def test_what_cannot_be_used_has_a_reason(given: Any, reason: str) -> None:
    with pytest.raises(Unusable) as raised:
        read_options(given)
    assert raised.value.reason == reason


def test_markup_goes_and_what_it_means_stays() -> None:
    assert cleaned("<i>E. coli</i>") == "E. coli"
    assert cleaned("10<sup>5</sup> H<sub>2</sub>O &lt; 3 &amp; more") == "10^5 H2O < 3 & more"
    assert cleaned("a < b and c > d") == "a < b and c > d"
