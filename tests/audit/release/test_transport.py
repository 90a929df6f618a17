import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.releases import MADE, Workshop, files

from chartered.audit.release.transport import attributes, is_artefact
from chartered.audit.release.verify import VerifiedRelease, verify_release
from chartered.common.errors import ReleaseError

HUB = "*.safetensors filter=lfs diff=lfs merge=lfs -text\n*.zip filter=lfs diff=lfs merge=lfs -text\n"
"""The `.gitattributes` that a hub writes itself."""
POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 112\n"


@pytest.fixture
def signed(workshop: Workshop) -> Path:
    workshop.demand(roles=["risk_officer"])
    made = workshop.release()
    workshop.sign_off(made, "risk_officer")
    return made


def accepted(folder: Path) -> VerifiedRelease:
    return verify_release(folder, today=MADE)


def refused(folder: Path) -> str:
    with pytest.raises(ReleaseError, match="does not verify") as caught:
        accepted(folder)
    return str(caught.value)


def git(folder: Path, *given: str) -> None:
    own = ("-c", "user.name=A", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *own, *given], cwd=folder, check=True, capture_output=True)


def cloned(made: Path, to: Path) -> Path:
    """A clone, line ends converted where nothing says not to, of a repository that the release was committed to."""
    git(made, "init", "-q")
    git(made, "add", "-A")
    git(made, "commit", "-q", "-m", "release")
    git(made.parent, "-c", "core.autocrlf=true", "clone", "-q", str(made), str(to))
    return to


def in_a_hub_cache(made: Path, cache: Path) -> Path:
    """The release as a hub's cache holds it: blobs by their hash, and a snapshot that links to them."""
    repository = cache / "models--somebody--trees"
    snapshot = repository / "snapshots" / "0123456789abcdef0123456789abcdef01234567"
    (repository / "blobs").mkdir(parents=True)
    for path in made.rglob("*"):
        if path.is_file():
            name = path.relative_to(made)
            blob = repository / "blobs" / hashlib.sha256(path.read_bytes()).hexdigest()
            shutil.copyfile(path, blob)
            (snapshot / name).parent.mkdir(parents=True, exist_ok=True)
            (snapshot / name).symlink_to(Path("../" * len(name.parts)) / ".." / "blobs" / blob.name)
    return snapshot


def test_a_release_survives_git_with_converted_line_ends(workshop: Workshop, signed: Path) -> None:
    found = accepted(cloned(signed, workshop.folder / "clone"))
    assert found.beside == (".git/", ".gitattributes") and len(found.sign_offs) == 1
    assert accepted(signed).outcome == "pass"  # the repository itself, too


def test_converted_line_ends_are_told_from_a_change(workshop: Workshop, signed: Path) -> None:
    (signed / ".gitattributes").write_text(HUB)
    clone = cloned(signed, workshop.folder / "clone")
    assert b"\r\n" in (clone / "README.md").read_bytes()  # git did convert
    said = refused(clone)
    for name in ("README.md", "policy.yaml", "manifest.json", "manifest.dsse.json", "sign-offs/risk_officer.dsse.json"):
        assert name in said
    assert "in the line ends only" in said and "core.autocrlf=false" in said
    assert "other weights" not in said and "signature is not right" not in said and "README.md was changed;" not in said


def test_a_word_changed_with_the_line_ends_is_a_change(workshop: Workshop, signed: Path) -> None:
    card = (signed / "README.md").read_bytes()
    (signed / "README.md").write_bytes(card.replace(b"trees", b"seert", 1).replace(b"\n", b"\r\n"))
    said = refused(signed)
    assert "README.md was changed." in said and "line ends" not in said


def test_line_ends_that_were_signed_as_crlf_and_lost_are_told(workshop: Workshop) -> None:
    (workshop.folder / "r.yaml").write_bytes(b"seed: 7\r\nsteps: 2\r\n")
    made = workshop.release(extra={"recipe.yaml": workshop.folder / "r.yaml"})
    (made / "recipe.yaml").write_bytes(b"seed: 7\nsteps: 2\n")
    assert "recipe.yaml was changed in the line ends only" in refused(made)


