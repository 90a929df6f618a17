"""Tokens per second of CPU time: our pretraining stage against TRL's SFTTrainer called bare, step by step in turns.

Both train the pocket model on the same texts with the same keys in one process, one thread each; a baton lets one of
them do one step, then the other, so that whatever slows the machine slows both. A step counts from one end of a step to
the next with everything in between (data, callbacks, checkpoints, logs). Reported is the ratio ours / bare of tokens
per second of CPU time over all steps but the first, with a bootstrap interval over blocks of neighbouring steps.

    python benchmarks/training_throughput.py [--steps 120]
"""

import argparse
import math
import statistics
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from scipy import stats  # type: ignore[import-untyped]
from transformers import TrainerCallback
from trl import SFTConfig, SFTTrainer

from chartered.adapt.methods.pretrain import pretrain
from chartered.adapt.pocket import pocket_path
from chartered.adapt.training import Setup
from chartered.common.models import load_model, load_tokenizer
from chartered.common.progress import quiet_libraries
from chartered.domains import load_domain

ROW, ROWS = 256, 8
TEXTS = [document.text for document in load_domain("medical").corpora[0].load(None)]


BARE: dict[str, Any] = {
    "packing": True,
    "bf16": False,
    "use_cpu": True,
    "activation_checkpointing": False,
    "report_to": "none",
    "save_steps": 50,
    "seed": 1,
    "logging_steps": 10,
    "disable_tqdm": True,
}
"""What our stage sets by itself, so that both do the same work."""


class Turns:
    """A baton between two trainers: each holds it for one step, and the CPU time of that step is kept."""

    def __init__(self, first: int) -> None:
        self.baton = threading.Condition()
        self.turn = first
        self.seconds: tuple[list[float], list[float]] = ([], [])
        self.started = [0.0, 0.0]
        self.running = {0, 1}

    def take(self, side: int, deterministic: bool) -> None:
        """Wait for the baton; our stage asks torch for deterministic kernels, the bare trainer does not."""
        with self.baton:
            self.baton.wait_for(lambda: self.turn == side or self.running == {side})
        torch.use_deterministic_algorithms(deterministic, warn_only=True)
        self.started[side] = time.process_time()

    def step(self, side: int, deterministic: bool) -> None:
        """Keep the time of the step that ended, hand the baton over and wait for it."""
        self.seconds[side].append(time.process_time() - self.started[side])
        self._pass_on(side)
        self.take(side, deterministic)

    def leave(self, side: int) -> None:
        """Hand the baton over for good."""
        self.running.discard(side)
        self._pass_on(side)

    def _pass_on(self, side: int) -> None:
        with self.baton:
            self.turn = 1 - side
            self.baton.notify_all()


class StepEnd(TrainerCallback):
    """Tells the baton that a step of the bare trainer has ended."""

    def __init__(self, on_step: Callable[[], None]) -> None:
        self.on_step = on_step

    def on_step_end(self, *_: Any, **__: Any) -> None:
        self.on_step()


Side = Callable[[int, Path, Callable[[], None]], None]


def ours(steps: int, folder: Path, on_step: Callable[[], None]) -> None:
    """Our stage, whole: loading, packing, counting, training, checkpoints, saving."""

    def on_log(done: int, total: int, logs: Any) -> None:
        if not logs:
            on_step()

    start = pocket_path()
    pretrain(TEXTS, Setup(start=start, work=folder / "work", output=folder, seed=1, keys=keys(steps), on_log=on_log))


def bare(steps: int, folder: Path, on_step: Callable[[], None]) -> None:
    """TRL called as its documentation does, with the same keys, and the model saved at the end."""
    trainer = SFTTrainer(
        model=load_model(pocket_path()),
        args=SFTConfig(output_dir=str(folder / "work"), **BARE, **keys(steps)),
        train_dataset=Dataset.from_dict({"text": TEXTS}),
        processing_class=load_tokenizer(pocket_path()),
        callbacks=[StepEnd(on_step)],
    )
    trainer.train()
    trainer.save_model(str(folder))


def keys(steps: int) -> dict[str, Any]:
    """The keys that both are given."""
    rows = {"per_device_train_batch_size": ROWS, "max_length": ROW, "packing_strategy": "wrapped"}
    return {"max_steps": steps, "learning_rate": 1e-3, **rows}


def in_turns(sides: tuple[Side, Side], steps: int, first: int) -> Turns:
    """Both sides, one step each in turns, from a fresh start."""
    turns = Turns(first)

    def run(side: int, folder: Path) -> None:
        deterministic = sides[side] is ours
        turns.take(side, deterministic)
        try:
            sides[side](steps, folder, lambda: turns.step(side, deterministic))
        finally:
            turns.leave(side)

    with tempfile.TemporaryDirectory() as folder:
        threads = [threading.Thread(target=run, args=(side, Path(folder) / str(side))) for side in (0, 1)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    return turns


def measure(sides: tuple[Side, Side], rounds: int, steps: int) -> str:
    """The ratio of tokens per CPU second of the first side over the second, as a sentence."""
    logs, starts = [], []
    for number in range(rounds):
        turns = in_turns(sides, steps, number % 2)
        logs.append(math.log(sum(turns.seconds[1][1:]) / sum(turns.seconds[0][1:])))
        starts.append(turns.seconds[0][0] - turns.seconds[1][0])
    mean, half = statistics.mean(logs), stats.t.ppf(0.975, rounds - 1) * statistics.stdev(logs) / rounds**0.5
    names = " / ".join(side.__name__ for side in sides)
    return (
        f"{names}: {math.exp(mean):.3f} [{math.exp(mean - half):.3f}, {math.exp(mean + half):.3f}] over {rounds} "
        f"rounds of {steps} steps; up to the first step {statistics.median(starts):+.2f} s of CPU time"
    )


def main() -> None:
    """Measure ours against bare, and bare against bare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--steps", type=int, default=25)
    arguments = parser.parse_args()
    quiet_libraries()
    torch.set_num_threads(1)
    for sides in ((ours, bare), (bare, bare)):
        print(measure(sides, arguments.rounds, arguments.steps), flush=True)


if __name__ == "__main__":
    main()
