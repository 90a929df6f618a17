"""The record that a judge must have before a model is trained against it."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from chartered.common.errors import UsageError
from chartered.domains import Verifier
from chartered.domains.checking.requirements import judges
from chartered.pipeline.recipe import LoadedRecipe

ENOUGH = 20
"""Responses of each label that a judge must have settled: with 20, no false one leaves up to 16 % (Wilson, 95 %)."""


def check_calibrated(loaded: LoadedRecipe, trained: Mapping[str, Verifier]) -> None:
    """Refuse to train against a judge of which nobody knows how often it errs.

    Raises:
        UsageError: the recipe names no record, or one of another judge, or of too few responses.
    """
    judged = {kind: fingerprints(verifier) for kind, verifier in trained.items() if judges(verifier)}
    if not judged:
        return
    path = loaded.recipe.verify.calibration
    record = _record(path, loaded.where("verify.calibration")) if path else {}
    for kind, prints in judged.items():
        why = _missing(record.get(kind), prints)
        if why:
            raise UsageError(
                f"{loaded.where('verify.calibration' if path else 'reinforce')}: problems of kind {kind!r} are "
                f"rewarded by a judge {why}; label responses as correct and wrong ({ENOUGH} of each or more), run "
                "`chartered calibrate-verifier`, and name what it writes under verify: calibration."
            )


def _missing(row: Mapping[str, Any] | None, prints: Sequence[str]) -> str:
    """What is wrong with a calibration, in words; empty if nothing is."""
    if row is None:
        return "that was never calibrated for them"
    if row.get("judges") != prints:
        return "that is not the one that was calibrated (its endpoint, model or criteria have changed)"
    settled = [row[share]["n"] for share in ("false_positives", "false_negatives")]
    return f"that settled {min(settled)} calibrated responses of one label" if min(settled) < ENOUGH else ""


def _record(path: Path, where: str) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["kinds"]
        assert all(row["false_positives"]["n"] >= 0 <= row["false_negatives"]["n"] for row in found.values())
    except OSError as error:
        raise UsageError(f"{where}: {path} cannot be read ({error.strerror}); check the path.") from error
    except (ValueError, KeyError, TypeError, AttributeError, AssertionError) as error:
        raise UsageError(f"{where}: {path} is not what `chartered calibrate-verifier` writes; name that.") from error
    return dict(found)


def fingerprints(verifier: Verifier) -> list[str]:
    """What tells the judges in a verifier from others: endpoint, model and criteria of each, hashed."""
    return [judge.fingerprint for judge in judges(verifier)]
