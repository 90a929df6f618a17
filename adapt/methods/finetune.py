"""Supervised fine-tuning on traces: the loss is on the assistant's turn alone, through TRL's SFTTrainer.

A trace longer than the model's context (or than `max_length`) is left out and counted, never cut: half a worked
solution teaches half an answer. The context and not the shorter row of `pretrain` is the limit, since a batch is as
wide as its longest trace and no wider: short traces cost nothing for it, and a long one is not lost.

So is a trace left out that the model could not be asked for as it is trained (`chartered.adapt.preflight`); where all
are such, the stage is refused.
"""

from collections.abc import Sequence
from typing import Any

from datasets import Dataset
from trl import SFTTrainer

from chartered.adapt import arguments
from chartered.adapt.architecture import read_architecture
from chartered.adapt.chat_form import ChatForm, chat_form
from chartered.adapt.packing import keep_documents_apart
from chartered.adapt.preflight import Row, fault
from chartered.adapt.training import Setup, seed_everything, train
from chartered.common.errors import ModelError, TrainingError
from chartered.common.models import load_model


def finetune(rows: Sequence[Row], setup: Setup) -> dict[str, Any]:
    """Train on prompt-completion rows; returns metrics with `traces`, and `too_long` and `unfit`, the numbers left out.

    Raises:
        ModelError: no trace is trained as the model will be asked, or would end.
        TrainingError: every trace is too long, or the loss is no number.
    """
    seed_everything(setup.seed)
    form = chat_form(setup.start, {"finetune": setup.keys})
    given, sizes = setup.keys.get("max_length"), read_architecture(setup.start)
    limit = given or sizes.context
    fit = _fit(rows, form)
    lengths = [_length(row, form) for row in fit]
    kept = [row for row, length in zip(fit, lengths, strict=True) if length <= limit]
    if not kept:
        raise TrainingError(f"finetune: all {len(fit)} traces are longer than {limit} tokens; raise max_length.")
    width = given or max(sizes.row_length, *(length for length in lengths if length <= limit))  # of a packed row
    trainer = SFTTrainer(
        model=load_model(setup.start),
        args=arguments.build("finetune", setup.keys, work=setup.work, seed=setup.seed, max_length=width),
        train_dataset=Dataset.from_list([dict(row) for row in kept]),
        processing_class=form.tokenizer,
        peft_config=arguments.adapter(setup.lora),
    )
    keep_documents_apart(trainer)
    counts = {"traces": len(kept), "too_long": len(fit) - len(kept), "unfit": len(rows) - len(fit)}
    return {**counts, **train(trainer, setup)}


def _fit(rows: Sequence[Row], form: ChatForm) -> list[Row]:
    """The rows without those that must not be trained on."""
    faults = [fault(form, row) for row in rows]
    if rows and all(faults):
        raise ModelError(f"{form.folder}: {faults[0]}.")
    return [row for row, found in zip(rows, faults, strict=True) if found is None]


def _length(row: Row, form: ChatForm) -> int:
    return len(form.trained([*row["prompt"], *row["completion"]]).tokens)
