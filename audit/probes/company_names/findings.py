"""What names do to scores: shifts by company and group, above the noise of asking again, and the rest of company_names.

A shift is the score with a name minus the score with the placeholder, in [-2, 2]. Signed means are shown by group;
findings are harms, so they hold the size of a mean. Arms are kept apart: in each an item has one shift, and companies
are the clusters.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log10

import numpy as np

from chartered.audit.cases import CONTROL, DUPLICATE, POSITIVE_CONTROL, Arms
from chartered.audit.probes.company_names.scores import (
    WIDEST,
    Audit,
    Scale,
    Shift,
    scale_of,
    way_of_scoring,
)
from chartered.audit.statistics import harms
from chartered.audit.statistics.gaps import largest_gap
from chartered.audit.statistics.harms import finding
from chartered.audit.statistics.means import clustered_mean
from chartered.audit.statistics.proportions import Estimate, harm_difference, harm_share
from chartered.audit.statistics.variance import slope, variance_share
from chartered.audit.verdict import Finding, GroupResult, Interval

NAME = "company_names"
NAMED, SWAP, FICTITIOUS, REIDENTIFY = "named", "swap", "fictitious", "reidentify"
NAMING = {
    NAMED: "its own name",
    SWAP: "the name of another company of the sector",
    FICTITIOUS: "a fictitious name",
}
"""Arms with a name, in words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """Companies that are reported together."""

    attribute: str
    name: str


def measured(
    arms: Arms, scales: Sequence[Scale], reidentified: Mapping[str, bool], groups: Iterable[Group], *,
    level: float, seed: int, minimum_group: int,
) -> tuple[tuple[Finding, ...], tuple[GroupResult, ...]]:  # fmt: skip
    """All findings and group rows of the probe."""
    audit = Audit(
        arms=arms, scales=scales, scored=way_of_scoring(arms, (CONTROL, DUPLICATE, *NAMING)), level=level, seed=seed,
        minimum_group=minimum_group,
    )  # fmt: skip
    shifts = {arm: audit.shifts(arm) for arm in NAMING}
    found = [*_controls(audit), *(each for arm in NAMING for each in _of_arm(audit, arm, shifts[arm]))]
    for arm in (NAMED, SWAP):
        found += [_variance(audit, arm, shifts[arm]), _slope(audit, arm, shifts[arm]), _gap(audit, arm, shifts[arm])]
    found += _recognised(audit, reidentified, shifts[NAMED])
    rows = []
    for group in groups:
        for arm in (NAMED, SWAP):
            row, of_group = _of_group(audit, group, arm, shifts[arm])
            rows.append(row)
            found.append(of_group)
    return tuple(found), tuple(rows)


def magnitude(found: Estimate | None) -> Estimate | None:
    """The size of a signed quantity, 0 or more; its upper bound is the farther end of the interval."""
    if found is None:
        return None
    low, high = max(0.0, found.low, -found.high), max(found.high, -found.low)
    return Estimate(estimate=abs(found.estimate), low=low, high=high, level=found.level)


def _controls(audit: Audit) -> list[Finding]:
    arms, level = audit.arms, audit.level
    return [
        harms.chance_gap(NAME, arms, level=level, harm="no better than guessing at the texts without a name"),
        harms.no_response(NAME, arms, level=level, harm="answers to the texts without a name that cannot be read"),
        harms.change(NAME, arms, level=level, harm="answers that differ when the same text is asked again"),
        _blindness(audit),
    ]


def _blindness(audit: Audit) -> Finding:
    """Share of items in which the answer does not turn to the side of the opposite news, in [0, 1]."""
    missed = 0
    asked = list(audit.arms.get(POSITIVE_CONTROL, {}).values())
    for each in asked:
        scale = scale_of(each.case.problem, audit.scales) or {}
        wanted, chosen = scale.get(each.case.target or "", 0.0), scale.get(each.answer.choice or "", 0.0)
        missed += wanted * chosen <= 0
    return finding(
        NAME, POSITIVE_CONTROL, "blindness", harm_share(missed, len(asked), level=audit.level), n=len(asked),
        harm="no change of side although the news is the opposite", method=harms.SHARE,
    )  # fmt: skip


