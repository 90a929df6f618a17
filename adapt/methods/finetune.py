"""Supervised fine-tuning on traces: the loss is on the assistant's turn alone, through TRL's SFTTrainer.

A trace longer than the model's context (or than `max_length`) is left out and counted, never cut: half a worked
solution teaches half an answer. The context and not the shorter row of `pretrain` is the limit, since a batch is as
wide as its longest trace and no wider: short traces cost nothing for it, and a long one is not lost.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from datasets import Dataset
from trl import SFTTrainer

from chartered.adapt import arguments
from chartered.adapt.architecture import read_architecture
from chartered.adapt.packing import keep_documents_apart
from chartered.adapt.training import Setup, seed_everything, train
from chartered.common.errors import TrainingError
from chartered.common.models import load_model, load_tokenizer
from chartered.domains.contract import Message

Row = Mapping[str, list[Message]]
"""`prompt` and `completion`, each a list of messages: TRL's conversational prompt-completion form."""


def finetune(rows: Sequence[Row], setup: Setup) -> dict[str, Any]:
    """Train on prompt-completion rows; returns metrics with `traces` and `too_long`, the number left out.

    Raises:
        TrainingError: every trace is too long, or the loss is no number.
    """
    seed_everything(setup.seed)
    tokenizer = load_tokenizer(setup.start)
    given, sizes = setup.keys.get("max_length"), read_architecture(setup.start)
    limit = given or sizes.context
    lengths = [_length(row, tokenizer) for row in rows]
    kept = [row for row, length in zip(rows, lengths, strict=True) if length <= limit]
    if not kept:
        raise TrainingError(f"finetune: all {len(rows)} traces are longer than {limit} tokens; raise max_length.")
    width = given or max(sizes.row_length, *(length for length in lengths if length <= limit))  # of a packed row
    trainer = SFTTrainer(
        model=load_model(setup.start),
        args=arguments.build("finetune", setup.keys, work=setup.work, seed=setup.seed, max_length=width),
        train_dataset=Dataset.from_list([dict(row) for row in kept]),
        processing_class=tokenizer,
        peft_config=arguments.adapter(setup.lora),
    )
    keep_documents_apart(trainer)
    return {"traces": len(kept), "too_long": len(rows) - len(kept), **train(trainer, setup)}


def _length(row: Row, tokenizer: Any) -> int:
    return len(tokenizer.apply_chat_template([*row["prompt"], *row["completion"]], return_dict=True)["input_ids"])
