"""`chartered release` and `chartered verify`: the gate, seen from a run."""

import json
import os
from pathlib import Path
from typing import Any

from chartered.domains.errors import ReleaseError, UsageError

DEFAULT_KEY = Path("~/.config/chartered/signing.pem")
"""Where the signing key of this user is; the environment variable CHARTERED_KEY names another place."""


def release_run(folder: Path, *, output: Path | None, key: Path | None) -> Path:
    """Release the last model of a finished run; returns the release folder.

    Raises:
        UsageError: the folder is no run, or the run is not finished.
        ReleaseError: the gate says no; the message has the reasons.
    """
    from chartered.audit.release import release
    from chartered.audit.signing import load_private_key
    from chartered.progress import Reporter
    from chartered.recipe import load_recipe
    from chartered.run import RECIPE, build_line

    if not (folder / RECIPE).is_file():
        raise UsageError(f"{folder}: this is no run folder (it has no {RECIPE}); give the folder of a `chartered run`.")
    line = build_line(load_recipe(folder / RECIPE), folder, Reporter())
    verdict = folder / "audit" / "verdict.json"
    if not verdict.is_file():
        raise ReleaseError(f"{folder}: there is no verdict; carry the run out to its end first.")
    return release(
        line.final,
        verdict,
        output or folder / "release",
        key=load_private_key(_key(key)),
        facts=_facts(line),
        extra={"policy.yaml": line.policy, "recipe.yaml": folder / RECIPE},
    )


def _key(given: Path | None) -> Path:
    """The key that was given, or this user's own, which is made at its first use."""
    from chartered.audit.signing import make_key

    if given is not None:
        return given
    path = Path(os.environ.get("CHARTERED_KEY") or DEFAULT_KEY).expanduser()
    if not path.exists():
        make_key(path)
    return path


def _facts(line: Any) -> Any:
    from chartered.audit.card import CardFacts
    from chartered.ledger import Ledger
    from chartered.scores import score_table

    ledger = Ledger.open(line.folder)
    return CardFacts(
        name=f"{line.domain.name}-{Path(line.recipe.model).name}",
        base_model=line.recipe.model,
        domain=line.domain.name,
        licence=line.recipe.licence,
        data_licences=tuple(ledger.entries["prepare"].metrics["licences"]),
        scores=tuple((r.stage, r.accuracy, r.low, r.high, r.n) for r in score_table(line, ledger).stages),
    )


def verify_folder(folder: Path, public_key: Path | None, *, as_json: bool) -> str:
    """What verifying a release found, in words or as JSON.

    Raises:
        ReleaseError: it does not verify; the message lists what is wrong.
    """
    from chartered.audit.release import verify_release

    found = verify_release(folder, public_key)
    if as_json:
        return json.dumps(found.record(), indent=1)
    signer = "a key that you trust" if public_key else "the key in the release (give --public-key to establish whose)"
    what = f"{found.files} files unchanged, verdict {found.outcome}"
    return f"{folder}: verified. {what}, signed by {signer}: {found.key_id}"
