import gzip
import json
from pathlib import Path

import pytest

from chartered.domains.verifiers.reading.similarity import ALIKE, most_similar, similarity

OPTIONS = ("Hypokalemia", "Hyperkalemia", "Iron deficiency anaemia", "Do not give aspirin", "Give aspirin 5 mg daily")


@pytest.mark.parametrize(
    ("said", "option"),
    [
        ("Iron-deficiency anemia", "Iron deficiency anaemia"),
        ("iron deficiency anaemias", "Iron deficiency anaemia"),
        ("Giving the aspirin 5 mg daily", None),  # a word of another beginning
        ("Gives aspirin 5 mg daily", "Give aspirin 5 mg daily"),
        ("Give aspirin 50 mg daily", None),  # another number
        ("Give no aspirin 5 mg daily", None),  # a denial more
        ("Hyponatremia", None),  # begins alike and is another word
        ("Iron", None),
    ],
)
def test_an_option_is_repeated_nearly_word_for_word_or_not_at_all(said: str, option: str | None) -> None:
    assert most_similar(OPTIONS, said) == option


def test_no_option_of_a_real_exam_is_taken_for_another(shared_data: Path) -> None:
    with gzip.open(shared_data / "medical" / "medqa_usmle_dev_600.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    sets = [tuple(row["options"].values()) for row in rows]
    slips = 0
    for options in sets:
        for left_out in options:  # the model says an option that is not there any more
            others = tuple(option for option in options if option != left_out)
            slips += most_similar(others, left_out) is not None
    assert slips == 0, ALIKE


def test_the_same_words_are_wholly_alike() -> None:
    assert similarity(("a", "b"), ("a", "b")) == 1.0
