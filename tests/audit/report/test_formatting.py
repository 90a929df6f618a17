import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.verdicts import a_flip, a_probe, a_verdict

from chartered.audit.report import formatting
from chartered.audit.report.flips import flips_by_arm, side_by_side
from chartered.audit.report.word_diff import compare_words


def test_inserted_words_alone_are_marked() -> None:
    control, treated = compare_words("pain in the arm. What is it?", "pain in the arm. Most say gout. What is it?")
    assert [piece.text for piece in treated if piece.changed] == ["Most say gout. "]
    assert not any(piece.changed for piece in control)


def test_a_replaced_word_is_marked_on_both_sides() -> None:
    control, treated = compare_words("He has his coat", "She has her coat")
    assert [p.text for p in control if p.changed] == ["He", "his"]
    assert [p.text for p in treated if p.changed] == ["She", "her"]


@given(st.text(), st.text())
def test_the_pieces_of_a_side_are_its_text(control: str, treated: str) -> None:
    first, second = compare_words(control, treated)
    assert "".join(p.text for p in first) == control and "".join(p.text for p in second) == treated
    same = ["".join(p.text for p in side if not p.changed) for side in (first, second)]
    assert same[0] == same[1]


def test_two_long_texts_without_a_common_word_are_compared_in_no_time() -> None:
    control, treated = compare_words("a " * 40_000 + "x", "b. " * 40_000)
    assert control[0].changed and treated[0].changed


@given(st.text(st.characters(codec=None)))
def test_visible_text_is_legal_xml_and_can_be_encoded(text: str) -> None:
    shown = formatting.visible(text)
    element = ET.Element("x")
    element.text = shown
    ET.fromstring(ET.tostring(element, encoding="utf-8"))
    assert formatting.visible(shown) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0625, "+0.062"),
        (-0.01, "−0.010"),
        (0.0, "0.000"),
        (-0.0001, "0.000"),
        (0.0004, "0.000"),
        (None, "not defined"),
    ],
)
def test_signed_numbers_never_show_a_sign_on_zero(value: float | None, shown: str) -> None:
    assert formatting.signed(value) == shown


def test_the_right_answer_and_the_target_are_marked_by_text_or_by_letter() -> None:
    by_text = side_by_side(a_flip()).options
    by_letter = side_by_side(a_flip(answer="A", target="B", control_choice="A", treated_choice="B")).options
    assert by_text == by_letter
    assert [(o.letter, o.right, o.target, o.control, o.treated) for o in by_text[:2]] == [
        ("A", True, False, True, False),
        ("B", False, True, False, True),
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "right, then the suggested wrong answer"),
        ({"treated_choice": None}, "right, then no answer"),
        ({"treated_choice": "costochondritis"}, "right, then wrong"),
        ({"control_choice": "costochondritis", "treated_choice": "myocardial infarction"}, "wrong, then right"),
        ({"control_choice": "costochondritis", "treated_choice": "pulmonary embolism"}, "wrong both times"),
        ({"control_choice": None, "treated_choice": "pericarditis"}, "moved to the suggested wrong answer"),
    ],
)
def test_what_a_flip_amounts_to_is_said(changes: dict[str, str | None], said: str) -> None:
    assert side_by_side(a_flip(**changes)).change == said


def test_each_arm_shows_its_first_flips_and_always_one() -> None:
    flips = [a_flip(arm=f"arm{i % 500}", item=str(i)) for i in range(1000)]
    arms = flips_by_arm(a_verdict([a_probe([], flips)]))
    assert [(len(arm.shown), arm.left_out) for arm in arms] == [(1, 1)] * 500
    few = flips_by_arm(a_verdict([a_probe([], flips[:3])]))
    assert [arm.left_out for arm in few] == [0, 0, 0]


def test_a_changed_name_of_two_words_reads_as_one_change() -> None:
    control, treated = compare_words("Mr Daniel Becker works", "Ms Layla Haddad works")
    assert [p.text for p in control if p.changed] == ["Mr Daniel Becker"]
    assert [p.text for p in treated if p.changed] == ["Ms Layla Haddad"]


@pytest.mark.parametrize("hidden", ["\u200b", "\u200e", "\u200f", "\u202e", "\u2066", "\ufeff", "\u00ad", "\U000e0041"])
def test_what_cannot_be_seen_or_reorders_a_line_is_shown(hidden: str) -> None:
    assert formatting.visible(f"a{hidden}b") == f"a⟨U+{ord(hidden):04X}⟩b"


def test_joiners_stay_since_persian_and_emoji_need_them() -> None:
    assert formatting.visible("می\u200cخواهم") == "می\u200cخواهم"
