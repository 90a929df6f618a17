import base64
import hashlib
import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey  # type: ignore[attr-defined]
from tests.audit.releases import Workshop

from chartered.audit.release.signing import (
    key_id,
    load_private_key,
    load_public_key,
    make_key,
    pae,
    parse_json,
    sign,
    verify_envelope,
)
from chartered.common.errors import ReleaseError, UsageError

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def test_the_signed_bytes_are_those_of_the_dsse_specification() -> None:
    # the example of protocol.md, DSSE v1
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_a_key_pair_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "mine"
    ident = make_key(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    private, public = load_private_key(path), load_public_key(tmp_path / "keys" / "mine.pub")
    assert key_id(private.public_key()) == key_id(public) == ident
    assert ident == hashlib.sha256(public.public_bytes_raw()).hexdigest()
    with pytest.raises(UsageError, match="never overwritten"):
        make_key(path)
    path.unlink()
    with pytest.raises(UsageError, match=r"mine\.pub.*never overwritten"):
        make_key(path)
    assert not path.exists()


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_private_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    make_key(tmp_path / "k")
    (tmp_path / "k").chmod(mode)
    with pytest.raises(UsageError, match="chmod 600"):
        load_private_key(tmp_path / "k")


def _pem(key: Any, secret: bytes | None = None) -> bytes:
    hidden: Any = serialization.BestAvailableEncryption(secret) if secret else serialization.NoEncryption()
    pem: bytes = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, hidden)
    return pem


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff",
        b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        _pem(ec.generate_private_key(ec.SECP256R1())),
        _pem(KEY, b"secret"),
    ],
)
def test_files_that_are_no_ed25519_key_are_refused_in_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "k"
    path.write_bytes(content)
    path.chmod(0o600)
    for load in (load_private_key, load_public_key):
        with pytest.raises(UsageError, match=str(path)):
            load(path)
    with pytest.raises(UsageError, match="there is no such"):
        load_public_key(tmp_path / "absent")


@given(st.binary(max_size=200), st.text(st.characters(codec="utf-8"), max_size=20))
def test_what_is_signed_verifies_and_says_whether_the_signer_is_known(payload: bytes, kind: str) -> None:
    envelope = sign(payload, kind, KEY)
    known, unknown = verify_envelope(envelope, KEY.public_key()), verify_envelope(envelope)
    assert known.payload == unknown.payload == payload and known.payload_type == kind
    assert known.identity_established and not unknown.identity_established


def test_another_key_is_told_apart_from_changed_bytes() -> None:
    envelope = sign(b"payload", "t", KEY)
    with pytest.raises(ReleaseError, match="another key signed"):
        verify_envelope(envelope, OTHER.public_key())
    with pytest.raises(ReleaseError, match="not right for these bytes"):
        verify_envelope(envelope | {"payload": base64.b64encode(b"Payload").decode()}, KEY.public_key())
    with pytest.raises(ReleaseError, match="not right for these bytes"):
        verify_envelope(envelope | {"payloadType": "u"})


def test_a_signature_moved_under_another_key_does_not_verify() -> None:
    mine, other = sign(b"payload", "t", KEY), sign(b"payload", "t", OTHER)
    mixed = other["signatures"][0] | {"sig": mine["signatures"][0]["sig"]}
    with pytest.raises(ReleaseError, match="not right"):
        verify_envelope(other | {"signatures": [mixed]})
    with pytest.raises(ReleaseError, match="key id"):
        verify_envelope(mine | {"signatures": [mine["signatures"][0] | {"keyid": key_id(OTHER.public_key())}]})


def test_base64_with_spare_bits_set_is_refused() -> None:
    envelope = sign(b"p", "t", KEY)  # "cA==": the low four bits of A say nothing
    assert base64.b64decode("cB==") == b"p"
    with pytest.raises(ReleaseError, match="one spelling"):
        verify_envelope(envelope | {"payload": "cB=="})


@pytest.mark.parametrize(
    "envelope",
    [
        None,
        [],
        {},
        {"payload": 1, "payloadType": "t", "signatures": []},
        {"payload": "", "payloadType": "t", "signatures": [1]},
        {"payload": "", "payloadType": "t", "signatures": [{"keyid": 1, "publicKey": "AA==", "sig": None}]},
        {"payload": "é", "payloadType": "t", "signatures": [{"keyid": "", "publicKey": "", "sig": ""}]},
    ],
)
def test_what_is_no_envelope_is_refused(envelope: Any) -> None:
    with pytest.raises(ReleaseError):
        verify_envelope(envelope)


@pytest.mark.parametrize("content", [b"", b"\xff", b"{", b"[" * 100_000])
def test_a_signature_file_that_is_no_json_is_refused(content: bytes) -> None:
    with pytest.raises(ReleaseError, match="not JSON"):
        parse_json(content)


def test_another_implementation_of_dsse_verifies_a_release_and_its_sign_offs(workshop: Workshop) -> None:
    workshop.demand(roles=["risk_officer"])
    made = workshop.release()
    workshop.sign_off(made, "risk_officer")
    for path, signer in (
        (made / "manifest.dsse.json", "key"),
        (made / "sign-offs" / "risk_officer.dsse.json", "risk_officer"),
    ):
        public = load_public_key(workshop.public(signer))
        key = SSlibKey.from_crypto(public, keyid=key_id(public))
        assert list(_opened(path.read_bytes()).verify([key], threshold=1)) == [key_id(public)]
        assert json.loads(_opened(path.read_bytes()).payload)
        changed = _opened(path.read_bytes())
        changed.payload += b" "
        with pytest.raises(VerificationError):
            changed.verify([key], threshold=1)


def _opened(content: bytes) -> Envelope:
    return Envelope.from_dict(json.loads(content))
