"""The manifest of a release: the SHA-256 of every file, and what is not as it says.

Covered: the bytes and names of all files in the folder, links, devices and empty folders. Not covered: file modes
and times, which copying changes; and sign-offs, which are added to a release that is sealed and have signatures of
their own (`chartered.audit.release.sign_offs`).
"""

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from chartered.common.errors import ReleaseError
from chartered.common.files import sha256_file

MANIFEST, SIGNATURE = "manifest.json", "manifest.dsse.json"
SCHEMA = "chartered.manifest/1"
SIGN_OFFS = "sign-offs"
"""The one folder that may be filled after a release is sealed."""

_HEX = set("0123456789abcdef")
_SIGN_OFF = re.compile(rf"{SIGN_OFFS}/([a-z][a-z0-9_]{{0,63}})\.dsse\.json")


def build_manifest(folder: Path) -> dict[str, str]:
    """Relative path with forward slashes to SHA-256 of each file, but the manifest, its signature and sign-offs.

    Raises:
        ReleaseError: the folder holds a link, a device, an empty folder or a name that no manifest can carry.
    """
    files, strange = _listed(folder)
    if strange:
        raise ReleaseError(f"{folder}: no manifest can be made: {'; '.join(strange)}.")
    return {name: sha256_file(folder / name) for name in files}


def check_manifest(folder: Path, manifest: Mapping[str, str]) -> list[str]:
    """What is not as the manifest says, one clause each: changed, missing and added files; empty when all is well."""
    files, wrong = _listed(folder)
    present = set(files)
    for name, expected in sorted(manifest.items()):
        if not _plain(name):
            wrong.append(f"{name!r} in the manifest leads out of the folder or is no plain name")
        elif name not in present:
            wrong.append(f"{name} is missing")
        elif sha256_file(folder / name) != expected:
            wrong.append(f"{name} was changed")
    return wrong + [f"{name} was added" for name in sorted(present - manifest.keys())]


def manifest_bytes(manifest: Mapping[str, str]) -> bytes:
    """The one form in which a manifest is written: sorted keys, no spaces, ASCII, a final line feed."""
    return canonical_json({"files": dict(manifest), "schema": SCHEMA})


def read_manifest(content: bytes) -> dict[str, str]:
    """The manifest in these bytes.

    Raises:
        ReleaseError: they are no manifest, or not in its one form.
    """
    try:
        given = json.loads(content)
        files = dict(given["files"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ReleaseError(f"{MANIFEST}: this is no manifest ({type(error).__name__}).") from error
    hashes = [value for value in files.values() if isinstance(value, str) and len(value) == 64 and set(value) <= _HEX]
    if len(hashes) != len(files) or manifest_bytes(files) != content:
        raise ReleaseError(f"{MANIFEST}: the manifest is not in the form that `chartered release` writes.")
    return files


def canonical_json(value: object) -> bytes:
    """JSON in one form only, so that a changed byte, be it a space, can be seen."""
    return (json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True) + "\n").encode("ascii")


def sign_off_name(role: str) -> str:
    """The name of a role's sign-off in a release."""
    return f"{SIGN_OFFS}/{role}.dsse.json"


def sign_off_role(name: str) -> str | None:
    """The role that a name in a release gives, or None where it is no name of a sign-off."""
    found = _SIGN_OFF.fullmatch(name)
    return found[1] if found else None


def _listed(folder: Path) -> tuple[list[str], list[str]]:
    """The files by name, sorted, and what must not be there, in words."""
    files, strange = [], []
    for name, mode, empty in _walk(folder, PurePosixPath()):
        if stat.S_ISLNK(mode):
            strange.append(f"{name!r} is a symbolic link")
        elif not _plain(name):
            strange.append(f"{name!r} is no plain name")
        elif stat.S_ISREG(mode):
            files.append(name)
        elif empty:
            strange.append(f"{name!r} is an empty folder")
        elif not stat.S_ISDIR(mode):
            strange.append(f"{name!r} is neither a file nor a folder")
    own = (MANIFEST, SIGNATURE)
    return sorted(name for name in files if name not in own and not sign_off_role(name)), strange


def _walk(folder: Path, inside: PurePosixPath) -> Iterator[tuple[str, int, bool]]:
    """Path, mode and whether it is an empty folder, of all that is in a folder; links are not followed."""
    with os.scandir(folder) as scanned:
        entries = sorted(scanned, key=lambda entry: entry.name)
    for entry in entries:
        mode, path = entry.stat(follow_symlinks=False).st_mode, inside / entry.name
        within = list(_walk(folder / entry.name, path)) if stat.S_ISDIR(mode) else []
        yield str(path), mode, stat.S_ISDIR(mode) and not within
        yield from within


def _plain(name: str) -> bool:
    """Whether a relative path stays inside the folder and reads the same on every system."""
    parts = name.split("/")
    return all(part not in ("", ".", "..") for part in parts) and "\\" not in name and name.isprintable()
