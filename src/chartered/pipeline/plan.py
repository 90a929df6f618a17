"""`chartered run --dry-run`: what would be done and why, and roughly what it costs. Nothing is written.

Times are of the order of magnitude only: 6 floating-point operations per parameter and token of training, 2 per token
generated, at the rate of a matrix product measured on this machine, of which small models reach a fraction. Memory is
nearer (`chartered.adapt.memory`).
"""

import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from chartered.common.files import read_rows
from chartered.common.progress import duration
from chartered.pipeline.fitting import Fitting
from chartered.pipeline.ledger import Ledger, Stage, fingerprints
from chartered.pipeline.line import Line
from chartered.pipeline.prepare import CORPUS, TRAIN, prepare_data
from chartered.pipeline.turns import check_turns

CHARACTERS_PER_TOKEN = 3.5
REACHED = 0.1
"""Share of the measured rate that a training step of a small model reaches on a CPU."""


def show_plan(line: Line, stages: list[Stage]) -> None:
    """Print the plan: each stage with its state, the counts, and the estimate."""
    ledger, prints = Ledger.open(line.folder), fingerprints(stages)
    click.echo(f"run folder  {line.folder}\nmodel       {line.recipe.model}, weights {line.start_sha256[:12]}\n")
    stale: set[str] = set()
    for stage in stages:
        reasons = ledger.why_stale(stage, prints[stage.name])
        stale |= {stage.name} if reasons else set()
        click.echo(f"  {stage.name:<18}{'; '.join(reasons) or 'done'}")
    with TemporaryDirectory() as folder:
        tokens, counts = _tokens(line, Path(folder))
        notes = check_turns(line, Path(folder))
        fitting = Fitting(line, Path(folder))
    click.echo(f"\ndata        {counts}")
    for note in notes:
        click.echo(f"            {note}")
    rate = _rate() * REACHED
    click.echo(f"parameters  {fitting.model.parameters / 1e6:.1f} million; {fitting.has}")
    for name in (stage.name for stage in stages if stage.name in stale & fitting.works.keys()):
        seconds = 6 * fitting.model.parameters * tokens.get(name, 0) / rate
        thousands = f"about {tokens[name] / 1e3:.0f} thousand tokens" if seconds else ""
        work = f"{thousands}, in the order of {duration(max(1.0, seconds))}; " if seconds else ""
        click.echo(f"  {name:<18}{work}memory {fitting.describe(name)}")


def _tokens(line: Line, folder: Path) -> tuple[dict[str, float], str]:
    """Tokens that each training stage would process, and the counts of the data in words."""
    found = prepare_data(line.domain, line.checker(), line.recipe.data, folder)
    files = (CORPUS, TRAIN) if found["documents"] else (TRAIN,)
    texts = {name: _characters(folder / name) for name in files}
    train = sum(found["train"].values())
    blocks = {name: getattr(line.recipe, name) for name in line.trained}
    tokens = {name: _stage_tokens(name, block, texts, train) / CHARACTERS_PER_TOKEN for name, block in blocks.items()}
    kinds = ", ".join(f"{count} {kind}" for kind, count in Counter(found["train"]).most_common())
    heldout = sum(found["heldout"].values())
    return tokens, f"{found['documents']} documents, {train} training problems ({kinds}), {heldout} held out"


def _stage_tokens(name: str, block: Any, texts: Mapping[str, int], problems: int) -> float:
    keys: Mapping[str, float] = block.keys
    if name == "pretrain":
        return texts.get(CORPUS, 0) * float(keys.get("num_train_epochs", 3))
    per_problem = texts[TRAIN] / max(1, problems)
    rows = keys.get("per_device_train_batch_size", 8) * keys.get("gradient_accumulation_steps", 1)
    steps = keys.get("max_steps", 0)
    if name == "finetune":
        return per_problem * (steps * rows if steps > 0 else problems * float(keys.get("num_train_epochs", 3)))
    steps = steps if steps > 0 else problems * keys.get("num_generations", 8) / rows
    return steps * rows * (per_problem + keys.get("max_completion_length", 512) * CHARACTERS_PER_TOKEN)


def _characters(path: Path) -> int:
    return sum(
        len(str(row.get("text") or row["prompt"])) + len(row.get("solution") or "") for _, row in read_rows(path)
    )


def _rate() -> float:
    """Floating-point operations a second of a matrix product on this machine."""
    import torch

    size = 768
    device = "cuda" if torch.cuda.is_available() else "cpu"
    left = torch.randn(size, size, device=device)
    started, done = time.perf_counter(), 0
    while time.perf_counter() - started < 0.2:
        (left @ left).sum().item()
        done += 1
    return 2 * size**3 * done / (time.perf_counter() - started)
