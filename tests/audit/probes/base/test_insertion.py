from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.audit.probes.base.insertion import after_first_sentence, at_end, pick


@pytest.mark.parametrize(
    ("question", "head"),
    [
        ("A man has a cough. He smokes. What next?", "A man has a cough."),
        ("Dr. Brown sees a child. What is it?", "Dr. Brown sees a child."),
        ("Sodium is 3.5 mmol/L today. Which drug?", "Sodium is 3.5 mmol/L today."),
        ("She takes e.g. Aspirin daily. What next?", "She takes e.g. Aspirin daily."),
        ("J. Doe is 40. What next?", "J. Doe is 40."),
        ('He says "it hurts." Then he leaves. Why?', 'He says "it hurts."'),
        ("Compare warfarin vs. Heparin in clots. Which?", "Compare warfarin vs. Heparin in clots."),
        ("Which drug?", "Which drug?"),
        ("pain and fever", "pain and fever"),
    ],
)
def test_the_sentence_goes_behind_the_first_one(question: str, head: str) -> None:
    found = after_first_sentence(question, "NEW.")
    assert found.startswith(head) and found[len(head) :].split()[0] == "NEW."


@given(st.text(st.characters(exclude_characters="\x00")))
def test_nothing_of_the_question_is_lost(question: str) -> None:
    for put in (after_first_sentence, at_end):
        assert "".join(put(question, "\x00").replace("\x00", "").split()) == "".join(question.split())


def test_a_question_that_ends_in_a_table_keeps_its_last_line() -> None:
    assert at_end("What is wrong?\nHb | 9.0 g/dL\n", "NEW.") == "What is wrong?\nHb | 9.0 g/dL\nNEW."


def test_picks_are_uniform_and_repeat() -> None:
    found = Counter(pick("abcd", 7, item, "target") for item in range(4000))
    # 1,000 each, standard deviation sqrt(4000 * 1/4 * 3/4) = 27
    assert all(abs(count - 1000) < 110 for count in found.values()) and len(found) == 4
    assert pick("abcd", 7, "x") == pick("abcd", 7, "x")
    assert [pick(range(1000), 7, "x"), pick(range(1000), 8, "x")] == [
        pick(range(1000), 7, "x"),
        pick(range(1000), 8, "x"),
    ]
    assert pick(range(1000), 7, "x") != pick(range(1000), 8, "x")
