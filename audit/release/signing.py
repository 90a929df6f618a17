"""Signatures: Ed25519 keys in PEM files, and envelopes after DSSE v1 (github.com/secure-systems-lab/dsse).

A signature says that whoever holds the private key signed these bytes. Who that is, it does not say: give the public
key of someone whom you trust, or the signer's identity is not established.
"""

import base64
import binascii
import hashlib
import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chartered.common.errors import ReleaseError, UsageError


@dataclass(frozen=True, kw_only=True)
class Verified:
    """What an envelope held, after its signature was verified."""

    payload: bytes
    payload_type: str
    key_id: str
    identity_established: bool
    """Whether the key was the caller's own; False where it was the one that the envelope brings along."""


def make_key(path: Path) -> str:
    """Make a key pair: the private key at `path`, for its owner alone, and `path` + `.pub`; returns the key's id.

    Raises:
        UsageError: one of the files is there already.
    """
    public_path = _public_path(path)
    for taken in (path, public_path):
        if os.path.lexists(taken):
            raise UsageError(f"{taken}: there is such a file already, and a key is never overwritten; name another.")
    key = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True)
    pem, raw = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    _write_new(path, key.private_bytes(pem, raw, serialization.NoEncryption()), 0o600)
    public = key.public_key()
    _write_new(public_path, public.public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo), 0o644)
    return key_id(public)


def load_private_key(path: Path) -> Ed25519PrivateKey:
    """The private key in a PEM file.

    Raises:
        UsageError: no such file, others may read it, or it is not an unencrypted Ed25519 private key.
    """
    content = _read(path, "private key")
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise UsageError(f"{path}: others than its owner may read or change this private key; run `chmod 600 {path}`.")
    try:
        key = serialization.load_pem_private_key(content, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UsageError(f"{path}: this is not an unencrypted private key in PEM; make one with `keygen`.") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise UsageError(f"{path}: this key is not of the kind Ed25519; make one with `keygen`.")
    return key


def load_public_key(path: Path) -> Ed25519PublicKey:
    """The public key in a PEM file.

    Raises:
        UsageError: no such file, or it is not an Ed25519 public key.
    """
    try:
        key = serialization.load_pem_public_key(_read(path, "public key"))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise UsageError(f"{path}: this is not a public key in PEM; give the file that ends in `.pub`.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(f"{path}: this key is not of the kind Ed25519; give the file that `keygen` wrote.")
    return key


def key_id(key: Ed25519PublicKey) -> str:
    """Hex SHA-256 of the raw public key."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()


def pae(payload_type: str, payload: bytes) -> bytes:
    """The bytes that are signed: pre-authentication encoding, DSSE v1 protocol."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def sign(payload: bytes, payload_type: str, key: Ed25519PrivateKey) -> dict[str, Any]:
    """A DSSE envelope with one signature, and the public key, so that it can be verified without a key at hand."""
    public = key.public_key()
    signature = {
        "keyid": key_id(public),
        "publicKey": _encoded(public.public_bytes_raw()),
        "sig": _encoded(key.sign(pae(payload_type, payload))),
    }
    return {"payload": _encoded(payload), "payloadType": payload_type, "signatures": [signature]}


def verify_envelope(envelope: Any, public_key: Ed25519PublicKey | None = None) -> Verified:
    """What the envelope holds, once its signature is verified by `public_key`, or by the key that it brings along.

    Raises:
        ReleaseError: it is not such an envelope, another key signed it, or the signature is not right.
    """
    kind, payload, signature = _parts(envelope)
    brought = _key(signature)
    key = public_key or brought
    if key_id(key) != key_id(brought):
        raise ReleaseError(f"another key signed: {key_id(brought)}, not the one that was given, {key_id(key)}.")
    try:
        key.verify(_decoded(signature, "sig"), pae(kind, payload))
    except InvalidSignature as error:
        raise ReleaseError("the signature is not right for these bytes.") from error
    return Verified(payload=payload, payload_type=kind, key_id=key_id(key), identity_established=public_key is not None)


def open_envelope(content: bytes, payload_type: str, public_key: Ed25519PublicKey | None = None) -> Verified:
    """What an envelope file holds, once its signature is verified; any byte other than as it was written is refused.

    Raises:
        ReleaseError: as for `verify_envelope`, or it signs something else, or the file was changed.
    """
    envelope = parse_json(content)
    opened = verify_envelope(envelope, public_key)
    if opened.payload_type != payload_type:
        raise ReleaseError(f"it signs something else: {opened.payload_type!r}.")
    if canonical_json(envelope) != content:
        raise ReleaseError("it was changed: it is not in the form that is written here.")
    return opened


def canonical_json(value: object) -> bytes:
    """JSON in one form only, so that a changed byte, be it a space, can be seen."""
    return (json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True) + "\n").encode("ascii")


def parse_json(content: bytes) -> Any:
    """JSON from outside.

    Raises:
        ReleaseError: it is not JSON.
    """
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ReleaseError(f"the signature file is not JSON ({type(error).__name__}).") from error


def _parts(envelope: Any) -> tuple[str, bytes, dict[str, Any]]:
    if not isinstance(envelope, dict) or set(envelope) != {"payload", "payloadType", "signatures"}:
        raise ReleaseError("the signature file is not a DSSE envelope.")
    kind, signatures = envelope["payloadType"], envelope["signatures"]
    one = isinstance(signatures, list) and len(signatures) == 1 and isinstance(signatures[0], dict)
    if not isinstance(kind, str) or not one or set(signatures[0]) != {"keyid", "publicKey", "sig"}:
        raise ReleaseError("the DSSE envelope must hold a payload type and one signature with its public key.")
    return kind, _decoded(envelope, "payload"), signatures[0]


def _key(signature: dict[str, Any]) -> Ed25519PublicKey:
    try:
        key = Ed25519PublicKey.from_public_bytes(_decoded(signature, "publicKey"))
    except ValueError as error:
        raise ReleaseError("the public key in the envelope is not an Ed25519 key.") from error
    if signature["keyid"] != key_id(key):
        raise ReleaseError("the key id in the envelope is not that of its public key.")
    return key


def _encoded(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _decoded(holder: dict[str, Any], name: str) -> bytes:
    """The bytes of a base64 field in its one spelling: spare bits that say nothing must be zero."""
    given = holder[name]
    try:
        content = base64.b64decode(given, validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise ReleaseError(f"{name} in the DSSE envelope is not base64.") from error
    if _encoded(content) != given:
        raise ReleaseError(f"{name} in the DSSE envelope is not base64 in its one spelling.")
    return content


def _public_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.pub")


def _write_new(path: Path, content: bytes, mode: int) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        os.fsync(file.fileno())


def _read(path: Path, noun: str) -> bytes:
    if not path.is_file():
        raise UsageError(f"{path}: there is no such {noun}; `chartered keygen {path}` makes a pair.")
    return path.read_bytes()
