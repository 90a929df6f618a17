"""Verifying a release: its signature, every byte, verdict, policy, waivers, sign-offs and expiry; and loading it.

Nothing is changed here, and no network is needed. Without public keys the ones that a release brings along are used:
they prove that nothing changed since someone signed, not who that was.
"""

import hashlib
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from chartered.audit.release.contents import unsafe_reasons
from chartered.audit.release.gate import (
    POLICY,
    WAIVERS,
    policy_reasons,
    today_utc,
    verdict_reasons,
    waiver_file_reasons,
    waivers_of,
)
from chartered.audit.release.manifest import beside, check_manifest, copy_release, read_signed_manifest
from chartered.audit.release.sign_offs import (
    SignOff,
    Subject,
    missing_roles,
    read_sign_offs,
    sign_off_reasons,
)
from chartered.audit.release.signing import Verified, load_public_key
from chartered.audit.release.transport import snapshot_advice
from chartered.audit.verdict import Verdict, read_verdict
from chartered.common.errors import AuditError, ReleaseError

VERDICT = "verdict.json"


@dataclass(frozen=True, kw_only=True)
class Demands:
    """What a caller asks of a release."""

    key: Ed25519PublicKey | None = None
    """Of the signer whom the caller trusts."""
    trust: Mapping[str, Ed25519PublicKey] = field(default_factory=dict)
    """Key that each role must have signed with."""
    today: date | None = None
    """Day on which expiry is judged; the clock's, in UTC, when None."""
    signed_off: bool = True
    """Whether every role of the policy must have signed off."""


