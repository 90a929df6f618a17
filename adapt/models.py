"""Which model a name in a recipe means: the shipped pocket, SmolLM2 of a wheel, a folder, or an id on the hub."""

from pathlib import Path

from chartered.adapt.pocket import pocket_path
from chartered.adapt.smollm2 import HUB_ID, smollm2_path
from chartered.common.errors import ModelError
from chartered.common.models import check_model_folder

NAMED = {"pocket": pocket_path, "smollm2": smollm2_path}
"""Models that have a name in a recipe, and what gives the folder of each."""

HUB_IDS = {"smollm2": HUB_ID}
"""What the hub calls a model that has a name in a recipe, for the card of what it became."""

WANTED = ["*.safetensors", "*.json", "*.jinja", "*.model", "*.txt", "LICENSE*"]
"""What is fetched of a hub model: no pickles, and no code."""


def resolve_model(name: str, revision: str | None = None) -> Path:
    """The folder of the model of that name; a hub id is fetched, or found in the cache when there is no network.

    Raises:
        ModelError: it looks like a path that does not exist, is not installed, cannot be fetched, or may not be
            loaded.
    """
    folder = NAMED[name]() if name in NAMED else Path(name).expanduser()
    if not name or not folder.is_dir():
        if not _is_hub_id(name) or folder.exists():
            raise ModelError(
                f"{name}: there is no such folder; give 'pocket', 'smollm2', the path of a model's folder, or an id "
                "on the hub such as HuggingFaceTB/SmolLM2-135M."
            )
        folder = _fetched(name, revision)
    check_model_folder(folder)
    return folder


def _fetched(name: str, revision: str | None) -> Path:
    from huggingface_hub import snapshot_download  # takes long to import, and most runs start from a folder

    try:
        return Path(snapshot_download(name, revision=revision, allow_patterns=WANTED))
    except Exception as error:  # the hub and the HTTP library below it each raise their own
        said = " ".join(str(error).split())[:200]
        at = f" at revision {revision}" if revision else ""
        raise ModelError(
            f"{name}: cannot be fetched{at} ({type(error).__name__}: {said}); check the id, the revision and the "
            "network, or give the folder of a model."
        ) from error


def _is_hub_id(name: str) -> bool:
    """Whether it may be an id on the hub: `name` or `owner/name`, of letters, digits, dots, dashes, underscores."""
    parts = name.split("/")
    plain = all(part and part.replace("-", "").replace("_", "").replace(".", "").isalnum() for part in parts)
    return len(parts) <= 2 and plain and name.isascii()
