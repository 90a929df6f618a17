"""The memory that each stage is estimated to need, against what it took.

Each stage of a small recipe runs for two steps in a process of its own, as `chartered run` would run it. What it took
is the process's peak of resident memory, VmHWM of /proc/self/status, with everything in it: libraries too.

    python benchmarks/memory.py [--only TEXT] [--smollm2 FOLDER]

It exits with 1 where an estimate and the measured peak differ by more than a factor of 1.5.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

MOST = 1.5
"""Factor by which an estimate may be wrong, either way."""

LORA = {"lora": {"r": 8, "lora_alpha": 16}}
STEPS = {"max_steps": 2, "logging_steps": 1, "learning_rate": 1e-5}
GRPO = {"rewards": {"correct": 1.0}, "num_generations": 4, "beta": 0.02}
DATA = {
    "corpora": ["handbook"],
    "problems": [{"name": "diagnosis", "limit": 600}, {"name": "laboratory", "limit": 300}],
}
KEYS: dict[str, dict[str, dict[str, Any]]] = {
    "pocket": {
        "pretrain": {"per_device_train_batch_size": 16, "max_length": 512},
        "finetune": {"per_device_train_batch_size": 64},
        "reinforce": {**GRPO, "per_device_train_batch_size": 64, "max_completion_length": 64},
        "score": {"batch_size": 128, "max_new_tokens": 48},
    },
    "smollm2": {
        "pretrain": {"per_device_train_batch_size": 2, "max_length": 512},
        "finetune": {"per_device_train_batch_size": 4},
        "reinforce": {**GRPO, "per_device_train_batch_size": 4, "max_completion_length": 32},
        "score": {"batch_size": 16, "max_new_tokens": 16},
    },
}


def cases(only: str) -> list[tuple[str, str, str]]:
    """Model, stage and what is trained, for everything whose name has the text in it."""
    found = []
    for model, stages in KEYS.items():
        for stage in stages:
            found += [(model, stage, way) for way in (("full", "lora") if stage != "score" else ("-",))]
    return [case for case in found if only in " ".join(case)]


def recipe(model: str, folder: Path | None, stage: str, way: str) -> dict[str, Any]:
    """The recipe that has this stage alone."""
    keys = KEYS[model][stage]
    block = {"score": keys} if stage == "score" else {stage: {**STEPS, **keys, **(LORA if way == "lora" else {})}}
    data = {**DATA, "heldout": 2 * KEYS[model]["score"]["batch_size"]}
    return {"domain": "medical", "model": str(folder or model), "data": data, **block}


def measure(path: Path, folder: Path, until: str) -> float:
    """Carry out the stages of a recipe that lead to this one, and it; the bytes it is estimated to need."""
    from chartered.common.progress import Reporter
    from chartered.pipeline.fitting import Fitting
    from chartered.pipeline.ledger import Ledger, fingerprints
    from chartered.pipeline.line import open_line
    from chartered.pipeline.recipe import load_recipe
    from chartered.pipeline.stages import stages

    line = open_line(load_recipe(path), folder, Reporter())
    ordered, ledger = stages(line), Ledger.open(folder)
    prints = fingerprints(ordered)
    for stage in ordered:
        if stage.name in ("prepare", "annotate", until) and not ledger.done(stage, prints[stage.name]):
            ledger.carry_out(stage, prints[stage.name], line)
    fitting = Fitting(line, folder / "prepare")
    return fitting.need(until).total if until in fitting.works else 0.0


def in_a_process(content: dict[str, Any], folder: Path, until: str) -> tuple[float, float]:
    """Bytes as estimated, and as taken by a fresh process that carries out a recipe up to a stage."""
    path = folder.with_suffix(".yaml")
    path.write_text(yaml.safe_dump(content))
    command = [sys.executable, __file__, "--measure", str(path), str(folder), until]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    estimated, taken = json.loads(done.stdout.splitlines()[-1])
    return estimated, taken


def peak() -> float:
    """This process's peak of resident memory so far, in bytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) * 1024.0


def main() -> int:
    """Measure every case and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="measure what has this text in its name, as in 'smollm2 pretrain'")
    parser.add_argument("--smollm2", type=Path, help="folder of SmolLM2-135M-Instruct")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.measure:
        path, folder, until = arguments.measure
        print(json.dumps([measure(Path(path), Path(folder), until), peak()]))
        return 0
    table, wrong = Table("model", "stage", "trained", "estimate, GiB", "peak, GiB", "ratio"), 0
    with tempfile.TemporaryDirectory() as temporary:
        for model, stage, way in cases(arguments.only):
            given = arguments.smollm2 if model == "smollm2" else None
            content = recipe(model, given, stage, way)
            # what is prepared before is not measured with the stage
            folder = Path(temporary) / model
            in_a_process({key: content[key] for key in ("domain", "model", "data")}, folder, "annotate")
            estimated, taken = in_a_process(content, folder, "score-base" if stage == "score" else stage)
            ratio = estimated / taken
            wrong += not 1 / MOST <= ratio <= MOST
            table.add_row(model, stage, way, f"{estimated / 2**30:.2f}", f"{taken / 2**30:.2f}", f"{ratio:.2f}")
            print(f"{model} {stage} {way}: {ratio:.2f}", file=sys.stderr, flush=True)
    Console().print(table)
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
