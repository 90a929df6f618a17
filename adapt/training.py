"""What the three training stages share: determinism, checkpoints that survive `kill -9`, the finished model.

A stage trains in a work folder. Every checkpoint there gets a marker once it is whole; after a kill the stage goes
on from the last marked one and arrives at the same weights. An adapter is merged at the end, so that each stage
hands full weights in safetensors to the next.
"""

import errno
import math
import os
import random
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
import torch
from safetensors import SafetensorError
from transformers import PrinterCallback, TrainerCallback, TrainerState

from chartered.adapt.packing import PackedRows
from chartered.common.errors import TrainingError

OnLog = Callable[[int, int, Mapping[str, float]], None]
"""Called with steps done, steps in all, and what the trainer logged (nothing between logs)."""

_WHOLE = "whole"


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What every training stage is given."""

    start: Path
    """Folder of the model to start from."""
    work: Path
    """Checkpoints go here; it may hold those of a killed try."""
    output: Path
    """The finished model goes here."""
    seed: int
    keys: Mapping[str, Any]
    """TRL's own keys, from the recipe."""
    lora: Mapping[str, Any] | None = None
    """peft.LoraConfig's own keys; None trains the full weights."""
    on_log: OnLog | None = None


def seed_everything(seed: int) -> None:
    """Seed every generator that a stage draws from, and ask torch for deterministic kernels.

    Torch would then also fill every new tensor with NaN, to expose kernels that read what nobody wrote; that costs
    a third of the speed and changes no result, so it is off.
    """
    random.seed(seed)
    numpy.random.seed(seed % 2**32)
    torch.manual_seed(seed)
    torch.use_deterministic_algorithms(True, warn_only=True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # type: ignore[attr-defined]


def train(trainer: Any, setup: Setup) -> dict[str, Any]:
    """Train, from the last whole checkpoint if there is one, and save the finished model; returns the metrics.

    Raises:
        TrainingError: the loss is no number any more.
    """
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(_Watch(setup.on_log))
    checkpoint = last_whole_checkpoint(setup.work)
    try:
        if checkpoint and _complete(checkpoint):
            _load(trainer, checkpoint)
        else:
            trainer.train(resume_from_checkpoint=str(checkpoint) if checkpoint else None)
        _save(trainer, setup.output)
    except (RuntimeError, SafetensorError) as error:  # neither torch nor safetensors keeps the system's error
        if os.strerror(errno.ENOSPC) not in str(error):
            raise
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(setup.work)) from error
    return {
        "steps": trainer.state.global_step,
        "resumed_from_step": int(checkpoint.name.rpartition("-")[2]) if checkpoint else 0,
        "history": _history(trainer),
    }


def _history(trainer: Any) -> list[dict[str, Any]]:
    """What was logged, without the one figure that TRL gets wrong here: it counts a batch of packed rows as one row."""
    wrong = {"num_tokens"} if isinstance(trainer.data_collator, PackedRows) else set()
    return [{key: value for key, value in entry.items() if key not in wrong} for entry in trainer.state.log_history]


def last_whole_checkpoint(work: Path) -> Path | None:
    """The newest checkpoint that was written to its end; those cut short are removed."""
    whole = []
    for checkpoint in work.glob("checkpoint-*"):
        if (checkpoint / _WHOLE).is_file():
            whole.append(checkpoint)
        else:
            shutil.rmtree(checkpoint)
    return max(whole, key=lambda path: int(path.name.rpartition("-")[2]), default=None)


def _complete(checkpoint: Path) -> bool:
    """Whether its step is the last one: `train` would then train one more and come to other weights."""
    state = TrainerState.load_from_json(str(checkpoint / "trainer_state.json"))
    return bool(state.global_step >= state.max_steps)


def _load(trainer: Any, checkpoint: Path) -> None:
    trainer._load_from_checkpoint(str(checkpoint))
    trainer.state = TrainerState.load_from_json(str(checkpoint / "trainer_state.json"))


def _save(trainer: Any, output: Path) -> None:
    model = trainer.accelerator.unwrap_model(trainer.model)
    if hasattr(model, "merge_and_unload"):
        model = model.merge_and_unload()
    model.save_pretrained(output)
    trainer.processing_class.save_pretrained(output)


class _Watch(TrainerCallback):
    """Marks whole checkpoints, reports progress and stops at a loss that is no number."""

    def __init__(self, report: OnLog | None) -> None:
        self.report = report or (lambda done, total, logs: None)

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        (Path(args.output_dir) / f"checkpoint-{state.global_step}" / _WHOLE).touch()

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        self.report(state.global_step, state.max_steps, {})

    def on_log(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        logs: Mapping[str, float] = kwargs["logs"]
        loss = logs.get("loss", 0.0)
        if not math.isfinite(loss):
            raise TrainingError(
                f"the loss is {loss} at step {state.global_step}; lower learning_rate or raise warmup in the recipe."
            )
        self.report(state.global_step, state.max_steps, logs)
