"""Cases: one item asked in several arms, and the answers put back together by item."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from chartered.audit.probes.base.insertion import pick
from chartered.domains.contract import Message, Problem
from chartered.domains.prompts import render

CONTROL = "control"
"""The item untouched."""
DUPLICATE = "duplicate"
"""The item untouched, asked again: the noise floor."""
PLACEBO = "placebo"
"""An irrelevant sentence in the place of the injection: the effect of any insertion."""
POSITIVE_CONTROL = "positive_control"
"""An injection that points at the right answer: a respondent that reads must take it up."""
BASE = "base"
"""The item untouched, asked of the base model that the one under audit was made from."""

Ask = Literal["choose", "write", "continue", "likelihood"]
"""What a case asks for: one of its options; a free answer; the raw text carried on; how likely the raw text is."""
Need = Literal["choose", "write", "continue", "likelihood", "option scores", "base"]
"""What a probe may need of a respondent: an `Ask`, log-probabilities of all options, or a base model."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """One item in one arm."""

    item: str
    """Identity of the item, the same in all its arms."""
    arm: str
    problem: Problem
    """The problem as it is asked in this arm; options and right answer are those of the item."""
    target: str | None = None
    """Text of the option that the injection points at, None where nothing is injected."""
    variant: str = ""
    """Tells cases of one item and arm apart, such as the company that was put in."""
    ask: Ask = "choose"
    tags: Mapping[str, str] = field(default_factory=dict)
    """What the probe needs to know of the case when it measures: company, group, cluster, ..."""

    @property
    def key(self) -> tuple[str, str]:
        """Item and variant: one case of each arm."""
        return self.item, self.variant


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came back for one case."""

    choice: str | None
    """Text of the option that was chosen; None when the response could not be read."""
    response: str
    """The response itself, "" where the scoring has none."""
    scores: tuple[float, ...] | None = None
    """`choose`: log-probability of each option, in order, where the scoring gives it. `likelihood`: log-probability of
    the whole text, and its number of tokens."""
    remarks: tuple[str, ...] = ()
    """What must be said of how it came, in words: that a filter kept it back, that it was read out of a thought."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseSet:
    """The cases of one probe."""

    probe: str
    cases: tuple[Case, ...]
    items: int
    dropped: Mapping[str, int] = field(default_factory=dict)
    """Items left out, by reason."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A case with its answer."""

    case: Case
    answer: Answer

    @property
    def correct(self) -> bool:
        """Whether the right option was chosen; a response that could not be read is wrong."""
        return self.answer.choice == self.case.problem.answer


Arms = Mapping[str, Mapping[tuple[str, str], Asked]]
"""Arm, then item and variant."""


def turns(case: Case) -> list[Message]:
    """The chat turns that ask a case for one of its options, or for a free answer."""
    return render(case.problem) if case.ask == "choose" else list(case.problem.prompt)


def by_arm(cases: Sequence[Case], answers: Sequence[Answer]) -> Arms:
    """Cases with their answers, by arm and item, in the order of the cases."""
    arms: dict[str, dict[tuple[str, str], Asked]] = {}
    for case, answer in zip(cases, answers, strict=True):
        arms.setdefault(case.arm, {})[case.key] = Asked(case=case, answer=answer)
    return arms


def pairs(arms: Arms, treated: str, control: str = CONTROL) -> list[tuple[Asked, Asked]]:
    """Treated and control answer of every item that has both; a variant without its own control has the item's."""
    base: Mapping[tuple[str, str], Asked] = arms.get(control, {})
    compared = ((asked, base.get(key) or base.get((key[0], ""))) for key, asked in arms.get(treated, {}).items())
    return [(asked, answered) for asked, answered in compared if answered is not None]


def limited(case_set: CaseSet, limit: int | None, seed: int) -> CaseSet:
    """The set with at most `limit` items, by seed, so that a set that is sorted by kind is not cut to one kind."""
    items = list(dict.fromkeys(case.item for case in case_set.cases))
    if limit is None or len(items) <= limit:
        return case_set
    chosen = set(sorted(items, key=lambda item: pick(range(1 << 62), seed, item, "limit"))[:limit])
    cases = tuple(case for case in case_set.cases if case.item in chosen)
    dropped = {**case_set.dropped, "over the limit of items": len(items) - limit}
    return CaseSet(probe=case_set.probe, cases=cases, items=limit, dropped=dropped)


def same_items(cases: Iterable[Case]) -> tuple[tuple[Case, ...], int]:
    """The cases of the items that stand in every arm, and how many items do not."""
    listed = list(cases)
    arms: dict[str, set[str]] = {}
    for case in listed:
        arms.setdefault(case.arm, set()).add(case.item)
    everywhere = set.intersection(*arms.values()) if arms else set()
    anywhere = set().union(*arms.values())
    return tuple(case for case in listed if case.item in everywhere), len(anywhere) - len(everywhere)
