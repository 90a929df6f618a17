"""What a model's folder says about its size: read from config.json and the headers of its weights, without torch."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from chartered.common.models import check_model_folder

ROW_LENGTH = 2048
"""Tokens of a packed row at most, where neither recipe nor context says less: longer rows cost memory and no token."""

_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I8": 1, "U8": 1, "F8_E4M3": 1, "F8_E5M2": 1}


@dataclass(frozen=True, kw_only=True)
class Architecture:
    """Sizes of a causal language model; of a kind that names them otherwise, those of a Llama of the same weights."""

    hidden: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    intermediate: int
    vocabulary: int
    context: int
    """Positions that it can read."""
    parameters: int
    """Numbers in its weights; tied ones once."""
    embedding: int
    """Of these, in the token embedding and, where it is not tied, the output projection."""
    bytes: float
    """Of one number in the weights, on average."""
    matrices: Mapping[str, tuple[int, int]]
    """Shape of each matrix by its module's name, without embedding and output projection: what adapters are for."""

    @property
    def row_length(self) -> int:
        """Tokens of a packed row where the recipe does not say: the smaller of the context and `ROW_LENGTH`."""
        return min(self.context, ROW_LENGTH)


def read_architecture(folder: Path) -> Architecture:
    """The sizes of the model in a folder.

    Raises:
        ModelError: the folder is refused.
    """
    check_model_folder(folder)
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config = {**config, **(config.get("text_config") or {})}
    tensors = _tensors(folder)
    heads = int(_first(config, "num_attention_heads", "n_head", default=1))
    hidden = int(_first(config, "hidden_size", "n_embd", "d_model", default=1))
    parameters = sum(prod(shape) for shape, _ in tensors.values())
    vocabulary = int(config.get("vocab_size", 0))
    matrices = {name: shape for name, (shape, _) in tensors.items() if len(shape) == 2}
    return Architecture(
        hidden=hidden,
        layers=int(_first(config, "num_hidden_layers", "n_layer", default=1)),
        heads=heads,
        kv_heads=int(_first(config, "num_key_value_heads", default=heads)),
        head_dim=int(_first(config, "head_dim", default=hidden // heads)),
        intermediate=int(_first(config, "intermediate_size", "n_inner", default=4 * hidden)),
        vocabulary=vocabulary,
        context=int(_first(config, "max_position_embeddings", "n_positions", default=ROW_LENGTH)),
        parameters=parameters,
        embedding=sum(prod(shape) for shape in matrices.values() if shape[0] == vocabulary),
        bytes=sum(prod(shape) * size for shape, size in tensors.values()) / max(1, parameters),
        matrices={
            name.removesuffix(".weight"): (shape[0], shape[1])
            for name, shape in matrices.items()
            if shape[0] != vocabulary
        },
    )


def _tensors(folder: Path) -> dict[str, tuple[list[int], int]]:
    """Shape of every tensor, and bytes of one of its numbers, by name."""
    from safetensors import safe_open

    found = {}
    for path in sorted(folder.glob("*.safetensors")):
        with safe_open(path, framework="numpy") as tensors:
            for name in tensors.keys():  # noqa: SIM118
                part = tensors.get_slice(name)
                found[name] = (list(part.get_shape()), _BYTES.get(part.get_dtype(), 4))
    return found


def _first(config: Mapping[str, Any], *names: str, default: int) -> Any:
    return next((config[name] for name in names if config.get(name) is not None), default)
