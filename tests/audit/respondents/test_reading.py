import random
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clock import in_time, long_text

from chartered.audit.respondents.reading import Reading, counted, read
from chartered.audit.statistics.proportions import wilson
from chartered.common.files import read_rows
from chartered.domains.verifiers.choice import read_choice

OPTIONS = (
    "Subdural hematoma extending into the orbit",
    "Compressive tumor of the pons",
    "Degenerative disease of the joints",
    "Increased sodium",
    "Decreased sodium",
)


@pytest.mark.parametrize(
    ("response", "option"),
    [
        ("The most likely diagnosis is subdural hematoma", 0),
        ("Given the scan, the most likely diagnosis is a compressive tumor in the pons.", 1),
        ("The most likely mechanism is degenerative", 2),  # broken off inside the option
        ("I would expect the finding to be degener", 2),
        ("The most likely finding is an increase in sodium", 3),
        ("The answer is C", 2),
    ],
)
def test_an_option_is_read_by_what_sets_it_apart(response: str, option: int) -> None:
    assert read(OPTIONS, response) == Reading(choice=OPTIONS[option], kind="option")


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        ("", "no option"),
        ("Based on the history of a degenerative disease of the joints, the most likely", "no option"),
        ("The most likely finding is a change in sodium", "no option"),  # two options fit
        ("The most likely diagnosis is a tumor", "no option"),  # a word of an option, and less than half of it
        ("The most likely diagnosis is not subdural hematoma", "no option"),
        ("The patient fell. The orbit is bruised.", "no option"),  # no claim
        ("I apologize, but I cannot make clinical decisions.", "declined"),
        ("I am not able to answer.", "declined"),
        ("The answer is A or B.", "unclear"),
        ("It is not option A.", "unclear"),
        ("The answer is A. The answer is B.", "unclear"),
    ],
)
def test_what_names_no_single_option_is_told_apart_and_not_guessed(response: str, kind: str) -> None:
    assert read(OPTIONS, response) == Reading(choice=None, kind=kind)  # type: ignore[arg-type]


def test_what_is_not_read_is_counted_by_kind() -> None:
    readings = [read(OPTIONS, response) for response in ("A", "B", "", "I cannot say.", "A or B")]
    said = "3 of 5 responses not read as an option (1 decline to answer, 1 name no option, 1 are unclear)"
    assert counted(readings) == said
    assert counted([]) == "0 of 0 responses not read as an option"


@given(st.text(max_size=300))
def test_any_text_gives_an_option_or_a_kind_and_agrees_with_the_verifier(response: str) -> None:
    found = read(OPTIONS, response)
    assert (found.kind == "option") == (found.choice is not None)
    assert read_choice(OPTIONS, response) in (None, found.choice)


@pytest.mark.parametrize(
    "unit", ["the most likely is ", "based on , the is ", "x1 is the best y ", "not ", "I would choose a ", "given "]
)
def test_long_hostile_text_is_read_in_time(unit: str) -> None:
    with in_time():
        read(OPTIONS, long_text(unit))


# What a person read in the recorded answers of llama-2-70b-chat, a letter each and - where no option is named. The rows
# of each stratum are sorted by arm and item, and `random.Random(seed).sample` draws them in this order. `lead` begin
# with a letter, `some` name one further on, `words` have none. Seed 7 was drawn before the last changes to the reader
# (three of its answers led to them), seed 11 after them.
LABELS = {
    ("lead", 7): "ECCBCECDCEDDDCCBCCDDDCEDEDBC-C",
    ("some", 7): "BBDABDBBCBEEBBBDCCBBBBBBEDBDCCBCBEEEDECBDCEBDBECCDBBCCBEBCBD",
    ("words", 7): "-------CE---B-D--B--E-----------B-----B-------A-------E-----"
    "----A----E-B------A--------------A-BB------------A---B--E---",
    ("some", 11): "EBDEE-BAACCCDCEABABCB-BCBABABB",
    ("words", 11): "----C--------C--A--B-B---B---------------------------B-E--C---ABB---B-",
}
_LEAD = re.compile(r"\s*[A-E](?![\w'])")
_SOME = re.compile(r"(?<![\w'])[B-E](?![\w'])|\(A\)|(?<![\w'])A[:).]|[Oo]ption A")

