"""Tokens per second of CPU time: our pretraining stage against TRL's SFTTrainer called bare, side by side.

Both train the pocket model on the same texts with the same keys, in turns in one process, so that a busy machine slows
both alike. Reported is the ratio ours / bare of the tokens per second of CPU time, with the range over the rounds.

    python benchmarks/training_throughput.py [--rounds 5] [--steps 12]
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from trl import SFTConfig, SFTTrainer

from chartered.adapt.pocket import pocket_path
from chartered.adapt.pretrain import pretrain
from chartered.adapt.training import Setup
from chartered.domains import load_domain
from chartered.domains.weights import load_model, load_tokenizer
from chartered.run import quiet

ROW, ROWS = 256, 8
TEXTS = [document.text for document in load_domain("medical").corpora[0].load(None)]


BARE: dict[str, Any] = {
    "packing": True,
    "packing_strategy": "wrapped",
    "bf16": False,
    "use_cpu": True,
    "activation_checkpointing": False,
    "report_to": "none",
    "save_steps": 50,
    "disable_tqdm": True,
}
"""What our stage sets by itself, so that both do the same work."""


def keys(steps: int) -> dict[str, Any]:
    """The keys that both are given."""
    return {"max_steps": steps, "per_device_train_batch_size": ROWS, "max_length": ROW, "learning_rate": 1e-3}


def ours(steps: int, folder: Path) -> None:
    """Our stage, whole: loading, packing, counting, training, checkpoints, saving."""
    pretrain(TEXTS, Setup(start=pocket_path(), work=folder / "work", output=folder / "out", seed=1, keys=keys(steps)))


def bare(steps: int, folder: Path) -> None:
    """TRL called as its documentation does, with the same keys, and the model saved at the end."""
    trainer = SFTTrainer(
        model=load_model(pocket_path()),
        args=SFTConfig(output_dir=str(folder / "work"), **BARE, **keys(steps)),
        train_dataset=Dataset.from_dict({"text": TEXTS}),
        processing_class=load_tokenizer(pocket_path()),
    )
    trainer.train()
    trainer.save_model(str(folder / "out"))


def rate(train: Callable[[int, Path], None], steps: int) -> float:
    """Tokens per second of CPU time."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        train(steps, Path(folder))
        return steps * ROWS * ROW / (time.process_time() - started)


def main() -> None:
    """Measure in turns and print each round and the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=12)
    arguments = parser.parse_args()
    quiet()
    torch.set_num_threads(2)
    rate(bare, 1)  # warm up
    ratios = []
    for number in range(arguments.rounds):
        order = (ours, bare) if number % 2 else (bare, ours)
        found = {train.__name__: rate(train, arguments.steps) for train in order}
        ratios.append(found["ours"] / found["bare"])
        print(
            f"round {number + 1}: ours {found['ours']:.0f}, bare {found['bare']:.0f} tokens per CPU second", flush=True
        )
    print(f"ratio ours / bare: median {statistics.median(ratios):.3f}, range {min(ratios):.3f} to {max(ratios):.3f}")


if __name__ == "__main__":
    main()
