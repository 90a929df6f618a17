import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from chartered.common.errors import DataError
from chartered.domains import load_domain
from chartered.domains.authoring import FileProblems, published, published_corpus, read_source

MEDMCQA = {"question": "Which?", "opa": "one", "opb": "two", "opc": "three", "opd": "four", "cop": 2}


def written(folder: Path, name: str, rows: list[dict[str, Any]]) -> Path:
    path = folder / name
    if name.endswith(".parquet"):
        import pyarrow  # type: ignore[import-untyped]
        from pyarrow import parquet

        parquet.write_table(pyarrow.Table.from_pylist(rows), path)
    elif name.endswith(".json"):
        path.write_text(json.dumps(rows))
    else:
        text = "".join(json.dumps(row) + "\n" for row in rows)
        path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    return path


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.json", "a.parquet"])
def test_every_format_gives_the_same_rows(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, name, [MEDMCQA, {**MEDMCQA, "cop": 0}])
    assert [row for _, row in read_source(path, "some/set")] == [MEDMCQA, {**MEDMCQA, "cop": 0}]
    assert [p.answer for p in load_domain("medical").problem_set("medmcqa").load(path)] == ["three", "one"]


def test_an_object_of_objects_is_read_as_rows_with_their_key(tmp_path: Path) -> None:
    (tmp_path / "ori.json").write_text('{"7": {"a": 1}, "8": {"a": 2}}')
    assert [row for _, row in read_source(tmp_path / "ori.json", "x/y")] == [{"id": "7", "a": 1}, {"id": "8", "a": 2}]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no such file"):
        list(read_source(tmp_path / "no.jsonl", "x/y"))


def medmcqa(path: Path, base: int | None = None) -> FileProblems:
    found = load_domain("medical").problem_set("medmcqa").load(path)
    assert isinstance(found, FileProblems)
    return found if base is None else found.based(base)


@pytest.mark.parametrize(
    ("cops", "answers", "why"),
    [
        # a 4 of 4 options can only be counted from 1, a 0 only from 0; the file as a whole says what a 2 is
        ([2, 1, 4], ["two", "one", "four"], "counted from 1: {path}, line 3 has 4 of 4 options"),
        ([2, 0, 3], ["three", "one", "four"], "counted from 0: {path}, line 2 has 0"),
        ([2.0, 0.0], ["three", "one"], "counted from 0: {path}, line 2 has 0"),
        (["2", "4"], ["two", "four"], "counted from 1: {path}, line 2 has 4 of 4 options"),
    ],
)
def test_the_whole_file_shows_from_what_its_answers_count(
    tmp_path: Path, cops: list[Any], answers: list[str], why: str
) -> None:
    path = written(tmp_path, "m.jsonl", [{**MEDMCQA, "cop": cop} for cop in cops])
    assert [problem.answer for problem in medmcqa(path)] == answers
    counted = medmcqa(path).counted()
    assert counted and counted.why == why.format(path=path)


def test_a_file_that_does_not_show_it_is_refused_until_it_is_said(tmp_path: Path) -> None:
    path = written(tmp_path, "m.jsonl", [MEDMCQA, {**MEDMCQA, "cop": 3}])
    with pytest.raises(DataError, match=r"numbers from 2 to 3, which fits counting from 0 and from 1.*--index-base"):
        list(medmcqa(path))
    assert [problem.answer for problem in medmcqa(path, 1)] == ["two", "three"]
    assert [problem.answer for problem in medmcqa(path, 0)] == ["three", "four"]


def test_a_file_that_shows_both_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "m.jsonl", [{**MEDMCQA, "cop": 0}, {**MEDMCQA, "cop": 4}, *[{**MEDMCQA, "cop": 1}] * 9])
    with pytest.raises(DataError, match=r"line 1 has 0 and .*line 2 has 4 of 4 options, so the answers count neither"):
        list(medmcqa(path))
    with pytest.warns(UserWarning, match="1 with an answer that is none of the options"):
        assert len(list(medmcqa(path, 0))) == 10


