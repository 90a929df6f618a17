"""Attention under a tree mask, a stretch of tokens at a time over the tokens that they see.

In a tree of arms and options a token sees its ancestors alone: a small part of the sequence. The model's own attention
function is called for a stretch with just the keys that some token of the stretch sees, which leaves out most of the
square and keeps no scores of its size. Imports torch, so it is imported when a model is asked.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch
from transformers import AttentionInterface
from transformers.modeling_utils import ALL_ATTENTION_FUNCTIONS

from chartered.audit.respondents.prefix_tree import TokenTree

STRETCH = 128
"""Tokens of a stretch."""


class Stretch(NamedTuple):
    """What a stretch of tokens sees."""

    seen: torch.Tensor
    """Indices of the tokens that any token of the stretch sees."""
    mask: torch.Tensor
    """(1, 1, tokens of the stretch, tokens seen): 0 where one sees the other, the lowest number elsewhere."""


def tree_mask(pack: TokenTree, window: int | None, like: torch.Tensor) -> torch.Tensor:
    """What to give a model under `tree_attention` as its attention mask, of the kind and on the device of `like`.

    A node sees itself and its ancestors, the last `window` of them where there is one. Models pass on a mask of four
    dimensions as it is; this one only carries its `stretches`.
    """
    carrier: Any = torch.zeros(1, 1, 1, 1, dtype=like.dtype, device=like.device)
    carrier.stretches = [_stretch(part, like) for part in _parts(sees(pack, window))]
    mask: torch.Tensor = carrier
    return mask


def sees(pack: TokenTree, window: int | None) -> "np.ndarray[Any, np.dtype[np.bool_]]":
    """(nodes, nodes): whether the row's node sees the column's."""
    size = len(pack.tokens)
    square = np.zeros((size, size), dtype=np.bool_)
    for start, end in pack.runs():
        if pack.parents[start] >= 0:
            square[start:end, :start] = square[pack.parents[start], :start]
        square[start:end, start:end] = np.tri(end - start, dtype=np.bool_)
    if window is not None:
        depth = np.asarray(pack.depths)
        square &= depth[:, None] - depth[None, :] < window
    return square


def _parts(square: "np.ndarray[Any, Any]") -> "Iterator[np.ndarray[Any, Any]]":
    return (square[start : start + STRETCH] for start in range(0, len(square), STRETCH))


def _stretch(part: "np.ndarray[Any, Any]", like: torch.Tensor) -> Stretch:
    seen = np.flatnonzero(part.any(axis=0))
    hidden = torch.from_numpy(~part[:, seen]).to(like.device)[None, None]
    mask = torch.zeros_like(hidden, dtype=like.dtype).masked_fill_(hidden, torch.finfo(like.dtype).min)
    return Stretch(torch.from_numpy(seen).to(like.device), mask)


@contextmanager
def tree_attention(model: Any) -> Iterator[None]:
    """While it lasts, the model's attention takes masks of `tree_mask`; its own attention function does the work.

    Raises:
        AttributeError: the model's attention cannot be chosen.
    """
    own = model.config._attn_implementation
    name = f"tree_{own}"
    AttentionInterface.register(name, partial(_by_stretch, own))
    model.set_attn_implementation(name)
    try:
        yield
    finally:
        model.set_attn_implementation(own)


def _by_stretch(
    own: str, module: Any, query: Any, key: torch.Tensor, value: torch.Tensor, attention_mask: Any, **kwargs: Any
) -> tuple[torch.Tensor, None]:
    """As the model's own: query, key and value of (1, heads, nodes, width), output of (1, nodes, heads, width)."""
    attend: Callable[..., Any] = ALL_ATTENTION_FUNCTIONS.get_interface(own, _eager(module))
    outputs = [
        attend(module, queries, key.index_select(2, seen), value.index_select(2, seen), mask, **kwargs)[0]
        for queries, (seen, mask) in zip(query.split(STRETCH, dim=2), attention_mask.stretches, strict=True)
    ]
    return torch.cat(outputs, dim=1), None


def _eager(module: Any) -> Any:
    """The attention that a model's file defines for itself, where no other is chosen."""
    return getattr(sys.modules[type(module).__module__], "eager_attention_forward", None)
