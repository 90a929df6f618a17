"""Do all stages check side by side? Forty responses whose verifier takes a tenth of a second, with four workers.

One after another that is 4 s; with four workers it should be 1.3 s at most in each stage. What is timed, by the
clock, is the checking alone, in the code that the stages run: prepare checks right answers, annotate worked
solutions, score and audit what the pocket model answers.

    python benchmarks/parallel_checks.py
"""

import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from chartered.annotation import annotate
from chartered.audit.cases import CONTROL, Case
from chartered.audit.respondents.local import Local
from chartered.audit.respondents.protocol import written
from chartered.common.tables import table
from chartered.domains import Check, Problem, load_domain
from chartered.domains.checking.pool import Pool
from chartered.domains.contract import Item
from chartered.pipeline.prepare import prepare_data
from chartered.pipeline.recipe import Data

COUNT, WORKERS, MOST = 40, 4, 1.3


def slow(problem: Problem, response: str) -> Check:
    """Find everything right, in a tenth of a second."""
    time.sleep(0.1)
    return Check(status="correct", score=1.0, answer=problem.answer)


medical = load_domain("medical")
domain = replace(medical, verifiers={kind: slow for kind in medical.verifiers})


class Timed:
    """A pool, and how long each batch took it."""

    def __init__(self, pool: Pool) -> None:
        self.pool, self.batches = pool, []  # type: ignore[var-annotated]

    def check(self, items: Sequence[Item]) -> list[Check]:
        """The checks, timed."""
        started = time.perf_counter()
        checks = self.pool.check(items)
        self.batches.append((len(items), time.perf_counter() - started))
        return checks


def stages(timed: Timed) -> dict[str, tuple[int, float]]:
    """How many responses each stage checked, and in how many seconds."""
    from chartered.adapt.pocket import pocket_path

    data = Data.model_validate({"problems": [{"name": "dose", "limit": COUNT}]})
    model = Local(pocket_path(), timed, max_new_tokens=4)
    problems = list(medical.problem_set("diagnosis").load(None))[:COUNT]
    with tempfile.TemporaryDirectory() as folder:
        prepare_data(domain, timed, data, Path(folder))
        annotate(domain, problems, checker=timed, teacher=None, store=Path(folder) / "replies.jsonl")
    responses = written(model, problems)
    timed.check(list(zip(problems, responses, strict=True)))
    model.answer([Case(item=problem.id, arm=CONTROL, problem=problem, ask="choose") for problem in problems])
    return dict(zip(("prepare", "annotate", "score", "audit"), timed.batches, strict=True))


def main() -> int:
    """Print the table; 1 where a stage takes too long."""
    with Pool(load_domain(f"{__file__}:domain"), workers=WORKERS) as pool:
        pool.check([(problem, "") for problem in list(medical.problem_set("dose").load(None))[:WORKERS]])
        found = stages(Timed(pool))
    print(table(("stage", "checks", "seconds"), [(name, n, f"{took:.2f}") for name, (n, took) in found.items()]))
    return int(any(took > MOST for _, took in found.values()))


if __name__ == "__main__":
    sys.exit(main())
