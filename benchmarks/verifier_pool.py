"""The pool of verifiers under hostile responses, and what rewards cost of a step of verifier RL.

First 100,000 checks of which 2 % are hostile (every fiftieth of those hangs, the others crash, exit, recurse, allocate
or give nonsense): are all statuses as they must be, and do memory and file descriptors stay where they were? Then the
pocket model is trained with the medical recipe's `reinforce` block, and the seconds within rewards are compared with
those of the whole step, both of wall-clock time on the same machine at the same time.

    python benchmarks/verifier_pool.py [--checks 100000] [--steps 8]
"""

import argparse
import itertools
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch

from chartered.adapt.methods.reinforce import reinforce
from chartered.adapt.models import resolve_model
from chartered.adapt.training import Setup
from chartered.common.progress import quiet_libraries
from chartered.domains import Check, load_domain
from chartered.domains.checking.checker import Checker
from chartered.domains.checking.pool import Pool
from chartered.domains.contract import Item, Status
from chartered.pipeline.recipe import load_recipe

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))
from tests.hostile_domain import domain as hostile  # noqa: E402
from tests.hostile_domain import problem  # noqa: E402

CRASHES = ("raise", "leave", "crash", "none", "recurse", "exit", "hang up", "abort", "exhaust", "nan")


def hostile_items(n: int, draw: random.Random) -> Iterator[tuple[Item, Status]]:
    """Items and what must become of each."""
    one = problem("1")
    for i in range(n):
        if draw.random() >= 0.02:
            yield (one, "1" if i % 2 else "2"), "correct" if i % 2 else "wrong"
        elif draw.random() < 0.02:
            yield (one, "hang"), "timeout"
        else:
            yield (one, draw.choice(CRASHES)), "error"


def under_fire(n: int) -> None:
    """Check in ten rounds; print what came out, memory and descriptors after the first round and the last."""
    held: list[tuple[int, int]] = []
    found: Counter[tuple[Status, Status]] = Counter()
    draw, started = random.Random(1), time.perf_counter()
    with Pool(hostile, workers=2, seconds=5.0, memory_mib=64) as pool:
        for _ in range(10):
            items, expected = zip(*hostile_items(n // 10, draw), strict=True)
            found.update(zip(expected, (check.status for check in pool.check(items)), strict=True))
            held.append((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, len(os.listdir("/proc/self/fd"))))
    wrong = sum(count for (expected, got), count in found.items() if expected != got)
    print(f"{n} checks in {time.perf_counter() - started:.0f} s: {wrong} with another status than they must have")
    print("  " + ", ".join(f"{count} {got}" for (_, got), count in sorted(found.items())))
    (memory, files), (later, left) = held[0], held[-1]
    print(f"  peak memory {memory / 1024:.0f} MiB after a tenth, {later / 1024:.0f} at the end; files {files}, {left}")


class Timed(Pool):
    """A pool that knows how long it was asked."""

    seconds_asked = 0.0

    def check(self, items: Sequence[Item]) -> list[Check]:
        started = time.perf_counter()
        try:
            return super().check(items)
        finally:
            self.seconds_asked += time.perf_counter() - started


def cost_of_rewards(steps: int) -> None:
    """The share of each step but the first that goes into checks."""
    quiet_libraries()
    torch.set_num_threads(2)
    medical = load_domain("medical")
    block = load_recipe(medical.recipes["pocket"]).recipe.reinforce
    assert block is not None
    problems = list(medical.shipped_problems())
    marks: list[tuple[float, float]] = []
    with Timed(medical) as pool, tempfile.TemporaryDirectory() as folder:

        def on_log(done: int, total: int, logs: Any) -> None:
            if not marks or done == len(marks) + 1:
                marks.append((time.perf_counter(), pool.seconds_asked))

        setup = Setup(
            start=resolve_model("pocket"), work=Path(folder) / "work", output=Path(folder) / "out", seed=1,
            keys={**block.keys, "max_steps": steps, "save_steps": 1000}, on_log=on_log,
        )  # fmt: skip
        metrics = reinforce(
            [p for p in problems if p.split == "train"], medical, block.rewards, setup, checker=Checker(pool)
        )
    pairs = list(itertools.pairwise(marks))
    shares = [(after[1] - before[1]) / (after[0] - before[0]) for before, after in pairs]
    print(f"checks take {statistics.median(shares):.2%} of a step (largest {max(shares):.2%}, {len(shares)} steps)")
    print(f"  {sum(metrics['checks'].values())} different responses: {metrics['checks']}")


def main() -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checks", type=int, default=100_000)
    parser.add_argument("--steps", type=int, default=8)
    asked = parser.parse_args()
    under_fire(asked.checks)
    cost_of_rewards(asked.steps)


if __name__ == "__main__":
    main()
