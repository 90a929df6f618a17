import codecs
import gzip
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chartered.common.errors import DataError
from chartered.common.rows import Records

ROWS = [{"q": 'é, "x"\nand more', "a": "1"}, {"q": "ß; y", "a": "2"}]
LINES = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)
WHOLE = json.dumps(ROWS, indent=1, ensure_ascii=False)


def rows(path: Path, part: str | None = None) -> list[dict[str, Any]]:
    return [row for _, row in Records(path, part)]


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def parquet(folder: Path) -> bytes:
    import pyarrow  # type: ignore[import-untyped]
    from pyarrow import parquet

    parquet.write_table(pyarrow.Table.from_pylist(ROWS), folder / "made")
    return (folder / "made").read_bytes()


def contents(folder: Path) -> Iterator[tuple[str, str | bytes]]:
    """The same two rows in every form."""
    quoted = 'q{0}a\r\n"é, ""x""\nand more"{0}1\r\n"ß; y"{0}2\r\n'
    yield "a.jsonl", LINES
    yield "lines.json", LINES
    yield "nobody's suffix", LINES
    yield "a.json", WHOLE
    yield "list.jsonl", json.dumps(ROWS)
    yield "dev.json", json.dumps({"version": "1.0", "dev": ROWS})
    yield "deep.json", json.dumps({"data": {"dev": ROWS}, "version": 1})
    yield "columns.json", json.dumps({key: [row[key] for row in ROWS] for key in ("q", "a")})
    yield "pandas.json", json.dumps({key: {str(i): row[key] for i, row in enumerate(ROWS)} for key in ("q", "a")})
    yield "split.json", json.dumps({"columns": ["q", "a"], "index": [0, 1], "data": [[*row.values()] for row in ROWS]})
    yield "table.json", json.dumps([["q", "a"], *([*row.values()] for row in ROWS)])
    yield "viewer.json", json.dumps({"rows": [{"row_idx": 0, "row": row, "truncated_cells": []} for row in ROWS]})
    yield "jq.json", "\n".join(json.dumps(row, indent=2) for row in ROWS)
    yield "a.csv", quoted.format(",")
    yield "semicolons.csv", quoted.format(";")
    yield "said.csv", "sep=;\r\n" + quoted.format(";")
    yield "a.tsv", quoted.format("\t")
    yield "table.txt", quoted.format("\t")
    yield "blank lines.csv", quoted.format(",") + ",\r\n\r\n"
    yield "trailing.csv", quoted.format(",").replace("q,a", "q,a,").replace("1\r", "1,\r").replace("2\r", "2,\r")
    yield "a.parquet", parquet(folder)


@pytest.mark.parametrize("number", range(21))
@pytest.mark.parametrize("wrapping", ["", "BOM", "UTF-16", "gz", "Windows"])
def test_every_form_gives_the_same_rows(tmp_path: Path, number: int, wrapping: str) -> None:
    name, content = list(contents(tmp_path))[number]
    if isinstance(content, str):
        content = {
            "BOM": lambda text: codecs.BOM_UTF8 + text.encode(),
            "UTF-16": lambda text: text.encode("utf-16"),
            "Windows": lambda text: (text if "csv" in name or "\t" in text else text.replace("\n", "\r\n")).encode(),
        }.get(wrapping, str.encode)(content)
    if wrapping == "gz" and name != "a.parquet":
        name, content = f"{name}.gz", gzip.compress(content, mtime=0)
    assert rows(written(tmp_path, name, content)) == ROWS


def test_there_are_as_many_forms_as_are_tried(tmp_path: Path) -> None:
    assert len(list(contents(tmp_path))) == 21


def test_objects_by_id_become_rows_with_their_key(tmp_path: Path) -> None:
    path = written(tmp_path, "ori_pqal.json", '{"7": {"a": 1}, "8": {"a": 2}}')
    assert rows(path) == [{"id": "7", "a": 1}, {"id": "8", "a": 2}]
    # where each stands in a document is its number, in lines its line
    assert [place for place, _ in Records(path)] == [f"{path}, row 1", f"{path}, row 2"]
    lines = written(tmp_path, "a.jsonl", '\n{"a": 1}\n\n{"a": 2}\n')
    assert [place for place, _ in Records(lines)] == [f"{lines}, line 2", f"{lines}, line 4"]


def test_one_row_of_lists_is_a_row(tmp_path: Path) -> None:
    row = {
        "question": "Which?",
        "choices": [{"text": "a", "label": "A"}, {"text": "b", "label": "B"}],
        "answerKey": "A",
    }
    assert rows(written(tmp_path, "one.json", json.dumps(row))) == [row]
    chat = {"conversations": [{"from": "human", "value": "x"}]}
    assert rows(written(tmp_path, "chat.json", json.dumps(chat))) == [chat]
    assert rows(written(tmp_path, "one.jsonl", json.dumps({"dev": [{"a": 1}]}))) == [{"dev": [{"a": 1}]}]


def test_of_several_lists_one_must_be_named(tmp_path: Path) -> None:
    path = written(tmp_path, "all.json", json.dumps({"train": [{"a": 1}], "dev": [{"a": 2}, {"a": 3}]}))
    with pytest.raises(
        DataError, match=r"several lists, train \(1 rows\), dev \(2 rows\); name one, as in --part train"
    ):
        Records(path)
    assert rows(path, "dev") == [{"a": 2}, {"a": 3}]
    with pytest.raises(DataError, match="there is no part 'test'"):
        Records(path, "test")
    with pytest.raises(DataError, match="has no parts; leave --part dev out"):
        Records(written(tmp_path, "a.csv", "a,b\n1,2\n"), "dev")


