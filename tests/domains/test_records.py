import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chartered.common.errors import DataError
from chartered.domains import Problem
from chartered.domains.records import read_documents, read_problems, write_problems

ROW = {"prompt": "Which?", "answer": "a", "kind": "k", "domain": "d", "options": ["a", "b"]}

text = st.text(min_size=1).filter(str.strip)
problems = st.builds(
    Problem,
    prompt=text.map(lambda content: ({"role": "user", "content": content},)),
    answer=text,
    kind=text,
    domain=text,
    split=st.sampled_from(["train", "heldout"]),
    unit=st.none() | text,
    tests=st.none() | text,
    groups=st.dictionaries(text, text, max_size=2),
    solution=st.none() | text,
)


def read(folder: Path, *rows: object) -> list[Problem]:
    (folder / "p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    return list(read_problems(folder / "p.jsonl"))


@given(written=st.lists(problems, min_size=1, max_size=4))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
def test_problems_come_back_as_they_were_written(tmp_path: Path, written: list[Problem]) -> None:
    assert write_problems(tmp_path / "p.jsonl", written) == len(written)
    again = list(read_problems(tmp_path / "p.jsonl"))
    assert again == written
    assert [p.id for p in again] == [p.id for p in written]


def test_a_prompt_may_be_plain_text_and_the_split_defaults_to_train(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, ROW)
    assert problem.prompt == ({"role": "user", "content": "Which?"},)
    assert (problem.split, problem.options) == ("train", ("a", "b"))


def test_a_number_is_an_answer_and_so_is_zero(tmp_path: Path) -> None:
    row = {"prompt": "How many?", "kind": "k", "domain": "d"}
    assert [p.answer for p in read(tmp_path, {**row, "answer": 0}, {**row, "answer": 2.5})] == ["0", "2.5"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"prompt": ""}, "the problem has no prompt"),
        ({"answer": None}, "the problem has no answer"),
        ({"kind": ""}, "the problem has no kind"),
        ({"prompt": [{"role": "user"}]}, "prompt must be text, or messages"),
        ({"prompt": [{"role": "assistant", "content": "x"}]}, "end with the user"),
        ({"prompt": 3}, "prompt must be text"),
        ({"answer": "c"}, "the answer 'c' is none of the options"),
        ({"answer": ["a"]}, "the answer must be text or a number"),
        ({"answer": True}, "the answer must be text or a number"),
        ({"options": "ab"}, "options must be a list of texts"),
        ({"options": ["a", 1]}, "options must be a list of texts"),
        ({"options": ["a", "a"]}, "an option is given twice"),
        ({"split": "test"}, "split 'test' is neither"),
        ({"groups": ["male"]}, "groups must map names to texts"),
        ({"unit": 5}, "'unit' must be text"),
        ({"anser": "a"}, "unknown field 'anser'; did you mean 'answer'"),
    ],
)
def test_a_row_that_is_no_problem_is_named_with_line_and_field(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    with pytest.raises(DataError, match=said) as raised:
        read(tmp_path, ROW, {**ROW, **change})
    assert f"{tmp_path / 'p.jsonl'}, line 2" in str(raised.value)


def test_documents_carry_their_source_and_licence(tmp_path: Path) -> None:
    path = tmp_path / "c.jsonl"
    path.write_text('{"text": "one"}\n{"text": "two", "source": "s", "licence": "MIT"}\n')
    first, second = read_documents(path, "CC0-1.0")
    assert (first.text, first.source, first.licence) == ("one", "c.jsonl", "CC0-1.0")
    assert (second.source, second.licence) == ("s", "MIT")


@pytest.mark.parametrize("row", [{}, {"text": ""}, {"text": "  "}, {"text": 3}, {"texts": "x"}])
def test_a_document_without_text_is_named(tmp_path: Path, row: dict[str, Any]) -> None:
    (tmp_path / "c.jsonl").write_text(json.dumps(row))
    with pytest.raises(DataError, match=r"c\.jsonl, line 1: no text in the field 'text'"):
        list(read_documents(tmp_path / "c.jsonl", "CC0-1.0"))
