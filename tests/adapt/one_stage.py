"""One training stage in a process of its own, which kills itself with -9 after a step when it is told to.

python -m tests.adapt.one_stage STAGE MODEL FOLDER KILL_AT LORA KEYS

KILL_AT is a step, 0 for never, or "end": after the last checkpoint, before the model is saved. KEYS is JSON.
"""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import torch
from tests.paths import TOY

from chartered.adapt.methods.finetune import finetune
from chartered.adapt.methods.pretrain import pretrain
from chartered.adapt.methods.reinforce import reinforce
from chartered.adapt.training import Setup
from chartered.domains import Message, load_domain
from chartered.domains.checking.checker import Checker
from chartered.domains.checking.pool import Pool
from chartered.domains.prompts import render

STAGE, MODEL, FOLDER, KILL_AT, LORA, MORE = sys.argv[1:]
KEYS = {
    "max_steps": 8,
    "save_steps": 3,
    "logging_steps": 1,
    "per_device_train_batch_size": 8,
    "learning_rate": 0.01,
    "lr_scheduler_type": "constant",  # a rate that ends at 0 would hide a step too many
}


def report(done: int, total: int, logs: Any = None) -> None:
    at = "end" if "train_runtime" in (logs or {}) else str(done)
    if at == KILL_AT:
        os.kill(os.getpid(), signal.SIGKILL)


torch.set_num_threads(1)
toy = load_domain(f"{TOY}:domain")
problems = list(toy.problem_sets[0].load(None))
own = {"reinforce": {"num_generations": 4, "max_completion_length": 8}}.get(STAGE, {})
folder = Path(FOLDER)
setup = Setup(
    start=Path(MODEL), work=folder / "work", output=folder / "out", seed=5, keys={**KEYS, **own, **json.loads(MORE)},
    lora={"r": 2} if int(LORA) else None, on_log=report,
)  # fmt: skip
if STAGE == "pretrain":
    metrics = pretrain([document.text for document in toy.corpora[0].load(None)], setup)
elif STAGE == "finetune":
    done: list[Message] = [{"role": "assistant", "content": "Answer: 4"}]
    metrics = finetune([{"prompt": render(p), "completion": done} for p in problems], setup)
else:
    with Pool(toy) as pool:
        weights = {"correct": 1.0, "varied": 1.0}
        metrics = reinforce(problems, toy, weights, setup, checker=Checker(pool), rollouts=folder / "rollouts.jsonl")
(folder / "resumed").write_text(str(metrics["resumed_from_step"]))
