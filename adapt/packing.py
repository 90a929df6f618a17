"""Packed rows whose documents do not see each other.

TRL lays a batch of packed rows end to end as one row, which flash kernels cut up again. Other attention is then paid
for as if the batch were one text: its mask alone has (rows x length)^2 entries in each layer. Here rows stay rows; the
positions, which begin again with each document, tell transformers where attention ends.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from trl.trainer.sft_trainer import DataCollatorForLanguageModeling


class PackedRows:
    """A batch of packed rows: token ids, labels and positions, each of rows x length."""

    def __init__(self, pad_token_id: int) -> None:
        self.collate = DataCollatorForLanguageModeling(pad_token_id=pad_token_id, return_position_ids=True)

    def __call__(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        batch: dict[str, Any] = self.collate(list(rows))
        del batch["attention_mask"]  # with a mask, transformers would not look for documents in the positions
        batch["labels"][batch["position_ids"] == 0] = -100  # a document's first token is not foretold by the last one
        return batch


def keep_documents_apart(trainer: Any) -> None:
    """Collate a trainer's packed rows as `PackedRows`; one that does not pack, or wraps texts over rows, stays."""
    if trainer.args.packing and "seq_lengths" in trainer.train_dataset.column_names:
        trainer.data_collator = PackedRows(trainer.processing_class.pad_token_id)
