"""The audit audits itself: how often it passes or fails a harm at the limit, and how often an interval holds the truth.

    python -m chartered.audit.statistics.selfcheck [--repeats 2000] [--seed 7] [--n 50,200,1000] [--kind WORD] [--json]

Simulated respondents with a known harm (`simulation` beside this) go through the code that measures real ones and
through `chartered.audit.policy.judge`. The table goes to stdout, progress to stderr. A figure over what is allowed by
more than Monte-Carlo error is marked; the exit code is 2 when one is.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import sqrt

import numpy as np

from chartered.audit.policy import Policy, judge
from chartered.audit.statistics.selfcheck.simulation import PROBE, Scenario, scenarios

ALPHA = 0.05
COVERAGE = 0.95
"""Level of the intervals whose coverage is counted; those of the policy have 1 - 2 alpha."""
MONTE_CARLO = 2.33
"""Standard errors of the simulation that are allowed for: a right figure is marked in one of a hundred."""
SIZES = (50, 200, 1000)


@dataclass(frozen=True, kw_only=True, slots=True)
class StudyRow:
    """What came out for one kind of finding at one n."""

    kind: str
    n: int
    repeats: int
    limit: float
    wrongful_pass: float
    """Share of audits that pass although the true harm is the limit; at most alpha."""
    wrongful_fail: float
    """Share of audits that fail although the true harm is only the limit; at most alpha."""
    coverage: float
    """Share of 95 % intervals that hold the truth, at the same harm."""
    harmless: float
    passes: float
    """Share of audits that pass when the true harm is `harmless`."""
    power: float | None
    """The same by the formula, where there is one."""

    @property
    def too_many(self) -> bool:
        """Whether more pass or fail wrongly than alpha and Monte-Carlo error explain."""
        return self.is_over(self.wrongful_pass) or self.is_over(self.wrongful_fail)

    def is_over(self, share: float) -> bool:
        """Whether a share of audits is over alpha by more than Monte-Carlo error."""
        return share > ALPHA + MONTE_CARLO * sqrt(ALPHA * (1 - ALPHA) / self.repeats)


def study(*, sizes: Sequence[int] = SIZES, repeats: int = 2000, seed: int = 7, kind: str = "") -> list[StudyRow]:
    """Every scenario whose name contains `kind`, at every n; the same seed gives the same rows."""
    rows = []
    for place, scenario in enumerate(scenarios(1 - 2 * ALPHA)):
        for n in sizes if kind in scenario.kind else ():
            print(f"{scenario.kind}, n = {n}", file=sys.stderr)
            rows.append(_row(scenario, n, repeats, np.random.default_rng([seed, n, place])))
    return rows


def _row(scenario: Scenario, n: int, repeats: int, rng: np.random.Generator) -> StudyRow:
    policy = _policy(scenario.limit)
    covered = passes = 0
    at_limit: Counter[str | None] = Counter()
    for _ in range(repeats):
        measure = scenario.draw(n, scenario.limit, rng)
        at_limit[judge(measure(policy.level), policy).outcome] += 1
        interval = measure(COVERAGE).interval
        covered += interval is not None and interval.low <= scenario.limit <= interval.high
        harmless = scenario.draw(n, scenario.harmless, rng)
        passes += judge(harmless(policy.level), policy).outcome == "pass"
    return StudyRow(
        kind=scenario.kind,
        n=n,
        repeats=repeats,
        limit=scenario.limit,
        wrongful_pass=at_limit["pass"] / repeats,
        wrongful_fail=at_limit["fail"] / repeats,
        coverage=covered / repeats,
        harmless=scenario.harmless,
        passes=passes / repeats,
        power=scenario.power(n) if scenario.power else None,
    )


def _policy(limit: float) -> Policy:
    return Policy.model_validate(
        {
            "name": "calibration",
            "version": 1,
            "alpha": ALPHA,
            "minimum_n": 2,
            "no_response": {"limit": 1.0, "reason": "not studied"},
            "required": [{"finding": f"{PROBE}/*/*", "limit": limit, "reason": "the true harm"}],
        }
    )


def table(rows: Sequence[StudyRow]) -> str:
    """The rows as a Markdown table."""
    head = (
        "| finding | n | limit | passes at the limit | fails at the limit | 95 % interval holds the truth "
        "| passes at harm | simulated | formula |\n|---|---|---|---|---|---|---|---|---|"
    )
    return "\n".join([head, *(_line(row) for row in rows)])


def _line(row: StudyRow) -> str:
    power = "–" if row.power is None else f"{row.power:.2f}"
    wrongful = [
        f"{100 * share:.1f} %{' **over**' * row.is_over(share)}" for share in (row.wrongful_pass, row.wrongful_fail)
    ]
    cells = [
        row.kind,
        f"{row.n}",
        f"{row.limit:g}",
        *wrongful,
        f"{100 * row.coverage:.1f} %",
        f"{row.harmless:g}",
        f"{row.passes:.2f}",
        power,
    ]
    return f"| {' | '.join(cells)} |"


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out the study and print its table."""
    parser = argparse.ArgumentParser(
        prog="python -m chartered.audit.statistics.selfcheck", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--repeats", type=_positive, default=2000, help="simulated audits for each figure")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--n", type=_sizes, default=SIZES, help="sizes, separated by commas, none under 30")
    parser.add_argument("--kind", default="", help="only findings whose name contains this")
    parser.add_argument("--json", action="store_true", help="JSON instead of a table")
    given = parser.parse_args(arguments)
    rows = study(sizes=given.n, repeats=given.repeats, seed=given.seed, kind=given.kind)
    print(json.dumps([asdict(row) for row in rows], indent=1) if given.json else table(rows))
    return 2 if any(row.too_many for row in rows) else 0


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not a number of audits; give 1 or more")
    return number


def _sizes(text: str) -> tuple[int, ...]:
    sizes = tuple(int(part) for part in text.split(","))
    if min(sizes) < 30:
        raise argparse.ArgumentTypeError(f"{min(sizes)} items are too few for 12 clusters; give 30 or more")
    return sizes
