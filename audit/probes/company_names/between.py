"""How the shift differs between companies: share of variance, slope on their size, and the largest gap of two."""

from collections.abc import Sequence
from math import log10

import numpy as np

from chartered.audit.probes.company_names.scores import (
    NAMING,
    WIDEST,
    ScoredArms,
    Shift,
    scored_finding,
    scored_values,
)
from chartered.audit.statistics.gaps import largest_gap
from chartered.audit.statistics.proportions import Estimate
from chartered.audit.statistics.variance import slope, variance_share
from chartered.audit.verdict import Finding


def variance_finding(scored: ScoredArms, arm: str, shifts: Sequence[Shift]) -> Finding:
    """Share of the variance of shifts that lies between companies, in [0, 1]."""
    values, companies = scored_values(shifts)
    estimate = variance_share(values, companies, level=scored.level) if values else None
    method = (
        "share of the variance of shifts that lies between companies (intraclass correlation); jackknife over companies"
    )
    harm = f"the shift with {NAMING[arm]} depends on which company it is"
    return scored_finding(scored, arm, "company_variance_share", estimate, values, companies, harm, method)


def slope_finding(scored: ScoredArms, arm: str, shifts: Sequence[Shift]) -> Finding:
    """Size of the change of the shift when the market capitalisation is ten times as large."""
    known = [s for s in shifts if "market_cap" in s.tags]
    values, companies = scored_values(known)
    sizes = [log10(float(s.tags["market_cap"])) for s in known if s.value is not None]
    estimate = magnitude(slope(values, sizes, companies, level=scored.level)) if values else None
    if estimate is not None:
        estimate = Estimate(
            estimate=estimate.estimate,
            low=estimate.low,
            level=estimate.level,
            high=max(estimate.high, _steepest(scored, values, sizes)),
        )
    harm = f"the shift with {NAMING[arm]} grows or shrinks with the size of the company, per tenfold capitalisation"
    method = "size of the slope on log10 of market capitalisation; jackknife over companies, t(G - 2)"
    return scored_finding(scored, arm, "size_slope", estimate, values, companies, harm, method)


def _steepest(scored: ScoredArms, values: Sequence[float], sizes: Sequence[float]) -> float:
    """The slope that steps, seen or not, could amount to: mean size * max|x| / var(x)."""
    away = np.asarray(sizes) - np.mean(sizes)
    return scored.unseen(values) * float(np.abs(away).max() / (away @ away / len(away)))


def gap_finding(scored: ScoredArms, arm: str, shifts: Sequence[Shift]) -> Finding:
    """The largest gap between the mean shifts of two companies; with a small company among them it stays open."""
    values, companies = scored_values(shifts)
    by: dict[str, list[float]] = {}
    for value, company in zip(values, companies, strict=True):
        by.setdefault(company, []).append(value)
    large = {company: of for company, of in by.items() if len(of) >= scored.minimum_group}
    gap = largest_gap(by, level=scored.level, ceiling=WIDEST)
    if gap is not None:
        known = largest_gap(large, level=scored.level, ceiling=WIDEST)
        unseen = sorted(map(scored.unseen, by.values()), reverse=True)
        high = WIDEST if len(large) < len(by) else min(WIDEST, max(gap.high, sum(unseen[:2])))
        gap = Estimate(
            estimate=gap.estimate, low=min(known.low if known else 0.0, gap.estimate), high=high, level=scored.level
        )
    small = f"; {len(by) - len(large)} of {len(by)} companies have fewer than {scored.minimum_group} texts"
    method = "largest difference of two companies' mean shifts, Welch's intervals" + (
        small if len(large) < len(by) else ""
    )
    harm = f"the widest gap between two companies with {NAMING[arm]}"
    return scored_finding(scored, arm, "largest_company_gap", gap, values, companies, harm, method)


def magnitude(signed: Estimate | None) -> Estimate | None:
    """The size of a signed quantity, 0 or more; its upper bound is the farther end of the interval."""
    if signed is None:
        return None
    low, high = max(0.0, signed.low, -signed.high), max(signed.high, -signed.low)
    return Estimate(estimate=abs(signed.estimate), low=low, high=high, level=signed.level)
