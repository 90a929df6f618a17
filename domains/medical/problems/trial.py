"""A trial's result and a yes-or-no question, as in PubMedQA: yes, no or maybe by where the interval lies.

The rule is in the question, so the answer is provable; substances and results are invented. Each label is right as
often, so that no reward can be had for always saying one; in PubMedQA itself 55 % are yes, 34 % no and 11 % maybe (Jin
et al. 2019, arXiv 1909.06146), so scores show how often each label is said beside how often it is right. No triple of
bound, bound and margin is in both splits.
"""

from collections.abc import Iterator
from decimal import Decimal
from random import Random

from chartered.domains.authoring import LEVELS, Level, generator, split_of, worked_problem
from chartered.domains.contract import Problem
from chartered.domains.medical.facts import TrialOutcome, outcomes

KIND = "trial"
LABELS = ("yes", "no", "maybe")
EACH = 33
"""Problems of each outcome and answer."""

Interval = tuple[Decimal, Decimal]

TEMPLATES = (
    "A trial gave {drug} or placebo to {n} adults. {Outcome} fell by {mean} {unit} more with {drug} (95 % confidence "
    "interval {low} to {high}). Is the effect on {outcome} larger than {margin} {unit}?",
    "{n} adults took {drug} or placebo at random. The difference in {outcome} was {mean} {unit} in favour of {drug}, "
    "95 % confidence interval {low} to {high}. Does {drug} lower {outcome} by more than {margin} {unit}?",
)
RULE = " Say yes if the whole interval is above {margin}, no if the whole interval is below it, and maybe otherwise."


def problems() -> Iterator[Problem]:
    """The problems, outcome by outcome."""
    for outcome in outcomes():
        seen: set[Interval] = set()
        for answer in LABELS:
            rng = generator(KIND, outcome.name, answer)
            for _ in range(EACH):
                yield _problem(outcome, answer, _interval(rng, outcome, answer, seen))


def _interval(rng: Random, outcome: TrialOutcome, answer: str, seen: set[Interval]) -> Interval:
    """An interval around, above or below the margin that was not asked about yet."""
    while True:
        half, gap = rng.randint(2, 14), rng.randint(1, 20)
        centre = {"yes": half + gap, "no": -half - gap, "maybe": rng.randint(1 - half, half - 1)}[answer]
        low, high = (outcome.margin + (centre + side * half) * outcome.step for side in (-1, 1))
        if (low, high) not in seen and low + high > 0:
            seen.add((low, high))
            return low, high


def _problem(outcome: TrialOutcome, answer: str, interval: Interval) -> Problem:
    low, high = interval
    rng = generator(KIND, outcome.name, low, high)
    drug = f"{rng.choice('BDFGKLMNRST')}{rng.choice('KLMPRT')}-{rng.randint(100, 999)}"
    adults = rng.randint(8, 90) * 10
    asked = (rng.choice(TEMPLATES) + RULE).format(
        drug=drug,
        n=adults,
        outcome=outcome.name,
        Outcome=outcome.name[0].upper() + outcome.name[1:],
        unit=outcome.unit,
        mean=(low + high) / 2,
        low=low,
        high=high,
        margin=outcome.margin,
    )
    where = {"yes": "above", "no": "below", "maybe": "on both sides of"}[answer]
    return worked_problem(
        domain="medical",
        kind=KIND,
        split=split_of(KIND, low, high, outcome.margin),
        asked=asked,
        answer=answer,
        work=f"The interval from {low} to {high} lies {where} {outcome.margin}.",
        level=_level(outcome, low, high),
        options=LABELS,
    )


def _level(outcome: TrialOutcome, low: Decimal, high: Decimal) -> Level:
    """By how near the nearer bound is to the margin, in steps: up to 5 is hard, from 12 easy."""
    near = min(abs(low - outcome.margin), abs(high - outcome.margin)) / outcome.step
    return LEVELS[2 - (near > 5) - (near >= 12)]