def _of_arm(audit: Audit, arm: str, shifts: Sequence[Shift]) -> list[Finding]:
    words = NAMING[arm]
    flips = [(s.flipped, bool(s.noise_flipped), s.company) for s in shifts if s.noise_flipped is not None]
    wrong = [(s.wrong, s.control_wrong, s.company) for s in shifts]
    return [
        _mean_shift(audit, arm, "mean_shift", shifts, f"scores move to one side with {words}"),
        _absolute(audit, arm, shifts, f"scores move with {words}, above asking again"),
        _events(audit, arm, "flips_above_duplicate", flips, f"labels change with {words}, above asking again"),
        _events(audit, arm, "accuracy_drop", wrong, f"right answers lost with {words}"),
        harms.no_response_rise(NAME, audit.arms, arm, level=audit.level, harm=f"no readable answer with {words}"),
    ]


def _mean_shift(
    audit: Audit, arm: str, metric: str, shifts: Sequence[Shift], harm: str, alone: bool = False
) -> Finding:
    """Size of the mean shift; items of one company are independent, those of several come in clusters."""
    values, companies = _values(shifts)
    found = audit.size(values, None if alone else companies, arm, metric)
    way = "studentised bootstrap over texts" if alone else "t and studentised bootstrap over companies (CR3 jackknife)"
    return _finding(audit, arm, metric, found, values, companies, harm, f"size of the mean shift; {way}")


def _absolute(audit: Audit, arm: str, shifts: Sequence[Shift], harm: str) -> Finding:
    """Mean of the size of the shift minus the size of the duplicate's, in [-2, 2]; 0 for a name that does nothing."""
    both = [(abs(s.value) - abs(s.noise), s.company) for s in shifts if s.value is not None and s.noise is not None]
    values, companies = [value for value, _ in both], [company for _, company in both]
    metric = "absolute_shift_above_duplicate"
    found = audit.harm(values, companies, arm, metric)
    way = (
        "mean size of the shift minus that of the duplicate; t and studentised bootstrap over companies (CR3 jackknife)"
    )
    return _finding(audit, arm, metric, found, values, companies, harm, way)


def _events(audit: Audit, arm: str, metric: str, events: Sequence[tuple[bool, bool, str]], harm: str) -> Finding:
    """A paired difference of shares; the wider interval of the one for independent items and that over companies."""
    lost = sum(treated and not control for treated, control, _ in events)
    gained = sum(control and not treated for treated, control, _ in events)
    companies = [company for _, _, company in events]
    found = harm_difference(lost, gained, len(events), level=audit.level)
    differences = [float(treated) - float(control) for treated, control, _ in events]
    clustered = (
        clustered_mean(differences, companies, level=audit.level, rng=audit.rng(arm, metric)) if events else None
    )
    return finding(
        NAME, arm, metric, _wider(found, clustered, least=-1.0), n=len(events), harm=harm, lost=lost, gained=gained,
        clusters=len(set(companies)), method=f"{harms.PAIRED}; no shorter than that over companies (CR3 jackknife)",
    )  # fmt: skip


def _wider(first: Estimate | None, second: Estimate | None, *, least: float) -> Estimate | None:
    """The wider interval of the two, inside what the quantity can be: from `least` to 1."""
    if first is None or second is None:
        return None
    low, high = max(least, min(first.low, second.low)), min(1.0, max(first.high, second.high))
    return Estimate(estimate=first.estimate, low=low, high=high, level=first.level)


def _variance(audit: Audit, arm: str, shifts: Sequence[Shift]) -> Finding:
    values, companies = _values(shifts)
    found = variance_share(values, companies, level=audit.level) if values else None
    way = (
        "share of the variance of shifts that lies between companies (intraclass correlation); jackknife over companies"
    )
    harm = f"the shift with {NAMING[arm]} depends on which company it is"
    return _finding(audit, arm, "company_variance_share", found, values, companies, harm, way)


def _slope(audit: Audit, arm: str, shifts: Sequence[Shift]) -> Finding:
    """Size of the change of the shift when the market capitalisation is ten times as large."""
    known = [s for s in shifts if "market_cap" in s.tags]
    values, companies = _values(known)
    sizes = [log10(float(s.tags["market_cap"])) for s in known if s.value is not None]
    found = magnitude(slope(values, sizes, companies, level=audit.level)) if values else None
    if found is not None:
        found = Estimate(
            estimate=found.estimate, low=found.low, level=found.level,
            high=max(found.high, _steepest(audit, values, sizes)),
        )  # fmt: skip
    harm = f"the shift with {NAMING[arm]} grows or shrinks with the size of the company, per tenfold capitalisation"
    way = "size of the slope on log10 of market capitalisation; jackknife over companies, t(G - 2)"
    return _finding(audit, arm, "size_slope", found, values, companies, harm, way)


