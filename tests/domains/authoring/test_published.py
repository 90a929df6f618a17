import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from chartered.common.errors import DataError
from chartered.domains import load_domain
from chartered.domains.authoring import published, published_corpus, read_source

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


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"a,b", "cannot be read; give one of .jsonl"),
        ("a.json", b"", "not whole JSON"),
        ("a.json", b"[]", "at least one"),
        ("a.json", b"[1, 2]", "list of JSON objects"),
        ("a.json", b"{}", "at least one"),
        ("a.json", b"\xff\xfe\x00", "not whole JSON"),
        ("a.json", b"[" * 100_000, "not whole JSON"),
        ("a.parquet", b"", "not a whole Parquet file"),
        ("a.parquet", b"PAR1 and nothing", "not a whole Parquet file"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_with_the_reason(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError, match=said) as raised:
        list(read_source(tmp_path / name, "x/y"))
    assert str(tmp_path / name) in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no such file"):
        list(read_source(tmp_path / "no.jsonl", "x/y"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"cop": 4}, "'cop' must be 0, 1, 2 or 3, not 4"),
        ({"cop": None}, "not None"),
        ({"question": ""}, "'question' must be text"),
    ],
)
def test_a_bad_row_is_named_with_file_line_and_field(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    path = written(tmp_path, "m.jsonl", [MEDMCQA, {**MEDMCQA, **change}])
    with pytest.raises(DataError, match=said) as raised:
        list(load_domain("medical").problem_set("medmcqa").load(path))
    assert f"{path}, line 2" in str(raised.value)


def test_a_misspelt_field_is_answered_with_the_nearest(tmp_path: Path) -> None:
    path = written(tmp_path, "h.jsonl", [{"Open-ended Verifiable Questions": "Q", "Ground-True Answer": "A"}])
    with pytest.raises(DataError, match="did you mean 'Open-ended Verifiable Questions'"):
        list(load_domain("medical").problem_set("huatuo_verifiable").load(path))


def test_rows_that_cannot_be_used_are_counted_in_one_warning(tmp_path: Path) -> None:
    rows = [
        MEDMCQA,
        {**MEDMCQA, "opb": "One"},
        {**MEDMCQA, "opd": None},
        {**MEDMCQA, "cop": -1},
        {**MEDMCQA, "opa": ""},
    ]
    path = written(tmp_path, "m.jsonl", rows)
    with pytest.warns(UserWarning, match=r"2 with a blank option") as caught:
        assert len(list(load_domain("medical").problem_set("medmcqa").load(path))) == 1
    assert len(caught) == 1
    assert "1 with no answer (a test file)" in str(caught[0].message)
    assert "1 with the same option twice" in str(caught[0].message)


@pytest.mark.parametrize(
    ("name", "split"), [("train-00000.jsonl", "train"), ("dev.jsonl", "heldout"), ("constrained.jsonl", "heldout")]
)
def test_only_a_file_that_says_train_is_trained_on(tmp_path: Path, name: str, split: str) -> None:
    path = written(tmp_path, name, [MEDMCQA])
    assert [p.split for p in load_domain("medical").problem_set("medmcqa").load(path)] == [split]


def test_what_is_published_does_not_ship_and_says_that_it_needs_a_file() -> None:
    numbers = published("numbers", "sums", lambda path: [], "MIT", "some/set")
    texts = published_corpus("texts", "papers", lambda path: [], "MIT", "some/texts")
    assert not numbers.ships and not texts.ships
    assert (numbers.description, texts.description) == ("sums; from a local file", "papers; from a local file")
