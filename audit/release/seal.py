"""The seal of a release: its manifest and the signature over it, written and read."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chartered.audit.release.manifest import (
    MANIFEST,
    SIGNATURE,
    build_manifest,
    canonical_json,
    manifest_bytes,
    read_manifest,
)
from chartered.audit.release.signing import Verified, open_envelope, sign
from chartered.common.errors import ReleaseError
from chartered.common.files import write_whole

PAYLOAD_TYPE = "application/vnd.chartered.manifest+json"


def seal(folder: Path, key: Ed25519PrivateKey) -> None:
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


def signed_manifest(
    folder: Path, key: Ed25519PublicKey | None, reasons: list[str]
) -> tuple[Verified | None, dict[str, str] | None]:
    """The signature and the manifest, as far as they hold; what does not is added to the reasons.

    Files are still compared with a manifest whose signature fails, so that a reader learns which ones changed.
    """
    sealed, manifest, content = None, None, _content(folder / MANIFEST, reasons)
    envelope = _content(folder / SIGNATURE, reasons)
    try:
        if envelope is not None:
            sealed = open_envelope(envelope, PAYLOAD_TYPE, key)
    except ReleaseError as error:
        reasons.append(f"{SIGNATURE}: {str(error).rstrip('.')}")
    if sealed is not None and content is not None and sealed.payload != content:
        reasons.append(f"{MANIFEST} was changed")
        content = sealed.payload
    try:
        manifest = read_manifest(content) if content is not None else None
    except ReleaseError as error:
        reasons.append(str(error).rstrip("."))
    return sealed, manifest


def _content(path: Path, reasons: list[str]) -> bytes | None:
    if path.is_symlink() or not path.is_file():
        reasons.append(f"{path.name} is missing" if not path.is_symlink() else f"{path.name} is a symbolic link")
        return None
    return path.read_bytes()


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
