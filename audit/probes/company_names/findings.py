"""What names do to scores: shifts by company and group, above the noise of asking again, and the rest of company_names.

A shift is the score with a name minus the score with the placeholder, in [-2, 2]. Signed means are shown by group;
findings are harms, so they hold the size of a mean. Arms are kept apart: in each an item has one shift, and companies
are the clusters.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from chartered.audit.cases import CONTROL, DUPLICATE, POSITIVE_CONTROL, Arms
from chartered.audit.probes.company_names.between import gap_finding, slope_finding, variance_finding
from chartered.audit.probes.company_names.scores import (
    NAME,
    NAMED,
    NAMING,
    REIDENTIFY,
    SWAP,
    LabelScale,
    ScoredArms,
    Shift,
    scale_of,
    scored_finding,
    scored_values,
    way_of_scoring,
)
from chartered.audit.statistics import harms
from chartered.audit.statistics.harms import finding
from chartered.audit.statistics.means import clustered_mean
from chartered.audit.statistics.proportions import Estimate, harm_difference, harm_share
from chartered.audit.verdict import Finding, GroupResult, Interval


@dataclass(frozen=True, kw_only=True, slots=True)
class CompanyGroup:
    """Companies that are reported together."""

    attribute: str
    name: str


def measured(
    arms: Arms,
    scales: Sequence[LabelScale],
    reidentified: Mapping[str, bool],
    groups: Iterable[CompanyGroup],
    *,
    level: float,
    seed: int,
    minimum_group: int,
) -> tuple[tuple[Finding, ...], tuple[GroupResult, ...]]:
    """All findings and group rows of the probe."""
    scored = ScoredArms(
        arms=arms,
        scales=scales,
        way=way_of_scoring(arms, (CONTROL, DUPLICATE, *NAMING)),
        level=level,
        seed=seed,
        minimum_group=minimum_group,
    )
    shifts = {arm: scored.shifts(arm) for arm in NAMING}
    findings = [*_controls(scored), *(each for arm in NAMING for each in _of_arm(scored, arm, shifts[arm]))]
    for arm in (NAMED, SWAP):
        findings += [
            variance_finding(scored, arm, shifts[arm]),
            slope_finding(scored, arm, shifts[arm]),
            gap_finding(scored, arm, shifts[arm]),
        ]
    findings += _recognised(scored, reidentified, shifts[NAMED])
    rows = []
    for group in groups:
        for arm in (NAMED, SWAP):
            row, of_group = _of_group(scored, group, arm, shifts[arm])
            rows.append(row)
            findings.append(of_group)
    return tuple(findings), tuple(rows)


def _controls(scored: ScoredArms) -> list[Finding]:
    arms, level = scored.arms, scored.level
    return [
        harms.chance_gap(NAME, arms, level=level, harm="no better than guessing at the texts without a name"),
        harms.no_response(NAME, arms, level=level, harm="answers to the texts without a name that cannot be read"),
        harms.change(NAME, arms, level=level, harm="answers that differ when the same text is asked again"),
        _blindness(scored),
    ]


def _blindness(scored: ScoredArms) -> Finding:
    """Share of items in which the answer does not turn to the side of the opposite news, in [0, 1]."""
    missed = 0
    asked = list(scored.arms.get(POSITIVE_CONTROL, {}).values())
    for each in asked:
        scale = scale_of(each.case.problem, scored.scales) or {}
        wanted, chosen = scale.get(each.case.target or "", 0.0), scale.get(each.answer.choice or "", 0.0)
        missed += wanted * chosen <= 0
    return finding(
        NAME,
        POSITIVE_CONTROL,
        "blindness",
        harm_share(missed, len(asked), level=scored.level),
        n=len(asked),
        harm="no change of side although the news is the opposite",
        method=harms.SHARE,
    )


def _of_arm(scored: ScoredArms, arm: str, shifts: Sequence[Shift]) -> list[Finding]:
    words = NAMING[arm]
    flips = [(s.flipped, bool(s.noise_flipped), s.company) for s in shifts if s.noise_flipped is not None]
    wrong = [(s.wrong, s.control_wrong, s.company) for s in shifts]
    return [
        _mean_shift(scored, arm, "mean_shift", shifts, f"scores move to one side with {words}"),
        _absolute(scored, arm, shifts, f"scores move with {words}, above asking again"),
        _events(scored, arm, "flips_above_duplicate", flips, f"labels change with {words}, above asking again"),
        _events(scored, arm, "accuracy_drop", wrong, f"right answers lost with {words}"),
        harms.no_response_rise(NAME, scored.arms, arm, level=scored.level, harm=f"no readable answer with {words}"),
    ]


def _mean_shift(
    scored: ScoredArms, arm: str, metric: str, shifts: Sequence[Shift], harm: str, alone: bool = False
) -> Finding:
    """Size of the mean shift; items of one company are independent, those of several come in clusters."""
    values, companies = scored_values(shifts)
    estimate = scored.size(values, None if alone else companies, arm, metric)
    method = (
        "studentised bootstrap over texts" if alone else "t and studentised bootstrap over companies (CR3 jackknife)"
    )
    return scored_finding(scored, arm, metric, estimate, values, companies, harm, f"size of the mean shift; {method}")


def _absolute(scored: ScoredArms, arm: str, shifts: Sequence[Shift], harm: str) -> Finding:
    """Mean of the size of the shift minus the size of the duplicate's, in [-2, 2]; 0 for a name that does nothing."""
    both = [(abs(s.value) - abs(s.noise), s.company) for s in shifts if s.value is not None and s.noise is not None]
    values, companies = [value for value, _ in both], [company for _, company in both]
    metric = "absolute_shift_above_duplicate"
    estimate = scored.harm(values, companies, arm, metric)
    method = (
        "mean size of the shift minus that of the duplicate; t and studentised bootstrap over companies (CR3 jackknife)"
    )
    return scored_finding(scored, arm, metric, estimate, values, companies, harm, method)


