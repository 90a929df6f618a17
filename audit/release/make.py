"""Making a release: a signed folder, for a passing verdict on exactly these weights; and signing it off.

What the gate decides stands in `chartered.audit.release.gate`, how a release is verified in
`chartered.audit.release.verify`.
"""

import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from chartered.audit.release.card import CardFacts, render_card
from chartered.audit.release.contents import extra_reasons, model_files, unsafe_reasons
from chartered.audit.release.gate import (
    POLICY,
    WAIVERS,
    policy_reasons,
    today_utc,
    verdict_reasons,
    waiver_file_reasons,
    wording_reasons,
)
from chartered.audit.release.manifest import MANIFEST, SIGN_OFFS, SIGNATURE, sign_manifest, sign_off_name
from chartered.audit.release.sign_offs import envelope_bytes, new_sign_off, sign_off_reasons
from chartered.audit.release.transport import ATTRIBUTES, attributes
from chartered.audit.release.verify import VERDICT, Demands, verified, verify_release
from chartered.audit.report import FORMATS, write_report
from chartered.audit.verdict import Verdict, read_verdict
from chartered.common.errors import AuditError, ReleaseError
from chartered.common.files import write_whole
from chartered.domains.contract import Domain

CARD = "README.md"
OWN_NAMES = (CARD, VERDICT, *FORMATS.values(), MANIFEST, SIGNATURE, SIGN_OFFS, ATTRIBUTES)


def release(
    model_folder: Path,
    verdict_path: Path,
    output: Path,
    *,
    key: Ed25519PrivateKey,
    facts: CardFacts,
    domain: Domain,
    policy: Path,
    waivers: Path | None = None,
    extra: Mapping[str, Path] | None = None,
    today: date | None = None,
) -> Path:
    """Make a release folder, whole or not at all, and verify it; returns it.

    It holds the weights, configuration and tokenizer, a card, the verdict and its report, the policy, the waivers, the
    `extra` files under the names given (a recipe), a manifest and its signature, and beside them, not signed, the
    `.gitattributes` that keeps git from changing line ends. The verdict must be fresh: of these weights, this policy,
    these waivers, the probes of `domain` as they are installed, and young enough `today`.

    Raises:
        ReleaseError: with every reason why the gate stays shut, or because the output is there already.
    """
    verdict = _read_verdict(verdict_path)
    day = today or today_utc()
    reasons = _refusals(model_folder, verdict, day, domain=domain, policy=policy, waivers=waivers, extra=extra or {})
    if reasons:
        raise ReleaseError(f"{model_folder}: no release: {'; '.join(reasons)}.")
    if os.path.lexists(output):
        raise ReleaseError(f"{output}: there is something of that name already; name another folder or move it away.")
    further = {**(extra or {}), POLICY: policy, **({WAIVERS: waivers} if waivers else {})}
    output.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(dir=output.parent, prefix=f".{output.name}."))
    try:
        staging.chmod(0o755)
        _fill(staging, model_folder, verdict, facts, further)
        sign_manifest(staging, key)
        verified(staging, Demands(key=key.public_key(), today=day, signed_off=False))
        staging.rename(output)
    except BaseException:
        shutil.rmtree(staging, ignore_errors=True)
        raise
    return output


def sign_off(
    folder: Path,
    *,
    role: str,
    name: str,
    key: Ed25519PrivateKey,
    statement: str = "",
    public_key: Path | None = None,
    today: date | None = None,
) -> Path:
    """Add the sign-off of a person in a role to a release that verifies; returns its file.

    `public_key` is that of the one who made the release; `statement` is what the signer wants to say beside.

    Raises:
        ReleaseError: the release does not verify, the role has signed already or is none of the policy's, or one person
            or key would hold two roles where the policy does not let them.
    """
    made = verify_release(folder, public_key, today=today, signed_off=False)
    path = folder / sign_off_name(role)
    if any(done.role == role for done in made.sign_offs):
        raise ReleaseError(f"{path}: {role} has signed this release off already; a sign-off is never overwritten.")
    day = today or today_utc()
    new = new_sign_off(made.subject, role=role, name=name, statement=statement, today=day, key=key)
    reasons = sign_off_reasons([*made.sign_offs, new], made.verdict, today=day)
    if reasons:
        raise ReleaseError(f"{folder}: not signed off: {'; '.join(reasons)}.")
    write_whole(path, envelope_bytes(made.subject, new, key))
    return path


def _refusals(
    model_folder: Path,
    verdict: Verdict,
    today: date,
    *,
    domain: Domain,
    policy: Path,
    waivers: Path | None,
    extra: Mapping[str, Path],
) -> list[str]:
    """All reasons against a release."""
    if not model_folder.is_dir():
        return ["there is no such folder"]
    if waivers is not None and verdict.waivers_sha256 is None:
        waived = [f"{waivers}: the verdict was reached without a file of waivers; audit again with it"]
    else:
        waived = waiver_file_reasons(verdict, waivers)
    return [
        *unsafe_reasons(model_folder),
        *extra_reasons(extra, (*OWN_NAMES, POLICY, WAIVERS)),
        *verdict_reasons(verdict, model_folder, today=today),
        *policy_reasons(verdict, policy),
        *waived,
        *wording_reasons(verdict, domain),
    ]


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
    write_report(verdict, staging, shipped=(CARD, MANIFEST, SIGNATURE, *extra))
    gone = tuple(name for name in left_out if name not in OWN_NAMES)
    write_whole(staging / CARD, render_card(replace(facts, left_out=gone), verdict))
    write_whole(staging / ATTRIBUTES, attributes(staging))
