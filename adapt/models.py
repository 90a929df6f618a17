"""Which model a name means, and loading it: safetensors only, never code that came with the weights.

A pickled checkpoint runs whatever its maker put in when it is opened, and so does a model that brings its own
Python files; both are refused before anything of them is read.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chartered.adapt.pocket import pocket_path
from chartered.domains.errors import ModelError
from chartered.domains.files import sha256_folder

if TYPE_CHECKING:  # transformers takes seconds to import, and a recipe is checked without it
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

POCKET = "pocket"
"""The name of the shipped model in a recipe."""

_PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl")


def resolve_model(name: str) -> Path | str:
    """The folder that a name means: the shipped pocket, a local path, or else an id on the hub, as it is.

    Raises:
        ModelError: it looks like a path that does not exist, or the folder there is no model that may be loaded.
    """
    if name == POCKET:
        return pocket_path()
    folder = Path(name).expanduser()
    if name and folder.is_dir():
        _check(folder)
        return folder
    if folder.is_file() or not _is_hub_id(name):
        raise ModelError(
            f"{name!r}: there is no such folder; give {POCKET!r}, the path of a model's folder, or an id on the hub "
            "such as HuggingFaceTB/SmolLM2-135M."
        )
    return name


def load_model(name: str, **kwargs: Any) -> "PreTrainedModel":
    """The causal language model of that name, from safetensors; further arguments go to `from_pretrained`.

    Raises:
        ModelError: as for `resolve_model`, or the weights cannot be read or fetched.
    """
    from transformers import AutoModelForCausalLM

    _check_hub_config(name)
    model: PreTrainedModel = _loaded(AutoModelForCausalLM, name, use_safetensors=True, **kwargs)
    return model


def load_tokenizer(name: str, **kwargs: Any) -> "PreTrainedTokenizerBase":
    """The tokenizer of that model; further arguments go to `from_pretrained`.

    Raises:
        ModelError: as for `load_model`.
    """
    from transformers import AutoTokenizer

    tokenizer: PreTrainedTokenizerBase = _loaded(AutoTokenizer, name, **kwargs)
    return tokenizer


def weights_sha256(folder: Path) -> str:
    """Hex SHA-256 over the sorted names and hashes of a folder's safetensors files.

    Raises:
        ModelError: there are none.
    """
    if not any(folder.glob("*.safetensors")):
        raise ModelError(f"{folder}: there are no weights (*.safetensors) to hash; check the path.")
    return sha256_folder(folder, "*.safetensors")


def _loaded(factory: Any, name: str, **kwargs: Any) -> Any:
    found = resolve_model(name)
    local = isinstance(found, Path)
    try:
        return factory.from_pretrained(found, **{"trust_remote_code": False, "local_files_only": local, **kwargs})
    except Exception as error:  # transformers, the hub and safetensors each raise their own
        remedy = "the folder is damaged or no model of a known kind" if local else "fetch it first, or check the id"
        raise ModelError(f"{name}: cannot be loaded ({_said(error)}); {remedy}.") from error


def _check_hub_config(name: str) -> None:
    """Refuse a hub model that brings code. A folder was checked when its name was resolved."""
    if isinstance(resolve_model(name), Path):
        return
    from transformers import PretrainedConfig

    try:
        config, _ = PretrainedConfig.get_config_dict(name)
    except Exception as error:  # as above
        raise ModelError(f"{name}: cannot be fetched ({_said(error)}); check the id and the network.") from error
    _refuse_code(name, config)


def _check(folder: Path) -> None:
    """Refuse a folder that is no model, has pickled weights alone, or brings code."""
    config = folder / "config.json"
    if not config.is_file():
        raise ModelError(f"{folder}: there is no config.json; give the folder that a model was saved to.")
    if not any(folder.glob("*.safetensors")):
        pickled = sorted(path.name for path in folder.iterdir() if path.suffix in _PICKLED)
        found = f"its weights are pickled ({pickled[0]}), and opening them could run any program" if pickled else ""
        raise ModelError(
            f"{folder}: {found or 'it holds no weights'}; save the model as safetensors "
            "(`save_pretrained`) and give that folder."
        )
    _refuse_code(str(folder), _json(config))


def _refuse_code(name: str, config: dict[str, Any]) -> None:
    if config.get("auto_map"):
        raise ModelError(
            f"{name}: config.json has 'auto_map', so loading it would run code that came with the model; "
            "use a model of a kind that transformers knows."
        )


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: not JSON ({_said(error)}); the model's folder is damaged.") from error
    if not isinstance(found, dict):
        raise ModelError(f"{path}: {type(found).__name__} where a JSON object is needed; the folder is damaged.")
    return found


def _is_hub_id(name: str) -> bool:
    """Whether it may be an id on the hub: `name` or `owner/name`, of letters, digits, dots, dashes, underscores."""
    parts = name.split("/")
    plain = all(part and part.replace("-", "").replace("_", "").replace(".", "").isalnum() for part in parts)
    return len(parts) <= 2 and plain and name.isascii()


def _said(error: BaseException) -> str:
    first = str(error).strip().split("\n")[0].rstrip(".")
    return f"{type(error).__name__}: {first[:200]}"
