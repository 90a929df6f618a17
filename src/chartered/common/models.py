"""A model's folder: what may be opened, its hash, and opening it. Safetensors only, never code that came along.

A pickled checkpoint runs whatever its maker put in when it is opened, and so does a model that brings Python files of
its own; both are refused before anything of them is read. Training and audit open models here, so that both refuse
the same. torch and transformers are imported when a model is opened, never with this module: they take seconds.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chartered.common.errors import ModelError
from chartered.common.files import sha256_files

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

CONFIGURATION = frozenset({
    "config.json", "generation_config.json", "model.safetensors.index.json", "adapter_config.json",
    "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json",
    "vocab.json", "vocab.txt", "merges.txt", "tokenizer.model", "spiece.model", "sentencepiece.bpe.model",
    "chat_template.jinja", "chat_template.json",
})  # fmt: skip
"""Files beside the weights that decide what a model says; they count into its hash and go into a release."""

PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl", ".pickle")
"""Endings of files that may be pickles."""


def check_model_folder(folder: Path) -> None:
    """Refuse a folder that is no model, has pickled weights alone, or brings code.

    Raises:
        ModelError: saying which, and what to do.
    """
    config = folder / "config.json"
    if not config.is_file():
        raise ModelError(f"{folder}: there is no config.json; give the folder that a model was saved to.")
    if not any(folder.glob("*.safetensors")):
        pickled = sorted(path.name for path in folder.iterdir() if path.suffix in PICKLED)
        found = f"its weights are pickled ({pickled[0]}), and opening them could run any program" if pickled else ""
        raise ModelError(
            f"{folder}: {found or 'it holds no weights'}; save the model as safetensors "
            "(`save_pretrained`) and give that folder."
        )
    if _json(config).get("auto_map"):
        raise ModelError(
            f"{folder}: config.json has 'auto_map', so loading it would run code that came with the model; "
            "use a model of a kind that transformers knows."
        )


def weights_sha256(folder: Path) -> str:
    """Hex SHA-256 of a model: over the sorted names and hashes of its weights, configuration and tokenizer.

    A changed chat template or rope setting makes another model of the same weights, so those files count too.

    Raises:
        ModelError: there are none.
    """
    if not any(folder.glob("*.safetensors")):
        raise ModelError(f"{folder}: there are no weights (*.safetensors) to hash; check the path.")
    return sha256_files(path for path in folder.iterdir() if is_part(path))


def is_part(path: Path) -> bool:
    """Whether a file in a model's folder is part of the model."""
    return path.is_file() and (path.name in CONFIGURATION or path.suffix == ".safetensors")


def load_model(folder: Path, **kwargs: Any) -> Any:
    """The causal language model in a folder; further arguments go to `from_pretrained`.

    Raises:
        ModelError: the folder is refused, or cannot be read.
    """
    from transformers import AutoModelForCausalLM

    return _loaded(AutoModelForCausalLM, folder, use_safetensors=True, **kwargs)


def load_tokenizer(folder: Path, **kwargs: Any) -> "PreTrainedTokenizerBase":
    """The tokenizer in a model's folder; further arguments go to `from_pretrained`.

    Raises:
        ModelError: as for `load_model`.
    """
    from transformers import AutoTokenizer

    found: PreTrainedTokenizerBase = _loaded(AutoTokenizer, folder, **kwargs)
    return found


def _loaded(factory: Any, folder: Path, **kwargs: Any) -> Any:
    check_model_folder(folder)
    try:
        return factory.from_pretrained(folder, trust_remote_code=False, local_files_only=True, **kwargs)
    except Exception as error:  # transformers, tokenizers and safetensors each raise their own
        said = " ".join(str(error).split())[:200]
        raise ModelError(
            f"{folder}: cannot be loaded ({type(error).__name__}: {said}); "
            "the folder is damaged or no model of a known kind."
        ) from error


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{path}: not JSON ({type(error).__name__}); the model's folder is damaged.") from error
    if not isinstance(found, dict):
        raise ModelError(f"{path}: {type(found).__name__} where a JSON object is needed; the folder is damaged.")
    return found
