"""The manifest of a release: the SHA-256 of every file, its signature, and what is not as it says.

Covered: the bytes and names of all files in the folder, links, devices and empty folders. Not covered: file modes
and times, which copying changes; and sign-offs, which are added to a release that is signed and have signatures of
their own (`chartered.audit.release.sign_offs`).
"""

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chartered.audit.release.signing import Verified, canonical_json, open_envelope, sign
from chartered.common.errors import ReleaseError
from chartered.common.files import sha256_file, write_whole

MANIFEST, SIGNATURE = "manifest.json", "manifest.dsse.json"
SCHEMA = "chartered.manifest/1"
PAYLOAD_TYPE = "application/vnd.chartered.manifest+json"
SIGN_OFFS = "sign-offs"
"""The one folder that may be filled after a release is signed."""

_HEX = set("0123456789abcdef")
_SIGN_OFF = re.compile(rf"{SIGN_OFFS}/([a-z][a-z0-9_]{{0,63}})\.dsse\.json")


def sign_manifest(folder: Path, key: Ed25519PrivateKey) -> None:
    """Write the manifest of a folder and its signature; every file is on the disk by then.

    Raises:
        ReleaseError: the folder holds what no manifest can carry.
    """
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o644)
            _flush(path)
    manifest = manifest_bytes(build_manifest(folder))
    write_whole(folder / MANIFEST, manifest)
    write_whole(folder / SIGNATURE, canonical_json(sign(manifest, PAYLOAD_TYPE, key)))


def read_signed_manifest(
    folder: Path, key: Ed25519PublicKey | None, reasons: list[str]
) -> tuple[Verified | None, dict[str, str] | None]:
    """The signature and the manifest, as far as they hold; what does not is added to the reasons.

    Files are still compared with a manifest whose signature fails, so that a reader learns which ones changed.
    """
    signature, manifest, content = None, None, _content(folder / MANIFEST, reasons)
    envelope = _content(folder / SIGNATURE, reasons)
    try:
        if envelope is not None:
            signature = open_envelope(envelope, PAYLOAD_TYPE, key)
    except ReleaseError as error:
        reasons.append(f"{SIGNATURE}: {str(error).rstrip('.')}")
    if signature is not None and content is not None and signature.payload != content:
        reasons.append(f"{MANIFEST} was changed")
        content = signature.payload
    try:
        manifest = read_manifest(content) if content is not None else None
    except ReleaseError as error:
        reasons.append(str(error).rstrip("."))
    return signature, manifest


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
            wrong.append(f"{name!r} in the manifest leads out of the folder or is not a plain name")
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
        ReleaseError: they are not a manifest, or not in its one form.
    """
    try:
        given = json.loads(content)
        files = dict(given["files"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ReleaseError(f"{MANIFEST}: this is not a manifest ({type(error).__name__}).") from error
    hashes = [value for value in files.values() if isinstance(value, str) and len(value) == 64 and set(value) <= _HEX]
    if len(hashes) != len(files) or manifest_bytes(files) != content:
        raise ReleaseError(f"{MANIFEST}: the manifest is not in the form that `chartered release` writes.")
    return files


def sign_off_name(role: str) -> str:
    """The name of a role's sign-off in a release."""
    return f"{SIGN_OFFS}/{role}.dsse.json"


def sign_off_role(name: str) -> str | None:
    """The role that a name in a release gives, or None where it is not the name of a sign-off."""
    match = _SIGN_OFF.fullmatch(name)
    return match[1] if match else None


def _content(path: Path, reasons: list[str]) -> bytes | None:
    if path.is_symlink() or not path.is_file():
        reasons.append(f"{path.name} is missing" if not path.is_symlink() else f"{path.name} is a symbolic link")
        return None
    return path.read_bytes()


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _listed(folder: Path) -> tuple[list[str], list[str]]:
    """The files by name, sorted, and what must not be there, in words."""
    files, strange = [], []
    for name, mode, empty in _walk(folder, PurePosixPath()):
        if stat.S_ISLNK(mode):
            strange.append(f"{name!r} is a symbolic link")
        elif not _plain(name):
            strange.append(f"{name!r} is not a plain name")
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
