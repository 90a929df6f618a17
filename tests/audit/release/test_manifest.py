import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.audit.release.manifest import build_manifest, check_manifest, manifest_bytes, read_manifest
from chartered.common.errors import ReleaseError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "release"
    (made / "sub").mkdir(parents=True)
    (made / "a.txt").write_bytes(b"one")
    (made / "sub" / "b.txt").write_bytes(b"two")
    return made


def test_a_manifest_has_the_hash_of_every_file_by_its_path(folder: Path) -> None:
    expected = {"a.txt": hashlib.sha256(b"one").hexdigest(), "sub/b.txt": hashlib.sha256(b"two").hexdigest()}
    (folder / "manifest.json").write_text("x")
    (folder / "manifest.dsse.json").write_text("x")
    assert build_manifest(folder) == expected
    assert check_manifest(folder, expected) == []


def test_a_manifest_file_deeper_down_is_a_file_like_others(folder: Path) -> None:
    (folder / "sub" / "manifest.json").write_text("x")
    assert "sub/manifest.json" in build_manifest(folder)


def test_changed_missing_and_added_files_are_told_apart(folder: Path) -> None:
    manifest = build_manifest(folder)
    (folder / "a.txt").write_bytes(b"onE")
    (folder / "sub" / "b.txt").rename(folder / "sub" / "c.txt")
    assert check_manifest(folder, manifest) == ["a.txt was changed", "sub/b.txt is missing", "sub/c.txt was added"]


def test_links_pipes_and_empty_folders_are_refused(folder: Path) -> None:
    manifest = build_manifest(folder)
    (folder / "link").symlink_to("a.txt")
    (folder / "sublink").symlink_to("sub", target_is_directory=True)
    os.mkfifo(folder / "pipe")
    (folder / "void").mkdir()
    found = check_manifest(folder, manifest)
    assert found == [
        "'link' is a symbolic link",
        "'pipe' is neither a file nor a folder",
        "'sublink' is a symbolic link",
        "'void' is an empty folder",
    ]
    with pytest.raises(ReleaseError, match="symbolic link"):
        build_manifest(folder)


def test_a_file_replaced_by_a_link_to_the_same_bytes_is_found(folder: Path, tmp_path: Path) -> None:
    manifest = build_manifest(folder)
    (folder / "a.txt").rename(tmp_path / "elsewhere")
    (folder / "a.txt").symlink_to(tmp_path / "elsewhere")
    assert check_manifest(folder, manifest) == ["'a.txt' is a symbolic link", "a.txt is missing"]


@pytest.mark.parametrize("name", ["../a.txt", "/etc/passwd", "sub/../a.txt", "", "sub//b.txt", "a\\b", "a\nb"])
def test_names_that_lead_out_of_the_folder_are_refused(folder: Path, name: str) -> None:
    manifest = build_manifest(folder) | {name: "0" * 64}
    found = check_manifest(folder, manifest)
    assert len(found) == 1 and "leads out of the folder" in found[0]


def test_a_file_name_with_a_line_feed_is_refused(folder: Path) -> None:
    (folder / "a\nb").write_text("x")
    with pytest.raises(ReleaseError, match="not a plain name"):
        build_manifest(folder)


@given(st.dictionaries(st.text(), st.binary(min_size=32, max_size=32).map(bytes.hex)))
def test_what_is_written_is_read_again(manifest: dict[str, str]) -> None:
    assert read_manifest(manifest_bytes(manifest)) == manifest


@given(st.binary())
def test_bytes_that_are_no_manifest_are_refused_in_one_sentence(content: bytes) -> None:
    with pytest.raises(ReleaseError):
        read_manifest(content)


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 100_000,
        b'{"files":{"a":1},"schema":"chartered.manifest/1"}\n',
        b'{"files":[],"schema":"chartered.manifest/1"} \n',
        b'{"files":{},"files":{},"schema":"chartered.manifest/1"}\n',
        b'{"files":{},"schema":"chartered.manifest/2"}\n',
    ],
)
def test_a_manifest_in_another_form_is_refused(content: bytes) -> None:
    with pytest.raises(ReleaseError):
        read_manifest(content)