def test_a_pointer_in_the_place_of_the_weights_is_told(signed: Path) -> None:
    sha256 = hashlib.sha256((signed / "model.safetensors").read_bytes()).hexdigest()
    (signed / "model.safetensors").write_text(POINTER.format(sha256))
    assert "model.safetensors is a pointer of Git LFS and not the file: fetch it with `git lfs pull`" in refused(signed)


def test_a_release_in_a_hub_cache_verifies_through_its_links(workshop: Workshop, signed: Path) -> None:
    snapshot = in_a_hub_cache(signed, workshop.folder / "hub")
    found = accepted(snapshot)
    assert found.files == accepted(signed).files and len(found.sign_offs) == 1
    (workshop.folder / "shortcut").symlink_to(snapshot)
    assert accepted(workshop.folder / "shortcut").outcome == "pass"
    (snapshot.parents[1] / ".no_exist").mkdir()
    with pytest.raises(ReleaseError, match=r"give one of its snapshots \(0123456789"):
        accepted(snapshot.parents[1])


def test_a_changed_or_missing_blob_is_found(workshop: Workshop, signed: Path) -> None:
    snapshot = in_a_hub_cache(signed, workshop.folder / "hub")
    blob = (snapshot / "config.json").resolve()
    blob.write_text('{"model_type": "other"}')
    assert "config.json was changed" in refused(snapshot)
    blob.unlink()
    assert "'config.json' is a symbolic link that leads nowhere" in refused(snapshot)


@pytest.mark.parametrize(
    "name", ["README.md", "manifest.json", "manifest.dsse.json", "sign-offs/risk_officer.dsse.json"]
)
def test_a_link_out_of_the_hub_cache_is_refused_whatever_it_leads_to(
    workshop: Workshop, signed: Path, name: str
) -> None:
    snapshot = in_a_hub_cache(signed, workshop.folder / "hub")
    (snapshot / name).unlink()
    (snapshot / name).symlink_to(signed / name)  # the very same bytes
    assert f"{name}' is a symbolic link" in refused(snapshot) or f"{name} is a symbolic link" in refused(snapshot)


def test_a_link_from_file_to_file_of_a_release_is_refused(workshop: Workshop, signed: Path) -> None:
    (signed / "copy.md").symlink_to("README.md")
    assert "'copy.md' is a symbolic link" in refused(signed)


def test_a_link_to_a_pile_of_blobs_that_is_not_of_a_hub_cache_is_refused(workshop: Workshop, signed: Path) -> None:
    blob = workshop.folder / "blobs" / "0"
    blob.parent.mkdir()
    (signed / "README.md").rename(blob)
    (signed / "README.md").symlink_to(blob)
    assert "'README.md' is a symbolic link" in refused(signed)
    (workshop.folder / "snapshots").mkdir()  # as hubs once linked from a folder elsewhere
    assert accepted(signed).outcome == "pass"


ARTEFACTS = [
    ".git/HEAD",
    ".git/objects/pack/pack-1.idx",
    ".gitignore",
    ".cache/huggingface/.gitignore",
    ".cache/huggingface/CACHEDIR.TAG",
    ".cache/huggingface/download/config.json.metadata",
    ".cache/huggingface/download/sign-offs/risk_officer.dsse.json.lock",
    ".cache/huggingface/download/model.safetensors.incomplete",
    ".huggingface/download/README.md.metadata",
    ".locks/models--somebody--trees/abc.lock",
    ".msc",
    ".DS_Store",
    "sign-offs/.DS_Store",
    "desktop.ini",
    "Thumbs.db",
    "__MACOSX/._README.md",
    "._README.md",
    "model.safetensors:Zone.Identifier",
    ".nfs0000000001a2b3c4",
]


