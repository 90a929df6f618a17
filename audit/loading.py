"""Loading a model that is to be audited: safetensors only, never code that came with the weights.

torch and transformers are imported when a model is loaded, never with this module: they take seconds.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chartered.domains.errors import ModelError
from chartered.domains.files import weights_sha256

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_PICKLED = (".bin", ".pt", ".pth", ".ckpt", ".pkl")


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A model that is ready to be asked."""

    model: Any
    """A causal language model of transformers; Any, since its methods are only partly typed."""
    tokenizer: "PreTrainedTokenizerBase"
    name: str
    sha256: str
    """Hash of the weights (`chartered.domains.files.weights_sha256`)."""


def load(folder: Path) -> Loaded:
    """The model in a folder, from safetensors, on the accelerator where there is one.

    Raises:
        ModelError: there is no model, its weights are pickled, or it brings code of its own.
    """
    _refuse_pickles(folder)
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    try:
        model: Any = AutoModelForCausalLM.from_pretrained(
            folder, use_safetensors=True, trust_remote_code=False, local_files_only=True
        )
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=False, local_files_only=True)
    except Exception as error:  # transformers, tokenizers and safetensors each raise their own
        said = " ".join(str(error).split())[:200]
        raise ModelError(f"{folder}: the model cannot be loaded ({type(error).__name__}: {said}).") from error
    model.to("cuda" if torch.cuda.is_available() else "cpu")
    return Loaded(model=model, tokenizer=tokenizer, name=folder.resolve().name, sha256=weights_sha256(folder))


def _refuse_pickles(folder: Path) -> None:
    if not (folder / "config.json").is_file():
        raise ModelError(f"{folder}: there is no model here (no config.json); give the folder that it was saved to.")
    if any(folder.glob("*.safetensors")):
        return
    pickled = sorted(path.name for path in folder.iterdir() if path.suffix in _PICKLED)
    found = f"only pickled weights ({pickled[0]}), which can run any program" if pickled else "no weights"
    raise ModelError(f"{folder}: there are {found}; save the model as safetensors (`save_pretrained`) first.")
