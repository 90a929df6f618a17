"""`chartered release`, `chartered sign` and `chartered verify`: the gate, seen from a run."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chartered.common.errors import ReleaseError, UsageError

if TYPE_CHECKING:
    from chartered.audit.release.card import CardFacts
    from chartered.pipeline.line import Line

DEFAULT_KEY = Path("~/.config/chartered/signing.pem")
"""Where the signing key of this user is; the environment variable CHARTERED_KEY names another place."""


def release_run(folder: Path, *, output: Path | None, key: Path | None) -> Path:
    """Release the last model of a finished run; returns the release folder.

    Raises:
        UsageError: the folder is no run, or the run is not finished.
        ReleaseError: the gate says no; the message has the reasons.
    """
    from chartered.audit.release.make import release
    from chartered.audit.release.signing import load_private_key
    from chartered.common.progress import Reporter
    from chartered.pipeline.line import RECIPE, open_line
    from chartered.pipeline.recipe import load_recipe

    if not (folder / RECIPE).is_file():
        raise UsageError(f"{folder}: this is no run folder (it has no {RECIPE}); give the folder of a `chartered run`.")
    line = open_line(load_recipe(folder / RECIPE), folder, Reporter())
    _check_done(line)
    verdict = folder / "audit" / "verdict.json"
    return release(
        line.model(line.last),
        verdict,
        output or folder / "release",
        key=load_private_key(_key(key)),
        facts=_facts(line),
        domain=line.domain,
        policy=line.policy,
        waivers=line.recipe.audit.waivers,
        extra={"recipe.yaml": folder / RECIPE},
    )


def _check_done(line: "Line") -> None:
    """A release holds what the ledger knows: no stage undone, none made from other inputs, no result edited."""
    from chartered.pipeline.ledger import Ledger, fingerprints
    from chartered.pipeline.stages import stages

    ledger, ordered = Ledger.open(line.folder), stages(line)
    prints = fingerprints(ordered)
    for stage in ordered:
        reasons = ledger.why_stale(stage, prints[stage.name])
        if reasons:
            raise ReleaseError(
                f"{line.folder}: no release of a run that is not done: {stage.name}, {'; '.join(reasons)}; "
                "give `chartered run` with its recipe again."
            )


def _key(given: Path | None) -> Path:
    """The key that was given, or this user's own, which is made at its first use."""
    from chartered.audit.release.signing import make_key

    if given is not None:
        return given
    path = Path(os.environ.get("CHARTERED_KEY") or DEFAULT_KEY).expanduser()
    if not path.exists():
        make_key(path)
    return path


def _facts(line: "Line") -> "CardFacts":
    from chartered.adapt.models import HUB_IDS
    from chartered.audit.release.card import CardFacts
    from chartered.pipeline.ledger import Ledger
    from chartered.pipeline.scores import score_table

    ledger = Ledger.open(line.folder)
    return CardFacts(
        name=f"{line.domain.name}-{Path(line.recipe.model).name}",
        base_model=HUB_IDS.get(line.recipe.model, line.recipe.model),
        domain=line.domain.name,
        licence=line.recipe.licence,
        data_licences=tuple(ledger.entries["prepare"].metrics["licences"]),
        scores=tuple(score_table(line, ledger).figures()),
    )


def sign_folder(
    folder: Path, *, role: str, name: str, statement: str, key: Path | None, public_key: Path | None
) -> str:
    """Sign a release off; returns what was written, and which roles are yet to sign.

    Raises:
        ReleaseError: the release does not verify, or this person cannot sign in this role.
    """
    from chartered.audit.release.make import sign_off
    from chartered.audit.release.signing import load_private_key

    opened = load_private_key(_key(key))
    path = sign_off(folder, role=role, name=name, key=opened, statement=statement, public_key=public_key)
    return f"{path}\n{still_missing(folder)}"


def still_missing(folder: Path) -> str:
    """Which roles are yet to sign a release off, in words.

    Raises:
        ReleaseError: it does not verify.
    """
    from chartered.audit.release.verify import verify_release

    found = verify_release(folder, signed_off=False)
    if found.missing_roles:
        return f"not to be used yet: the sign-off by {', '.join(found.missing_roles)} is missing (`chartered sign`)"
    return f"signed off by {_signers(found)}" if found.sign_offs else "the policy asks for no sign-off"


def verify_folder(folder: Path, public_key: Path | None, trust: Sequence[str], *, as_json: bool) -> str:
    """What verifying a release found, in words or as JSON. `trust` has `ROLE=PUBKEY`, each role once.

    Raises:
        UsageError: `trust` cannot be read.
        ReleaseError: it does not verify; the message lists what is wrong.
    """
    from chartered.audit.release.verify import verify_release

    found = verify_release(folder, public_key, trust=_trusted(trust))
    if as_json:
        return json.dumps(found.record(), indent=1)
    signer = "a key that you trust" if public_key else "the key in the release (give --public-key to establish whose)"
    what = f"{found.files} files unchanged, verdict {found.outcome}"
    beside = f"\nnot signed and never loaded: {', '.join(found.beside)}" if found.beside else ""
    return f"{folder}: verified. {what}, signed by {signer}: {found.key_id}{beside}{_signed_off(found)}"


def _signed_off(found: Any) -> str:
    if not found.sign_offs:
        return ""
    unknown = [signed.role for signed in found.sign_offs if not signed.identity_established]
    hint = f" (give --trust ROLE=PUBKEY to establish who signed as {', '.join(unknown)})" if unknown else ""
    return f"\nsigned off by {_signers(found)}{hint}"


def _signers(found: Any) -> str:
    return ", ".join(f"{signed.name} ({signed.role}, {signed.date})" for signed in found.sign_offs)


def _trusted(given: Sequence[str]) -> dict[str, Path]:
    trust: dict[str, Path] = {}
    for pair in given:
        role, equals, path = pair.partition("=")
        if not (role and equals and path):
            raise UsageError(f"--trust {pair}: give a role and a file, as in --trust risk_officer=officer.pub.")
        if role in trust:
            raise UsageError(f"--trust {pair}: the role {role!r} has a key already; give each role once.")
        trust[role] = Path(path)
    return trust
