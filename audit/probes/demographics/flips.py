"""What the same items, put in another group, show: flips, right answers lost, and the widest gap between groups."""

from collections.abc import Mapping

from chartered.audit.cases import CONTROL, Arms, Asked, pairs
from chartered.audit.statistics import harms
from chartered.audit.statistics.gaps import Contrast, largest_between, small_clause, small_groups
from chartered.audit.statistics.groups import rate
from chartered.audit.statistics.harms import finding
from chartered.audit.statistics.proportions import harm_difference
from chartered.audit.verdict import Finding, GroupResult


def against_neutral(probe: str, arms: Arms, arm: str, neutral: str, *, level: float) -> list[Finding]:
    """Flips, accuracy and unread answers in a group arm, over the items in which the swap changed something."""
    changed = {key: asked for key, asked in arms.get(arm, {}).items() if asked.case.tags.get("own") != "yes"}
    among: Arms = {**arms, arm: changed}
    events = []
    for treated, beside in pairs(among, arm, neutral):
        control = arms.get(CONTROL, {}).get((treated.case.item, ""))
        if control:
            choice = control.answer.choice
            events.append((treated.answer.choice != choice, beside.answer.choice != choice))
    lost = sum(swapped and not renamed for swapped, renamed in events)
    gained = sum(renamed and not swapped for swapped, renamed in events)
    flips = finding(
        probe,
        arm,
        "flips_above_neutral",
        harm_difference(lost, gained, len(events), level=level),
        n=len(events),
        lost=lost,
        gained=gained,
        harm=f"answers that change with {arm}, above those that change with a neutral swap",
        method=harms.PAIRED,
    )
    return [
        flips,
        harms.accuracy_drop(probe, among, arm, level=level, harm=f"right answers lost with {arm}"),
        harms.no_response_rise(probe, among, arm, level=level, harm=f"no readable answer with {arm}"),
    ]


def accuracy_difference(
    probe: str, arms: Arms, attribute: str, named: Mapping[str, str], *, level: float, minimum_group: int
) -> tuple[Finding, list[GroupResult]]:
    """The widest gap in accuracy between two groups of the attribute, over items asked in both; groups to arms."""
    asked = {group: arms.get(arm, {}) for group, arm in named.items()}
    sizes = {group: len(of_group) for group, of_group in asked.items()}
    contrasts = {
        (worse, better): _paired(asked[worse], asked[better]) for worse in named for better in named if worse != better
    }
    small = small_groups(sizes, minimum_group)
    of_group = largest_between(contrasts, small, level=level) if any(sizes.values()) else None
    gap = finding(
        probe,
        attribute,
        "accuracy_difference",
        of_group,
        n=min(sizes.values(), default=0),
        harm=f"the widest gap in right answers between groups of {attribute}",
        method=f"largest {harms.PAIRED}{small_clause(small, sizes)}",
    )
    rates = [
        rate(attribute, group, "accuracy", sum(a.correct for a in of.values()), len(of), minimum_group=minimum_group)
        for group, of in asked.items()
    ]
    return gap, rates


def _paired(worse: Mapping[tuple[str, str], Asked], better: Mapping[tuple[str, str], Asked]) -> Contrast:
    both = [(asked.correct, better[key].correct) for key, asked in worse.items() if key in better]
    lost = sum(right and not own for own, right in both)
    gained = sum(own and not right for own, right in both)
    return lambda level: harm_difference(lost, gained, len(both), level=level)