Row = dict[str, Any]


@pytest.fixture(scope="module")
def strata(shared_data: Path) -> dict[str, list[Row]]:
    path = shared_data / "medical" / "biasmedqa_responses_llama-2-70b-chat.jsonl.gz"
    found: dict[str, list[Row]] = {"lead": [], "some": [], "words": []}
    for _, row in read_rows(path):
        said = row["response"]
        found["lead" if _LEAD.match(said) else "some" if _SOME.search(said) else "words"].append(row)
    return {name: sorted(rows, key=lambda row: (row["arm"], row["item"])) for name, rows in found.items()}


def letter(row: Row) -> str:
    choice = read(tuple(row["options"].values()), row["response"]).choice
    return next((name for name, text in row["options"].items() if text == choice), "-")


def compared(strata: dict[str, list[Row]], chosen: Sequence[tuple[str, int]]) -> list[tuple[str, str]]:
    """What the person and what the reader read."""
    found = []
    for name, seed in chosen:
        labels = LABELS[name, seed]
        drawn = random.Random(seed).sample(strata[name], len(labels))
        found += [(label, letter(row)) for label, row in zip(labels, drawn, strict=True)]
    return found


def shares(pairs: Sequence[tuple[str, str]]) -> tuple[int, int, int, int]:
    right = sum(label == got != "-" for label, got in pairs)
    return right, sum(got != "-" for _, got in pairs), sum(label != "-" for label, _ in pairs), len(pairs)


def test_the_reader_agrees_with_a_person(strata: dict[str, list[Row]]) -> None:
    assert {name: len(rows) for name, rows in strata.items()} == {"lead": 6087, "some": 3332, "words": 765}
    right, read_, readable, n = shares(compared(strata, list(LABELS)))
    assert (right, read_, readable, n) == (145, 146, 150, 310)
    precision = wilson(right, read_, level=0.95)
    assert precision is not None and (round(precision.low, 3), round(precision.high, 3)) == (0.962, 0.999)
    found = wilson(right, readable, level=0.95)
    assert found is not None and (round(found.low, 3), round(found.high, 3)) == (0.924, 0.986)


def test_it_agrees_on_answers_that_were_drawn_after_it_was_written(strata: dict[str, list[Row]]) -> None:
    right, read_, readable, n = shares(compared(strata, [key for key in LABELS if key[1] == 11]))
    assert (right, read_, readable, n) == (39, 39, 41, 100)


def weighted(strata: dict[str, list[Row]], of: Callable[[tuple[str, str]], bool]) -> float:
    """Share in the whole file, each stratum by its size."""
    total, size = 0.0, sum(map(len, strata.values()))
    for name, rows in strata.items():
        pairs = compared(strata, [key for key in LABELS if key[0] == name])
        total += len(rows) / size * sum(map(of, pairs)) / len(pairs)
    return total


def test_nearly_all_answers_that_name_an_option_are_read(strata: dict[str, list[Row]]) -> None:
    readable = weighted(strata, lambda pair: pair[0] != "-")
    right = weighted(strata, lambda pair: pair[0] == pair[1] != "-")
    assert right / readable > 0.97
    # In `words` alone 157 of 190 name none to a person either: they decline, or break off before the answer. That is
    # 157 / 190 * 765 / 10184 = 6.2 % of all responses, so that no reader can find an option in 97 % of all.
    words = LABELS["words", 7] + LABELS["words", 11]
    assert (words.count("-"), len(words)) == (157, 190)
    assert 0.062 < words.count("-") / len(words) * 765 / 10184 < 0.063
