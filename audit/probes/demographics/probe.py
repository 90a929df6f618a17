"""The probe demographics: does an answer change with the group of the person that the question is about?

Each item is asked as it is, again, with a neutral swap, and once in every group of every attribute for which a swap is
safe (`chartered.audit.probes.swaps.swap`). A flip counts against the flips of the neutral swap of the same item, since
any edit moves some answers. Besides, rates by group: of right answers, and where the options are a decision (hired or
not) of selection. Items that bring their own groups (`Problem.groups`, recorded outcomes) are compared as they are,
under `observed.ATTRIBUTE`.

Covered: English, multiple choice, one person. Not covered: two attributes swapped at once, other gender identities
than two, groups that are told between the lines, and whether a flip is right: in medicine some are, so flips are there
to be read.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from chartered.audit.cases import CONTROL, DUPLICATE, POSITIVE_CONTROL, Arms, Asked, Case, CaseSet, Need
from chartered.audit.probes.base.insertion import inserted
from chartered.audit.probes.base.problems import reworded, single_turn_misfit
from chartered.audit.probes.base.protocol import Measured
from chartered.audit.probes.base.wording import Injection, read_wording, sentence, wording_hash
from chartered.audit.probes.demographics.flips import accuracy_difference, against_neutral
from chartered.audit.probes.swaps.attributes import Pack, load_pack
from chartered.audit.probes.swaps.swap import Setting, Swap, swap
from chartered.audit.statistics import harms
from chartered.audit.statistics.group_gaps import Decision, Table, accuracy, groups_of, selection
from chartered.audit.verdict import Finding, GroupResult
from chartered.common.errors import UsageError
from chartered.common.yaml import Strict
from chartered.domains.contract import Domain, Problem

NAME = "demographics"
CODE = 2
"""Version of the code that builds cases and measures them; it counts into the hash of the wording."""
NEUTRAL = "neutral"
"""As much changed as by a swap, and no group told; one variant for each attribute."""

INTERSECTION = " x "
"""Joins the groups of two attributes."""

Word = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z -]*$")]


class DemographicsWording(Strict):
    """What is swapped, and the words of the controls."""

    version: Literal[1]
    packs: Annotated[tuple[str, ...], Field(min_length=1)]
    """Packs that ship, by name, or YAML files as seen from this one."""
    people: Annotated[tuple[Word, ...], Field(min_length=1)]
    """Words for a person, before which a group can be mentioned."""
    details: Annotated[tuple[Word, ...], Field(min_length=1)]
    """Adjectives that tell no group."""
    sentences: Annotated[tuple[Annotated[str, sentence()], ...], Field(min_length=1)]
    """Irrelevant sentences, for the neutral swap where no word for a person stands."""
    positive_control: Injection
    favourable: Annotated[tuple[str, ...], Field(min_length=1)]
    """Options that favour the person; a problem with exactly one of them is a decision."""


class Demographics:
    """The probe with a domain's wording and packs.

    Raises:
        UsageError: the wording or a pack is not as it must be; the message names key and line.
    """

    name = NAME
    needs: frozenset[Need] = frozenset({"choose"})

    def __init__(self, wording: Path, domain: Domain) -> None:
        self.wording = read_wording(NAME, wording, DemographicsWording)
        self.packs = [load_pack(name, wording.parent) for name in self.wording.packs]
        twice = [name for name, count in Counter(pack.attribute for pack in self.packs).items() if count > 1]
        if twice:
            raise UsageError(f"{wording}: two packs are about the attribute {twice[0]!r}; keep one.")
        self._favourable = frozenset(option.casefold() for option in self.wording.favourable)
        parts = (wording_hash(CODE, self.wording), *(pack.model_dump_json() for pack in self.packs))
        self.wording_sha256 = hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def cases(self, problems: Sequence[Problem], *, seed: int) -> CaseSet:
        """Every problem of which something can be swapped, in all arms; the rest is counted by attribute and reason."""
        setting = Setting(
            people=self.wording.people, details=self.wording.details, sentences=self.wording.sentences, seed=seed
        )
        dropped: Counter[str] = Counter()
        items: dict[str, list[Case]] = {}
        for problem in problems:
            reason = "asked twice" if problem.id in items else single_turn_misfit(problem)
            if reason:
                dropped[reason] += 1
                continue
            swaps = {pack.attribute: _swapped(problem, pack, setting) for pack in self.packs}
            dropped.update(f"{attribute}: {why}" for attribute, why in swaps.items() if isinstance(why, str))
            safe = {attribute: swapped for attribute, swapped in swaps.items() if isinstance(swapped, Swap)}
            if safe or problem.groups:
                items[problem.id] = list(self._item(problem, safe))
            else:
                dropped["no attribute can be swapped safely"] += 1
        cases = tuple(case for item in items.values() for case in item)
        return CaseSet(probe=NAME, cases=cases, items=len(items), dropped=dict(sorted(dropped.items())))

    def _item(self, problem: Problem, swaps: Mapping[str, Swap]) -> Iterator[Case]:
        item = problem.id
        yield Case(item=item, arm=CONTROL, problem=problem)
        yield Case(item=item, arm=DUPLICATE, problem=problem)
        stated = inserted(problem, self.wording.positive_control.naming(problem.answer), "end")
        yield Case(item=item, arm=POSITIVE_CONTROL, problem=stated, target=problem.answer)
        for attribute, texts in swaps.items():
            yield Case(item=item, arm=NEUTRAL, variant=attribute, problem=reworded(problem, texts.neutral))
            for group, text in texts.by_group.items():
                tags = {"own": "yes"} if group == texts.own else {}
                swapped = reworded(problem, text)
                yield Case(item=item, arm=f"{attribute}={group}", variant=attribute, problem=swapped, tags=tags)

    def measure(self, arms: Arms, *, level: float, seed: int, minimum_group: int) -> Measured:
        """Every finding of the probe, also where an arm was not asked: then without an estimate."""
        findings = _controls(arms, level)
        groups: list[GroupResult] = []
        for pack in self.packs:
            named = {group: f"{pack.attribute}={group}" for group in pack.groups}
            for arm in named.values():
                findings += against_neutral(NAME, arms, arm, NEUTRAL, level=level)
            gap, rates = accuracy_difference(
                NAME, arms, pack.attribute, named, level=level, minimum_group=minimum_group
            )
            decisions = [self._decision(asked, group) for group, arm in named.items() for asked in _of(arms, arm)]
            selected, shares = selection(_table(pack.attribute, decisions, tuple(named), level, minimum_group))
            findings, groups = [*findings, gap, *selected], [*groups, *rates, *shares]
        for attribute, decisions in self._observed(arms):
            table = _table(attribute, decisions, groups_of(decisions), level, minimum_group)
            for harmful, rates in (selection(table), accuracy(table)):
                findings, groups = findings + [f for f in harmful if f.n], groups + rates
        compared = [arm for arm in arms if arm not in (CONTROL, POSITIVE_CONTROL)]
        flips = tuple(flip for arm in compared for flip in harms.flips(arms, arm))
        return Measured(findings=tuple(findings), groups=tuple(groups), flips=flips)

    def _observed(self, arms: Arms) -> Iterator[tuple[str, list[Decision]]]:
        """Decisions by attribute and pair of attributes, of all items and, where there are several, of each stratum."""
        asked = [a for a in _of(arms, CONTROL) if a.case.problem.groups]
        attributes = sorted({attribute for a in asked for attribute in a.case.problem.groups})
        strata = sorted({a.case.tags["stratum"] for a in asked if "stratum" in a.case.tags})
        among = {"": asked} | (
            {f".{_slug(s)}": [a for a in asked if a.case.tags.get("stratum") == s] for s in strata}
            if len(strata) > 1
            else {}
        )
        for crossed in [*((attribute,) for attribute in attributes), *combinations(attributes, 2)]:
            for stratum, some in among.items():
                members = [a for a in some if set(crossed) <= set(a.case.problem.groups)]
                label = f"observed.{'_x_'.join(map(_slug, crossed))}{stratum}"
                yield (
                    label,
                    [self._decision(a, INTERSECTION.join(a.case.problem.groups[k] for k in crossed)) for a in members],
                )

    def _decision(self, asked: Asked, group: str) -> Decision:
        problem = asked.case.problem
        favourable = [option for option in problem.options if option.casefold() in self._favourable]
        decision, known = len(favourable) == 1, problem.answer in problem.options
        return Decision(
            group=group,
            cluster=asked.case.tags.get("cluster", asked.case.item),
            selected=asked.answer.choice == favourable[0] if decision else None,
            label=problem.answer == favourable[0] if decision and known else None,
            correct=asked.correct if known else None,
        )


def _swapped(problem: Problem, pack: Pack, setting: Setting) -> Swap | str:
    return swap(problem.question, problem.options, pack, setting, problem.id)


def _of(arms: Arms, arm: str) -> list[Asked]:
    return list(arms.get(arm, {}).values())


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "unnamed"


def _table(
    attribute: str, decisions: Sequence[Decision], groups: tuple[str, ...], level: float, minimum_group: int
) -> Table:
    return Table(
        probe=NAME, attribute=attribute, decisions=decisions, groups=groups, level=level, minimum_group=minimum_group
    )


def _controls(arms: Arms, level: float) -> list[Finding]:
    """What the controls show; items whose right answer nobody knows tell only whether answers can be read."""
    known = {
        arm: {key: a for key, a in asked.items() if a.case.problem.answer in a.case.problem.options}
        for arm, asked in arms.items()
    }
    return [
        harms.chance_gap(NAME, known, level=level, harm="no better than guessing at the untouched questions"),
        harms.no_response(NAME, arms, level=level, harm="answers to the untouched questions that cannot be read"),
        harms.change(NAME, arms, level=level, harm="answers that differ when the same question is asked again"),
        harms.blindness(NAME, known, level=level, harm="not right although the answer is stated as a fact"),
    ]
