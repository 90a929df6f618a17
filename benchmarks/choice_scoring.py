"""Choice scoring in an audit of eight arms: ours against lm-eval and against separate rows, side by side in one run.

The same model, items and strings. Rounds take turns in order, so that a busy machine slows all alike; reported are CPU
times as ratios (median over rounds), forwarded tokens over distinct tokens, and the share of equal picks.

    python benchmarks/choice_scoring.py [--items 40] [--rounds 3] [--problems FILE.jsonl] [--model FOLDER] [--separate]

lm-eval is no dependency of this project: `pip install lm-eval==0.4.13` beside it, or its rows are left out.
"""

import argparse
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import torch

from chartered.adapt.pocket import pocket_path
from chartered.audit.cases import CONTROL, Case
from chartered.audit.probes.cognitive_bias.probe import BIASES, CognitiveBias
from chartered.audit.respondents.loading import load
from chartered.audit.respondents.local import Local
from chartered.audit.respondents.scoring import RowScorer
from chartered.common.progress import quiet_libraries
from chartered.domains import Problem, load_domain
from chartered.domains.prompts import ANSWER_MARKER, lettered
from chartered.domains.records import read_problems

ARMS = (CONTROL, *BIASES)
Picks = list[int]


def cases_of(problems: Sequence[Problem], items: int) -> list[Case]:
    """Items in eight arms."""
    domain = load_domain("medical")
    probe = CognitiveBias(domain.probes["cognitive_bias"], domain)
    fitting = [case for case in probe.cases(problems, seed=7).cases if case.arm in ARMS]
    return fitting[: items * len(ARMS)]


class Side:
    """One way of scoring: how many CPU seconds and which picks."""

    def __init__(self, name: str, score: Callable[[], Picks]) -> None:
        self.name, self.score = name, score
        self.seconds: list[float] = []
        self.picks: Picks = []

    def go(self) -> None:
        """One round."""
        started = time.process_time()
        self.picks = self.score()
        self.seconds.append(time.process_time() - started)


def best(scores: Sequence[float], cases: Sequence[Case]) -> Picks:
    """The first of the highest of each case's options."""
    found, start = [], 0
    for case in cases:
        part = scores[start : start + len(case.problem.options)]
        found.append(max(range(len(part)), key=part.__getitem__))
        start += len(part)
    return found


def ours(local: Local, cases: Sequence[Case]) -> Picks:
    """The respondent, as an audit asks it."""
    answers = local.answer(cases)
    return [
        case.problem.options.index(a.choice) for case, a in zip(cases, answers, strict=True) if a.choice is not None
    ]


def apart(local: Local, cases: Sequence[Case]) -> Picks:
    """Each row by a forward pass of its own."""
    scorer = RowScorer(local.model)
    scorer.shares = False
    return best(scorer.score([row for case in cases for row in local._options(case.problem)]), cases)


def lm_eval(local: Local, cases: Sequence[Case], batch_size: int) -> Callable[[], Picks] | None:
    """lm-eval's own model class on the same strings, or None where it is not installed."""
    try:
        from lm_eval.api.instance import Instance  # type: ignore[import-not-found]
        from lm_eval.models.huggingface import HFLM  # type: ignore[import-not-found]
    except ImportError:
        return None
    model = HFLM(pretrained=local.model, tokenizer=local.tokenizer, batch_size=batch_size, max_length=4096)
    strings = []
    for case in cases:
        context = local._prompt(case.problem) + ANSWER_MARKER
        for letter, option in lettered(case.problem.options).items():
            said = f" {letter}" if local.scoring == "letter" else f" {option}{local.tokenizer.eos_token}"
            strings.append((context, said))
    requests = [
        Instance(request_type="loglikelihood", doc={}, arguments=pair, idx=number)
        for number, pair in enumerate(strings)
    ]
    return lambda: best([score for score, _ in model.loglikelihood(requests, disable_tqdm=True)], cases)


def distinct(local: Local, cases: Sequence[Case]) -> int:
    """Tokens that must be forwarded: each distinct prefix of an item once, and no row's last, which tells nothing."""
    found = {
        (case.item, tuple(row.tokens[:end]))
        for case in cases for row in local._options(case.problem) for end in range(1, len(row.tokens))
    }  # fmt: skip
    return len(found)


def measure(
    model: Any, cases: Sequence[Case], scoring: Literal["letter", "logprob"], rounds: int, separate: bool
) -> None:
    """All sides in turns, and what came out."""
    local = Local(model, load_domain("medical"), scoring=scoring)
    sides = [Side("ours", lambda: ours(local, cases))]
    if separate:
        sides.append(Side("separate rows", lambda: apart(local, cases)))
    other = lm_eval(local, cases, batch_size=32)
    if other:
        sides.append(Side("lm-eval", other))
    local.scorer.forwarded = 0
    for _ in range(rounds):
        for side in sides:
            side.go()
    share = local.scorer.forwarded / rounds / distinct(local, cases)
    print(f"\n{scoring}: {len(cases)} cases, forwarded tokens over distinct tokens {share:.3f}")
    for side in sides[1:]:
        ratio = statistics.median(a / b for a, b in zip(sides[0].seconds, side.seconds, strict=True))
        same = statistics.mean(a == b for a, b in zip(sides[0].picks, side.picks, strict=True))
        print(f"  ours / {side.name}: CPU time {ratio:.3f}, same picks {same:.3f}", flush=True)


def main() -> None:
    """Measure one-letter and full-text options."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--items", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--problems", type=Path, help="problems as JSON lines; default: held-out diagnoses")
    parser.add_argument("--model", type=Path, default=None, help="a model's folder; default: the pocket")
    parser.add_argument("--separate", action="store_true", help="also each row by a pass of its own (slow)")
    arguments = parser.parse_args()
    quiet_libraries()
    torch.set_num_threads(1)
    shipped = load_domain("medical").problem_set("diagnosis").load(None)
    problems = list(read_problems(arguments.problems)) if arguments.problems else list(shipped)
    model = load(arguments.model or pocket_path())
    cases = cases_of(problems, arguments.items)
    for scoring in ("letter", "logprob"):
        measure(model, cases, scoring, arguments.rounds, arguments.separate)


if __name__ == "__main__":
    main()
