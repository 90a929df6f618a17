"""The manifest of a release: the SHA-256 of every file, its signature, and what is not as it says.

Covered: the bytes and names of all files in the folder, links, devices and empty folders. A link of a hub's cache
stands for the file that it leads to. Not covered: file modes and times, which copying changes; what transport puts
beside (`chartered.audit.release.transport`); and sign-offs, which are added to a release that is signed and have
signatures of their own (`chartered.audit.release.sign_offs`).
"""

import json
import os
import re
import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chartered.audit.release import transport
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
            signature = open_sealed(envelope, PAYLOAD_TYPE, key, SIGNATURE, reasons)
    except ReleaseError as error:
        reasons.append(f"{SIGNATURE}: {str(error).rstrip('.')}")
    if signature is not None and content is not None and signature.payload != content:
        only = transport.unix(content) == signature.payload
        reasons.append(line_ends_changed([MANIFEST]) if only else f"{MANIFEST} was changed")
        content = signature.payload
    try:
        manifest = read_manifest(content) if content is not None else None
    except ReleaseError as error:
        reasons.append(str(error).rstrip("."))
    return signature, manifest


def open_sealed(
    content: bytes, payload_type: str, key: Ed25519PublicKey | None, name: str, reasons: list[str]
) -> Verified:
    """What an envelope holds, as `open_envelope`; one whose line ends alone were changed is read, and is a reason.

    Raises:
        ReleaseError: it does not hold.
    """
    try:
        return open_envelope(content, payload_type, key)
    except ReleaseError:
        if transport.unix(content) == content:
            raise
    opened = open_envelope(transport.unix(content), payload_type, key)
    reasons.append(line_ends_changed([name]))
    return opened


def line_ends_changed(names: Sequence[str]) -> str:
    """That transport changed the line ends of these files, and how to fetch them as they were signed."""
    return (
        f"{', '.join(names)} {'was' if len(names) == 1 else 'were'} changed in the line ends only, as git does with "
        "core.autocrlf on: fetch the release again with it off (`git clone -c core.autocrlf=false`)"
    )


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
    line_ends = []
    for name, expected in sorted(manifest.items()):
        if not _plain(name):
            wrong.append(f"{name!r} in the manifest leads out of the folder or is not a plain name")
        elif name not in present:
            wrong.append(f"{name} is missing")
        elif sha256_file(folder / name) != expected:
            damage = transport.damage(folder / name, expected)
            line_ends += [name] if damage == transport.LINE_ENDS else []
            wrong += _changed(name, damage)
    wrong += [line_ends_changed(line_ends)] if line_ends else []
    return wrong + [f"{name} was added{transport.advice(name)}" for name in sorted(present - manifest.keys())]


def beside(folder: Path) -> tuple[str, ...]:
    """What git, hubs and file systems put into a release, which is left aside; a folder of it as one name."""
    return transport.artefacts(name for name, mode, _ in _walk(folder, PurePosixPath()) if not stat.S_ISDIR(mode))


def copy_release(folder: Path, copy: Path) -> None:
    """Copy all but what transport put beside; the copy holds files where a hub's cache has links.

    Raises:
        ReleaseError: there is something that no release holds.
        OSError: a file cannot be copied.
    """
    names, strange = _files(folder)
    if strange:
        raise ReleaseError(f"{folder}: cannot be copied to be loaded: {'; '.join(strange)}.")
    for name in names:
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(folder / name, copy / name)


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
    if path.is_symlink() and not transport.is_hub_link(path):
        reasons.append(f"{path.name} is a symbolic link")
    elif not path.is_file():
        reasons.append(f"{path.name} is missing")
    else:
        return path.read_bytes()
    return None


def _changed(name: str, damage: str | None) -> list[str]:
    if damage == transport.POINTER:
        return [f"{name} is a pointer of Git LFS and not the file: fetch it with `git lfs pull`"]
    return [] if damage else [f"{name} was changed"]


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _listed(folder: Path) -> tuple[list[str], list[str]]:
    """The files that a manifest covers, by name, sorted; and what must not be there, in words."""
    files, strange = _files(folder)
    return sorted(name for name in files if name not in (MANIFEST, SIGNATURE) and not sign_off_role(name)), strange


def _files(folder: Path) -> tuple[list[str], list[str]]:
    """The files of a release by name, and what must not be there, in words."""
    files, strange = [], []
    for name, mode, empty in _walk(folder, PurePosixPath()):
        if stat.S_ISLNK(mode) and not transport.is_hub_link(folder / name):
            strange.append(f"{name!r} is a symbolic link{'' if (folder / name).exists() else ' that leads nowhere'}")
        elif transport.is_artefact(name):
            continue
        elif not _plain(name):
            strange.append(f"{name!r} is not a plain name")
        elif stat.S_ISREG(mode) or stat.S_ISLNK(mode):
            files.append(name)
        elif empty:
            strange.append(f"{name!r} is an empty folder")
        elif not stat.S_ISDIR(mode):
            strange.append(f"{name!r} is neither a file nor a folder")
    return files, strange


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
