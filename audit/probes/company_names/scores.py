"""Scores of answers on a scale, and what a name shifts them by, with the intervals of means of shifts."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, isnan
from statistics import median

import numpy as np

from chartered.audit.cases import CONTROL, DUPLICATE, Arms, Asked
from chartered.audit.statistics.harms import finding
from chartered.audit.statistics.means import clustered_mean, mean
from chartered.audit.statistics.proportions import Estimate, harm_difference, harm_share
from chartered.audit.verdict import Finding
from chartered.domains.contract import Problem

NAME = "company_names"
NAMED, SWAP, FICTITIOUS, REIDENTIFY = "named", "swap", "fictitious", "reidentify"
NAMING = {
    NAMED: "its own name",
    SWAP: "the name of another company of the sector",
    FICTITIOUS: "a fictitious name",
}
"""Arms with a name, in words."""

BY_PROBABILITY = "expected score by the log-probabilities of the labels"
BY_LABEL = "score of the chosen label"
UNLIKE = "no score, since log-probabilities are missing, or are not numbers, in some answers"
STEP = 0.5 - 1e-9
"""A shift from the middle one that is not noise: half the way to the next label, or all of it on a fine scale."""
STILL = 0.02
"""Where half of the shifts lie nearer together than this, the rest are steps."""

WIDEST = 2.0
"""From one end of a scale to the other."""

LabelScale = Mapping[str, float]
"""Option to score, from -1 to 1."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """One item with a name against the same without."""

    item: str
    tags: Mapping[str, str]
    """Of the company whose name was put in."""
    value: float | None
    """Score with the name minus score without; None where an answer has no score."""
    noise: float | None
    """The same for asking again without a name."""
    flipped: bool
    noise_flipped: bool | None
    wrong: bool
    control_wrong: bool

    @property
    def company(self) -> str:
        """The cluster; an item of which the company is not told is one of its own."""
        return self.tags.get("company", self.item)


def scale_of(problem: Problem, scales: Sequence[LabelScale]) -> dict[str, float] | None:
    """The score of each option on the first scale that has them all; None where none has, or not both directions."""
    keys = {option: " ".join(option.casefold().split()).rstrip(".") for option in problem.options}
    for scale in scales:
        if keys and all(key in scale for key in keys.values()):
            scores = {option: scale[key] for option, key in keys.items()}
            return scores if min(scores.values()) < 0 < max(scores.values()) else None
    return None


def expected(scores: Sequence[float], values: Sequence[float]) -> float | None:
    """Mean of the values under the probabilities that the log-probabilities stand for; None where they stand for none.

    The probabilities are those among the options: they are made to add up to 1.
    """
    if len(scores) != len(values) or any(isnan(score) or score == float("inf") for score in scores):
        return None
    top = max(scores)
    if top == float("-inf"):
        return None
    weights = [exp(score - top) for score in scores]
    return sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)


@dataclass(frozen=True, kw_only=True)
class ScoredArms:
    """How the answers of one audit are scored and its intervals drawn."""

    arms: Arms
    scales: Sequence[LabelScale]
    way: str
    """`BY_PROBABILITY`, `BY_LABEL` or `UNLIKE`: one way for all answers of an audit."""
    level: float
    seed: int
    minimum_group: int

    def score(self, asked: Asked) -> float | None:
        """The score of an answer, in [-1, 1]."""
        scale = scale_of(asked.case.problem, self.scales)
        if scale is None or self.way == UNLIKE:
            return None
        if self.way == BY_LABEL:
            return scale.get(asked.answer.choice or "")
        return expected(asked.answer.scores or (), [scale[option] for option in asked.case.problem.options])

    def shifts(self, arm: str) -> list[Shift]:
        """The shifts of all items of an arm that have a control."""
        control, again = self.arms.get(CONTROL, {}), self.arms.get(DUPLICATE, {})
        return [
            self._shift(asked, control[key], again.get(key))
            for key, asked in self.arms.get(arm, {}).items()
            if key in control
        ]

    def _shift(self, asked: Asked, control: Asked, again: Asked | None) -> Shift:
        base = self.score(control)
        return Shift(
            item=asked.case.item,
            tags=asked.case.tags,
            value=_minus(self.score(asked), base),
            noise=_minus(self.score(again), base) if again else None,
            flipped=asked.answer.choice != control.answer.choice,
            noise_flipped=again.answer.choice != control.answer.choice if again else None,
            wrong=not asked.correct,
            control_wrong=not control.correct,
        )

    def rng(self, *key: str) -> np.random.Generator:
        """A generator of its own for each finding, so that none depends on which others there are."""
        digest = hashlib.sha256("\n".join([str(self.seed), *key]).encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:8], "big"))

    def harm(self, values: Sequence[float], companies: Sequence[str] | None, *key: str) -> Estimate | None:
        """A mean of harms, with companies as clusters where they are given; the upper bound is guarded."""
        return self._one_side(values, companies, self.level, *key)

    def size(self, values: Sequence[float], companies: Sequence[str] | None, *key: str) -> Estimate | None:
        """The size of a signed mean, 0 or more; the upper bound is guarded.

        It is the farther end of the interval. Under the truth falls only the end on the truth's side, so the bound
        keeps its confidence.
        """
        sides = self._sides(values, companies, self.level, *key)
        if sides is None:
            return None
        above, below = sides
        return Estimate(
            estimate=abs(above.estimate),
            low=max(0.0, above.low, below.low),
            high=max(above.high, below.high),
            level=self.level,
        )

    def signed(
        self, values: Sequence[float], companies: Sequence[str] | None, *key: str, level: float
    ) -> Estimate | None:
        """A signed mean; both bounds are guarded."""
        sides = self._sides(values, companies, level, *key)
        if sides is None:
            return None
        return Estimate(estimate=sides[0].estimate, low=-sides[1].high, high=sides[0].high, level=level)

    def _sides(
        self, values: Sequence[float], companies: Sequence[str] | None, level: float, *key: str
    ) -> tuple[Estimate, Estimate] | None:
        above = self._one_side(values, companies, level, *key)
        below = self._one_side([-value for value in values], companies, level, *key)
        return (above, below) if above and below else None

    def _one_side(
        self, values: Sequence[float], companies: Sequence[str] | None, level: float, *key: str
    ) -> Estimate | None:
        rng = self.rng(*key)
        if companies is None:
            estimate = mean(values, level=level, rng=rng)
        else:
            estimate = clustered_mean(values, companies, level=level, rng=rng)
        if estimate is None:
            return None
        steps = self.steps(values, level)
        high = estimate.high if steps is None else max(estimate.high, steps)
        return replace(estimate, low=max(estimate.low, -WIDEST), high=min(high, WIDEST))

    def steps(self, values: Sequence[float], level: float) -> float | None:
        """The upper bound of a mean of values most of which lie together, the rest a step away; None for others.

        Chosen labels, or a model that is sure of its label, move rarely and then by a step: so few show too little
        spread, and none no spread. The mean of those that lie together, and the score bound of upward minus downward
        steps times the largest one (1, half the scale, where none was seen).
        """
        parts = self._parted(values)
        if parts is None:
            return None
        middle, away = parts
        together = sum(value for value in away if abs(value) < STEP) / len(away)
        up, down = (sum(sign * value >= STEP for value in away) for sign in (1, -1))
        bound = harm_difference(up, down, len(away), level=level)
        return middle + together + bound.high * _largest(away) if bound else None

    def unseen(self, values: Sequence[float]) -> float:
        """What steps may add to the mean size of a shift, seen or not; 0 where shifts are not steps."""
        parts = self._parted(values)
        if parts is None:
            return 0.0
        bound = harm_share(sum(abs(value) >= STEP for value in parts[1]), len(values), level=self.level)
        return bound.high * _largest(parts[1]) if bound else 0.0

    def _parted(self, values: Sequence[float]) -> tuple[float, list[float]] | None:
        """The middle value and how far each is away from it; None where values are not steps."""
        if not values:
            return None
        middle = median(values)
        away = [value - middle for value in values]
        return (middle, away) if self.way == BY_LABEL or median(map(abs, away)) < STILL else None


def scored_values(shifts: Sequence[Shift]) -> tuple[list[float], list[str]]:
    """The shifts that have a value, and the company of each."""
    pairs = [(shift.value, shift.company) for shift in shifts if shift.value is not None]
    return [value for value, _ in pairs], [company for _, company in pairs]


def scored_finding(
    scored: ScoredArms,
    arm: str,
    metric: str,
    estimate: Estimate | None,
    values: Sequence[float],
    companies: Sequence[str],
    harm: str,
    method: str,
) -> Finding:
    """A finding about shifts, with the way of scoring in its method."""
    return finding(
        NAME,
        arm,
        metric,
        estimate,
        n=len(values),
        harm=harm,
        clusters=len(set(companies)),
        method=f"{scored.way}; {method}",
    )


def _largest(away: Sequence[float]) -> float:
    """The largest step; half the scale where none was seen."""
    return max((abs(value) for value in away if abs(value) >= STEP), default=1.0)


def way_of_scoring(arms: Arms, compared: Sequence[str]) -> str:
    """One way for all answers of the arms that are compared: differences between ways would not be shifts."""
    answers = [asked for arm in compared for asked in arms.get(arm, {}).values()]
    if all(asked.answer.scores is None for asked in answers):
        return BY_LABEL
    values = ([0.0] * len(asked.case.problem.options) for asked in answers)
    usable = all(expected(a.answer.scores or (), v) is not None for a, v in zip(answers, values, strict=True))
    return BY_PROBABILITY if usable else UNLIKE


def _minus(treated: float | None, control: float | None) -> float | None:
    return None if treated is None or control is None else treated - control
