from pathlib import Path

import pytest

from chartered.common.errors import DataError
from chartered.domains import Document
from chartered.domains.authoring import generated, generated_corpus, shipped_facts, worked_problem
from chartered.domains.authoring.splits import Level

PROBLEM = worked_problem(
    domain="toy", kind="sum", split="train", asked="2 kg and 3 kg?", answer="5", work="2 + 3 = 5", unit="kg"
)
DOCUMENT = Document(text="2 + 3 = 5", source="made here", licence="CC0-1.0")


def test_a_solution_is_the_working_and_the_answer_line_with_its_unit() -> None:
    assert PROBLEM.question == "2 kg and 3 kg?"
    assert PROBLEM.solution == "2 + 3 = 5\nAnswer: 5 kg"


@pytest.mark.parametrize(
    ("groups", "level", "expected"),
    [
        ({}, None, {}),
        ({"sex": "male"}, None, {"sex": "male"}),
        ({"sex": "male"}, "hard", {"sex": "male", "difficulty": "hard"}),
    ],
)
def test_a_level_is_the_group_difficulty_beside_the_others(
    groups: dict[str, str], level: Level | None, expected: dict[str, str]
) -> None:
    problem = worked_problem(
        domain="toy", kind="sum", split="train", asked="2?", answer="2", work="2", groups=groups, level=level
    )
    assert problem.groups == expected


def test_what_is_generated_is_made_anew_at_each_call_and_reads_no_file(tmp_path: Path) -> None:
    sums = generated("sums", "two numbers", lambda: iter([PROBLEM]), "CC0-1.0")
    notes = generated_corpus("notes", "sums told", lambda: iter([DOCUMENT]), "CC0-1.0")
    for _ in range(2):
        assert list(sums.load(None)) == [PROBLEM] and list(notes.load(None)) == [DOCUMENT]
    assert {part.source for part in (sums, notes)} == {"generated"}
    for load, what in ((sums.load, "problem set 'sums'"), (notes.load, "corpus 'notes'")):
        with pytest.raises(DataError, match=f"the {what} is generated and reads no file; leave out `path`"):
            load(tmp_path / "x.jsonl")


def test_facts_are_read_as_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text("boiling: {water: 100}\n", encoding="utf-8")
    assert shipped_facts(path) == {"boiling": {"water": 100}}
