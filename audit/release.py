"""The gate: a release is made for a passing verdict on exactly these weights, and verifies itself to the last byte."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from chartered.audit.card import CardFacts, render_card
from chartered.audit.manifest import (
    MANIFEST,
    SIGNATURE,
    build_manifest,
    canonical_json,
    check_manifest,
    manifest_bytes,
    read_manifest,
)
from chartered.audit.report import write_report
from chartered.audit.shipping import extra_reasons, model_files, unsafe_reasons
from chartered.audit.signing import Verified, load_public_key, parse_json, sign, verify_envelope
from chartered.audit.verdict import Verdict, read_verdict
from chartered.domains.errors import AuditError, ModelError, ReleaseError
from chartered.domains.files import write_whole
from chartered.domains.weights import weights_sha256

PAYLOAD_TYPE = "application/vnd.chartered.manifest+json"
CARD, VERDICT = "README.md", "verdict.json"
OWN_NAMES = (CARD, VERDICT, "report.html", "junit.xml", MANIFEST, SIGNATURE)


@dataclass(frozen=True, kw_only=True)
class VerifiedRelease:
    """A release whose every byte is as its signer left it."""

    folder: Path
    files: int
    """Files that the manifest covers."""
    key_id: str
    identity_established: bool
    """False where no public key was given: someone signed it, and who is not known."""
    weights_sha256: str
    verdict: Verdict

    @property
    def outcome(self) -> str:
        """The outcome of its verdict, always pass."""
        return self.verdict.outcome

    def record(self) -> dict[str, Any]:
        """As plain values for JSON."""
        return {
            "folder": str(self.folder),
            "files": self.files,
            "key_id": self.key_id,
            "identity_established": self.identity_established,
            "weights_sha256": self.weights_sha256,
            "outcome": self.outcome,
            "policy": self.verdict.policy.model_dump(),
        }


def release(
    model_folder: Path,
    verdict_path: Path,
    output: Path,
    *,
    key: Ed25519PrivateKey,
    facts: CardFacts,
    extra: Mapping[str, Path] | None = None,
) -> Path:
    """Make a release folder, whole or not at all, and verify it; returns it.

    It holds the weights, configuration and tokenizer, a card, the verdict and its report, the `extra` files under
    the names given (policy, recipe), a manifest and its signature.

    Raises:
        ReleaseError: with every reason why the gate stays shut, or because the output is there already.
    """
    verdict = _read_verdict(verdict_path)
    reasons = _refusals(model_folder, verdict, extra or {})
    if reasons:
        raise ReleaseError(f"{model_folder}: no release: {'; '.join(reasons)}.")
    if os.path.lexists(output):
        raise ReleaseError(f"{output}: there is something of that name already; name another folder or move it away.")
    output.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(dir=output.parent, prefix=f".{output.name}."))
    try:
        staging.chmod(0o755)
        _fill(staging, model_folder, verdict, facts, extra or {})
        _seal(staging, key)
        _verified(staging, key.public_key())
        staging.rename(output)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return output


def verify_release(folder: Path, public_key: Path | None = None) -> VerifiedRelease:
    """Verify the signature, every byte, and that the verdict passes for the weights in the folder.

    Without a public key the one that the release brings along is used: it proves that nothing changed since someone
    signed, not who that was.

    Raises:
        UsageError: the public key cannot be read.
        ReleaseError: it does not verify; the message lists each changed, missing and added file and what else is wrong.
    """
    key = load_public_key(public_key) if public_key is not None else None
    if not folder.is_dir():
        raise ReleaseError(f"{folder}: there is no such release folder; check the path.")
    return _verified(folder, key)


def _refusals(model_folder: Path, verdict: Verdict, extra: Mapping[str, Path]) -> list[str]:
    """All reasons against a release."""
    if not model_folder.is_dir():
        return ["there is no such folder"]
    reasons = [*unsafe_reasons(model_folder), *extra_reasons(extra, OWN_NAMES, verdict.policy.sha256)]
    return reasons + _verdict_reasons(verdict, model_folder)


def _verdict_reasons(verdict: Verdict, model_folder: Path) -> list[str]:
    """Why the verdict does not open the gate for the weights in the folder."""
    reasons = []
    if verdict.outcome != "pass":
        reasons.append(f"the verdict is {verdict.outcome}{_told(verdict.reasons)}")
    required = [finding for finding in verdict.findings if finding.required]
    if not required:
        reasons.append("the verdict has no required finding, so nothing was shown")
    elif verdict.outcome == "pass":
        reasons += [f"{f.id} did not pass, though the verdict says pass" for f in required if f.outcome != "pass"]
    if verdict.respondent.kind != "local":
        return [*reasons, "the verdict is about recorded answers, not about weights"]
    try:
        found = weights_sha256(model_folder)
    except ModelError:
        return [*reasons, "there are no weights in safetensors"]
    if found != verdict.respondent.sha256:
        reasons.append(
            f"the verdict is about other weights ({verdict.respondent.sha256[:12]}..., these are {found[:12]}...)"
        )
    return reasons


def _told(reasons: Iterable[str]) -> str:
    said = [reason.rstrip(".") for reason in reasons]
    return f" ({'; '.join(said)})" if said else ""


def _read_verdict(path: Path) -> Verdict:
    try:
        return read_verdict(path)
    except AuditError as error:
        raise ReleaseError(f"no release without a verdict: {error}") from error


def _fill(staging: Path, model_folder: Path, verdict: Verdict, facts: CardFacts, extra: Mapping[str, Path]) -> None:
    taken, left_out = model_files(model_folder)
    for path in taken:
        shutil.copyfile(path, staging / path.name)
    for name, path in extra.items():
        shutil.copyfile(path, staging / name)
    write_report(verdict, staging)
    gone = tuple(name for name in left_out if name not in OWN_NAMES)
    write_whole(staging / CARD, render_card(replace(facts, left_out=gone), verdict))


def _seal(staging: Path, key: Ed25519PrivateKey) -> None:
    for path in staging.iterdir():
        path.chmod(0o644)
        _flush(path)
    manifest = manifest_bytes(build_manifest(staging))
    write_whole(staging / MANIFEST, manifest)
    write_whole(staging / SIGNATURE, canonical_json(sign(manifest, PAYLOAD_TYPE, key)))


def _flush(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _verified(folder: Path, key: Ed25519PublicKey | None) -> VerifiedRelease:
    reasons: list[str] = []
    sealed, manifest = _signed_manifest(folder, key, reasons)
    reasons += check_manifest(folder, manifest) if manifest is not None else []
    reasons += unsafe_reasons(folder)
    verdict = _own_verdict(folder, reasons)
    if reasons or sealed is None or manifest is None or verdict is None:
        raise ReleaseError(f"{folder}: this release does not verify: {'; '.join(reasons)}.")
    return VerifiedRelease(
        folder=folder,
        files=len(manifest),
        key_id=sealed.key_id,
        identity_established=sealed.identity_established,
        weights_sha256=verdict.respondent.sha256,
        verdict=verdict,
    )


def _signed_manifest(
    folder: Path, key: Ed25519PublicKey | None, reasons: list[str]
) -> tuple[Verified | None, dict[str, str] | None]:
    """The signature and the manifest, as far as they hold; what does not is added to the reasons.

    Files are still compared with a manifest whose signature fails, so that a reader learns which ones changed.
    """
    sealed, manifest, content = None, None, _content(folder / MANIFEST, reasons)
    envelope = _content(folder / SIGNATURE, reasons)
    try:
        if envelope is not None:
            sealed = _opened(envelope, key)
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


def _opened(content: bytes, key: Ed25519PublicKey | None) -> Verified:
    envelope = parse_json(content)
    sealed = verify_envelope(envelope, key)
    if sealed.payload_type != PAYLOAD_TYPE:
        raise ReleaseError(f"it signs something else: {sealed.payload_type!r}.")
    if canonical_json(envelope) != content:
        raise ReleaseError("it was changed: it is not in the form that `chartered release` writes.")
    return sealed


def _content(path: Path, reasons: list[str]) -> bytes | None:
    if path.is_symlink() or not path.is_file():
        reasons.append(f"{path.name} is missing" if not path.is_symlink() else f"{path.name} is a symbolic link")
        return None
    return path.read_bytes()


def _own_verdict(folder: Path, reasons: list[str]) -> Verdict | None:
    """The release's own verdict, if it can be read; why it does not open the gate is added to the reasons."""
    if not (folder / VERDICT).is_file():
        return None  # the manifest already says that it is missing, or it never was a release
    try:
        verdict = read_verdict(folder / VERDICT)
    except AuditError as error:
        reasons.append(str(error).rstrip("."))
        return None
    reasons += _verdict_reasons(verdict, folder)
    return verdict