def test_the_authors_file_counts_from_1(shared_data: Path) -> None:
    path = shared_data / "medical" / "medmcqa_official_17_rows.jsonl.gz"
    with pytest.raises(DataError, match="numbers from 1 to 3"):  # it was cut before the first 4
        list(medmcqa(path))
    raw = [row for _, row in read_source(path, "x/y")]
    options = ("opa", "opb", "opc", "opd")
    assert [p.answer for p in medmcqa(path, 1)] == [row[options[row["cop"] - 1]].strip() for row in raw]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cop": "b"}, "'cop' must be the number of an option, not 'b'"),
        ({"question": ["x"]}, r"'question' must be text, not \['x'\]"),
        ({"opa": {"x": 1}}, "'opa' must be text"),
    ],
)
def test_a_file_of_which_many_rows_do_not_fit_is_refused_with_the_first(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    path = written(tmp_path, "m.jsonl", [{**MEDMCQA, "cop": 0}, {**MEDMCQA, **change}])
    with pytest.raises(DataError, match=said) as raised:
        list(medmcqa(path))
    assert f"{path}, line 2" in str(raised.value)


def test_one_row_in_many_that_does_not_fit_is_left_out_and_counted(tmp_path: Path) -> None:
    path = written(tmp_path, "m.jsonl", [*[{**MEDMCQA, "cop": 0}] * 20, {**MEDMCQA, "question": ["x"]}])
    with pytest.warns(UserWarning, match="1 with fields that do not fit the set"):
        assert len(list(medmcqa(path))) == 20


def test_a_file_of_which_no_row_can_be_used_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "m.jsonl", [{**MEDMCQA, "cop": -1}, {**MEDMCQA, "cop": None}])
    with pytest.raises(DataError, match=r"none of the 2 rows can be used; the first: .*line 1: there is no answer"):
        list(medmcqa(path))


def test_a_misspelt_field_is_answered_with_the_nearest(tmp_path: Path) -> None:
    path = written(tmp_path, "h.jsonl", [{"Open-ended Verifiable Questions": "Q", "Ground-True Answer": "A"}])
    with pytest.raises(DataError, match="did you mean 'Open-ended Verifiable Questions'"):
        list(load_domain("medical").problem_set("huatuo_verifiable").load(path))


def test_rows_that_cannot_be_used_are_counted_in_one_warning(tmp_path: Path) -> None:
    rows = [
        {**MEDMCQA, "cop": 0},
        {**MEDMCQA, "opb": "One"},
        {**MEDMCQA, "opd": None},
        {**MEDMCQA, "cop": -1},
        {**MEDMCQA, "opa": ""},
        {**MEDMCQA, "opa": float("nan")},
        {**MEDMCQA, "question": None},
    ]
    path = written(tmp_path, "m.jsonl", rows)
    with pytest.warns(UserWarning, match=r"3 with a blank option") as caught:
        assert len(list(load_domain("medical").problem_set("medmcqa").load(path))) == 1
    assert len(caught) == 1
    assert "1 with no answer (a test file)" in str(caught[0].message)
    assert "1 with no 'question'" in str(caught[0].message)
    assert "1 with the same option twice" in str(caught[0].message)


@pytest.mark.parametrize(
    ("name", "split"), [("train-00000.jsonl", "train"), ("dev.jsonl", "heldout"), ("constrained.jsonl", "heldout")]
)
def test_only_a_file_that_says_train_is_trained_on(tmp_path: Path, name: str, split: str) -> None:
    path = written(tmp_path, name, [{**MEDMCQA, "cop": 0}])
    assert [p.split for p in load_domain("medical").problem_set("medmcqa").load(path)] == [split]


def test_what_is_published_does_not_ship_and_says_that_it_needs_a_file() -> None:
    numbers = published("numbers", "sums", lambda path: [], "MIT", "some/set")
    texts = published_corpus("texts", "papers", lambda path: [], "MIT", "some/texts")
    assert not numbers.ships and not texts.ships
    assert (numbers.description, texts.description) == ("sums; from a local file", "papers; from a local file")
