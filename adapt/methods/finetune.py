"""Supervised fine-tuning on traces: the loss is on the assistant's turn alone, through TRL's SFTTrainer.

A trace longer than the model's context (or than `max_length`) is left out and counted, never cut: half a worked
solution teaches half an answer.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from datasets import Dataset
from trl import SFTTrainer

from chartered.adapt import arguments
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
    model = load_model(setup.start)
    limit = setup.keys.get("max_length") or model.config.max_position_embeddings
    kept = [row for row in rows if _length(row, tokenizer) <= limit]
    if not kept:
        raise TrainingError(f"finetune: all {len(rows)} traces are longer than {limit} tokens; raise max_length.")
    trainer = SFTTrainer(
        model=model,
        args=arguments.build("finetune", setup.keys, work=setup.work, seed=setup.seed, max_length=limit),
        train_dataset=Dataset.from_list([dict(row) for row in kept]),
        processing_class=tokenizer,
        peft_config=arguments.adapter(setup.lora),
    )
    return {"traces": len(kept), "too_long": len(rows) - len(kept), **train(trainer, setup)}


def _length(row: Row, tokenizer: Any) -> int:
    return len(tokenizer.apply_chat_template([*row["prompt"], *row["completion"]], return_dict=True)["input_ids"])