def test_rows_are_read_anew_each_time(tmp_path: Path) -> None:
    found = Records(written(tmp_path, "a.jsonl", LINES))
    assert list(found) == list(found) and found.form == "JSON lines"


def test_a_log_of_inspect_in_a_zip_gives_its_samples(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.eval", "w") as archive:
        archive.writestr("header.json", "{}")
        archive.writestr("samples/1_epoch_1.json", '{"id": 1}')
        archive.writestr("samples/2_epoch_1.json", '{"id": 2}')
    assert rows(tmp_path / "a.eval") == [{"id": 1}, {"id": 2}]


def test_a_long_cell_is_read_whole(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", f"q,a\n{'x' * 300_000},1\n")
    assert len(rows(path)[0]["q"]) == 300_000


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.json", "", "the file is empty"),
        ("a.json", " \n\n", "the file is empty"),
        ("a.json", "[]", "the file holds no rows"),
        ("a.json", "{}", "the file holds no rows"),
        ("a.json", "[1, 2]", "row 1: int where a JSON object is needed"),
        ("a.json", '[{"a": 1}, null]', "row 2: NoneType where"),
        ("a.json", '[{"a": 1}, {"a": ', "line 1: the JSON breaks off here"),
        ("a.json", '[{"a": 1},\n{"a": "xy', "line 2: the JSON breaks off here"),
        ("a.json", '[\n{"a": 1},\n{"a": 2,}\n]', "line 3: not JSON"),
        ("a.json", "hello, you", "line 1: not JSON, which begins with"),
        ("a.jsonl", '{"a": 1}\n{"a": \n{"a": 3}\n', "line 2: not a whole JSON object; mend or remove the line"),
        ("a.jsonl", '{"a": 1}\n{"a": 2', "line 2: not a whole JSON object; the file was cut here"),
        ("a.jsonl", '{"a": 1}\n[2]\n', "line 2: list where a JSON object is needed"),
        ("a.jsonl", '{"a": 1}\n{"a": "\\ud800"}\n', "line 2: half of a surrogate pair"),
        ("a.json", "[" * 100_000, "a.json"),
        ("a.json", b'[{"a": "\xe9"}]', "line 1: not text in UTF-8 (byte 0xe9); save the file as UTF-8"),
        ("a.jsonl", b'{"a": 1}\n{"a": "\x93x\x94"}\n', "line 2: not text in UTF-8 (byte 0x93)"),
        ("a.csv", b"q,a\nx,1\n\xe9,2\n", "line 3: not text in UTF-8"),
        ("a.csv", "q,a\n1\n", "line 2: more or fewer fields than the header (1, not 2)"),
        ("a.csv", 'q,a\n"x\ny",1\n1,2,3\n', "line 4: more or fewer fields"),
        ("a.csv", "q,q\n1,2\n", "two columns are named 'q'"),
        ("a.csv", 'q,a\n"open,1\n', "mostly a quote is not closed there"),
        ("a.csv", "q,a\n", "a header alone; the file holds no rows"),
        ("prose", "Once upon a time", "neither JSON nor a table"),
        ("a.bin", b"ab\x00\x01", "not text"),
        ("a.csv", "a,b\nx,1\n".encode("utf-16-le"), "UTF-16 without a byte order mark"),
        ("a.parquet", b"PAR1 and nothing", "not a whole Parquet file"),
        ("a.xlsx", b"PK\x03\x04 and nothing", "a zip that cannot be read"),
        ("a.jsonl.gz", gzip.compress(LINES.encode(), mtime=0)[:-9], "cut short; fetch it again"),
        ("a.jsonl.gz", b"\x1f\x8b nothing", "damaged"),
    ],
)
def test_what_cannot_be_read_is_told_in_a_sentence(tmp_path: Path, name: str, content: str | bytes, said: str) -> None:
    path = written(tmp_path, name, content)
    with pytest.raises(DataError) as raised:
        rows(path)
    assert str(raised.value).startswith(str(path)) and said in str(raised.value) and "\n" not in str(raised.value)


def test_fetch_it_again_is_said_only_of_what_was_cut(tmp_path: Path) -> None:
    for name, content in (("a.json", '[{"a": 1,}]'), ("b.json", b"\xff\xfe\x00"), ("c.jsonl", "{}\n3\n")):
        with pytest.raises(DataError) as raised:
            rows(written(tmp_path, name, content))
        assert "fetch it again" not in str(raised.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no such file"):
        Records(tmp_path / "none.csv")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(
    content=st.one_of(
        st.binary(max_size=80),
        st.text(alphabet='{}[]",;:\n\r\t ab1', max_size=80).map(str.encode),
        st.text(alphabet='{}[]",;:\n\r\t ab1', max_size=40).map(lambda text: text.encode("utf-16")),
    ),
    name=st.sampled_from(["a.json", "a.jsonl", "a.csv", "a.tsv", "a", "a.gz", "a.parquet"]),
)
def test_any_bytes_are_rows_or_one_sentence(tmp_path: Path, content: bytes, name: str) -> None:
    path = written(tmp_path, name, content)
    try:
        assert all(isinstance(row, dict) for row in rows(path))
    except DataError as error:
        assert str(error).startswith(str(path)) and "\n" not in str(error).replace("\\n", "")


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12).filter(str.strip)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100)
@given(table=st.lists(st.tuples(CELL, CELL), min_size=1, max_size=5), encoding=st.sampled_from(["utf-8-sig", "utf-16"]))
def test_what_a_csv_writer_writes_is_read_back(tmp_path: Path, table: list[tuple[str, str]], encoding: str) -> None:
    import csv

    path = tmp_path / "a.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([("question", "answer"), *table])
    assert [tuple(row.values()) for row in rows(path)] == table
