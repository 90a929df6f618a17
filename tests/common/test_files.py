import gzip
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chartered.common.errors import DataError
from chartered.common.files import read_rows, sha256_file, sha256_files, write_rows, write_whole

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
rows = st.lists(st.dictionaries(st.text(), scalars | st.lists(scalars, max_size=3), max_size=4), min_size=1, max_size=5)
in_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)


@given(written=rows)
@in_folder
def test_rows_come_back_as_they_were_written(tmp_path: Path, written: list[dict[str, Any]]) -> None:
    assert write_rows(tmp_path / "a.jsonl", written) == len(written)
    assert [row for _, row in read_rows(tmp_path / "a.jsonl")] == written


@given(content=st.binary(max_size=200), suffix=st.sampled_from([".jsonl", ".jsonl.gz"]))
@in_folder
def test_any_bytes_give_rows_or_a_plain_error(tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(content)
    try:
        assert all(isinstance(row, dict) for _, row in read_rows(path))
    except DataError as error:
        assert str(path) in str(error)


@given(cut=st.integers(min_value=0, max_value=60))
@in_folder
def test_a_gzip_file_that_was_cut_short_is_an_error_and_not_a_shorter_file(tmp_path: Path, cut: int) -> None:
    whole = gzip.compress(b'{"a": 1}\n{"a": 2}\n', mtime=0)
    (tmp_path / "a.jsonl.gz").write_bytes(whole[: min(cut, len(whole) - 1)])
    with pytest.raises(DataError, match=r"cut short|empty"):
        list(read_rows(tmp_path / "a.jsonl.gz"))


@given(place=st.integers(min_value=0), value=st.integers(min_value=0, max_value=255))
@in_folder
def test_a_gzip_file_with_a_changed_byte_is_read_or_refused_plainly(tmp_path: Path, place: int, value: int) -> None:
    damaged = bytearray(gzip.compress(b'{"a": 1}\n{"a": 2}\n' * 20, mtime=0))
    damaged[place % len(damaged)] = value
    (tmp_path / "a.jsonl.gz").write_bytes(damaged)
    try:
        list(read_rows(tmp_path / "a.jsonl.gz"))
    except DataError as error:
        assert "a.jsonl.gz" in str(error)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b"\n  \n\n", "the file is empty"),
        (b'{"a": 1}\n{"a": ', "line 2: not a whole JSON object"),
        (b'{"a": 1}\n\n[1]\n', "line 3: list where a JSON object is needed"),
        (b'"text"\n', "line 1: str where a JSON object is needed"),
        (b'{"a": 1}\n\xff\xfe\n', "not text in UTF-8"),
        (b"[" * 100_000, "line 1: not a whole JSON object"),
        (b'{"a": ' + b"9" * 5000 + b"}", "line 1: not a whole JSON object"),
        (b'{"a": "\\ud800"}', "line 1: not a whole JSON object"),
        (b'{"a": 1} {"a": 2}\n', "line 1: not a whole JSON object"),
    ],
)
def test_a_bad_file_is_named_with_the_line_and_the_reason(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "a.jsonl").write_bytes(content)
    with pytest.raises(DataError, match=said) as raised:
        list(read_rows(tmp_path / "a.jsonl"))
    assert str(tmp_path / "a.jsonl") in str(raised.value)


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    for path in (tmp_path / "no.jsonl", tmp_path):
        with pytest.raises(DataError, match="there is no such file"):
            list(read_rows(path))


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'\xef\xbb\xbf{"a": 1}\r\n{"a": 2}\r\n')
    assert list(read_rows(tmp_path / "a.jsonl")) == [(1, {"a": 1}), (2, {"a": 2})]


def test_a_line_separator_inside_a_text_ends_no_line(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", [{"text": "one\u2028two\x0b\x85"}])
    assert list(read_rows(tmp_path / "a.jsonl")) == [(1, {"text": "one\u2028two\x0b\x85"})]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.txt", "old")
    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "a.txt", "\ud800")
    with pytest.raises(TypeError):
        write_rows(tmp_path / "a.txt", [{"a": object()}])
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


def test_the_hash_of_a_file_is_sha256_of_its_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")
    # FIPS 180-2, appendix B.1
    assert sha256_file(tmp_path / "a") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_the_hash_of_a_folder_depends_on_names_and_contents_alone(tmp_path: Path) -> None:
    for folder, names in (("x", "ab"), ("y", "ba")):
        for name in names:
            write_whole(tmp_path / folder / name, name)
    first = sha256_files((tmp_path / "x").iterdir())
    assert first == sha256_files((tmp_path / "y").iterdir())
    (tmp_path / "y" / "b").rename(tmp_path / "y" / "c")
    assert first != sha256_files((tmp_path / "y").iterdir())
