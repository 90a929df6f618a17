from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
from datasets import Dataset
from trl import SFTTrainer

from chartered.adapt import arguments
from chartered.adapt.packing import keep_documents_apart
from chartered.common.models import load_model, load_tokenizer

TEXTS = ["one text of a page", "another", "a third that is longer than the two before", "short", "x" * 70]


def _trainer(model: Path, folder: Path, **keys: object) -> Any:
    """TRL's trainer with rows of 48 tokens; a byte is a token."""
    given = {"max_length": 48, "per_device_train_batch_size": 8, **keys}
    return SFTTrainer(
        model=load_model(model),
        args=arguments.build("pretrain", given, work=folder, seed=1),
        train_dataset=Dataset.from_dict({"text": TEXTS}),
        processing_class=load_tokenizer(model),
    )


def _logits(trainer: Any, batch: dict[str, Any]) -> torch.Tensor:
    inputs = {key: batch[key] for key in ("input_ids", "position_ids", "attention_mask") if key in batch}
    with torch.no_grad():
        found: torch.Tensor = trainer.model(**inputs).logits
    return found


def _furthest_from_alone(trainer: Any, rows: Sequence[dict[str, Any]]) -> float:
    """The largest difference between a packed document's logits and its logits alone."""
    packed = _logits(trainer, trainer.data_collator(rows))
    furthest = 0.0
    for number, row in enumerate(rows):
        start = 0
        for length in row["seq_lengths"]:
            ids = torch.tensor([row["input_ids"][start : start + length]])
            alone = _logits(trainer, {"input_ids": ids})[0]
            furthest = max(furthest, float((packed[number, start : start + length] - alone).abs().max()))
            start += length
    return furthest


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_a_document_in_a_packed_row_is_read_as_if_it_were_alone(
    attention: str, tiny_model: Path, tmp_path: Path
) -> None:
    trainer = _trainer(tiny_model, tmp_path)
    trainer.model.set_attn_implementation(attention)
    keep_documents_apart(trainer)
    rows = list(trainer.train_dataset)
    assert any(len(row["seq_lengths"]) > 1 for row in rows)
    assert _furthest_from_alone(trainer, rows) < 1e-4


def test_texts_that_are_wrapped_over_rows_see_each_other(tiny_model: Path, tmp_path: Path) -> None:
    trainer = _trainer(tiny_model, tmp_path, packing_strategy="wrapped")
    keep_documents_apart(trainer)
    row = trainer.train_dataset[0]  # 18 letters and the end token, then the next text
    rows = [{**row, "seq_lengths": [19, len(TEXTS[1]) + 1]}]
    assert _furthest_from_alone(trainer, rows) > 1e-2


def test_a_batch_is_as_wide_as_a_row_and_no_document_foretells_the_next(tiny_model: Path, tmp_path: Path) -> None:
    trainer = _trainer(tiny_model, tmp_path)
    keep_documents_apart(trainer)
    rows = list(trainer.train_dataset)
    batch = trainer.data_collator(rows)
    assert batch["input_ids"].shape == (len(rows), 48)
    documents = sum(len(row["seq_lengths"]) for row in rows)
    tokens = sum(len(text) + 1 for text in TEXTS)
    assert int((batch["labels"] != -100).sum()) == tokens - documents
