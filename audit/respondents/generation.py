"""Responses from a model on this machine: batches of like length, greedy unless a temperature is given."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chartered.audit.respondents.loading import Loaded
from chartered.audit.respondents.protocol import OnProgress, silent
from chartered.common.errors import AuditError

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, kw_only=True, slots=True)
class Prompt:
    """Tokens to go on from."""

    tokens: Sequence[int]
    what: str
    """What it is, for messages: "problem 12ab"."""
    key: Sequence[str] = ()
    """Tells it from other askings of the same tokens, so that a sampled answer is drawn for it alone."""


class Generator:
    """Generates with one model; the same prompts in the same order get the same responses."""

    def __init__(
        self, loaded: Loaded, *, max_new_tokens: int, batch_size: int, temperature: float = 0.0, seed: int = 7
    ) -> None:
        self.model, self.tokenizer = loaded.model, loaded.tokenizer
        self.max_new_tokens, self.batch_size = max_new_tokens, batch_size
        self.temperature, self.seed = temperature, seed

    @property
    def decoding(self) -> str:
        """How it decodes, in words."""
        way = f"sampled at temperature {self.temperature}, seed {self.seed}" if self.temperature else "greedy"
        return f"{way}, at most {self.max_new_tokens} new tokens, batches of {self.batch_size}"

    def responses(self, prompts: Sequence[Prompt], on_progress: OnProgress | None = None) -> list[str]:
        """What the model writes after each prompt, in order.

        Raises:
            AuditError: a prompt is longer than the model can read.
        """
        for prompt in prompts:
            self.check_length(len(prompt.tokens) + self.max_new_tokens, prompt.what)
        texts = [""] * len(prompts)
        for batch in self._batches([prompt.tokens for prompt in prompts], on_progress or silent):
            for index, response in zip(batch, self._generate([prompts[i] for i in batch]), strict=True):
                texts[index] = response
        return texts

    def check_length(self, tokens: int, what: str) -> None:
        """Refuse what the model cannot read.

        Raises:
            AuditError: it has more positions than the model.
        """
        most = getattr(self.model.config.get_text_config(), "max_position_embeddings", None)
        if most is not None and tokens > most:
            raise AuditError(
                f"{what} needs {tokens} tokens with the answer, and the model reads at most {most}; "
                "allow fewer new tokens (max_new_tokens), or leave it out."
            )

    def _generate(self, prompts: Sequence[Prompt]) -> list[str]:
        import torch
        from transformers import GenerationConfig

        end = self.model.generation_config.eos_token_id
        # each of these is given, so that no sampling setting in the model's own generation config stays in force
        config = GenerationConfig(  # type: ignore[no-untyped-call]
            do_sample=self.temperature > 0,
            temperature=self.temperature or 1.0,
            num_beams=1,
            top_p=1.0,
            top_k=50 if self.temperature == 0 else 0,
            repetition_penalty=1.0,
            max_new_tokens=self.max_new_tokens,
            pad_token_id=self._pad,
            eos_token_id=self.tokenizer.eos_token_id if end is None else end,
        )
        ids, mask = self._padded([prompt.tokens for prompt in prompts])
        if self.temperature > 0:
            torch.manual_seed(self._batch_seed(prompts))
        with torch.inference_mode():
            made = self.model.generate(input_ids=ids, attention_mask=mask, generation_config=config)
        return self.tokenizer.batch_decode(made[:, ids.shape[1] :], skip_special_tokens=True)

    def _batch_seed(self, prompts: Sequence[Prompt]) -> int:
        """A seed of the batch's own, so that an audit that goes on draws what an unbroken one draws."""
        content = json.dumps([self.seed, [[list(prompt.tokens), list(prompt.key)] for prompt in prompts]])
        return int.from_bytes(hashlib.sha256(content.encode()).digest()[:8], "big") >> 1

    def _batches(self, rows: Sequence[Sequence[int]], on_progress: OnProgress) -> Iterator[list[int]]:
        """Indices in batches of like length; equal rows stand next to each other."""
        order = sorted(range(len(rows)), key=lambda i: (len(rows[i]), rows[i]))
        for start in range(0, len(order), self.batch_size):
            batch = order[start : start + self.batch_size]
            yield batch
            on_progress(start + len(batch), len(order))

    def _padded(self, rows: Sequence[Sequence[int]]) -> tuple["torch.Tensor", "torch.Tensor"]:
        """Token ids and attention mask, padded on the left."""
        import torch

        width = max(len(row) for row in rows)
        ids = [[self._pad] * (width - len(row)) + list(row) for row in rows]
        mask = [[0] * (width - len(row)) + [1] * len(row) for row in rows]
        return torch.tensor(ids, device=self.model.device), torch.tensor(mask, device=self.model.device)

    @property
    def _pad(self) -> int:
        """What fills the left side; it is masked, so any token does."""
        token = self.tokenizer.pad_token_id
        return int(token if token is not None else self.tokenizer.eos_token_id or 0)