@pytest.mark.parametrize("name", ARTEFACTS)
def test_what_git_hubs_and_systems_put_beside_is_left_aside_and_told(signed: Path, name: str) -> None:
    (signed / name).parent.mkdir(parents=True, exist_ok=True)
    (signed / name).write_bytes(b"x")
    (signed / ".git" / "refs" / "tags").mkdir(parents=True, exist_ok=True)  # empty, as git leaves it
    told = accepted(signed).beside
    assert name in told or f"{name.split('/')[0]}/" in told


@pytest.mark.parametrize(
    "name",
    [
        "model-2.safetensors",
        "adapter_model.bin",
        "modeling.py",
        "generation_config.json",
        "chat_template.jinja",
        "vocab.txt",
        "notes.md",
        ".hidden",
        ".gitattributes.py",
        ".cache/evil",
        ".cache/other/a.metadata",
        ".cache/huggingface/modeling.py",
        ".cache/huggingface/download/config.json",
        ".git/hooks.PY",
        ".git/pytorch_model.bin",
        ".locks/model.safetensors",
        ".locks/a.pkl.",
        "sub/.gitattributes",
        "sub/.git/HEAD",
        "__MACOSX/config.json",
        "desktop.ini.json",
        "__pycache__/modeling.cpython-311.pyc",
    ],
)
def test_what_could_be_loaded_and_what_nobody_knows_is_still_an_addition(signed: Path, name: str) -> None:
    (signed / name).parent.mkdir(parents=True, exist_ok=True)
    (signed / name).write_bytes(b"{}")
    assert f"{name} was added" in refused(signed)


def test_a_companion_file_of_macos_that_looks_like_a_part_is_told_by_name(signed: Path) -> None:
    (signed / "._config.json").write_bytes(b"\x00\x05\x16\x07")
    assert "._config.json was added (macOS puts such files beside others: delete it)" in refused(signed)


def test_a_link_among_what_is_left_aside_is_refused(workshop: Workshop, signed: Path) -> None:
    (signed / ".git").symlink_to(workshop.folder)
    assert "'.git' is a symbolic link" in refused(signed)


def test_only_what_is_signed_is_copied_to_be_loaded(workshop: Workshop, signed: Path, tmp_path: Path) -> None:
    from chartered.audit.release.manifest import copy_release

    snapshot = in_a_hub_cache(signed, workshop.folder / "hub")
    (snapshot / ".git").mkdir()
    (snapshot / ".git" / "HEAD").write_text("x")
    copy_release(snapshot, tmp_path / "copy")
    assert [path.relative_to(tmp_path / "copy") for path in files(tmp_path / "copy")] == [
        path.relative_to(signed) for path in files(signed)
    ]
    assert not any(path.is_symlink() for path in (tmp_path / "copy").rglob("*"))
    (snapshot / "more").symlink_to(signed / "README.md")
    with pytest.raises(ReleaseError, match="'more' is a symbolic link"):
        copy_release(snapshot, tmp_path / "again")


def test_large_and_binary_files_are_for_lfs_and_no_line_end_is_changed(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("text")
    (tmp_path / "tokenizer.model").write_bytes(b"\x0a\x00\x01")
    with (tmp_path / "tokenizer [1].json").open("wb") as file:
        file.write(b" " * 10_000_000)
    assert attributes(tmp_path).splitlines()[1:] == [
        "* -text",
        "*.safetensors filter=lfs diff=lfs merge=lfs -text",
        "tokenizer[ ][[]1[]].json filter=lfs diff=lfs merge=lfs -text",
        "tokenizer.model filter=lfs diff=lfs merge=lfs -text",
    ]


@given(st.sampled_from(ARTEFACTS), st.sampled_from([".safetensors", ".py", ".json", ".bin", ".PKL", ".txt", ".so."]))
def test_no_name_with_an_ending_that_is_loaded_is_left_aside(name: str, ending: str) -> None:
    assert is_artefact(name) and not is_artefact(name + ending)
