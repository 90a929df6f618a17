"""A model that is to be audited, opened and on its device."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chartered.common.models import load_model, load_tokenizer, weights_sha256

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True, kw_only=True)
class Loaded:
    """A model that is ready to be asked."""

    model: Any
    """A causal language model of transformers; Any, since its methods are only partly typed."""
    tokenizer: "PreTrainedTokenizerBase"
    name: str
    sha256: str
    """Hash of the weights (`chartered.common.models.weights_sha256`)."""


def load(folder: Path) -> Loaded:
    """The model in a folder, from safetensors, on the accelerator where there is one.

    Raises:
        ModelError: there is no model, its weights are pickled, or it brings code of its own.
    """
    model, tokenizer = load_model(folder), load_tokenizer(folder)
    import torch

    model.to("cuda" if torch.cuda.is_available() else "cpu")
    return Loaded(model=model, tokenizer=tokenizer, name=folder.resolve().name, sha256=weights_sha256(folder))