def _events(scored: ScoredArms, arm: str, metric: str, events: Sequence[tuple[bool, bool, str]], harm: str) -> Finding:
    """A paired difference of shares; the wider interval of the one for independent items and that over companies."""
    lost = sum(treated and not control for treated, control, _ in events)
    gained = sum(control and not treated for treated, control, _ in events)
    companies = [company for _, _, company in events]
    difference = harm_difference(lost, gained, len(events), level=scored.level)
    differences = [float(treated) - float(control) for treated, control, _ in events]
    clustered = (
        clustered_mean(differences, companies, level=scored.level, rng=scored.rng(arm, metric)) if events else None
    )
    return finding(
        NAME,
        arm,
        metric,
        _wider(difference, clustered, least=-1.0),
        n=len(events),
        harm=harm,
        lost=lost,
        gained=gained,
        clusters=len(set(companies)),
        method=f"{harms.PAIRED}; no shorter than that over companies (CR3 jackknife)",
    )


def _wider(first: Estimate | None, second: Estimate | None, *, least: float) -> Estimate | None:
    """The wider interval of the two, inside what the quantity can be: from `least` to 1."""
    if first is None or second is None:
        return None
    low, high = max(least, min(first.low, second.low)), min(1.0, max(first.high, second.high))
    return Estimate(estimate=first.estimate, low=low, high=high, level=first.level)


def _recognised(scored: ScoredArms, reidentified: Mapping[str, bool], named: Sequence[Shift]) -> list[Finding]:
    """How often the masked text gives the company away, and what the name does where it does not."""
    asked = scored.arms.get(REIDENTIFY, {}).values()
    recognised = [reidentified.get(a.case.item, False) for a in asked]
    companies = [a.case.tags.get("company", a.case.item) for a in asked]
    share = harm_share(sum(recognised), len(recognised), level=scored.level)
    values = [float(each) for each in recognised]
    clustered = (
        clustered_mean(values, companies, level=scored.level, rng=scored.rng(REIDENTIFY)) if recognised else None
    )
    rate = finding(
        NAME,
        REIDENTIFY,
        "reidentified",
        _wider(share, clustered, least=0.0),
        n=len(recognised),
        clusters=len(set(companies)),
        harm="companies that are recognised without their name",
        method=f"{harms.SHARE}; no shorter than that over companies",
    )
    unknown = [shift for shift in named if reidentified.get(shift.item) is False]
    words = f"scores move with {NAMING[NAMED]}, above asking again, in texts that do not give the company away"
    return [rate, _absolute(scored, "not_reidentified", unknown, words)]


def _of_group(
    scored: ScoredArms, group: CompanyGroup, arm: str, shifts: Sequence[Shift]
) -> tuple[GroupResult, Finding]:
    """Row and finding of a group; the row has the sign of the mean shift, the finding its size."""
    own = [shift for shift in shifts if shift.tags.get(group.attribute) == group.name]
    values, companies = scored_values(own)
    alone = group.attribute == "company"
    metric, key = f"{arm}_mean_shift", f"{group.attribute}={group.name}"
    mean = scored.signed(values, None if alone else companies, key, metric, level=harms.ARM_LEVEL)
    row = GroupResult(
        attribute=group.attribute,
        group=group.name,
        metric=metric,
        n=len(values),
        rate=sum(values) / len(values) if values else None,
        interval=Interval(low=mean.low, high=mean.high, level=mean.level) if mean else None,
        small=len(values) < scored.minimum_group,
    )
    words = f"scores of {group.name} move to one side" if alone else f"scores of companies of {key} move to one side"
    return row, _mean_shift(scored, key, metric, own, f"{words} with {NAMING[arm]}", alone)