@dataclass(frozen=True, kw_only=True)
class VerifiedRelease:
    """A release whose every byte is as its signers left it."""

    folder: Path
    files: int
    """Files that the manifest covers."""
    beside: tuple[str, ...]
    """What git, a hub or a file system put into the folder: not signed, never loaded; folders end in a slash."""
    key_id: str
    identity_established: bool
    """False where no public key was given: someone signed it, and who is not known."""
    weights_sha256: str
    verdict: Verdict
    subject: Subject
    """What a sign-off is about."""
    sign_offs: tuple[SignOff, ...]
    missing_roles: tuple[str, ...]
    """Roles yet to sign off; always empty unless the caller asked for a release that is not signed off."""
    demands: Demands

    @property
    def outcome(self) -> str:
        """The outcome of its verdict, always pass."""
        return self.verdict.outcome

    def record(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return {
            "folder": str(self.folder),
            "files": self.files,
            "beside": list(self.beside),
            "key_id": self.key_id,
            "identity_established": self.identity_established,
            "weights_sha256": self.weights_sha256,
            "outcome": self.outcome,
            "policy": self.verdict.policy.model_dump(),
            "waivers": [waiver.model_dump() for waiver in waivers_of(self.verdict)],
            "sign_offs": [sign_off.record() for sign_off in self.sign_offs],
            "missing_roles": list(self.missing_roles),
        }

    def load(self, **kwargs: Any) -> tuple[Any, Any]:
        """The model and its tokenizer; further arguments go to `from_pretrained` of the model.

        The release is copied to a private folder under TMPDIR, the copy is verified again as a whole, today, and the
        model is loaded from it: the bytes that are loaded are those that were verified, whatever happens to the release
        meanwhile. The copy takes as much room as the release while loading, and is removed.

        Raises:
            ReleaseError: the release does not verify any more, changed since, or lacks a sign-off.
            ModelError: it verifies, and transformers cannot open it.
        """
        from chartered.common.models import load_model, load_tokenizer

        with tempfile.TemporaryDirectory(prefix="chartered-", ignore_cleanup_errors=True) as private:
            copy = Path(private) / "release"
            try:
                copy_release(self.folder, copy)
            except OSError as error:
                raise ReleaseError(f"{self.folder}: cannot be copied to be loaded: {str(error)[:300]}.") from error
            again = verified(copy, replace(self.demands, signed_off=True), name=self.folder)
            if again.subject.manifest_sha256 != self.subject.manifest_sha256:
                raise ReleaseError(
                    f"{self.folder}: another release was put here since it was verified; verify it again."
                )
            return load_model(copy, **kwargs), load_tokenizer(copy)


def verify_release(
    folder: Path,
    public_key: Path | None = None,
    *,
    trust: Mapping[str, Path] | None = None,
    today: date | None = None,
    signed_off: bool = True,
) -> VerifiedRelease:
    """Verify signature, bytes, verdict, policy, waivers, sign-offs and expiry, all of them, for a release to be used.

    `public_key` is that of the one who made the release, `trust` has the key that each role must have signed with, and
    `today` the day on which expiry is judged. With `signed_off=False` roles of the policy may still be missing.

    Raises:
        UsageError: a public key cannot be read.
        ReleaseError: it does not verify; the message lists each changed, missing and added file and what else is wrong.
    """
    demands = Demands(
        key=load_public_key(public_key) if public_key is not None else None,
        trust={role: load_public_key(path) for role, path in (trust or {}).items()},
        today=today,
        signed_off=signed_off,
    )
    return verified(Path(folder), demands)


def load_release(
    path: Path | str,
    *,
    public_key: Path | None = None,
    trust: Mapping[str, Path] | None = None,
    today: date | None = None,
) -> VerifiedRelease:
    """A release that verifies in all that `verify_release` looks at; its `load()` gives the model and the tokenizer.

    Raises:
        UsageError: a public key cannot be read.
        ReleaseError: it does not verify, so no model is handed out.
    """
    return verify_release(Path(path), public_key, trust=trust, today=today)


def verified(folder: Path, demands: Demands, *, name: Path | None = None) -> VerifiedRelease:
    """The release in a folder, which messages call `name`, if it meets the demands.

    Raises:
        ReleaseError: with all that is wrong.
    """
    if not folder.is_dir():
        raise ReleaseError(f"{folder}: there is no such release folder; check the path.")
    advice = snapshot_advice(folder)
    if advice:
        raise ReleaseError(f"{folder}: {advice}.")
    reasons: list[str] = []
    signature, manifest = read_signed_manifest(folder, demands.key, reasons)
    changed = check_manifest(folder, manifest) if manifest is not None else []
    reasons += changed + unsafe_reasons(folder)
    today = demands.today or today_utc()
    verdict = _own_verdict(folder, today, reasons, weights=not changed)
    release = None
    if signature is not None and manifest is not None and verdict is not None:
        # a file that was changed is not looked into: that it changed is reported already
        if not changed:
            reasons += policy_reasons(verdict, folder / POLICY) + waiver_file_reasons(verdict, folder / WAIVERS)
        release = _release(folder, signature, manifest, verdict, demands, today, reasons)
    if reasons or release is None:
        raise ReleaseError(f"{name or folder}: this release does not verify: {'; '.join(reasons)}.")
    return release


def _release(
    folder: Path,
    signature: Verified,
    manifest: Mapping[str, str],
    verdict: Verdict,
    demands: Demands,
    today: date,
    reasons: list[str],
) -> VerifiedRelease:
    subject = Subject(
        verdict=verdict,
        verdict_sha256=manifest.get(VERDICT, ""),
        manifest_sha256=hashlib.sha256(signature.payload).hexdigest(),
    )
    sign_offs, wrong = read_sign_offs(folder, subject, demands.trust)
    reasons += wrong + sign_off_reasons(sign_offs, verdict, today=today)
    missing = missing_roles(sign_offs, verdict)
    asked = [role for role in (*verdict.policy.roles, *demands.trust) if demands.signed_off]
    signed = {each.role for each in sign_offs}
    # a sign-off that does not hold is reported above, and is missing as well
    reasons += [f"the sign-off by {role} is missing" for role in dict.fromkeys(asked) if role not in signed]
    return VerifiedRelease(
        folder=folder,
        files=len(manifest),
        beside=beside(folder),
        key_id=signature.key_id,
        identity_established=signature.identity_established,
        weights_sha256=verdict.respondent.sha256,
        verdict=verdict,
        subject=subject,
        sign_offs=sign_offs,
        missing_roles=missing,
        demands=demands,
    )


def _own_verdict(folder: Path, today: date, reasons: list[str], *, weights: bool) -> Verdict | None:
    """The release's own verdict, if it can be read; why it does not open the gate is added to the reasons."""
    if not (folder / VERDICT).is_file():
        missing = f"{VERDICT} is missing"
        reasons += [missing] if missing not in reasons else []  # the manifest may have said so
        return None
    try:
        verdict = read_verdict(folder / VERDICT)
    except AuditError as error:
        reasons.append(str(error).rstrip("."))
        return None
    reasons += verdict_reasons(verdict, folder if weights else None, today=today)
    return verdict
