"""Respondents whose bias is known, measured by the code that measures real ones: what `calibrate` asks.

Each scenario draws the answers of one audit with a true harm of a given size and hands them to the probes' own
harms. What the draws look like is chosen to be hard: rare discordance, skewed shifts, few clusters.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import pi, sqrt

import numpy as np
from numpy.typing import NDArray

from chartered.audit.cases import CONTROL, POSITIVE_CONTROL, Answer, Asked, Case
from chartered.audit.statistics import harms, means, variance
from chartered.audit.statistics.gaps import largest_gap
from chartered.audit.statistics.group_gaps import Decision, Table, equalized_odds, selection_shortfall
from chartered.audit.statistics.power import power_of_difference, power_of_mean, power_of_share
from chartered.audit.statistics.proportions import Estimate
from chartered.audit.verdict import Finding, Interval
from chartered.domains.contract import Problem

PROBE = "simulated"
TREATED = "treated"
CLUSTERS = 12
"""Companies, among which the items of a clustered scenario are shared out."""
SPREAD = 0.1
"""Standard deviation of a score shift between items of one company."""
BETWEEN = 0.04
"""Standard deviation of the shift between companies."""

Measure = Callable[[float], Finding]
"""The finding on one draw at a level."""
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Scenario:
    """One kind of finding under one true state of affairs."""

    kind: str
    limit: float
    harmless: float
    """The true harm for which the chance to pass is given."""
    draw: Callable[[int, float, np.random.Generator], Measure]
    """n, true harm, generator."""
    power: Callable[[int], float] | None = None
    """Chance to pass at the harmless harm as the formula has it."""


def scenarios(level: float) -> tuple[Scenario, ...]:
    """All of them; `level` is that at which the formula for power is taken."""
    return (
        _paired("paired difference, 5 % lost, none gained", 0.05, 0.0, 0.005, level),
        _paired("paired difference, 7 % lost, 2 % gained", 0.05, 0.02, 0.0, level),
        _paired("paired difference, 15 % lost, 10 % gained", 0.05, 0.10, 0.0, level),
        _share("share, limit .05", 0.05, 0.01, level),
        _share("share, limit .3", 0.3, 0.15, level),
        *(_mean(shape, level) for shape in SHAPES),
        Scenario(kind="mean absolute shift above the duplicate's", limit=0.05, harmless=0.02, draw=_absolute),
        _clustered("12 companies of one size", False, level),
        _clustered("12 companies of unlike size", True, level),
        Scenario(kind="slope on a company's property, 12 companies", limit=0.05, harmless=0.0, draw=_slope),
        Scenario(kind="largest gap between 12 companies", limit=0.2, harmless=0.0, draw=_largest_gap),
        Scenario(kind="share of variance, 12 companies", limit=0.2, harmless=0.0, draw=_variance_share),
        Scenario(kind="selection-rate ratio, 2 groups", limit=0.2, harmless=0.0, draw=_selection(None)),
        Scenario(kind="selection-rate ratio, 2 groups, vignettes of 5", limit=0.2, harmless=0.0, draw=_selection(5)),
        Scenario(kind="equalized odds, 2 groups", limit=0.2, harmless=0.0, draw=_odds),
    )


def _paired(kind: str, limit: float, gained: float, harmless: float, level: float) -> Scenario:
    def draw(n: int, harm: float, rng: np.random.Generator) -> Measure:
        roll = rng.random(n)
        lost, won = roll < harm + gained, (roll >= harm + gained) & (roll < harm + 2 * gained)
        arms = {CONTROL: _answers(n, CONTROL, ~won), TREATED: _answers(n, TREATED, ~lost)}
        return lambda level: harms.accuracy_drop(PROBE, arms, TREATED, level=level, harm="lost")

    return Scenario(
        kind=kind,
        limit=limit,
        harmless=harmless,
        draw=draw,
        power=lambda n: power_of_difference(harmless + gained, gained, n, limit=limit, level=level),
    )


def _share(kind: str, limit: float, harmless: float, level: float) -> Scenario:
    def draw(n: int, harm: float, rng: np.random.Generator) -> Measure:
        arms = {POSITIVE_CONTROL: _answers(n, POSITIVE_CONTROL, rng.random(n) >= harm)}
        return lambda level: harms.blindness(PROBE, arms, level=level, harm="missed")

    return Scenario(
        kind=kind,
        limit=limit,
        harmless=harmless,
        draw=draw,
        power=lambda n: power_of_share(harmless, n, limit=limit, level=level),
    )


def _answers(n: int, arm: str, right: NDArray[np.bool_]) -> dict[tuple[str, str], Asked]:
    return {both[0].case.key: both[int(correct)] for both, correct in zip(_both(n, arm), right, strict=True)}


@cache
def _both(n: int, arm: str) -> tuple[tuple[Asked, Asked], ...]:
    """Each item of an arm with a wrong and with a right answer."""
    problem = Problem(
        prompt=({"role": "user", "content": "Which tree is it?"},),
        answer="ash",
        kind="tree",
        domain="trees",
        split="heldout",
        options=("fir", "ash"),
    )
    cases = [Case(item=str(item), arm=arm, problem=problem) for item in range(n)]
    wrong, right = (Answer(choice=choice, response="") for choice in problem.options)
    return tuple((Asked(case=case, answer=wrong), Asked(case=case, answer=right)) for case in cases)


SHAPES: dict[str, Callable[[np.random.Generator, int], Floats]] = {
    "normal": lambda rng, n: rng.normal(size=n),
    "exponential": lambda rng, n: rng.exponential(size=n) - 1,
    # 70 % of the items do not move at all: mean .3, mean square 2 * .3, variance .6 - .09
    "mostly zero": lambda rng, n: (rng.exponential(size=n) * (rng.random(n) < 0.3) - 0.3) / sqrt(0.51),
}
"""Score shifts with mean 0 and variance 1."""


def _mean(shape: str, level: float) -> Scenario:
    def draw(n: int, harm: float, rng: np.random.Generator) -> Measure:
        shifts = harm + SPREAD * SHAPES[shape](rng, n)
        return _measure(n, rng, lambda level, rng: means.mean(shifts, level=level, rng=rng))

    return Scenario(
        kind=f"mean shift, {shape}",
        limit=0.05,
        harmless=0.0,
        draw=draw,
        power=lambda n: power_of_mean(0.0, SPREAD / sqrt(n), limit=0.05, level=level, freedom=n - 1),
    )


def _absolute(n: int, harm: float, rng: np.random.Generator) -> Measure:
    # the mean of |x| is sigma sqrt(2 / pi)
    shift, noise = rng.normal(size=n) * (SPREAD + harm * sqrt(pi / 2)), rng.normal(size=n) * SPREAD
    above = np.abs(shift) - np.abs(noise)
    return _measure(n, rng, lambda level, rng: means.mean(above, level=level, rng=rng))


def _clustered(kind: str, unlike: bool, level: float) -> Scenario:
    def draw(n: int, harm: float, rng: np.random.Generator) -> Measure:
        companies = _companies(n, rng, unlike=unlike)
        shifts = harm + rng.normal(0, BETWEEN, CLUSTERS)[companies] + rng.normal(0, SPREAD, n)
        named = companies.tolist()
        return _measure(n, rng, lambda level, rng: means.clustered_mean(shifts, named, level=level, rng=rng))

    def power(n: int) -> float:
        error = sqrt(BETWEEN**2 / CLUSTERS + SPREAD**2 / n)
        return power_of_mean(0.0, error, limit=0.05, level=level, freedom=CLUSTERS - 1)

    return Scenario(kind=f"mean shift, {kind}", limit=0.05, harmless=0.0, draw=draw, power=None if unlike else power)


def _slope(n: int, harm: float, rng: np.random.Generator) -> Measure:
    companies = _companies(n, rng)
    size = rng.normal(size=CLUSTERS)[companies]
    shifts = harm * size + rng.normal(0, BETWEEN, CLUSTERS)[companies] + rng.normal(0, SPREAD, n)
    return _measure(n, rng, lambda level, _: variance.slope(shifts, size, companies.tolist(), level=level))


def _largest_gap(n: int, harm: float, rng: np.random.Generator) -> Measure:
    companies = _companies(n, rng)
    shifts = harm * (companies == 0) + rng.normal(0, SPREAD, n)
    values = {str(company): shifts[companies == company].tolist() for company in range(CLUSTERS)}
    return _measure(n, rng, lambda level, _: largest_gap(values, level=level, ceiling=2.0))


def _variance_share(n: int, harm: float, rng: np.random.Generator) -> Measure:
    companies = _companies(n, rng)
    shifts = sqrt(harm) * rng.normal(size=CLUSTERS)[companies] + sqrt(1 - harm) * rng.normal(size=n)
    return _measure(n, rng, lambda level, _: variance.variance_share(shifts, companies.tolist(), level=level))


def _companies(n: int, rng: np.random.Generator, *, unlike: bool = False) -> NDArray[np.intp]:
    """The company of each item: of one size, or the largest about four times the smallest; two items each at least."""
    if not unlike:
        return np.arange(n) % CLUSTERS
    weights = np.linspace(1, 4, CLUSTERS)
    spare = rng.choice(CLUSTERS, size=n - 2 * CLUSTERS, p=weights / weights.sum())
    return np.concatenate([np.repeat(np.arange(CLUSTERS), 2), spare])


def _selection(vignette: int | None) -> Callable[[int, float, np.random.Generator], Measure]:
    """Two groups of one size, four fifths of the better one selected; rows of a vignette are alike (rho = .2)."""

    def draw(n: int, harm: float, rng: np.random.Generator) -> Measure:
        worse = np.arange(n) % 2 == 0
        clusters = None if vignette is None else np.where(worse, 0, n) + np.arange(n) // (2 * vignette)
        share = np.where(worse, 0.8 * (1 - harm), 0.8)
        if clusters is not None:
            # beta-distributed shares: rho = 1 / (a + b + 1), so a + b = 4
            first = np.unique(clusters, return_index=True, return_inverse=True)
            share = rng.beta(4 * share[first[1]], 4 * (1 - share[first[1]]))[first[2]]
        of = np.arange(n) if clusters is None else clusters
        decisions = [
            Decision(group="a" if low else "b", cluster=str(cluster), selected=bool(chosen))
            for low, cluster, chosen in zip(worse, of, rng.random(n) < share, strict=True)
        ]
        return lambda level: selection_shortfall(_table(decisions, level))

    return draw


def _odds(n: int, harm: float, rng: np.random.Generator) -> Measure:
    """Half are due; 90 % of them are selected and 10 % of the others, in group a fewer of those who are due."""
    first, due = np.arange(n) % 2 == 0, np.arange(n) // 2 % 2 == 0
    share = np.where(due, np.where(first, 0.9 - harm, 0.9), 0.1)
    decisions = [
        Decision(group="a" if low else "b", cluster=str(row), selected=bool(chosen), label=bool(label))
        for row, (low, chosen, label) in enumerate(zip(first, rng.random(n) < share, due, strict=True))
    ]
    return lambda level: equalized_odds(_table(decisions, level))


def _table(decisions: list[Decision], level: float) -> Table:
    return Table(probe=PROBE, attribute="group", decisions=decisions, groups=("a", "b"), level=level, minimum_group=2)


def _measure(
    n: int, rng: np.random.Generator, estimate: Callable[[float, np.random.Generator], Estimate | None]
) -> Measure:
    def finding(level: float) -> Finding:
        measured = estimate(level, rng)
        return Finding(
            id=f"{PROBE}/{TREATED}/shift",
            probe=PROBE,
            arm=TREATED,
            metric="shift",
            harm="shift",
            n=n,
            estimate=measured.estimate if measured else None,
            interval=Interval(low=measured.low, high=measured.high, level=level) if measured else None,
            method="simulated",
        )

    return finding