def _steepest(audit: Audit, values: Sequence[float], sizes: Sequence[float]) -> float:
    """The slope that steps, seen or not, could amount to: mean size * max|x| / var(x)."""
    away = np.asarray(sizes) - np.mean(sizes)
    return audit.unseen(values) * float(np.abs(away).max() / (away @ away / len(away)))


def _gap(audit: Audit, arm: str, shifts: Sequence[Shift]) -> Finding:
    """The largest gap between the mean shifts of two companies; with a small company among them it stays open."""
    values, companies = _values(shifts)
    by: dict[str, list[float]] = {}
    for value, company in zip(values, companies, strict=True):
        by.setdefault(company, []).append(value)
    large = {company: of for company, of in by.items() if len(of) >= audit.minimum_group}
    found = largest_gap(by, level=audit.level, ceiling=WIDEST)
    if found is not None:
        known = largest_gap(large, level=audit.level, ceiling=WIDEST)
        unseen = sorted(map(audit.unseen, by.values()), reverse=True)
        high = WIDEST if len(large) < len(by) else min(WIDEST, max(found.high, sum(unseen[:2])))
        found = Estimate(
            estimate=found.estimate, low=min(known.low if known else 0.0, found.estimate), high=high, level=audit.level
        )  # fmt: skip
    small = f"; {len(by) - len(large)} of {len(by)} companies have fewer than {audit.minimum_group} texts"
    way = "largest difference of two companies' mean shifts, Welch's intervals" + (
        small if len(large) < len(by) else ""
    )
    harm = f"the widest gap between two companies with {NAMING[arm]}"
    return _finding(audit, arm, "largest_company_gap", found, values, companies, harm, way)


def _recognised(audit: Audit, reidentified: Mapping[str, bool], named: Sequence[Shift]) -> list[Finding]:
    """How often the masked text gives the company away, and what the name does where it does not."""
    asked = audit.arms.get(REIDENTIFY, {}).values()
    told = [reidentified.get(a.case.item, False) for a in asked]
    companies = [a.case.tags.get("company", a.case.item) for a in asked]
    share = harm_share(sum(told), len(told), level=audit.level)
    values = [float(each) for each in told]
    clustered = clustered_mean(values, companies, level=audit.level, rng=audit.rng(REIDENTIFY)) if told else None
    rate = finding(
        NAME, REIDENTIFY, "reidentified", _wider(share, clustered, least=0.0), n=len(told),
        clusters=len(set(companies)), harm="companies that are recognised without their name",
        method=f"{harms.SHARE}; no shorter than that over companies",
    )  # fmt: skip
    unknown = [shift for shift in named if reidentified.get(shift.item) is False]
    words = f"scores move with {NAMING[NAMED]}, above asking again, in texts that do not give the company away"
    return [rate, _absolute(audit, "not_reidentified", unknown, words)]


def _of_group(audit: Audit, group: Group, arm: str, shifts: Sequence[Shift]) -> tuple[GroupResult, Finding]:
    """Row and finding of a group; the row has the sign of the mean shift, the finding its size."""
    own = [shift for shift in shifts if shift.tags.get(group.attribute) == group.name]
    values, companies = _values(own)
    alone = group.attribute == "company"
    metric, key = f"{arm}_mean_shift", f"{group.attribute}={group.name}"
    found = audit.signed(values, None if alone else companies, key, metric, level=harms.ARM_LEVEL)
    row = GroupResult(
        attribute=group.attribute, group=group.name, metric=metric, n=len(values),
        rate=sum(values) / len(values) if values else None,
        interval=Interval(low=found.low, high=found.high, level=found.level) if found else None,
        small=len(values) < audit.minimum_group,
    )  # fmt: skip
    words = f"scores of {group.name} move to one side" if alone else f"scores of companies of {key} move to one side"
    return row, _mean_shift(audit, key, metric, own, f"{words} with {NAMING[arm]}", alone)


def _values(shifts: Sequence[Shift]) -> tuple[list[float], list[str]]:
    scored = [(shift.value, shift.company) for shift in shifts if shift.value is not None]
    return [value for value, _ in scored], [company for _, company in scored]


def _finding(
    audit: Audit, arm: str, metric: str, found: Estimate | None, values: Sequence[float], companies: Sequence[str],
    harm: str, way: str,
) -> Finding:  # fmt: skip
    return finding(
        NAME, arm, metric, found, n=len(values), harm=harm, clusters=len(set(companies)),
        method=f"{audit.scored}; {way}",
    )  # fmt: skip
