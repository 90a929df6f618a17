"""Sign-offs: a person in a role stands by a release, after it was signed.

A sign-off is the file `sign-offs/ROLE.dsse.json` in the release: a DSSE envelope with one Ed25519 signature over an
in-toto Statement v1 (in-toto attestation framework). Its subjects are the verdict and the manifest, and through the
manifest every file; its predicate has role, name, day, the policy's hash, the waivers that the signer saw, and words.

Covered: a changed byte, a sign-off of another release or role, a role that the policy does not know, one person or key
in two roles. Not covered: who holds a key; give the public keys of people whom you trust.
"""

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chartered.audit.release.gate import created_on, waivers_of
from chartered.audit.release.manifest import MANIFEST, SIGN_OFFS, open_sealed, sign_off_name, sign_off_role
from chartered.audit.release.signing import Verified, canonical_json, key_id, sign
from chartered.audit.release.transport import is_hub_link
from chartered.audit.verdict import Verdict
from chartered.common.errors import ReleaseError, nearest

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "urn:chartered:sign-off:1"

LONGEST_NAME, LONGEST_WORDS = 200, 2000
"""Characters that a name and a statement may have."""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What is signed off: one signed release."""

    verdict: Verdict
    verdict_sha256: str
    manifest_sha256: str


@dataclass(frozen=True, kw_only=True)
class SignOff:
    """One person's word on a release, its signature verified."""

    role: str
    name: str
    date: str
    """Day in UTC, ISO 8601, as the signer's clock had it."""
    statement: str
    key_id: str
    identity_established: bool
    """Whether the key is one that the caller trusts for this role."""

    def record(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return dict(vars(self))


def envelope_bytes(subject: Subject, sign_off: SignOff, key: Ed25519PrivateKey) -> bytes:
    """The file of a sign-off."""
    return canonical_json(sign(_statement(subject, sign_off), PAYLOAD_TYPE, key))


def new_sign_off(
    subject: Subject, *, role: str, name: str, statement: str, today: date, key: Ed25519PrivateKey
) -> SignOff:
    """A sign-off of today, neither checked nor written so far."""
    words = {"role": role, "name": " ".join(name.split()), "statement": statement.strip()}
    return SignOff(**words, date=today.isoformat(), key_id=key_id(key.public_key()), identity_established=True)


def read_sign_offs(
    folder: Path, subject: Subject, trust: Mapping[str, Ed25519PublicKey]
) -> tuple[tuple[SignOff, ...], list[str]]:
    """The sign-offs in a release whose signatures hold, and what is wrong with the others, one clause each.

    Files of other names are the manifest's to find.
    """
    sign_offs: list[SignOff] = []
    reasons: list[str] = []
    for path in sorted(folder.glob(f"{SIGN_OFFS}/*")):
        role = sign_off_role(f"{SIGN_OFFS}/{path.name}")
        if role is None or (path.is_symlink() and not is_hub_link(path)) or not path.is_file():
            continue
        try:
            sign_offs.append(_read(path.read_bytes(), role, subject, trust.get(role), reasons))
        except ReleaseError as error:
            reasons.append(f"{sign_off_name(role)}: {str(error).rstrip('.')}")
    return tuple(sign_offs), reasons


def sign_off_reasons(sign_offs: Sequence[SignOff], verdict: Verdict, *, today: date) -> list[str]:
    """Why sign-offs, each rightly signed, do not hold together under the policy; missing ones are not looked at."""
    reasons = [reason for each in sign_offs for reason in _own_reasons(each, verdict, today)]
    if verdict.policy.distinct_people:
        reasons += _shared(sign_offs, "key", lambda each: each.key_id)
        reasons += _shared(sign_offs, "name", lambda each: _folded(each.name))
    return reasons


def missing_roles(sign_offs: Sequence[SignOff], verdict: Verdict) -> tuple[str, ...]:
    """Roles that the policy asks for and that have not signed off."""
    signed = {each.role for each in sign_offs}
    return tuple(role for role in verdict.policy.roles if role not in signed)


def _statement(subject: Subject, sign_off: SignOff) -> bytes:
    hashes = (("verdict.json", subject.verdict_sha256), (MANIFEST, subject.manifest_sha256))
    return canonical_json(
        {
            "_type": STATEMENT_TYPE,
            "subject": [{"name": name, "digest": {"sha256": sha256}} for name, sha256 in hashes],
            "predicateType": PREDICATE_TYPE,
            "predicate": {
                "role": sign_off.role,
                "name": sign_off.name,
                "date": sign_off.date,
                "statement": sign_off.statement,
                "policy": {"name": subject.verdict.policy.name, "sha256": subject.verdict.policy.sha256},
                "waivers": [waiver.model_dump() for waiver in waivers_of(subject.verdict)],
            },
        }
    )


def _read(content: bytes, role: str, subject: Subject, trusted: Ed25519PublicKey | None, reasons: list[str]) -> SignOff:
    """The sign-off in these bytes; what it must say is built anew, and every byte compared."""
    opened = open_sealed(content, PAYLOAD_TYPE, trusted, sign_off_name(role), reasons)
    sign_off = _parsed(opened)
    if sign_off.role != role:
        raise ReleaseError(f"it is the sign-off of another role, {sign_off.role}.")
    if _statement(subject, sign_off) != opened.payload:
        raise ReleaseError("it is about another release, or another verdict, policy or set of waivers.")
    return sign_off


def _parsed(opened: Verified) -> SignOff:
    try:
        predicate = json.loads(opened.payload)["predicate"]
        words = {key: predicate[key] for key in ("role", "name", "date", "statement")}
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise ReleaseError(f"it does not hold a sign-off ({type(error).__name__}).") from error
    if not all(isinstance(value, str) for value in words.values()):
        raise ReleaseError("it does not hold a sign-off (role, name, date and statement are text).")
    return SignOff(**words, key_id=opened.key_id, identity_established=opened.identity_established)


def _own_reasons(sign_off: SignOff, verdict: Verdict, today: date) -> list[str]:
    where, roles = sign_off_name(sign_off.role), verdict.policy.roles
    reasons = []
    if roles and sign_off.role not in roles:
        reasons.append(
            f"{where}: the policy has no role {sign_off.role!r}; {nearest(sign_off.role, roles).rstrip('.')}"
        )
    if sign_off_role(where) is None:
        reasons.append(f"{sign_off.role!r} is not a role; it takes small letters, digits and _, as in risk_officer")
    if not sign_off.name or len(sign_off.name) > LONGEST_NAME or not sign_off.name.isprintable():
        reasons.append(f"{where}: a name is one line of at most {LONGEST_NAME} printable characters")
    if len(sign_off.statement) > LONGEST_WORDS or not sign_off.statement.replace("\n", " ").isprintable():
        reasons.append(f"{where}: a statement is plain text of at most {LONGEST_WORDS} characters")
    return reasons + _date_reasons(sign_off, where, verdict, today)


def _date_reasons(sign_off: SignOff, where: str, verdict: Verdict, today: date) -> list[str]:
    try:
        signed = date.fromisoformat(sign_off.date)
    except ValueError:
        return [f"{where}: {sign_off.date!r} is not a day"]
    made, day = created_on(verdict), timedelta(days=1)  # one day for clocks that differ
    if signed > today + day:
        return [f"{where}: it is dated {signed}, which is in the future on {today}"]
    if made is not None and signed < made - day:
        return [f"{where}: it is dated {signed}, before the verdict of {made}"]
    return []


def _shared(sign_offs: Sequence[SignOff], noun: str, of: Callable[[SignOff], str]) -> list[str]:
    roles: dict[str, list[str]] = {}
    for each in sign_offs:
        roles.setdefault(of(each), []).append(each.role)
    return [
        f"one {noun} signed off as {' and '.join(held)}, and the policy asks for a person and a key for each role"
        for held in roles.values()
        if len(held) > 1
    ]


def _folded(name: str) -> str:
    """A name without differences of case, width or spacing."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())
