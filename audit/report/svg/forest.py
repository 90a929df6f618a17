"""The forest plot: every finding's interval against its limit."""

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from chartered.audit.report.formatting import OUTCOME_WORDS, SYMBOLS, cut, plural, sentence, title
from chartered.audit.report.summary import figures
from chartered.audit.report.svg.drawing import (
    Scale,
    add_line,
    add_mark,
    add_text,
    is_zero,
    new_drawing,
    scale_for,
    tick_label,
)
from chartered.audit.verdict import Finding

AXIS_HEIGHT = 48


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where things stand, in units of the drawing."""

    width: int
    left: int
    """Where the plot's field begins."""
    right: int
    """Where it ends."""
    row: int
    """Height of a row."""
    stacked: bool
    """Label and figures above the bar, not beside it."""
    heading: int = 34
    """Height of a heading."""


WIDE = Layout(width=920, left=270, right=600, row=28, stacked=False)
NARROW = Layout(width=360, left=14, right=346, row=58, stacked=True)


@dataclass(frozen=True, kw_only=True)
class PlotRow:
    """A finding, or a heading where there is none."""

    label: str
    finding: Finding | None = None


def forest_rows(findings: Sequence[Finding]) -> list[PlotRow]:
    """Findings under a heading for each metric, in the order of first mention; single ones come first, as checks."""
    counts = Counter(finding.metric for finding in findings)
    single = [f for f in findings if counts[f.metric] == 1]
    rows = [PlotRow(label=f"{title(f.metric)} in {title(f.arm)}", finding=f) for f in single]
    if single and len(single) < len(findings):
        rows.insert(0, PlotRow(label="measured once"))
    for metric in (metric for metric, count in counts.items() if count > 1):
        rows.append(PlotRow(label=title(metric)))
        rows += [PlotRow(label=title(f.arm), finding=f) for f in findings if f.metric == metric]
    return rows


def draw_forest(findings: Sequence[Finding], layout: Layout = WIDE, ident: str = "forest", of: str = "") -> str:
    """One SVG element: for each finding its interval, estimate, limit and outcome; parity is the upright line at 0.

    Colours come from the page's custom properties by class. A finding without an estimate has a row that says so; a
    bar that leaves the field ends in an arrow, and its figures stand beside it.
    """
    rows = forest_rows(findings)
    limits = [f.limit for f in findings if f.limit is not None]
    scale, ticks = scale_for(_harms(findings), limits, layout.left, layout.right)
    tops, bottom = _tops(rows, layout)
    named = f"Harm of each finding against its limit{f', {of}' if of else ''}"
    kind = f"forest {'narrow' if layout.stacked else 'wide'}"
    svg = new_drawing(layout.width, bottom + AXIS_HEIGHT, kind, ident, named, _description(findings))
    _axis(svg, scale, ticks, bottom)
    for row, top in zip(rows, tops, strict=True):
        if row.finding is None:
            add_text(svg, 0, top + layout.heading - 10, sentence(cut(row.label, 48)), "heading", "start")
        else:
            _row(svg, row.label, row.finding, scale, layout, top)
    return ET.tostring(svg, encoding="unicode")


def plot_height(findings: Sequence[Finding], layout: Layout) -> int:
    """Height of the drawing, in its own units."""
    return _tops(forest_rows(findings), layout)[1] + AXIS_HEIGHT


def _harms(findings: Sequence[Finding]) -> list[float]:
    harms: list[float] = []
    for finding in findings:
        harms += [finding.estimate] if finding.estimate is not None else []
        harms += [finding.interval.low, finding.interval.high] if finding.interval else []
    return harms


def _tops(rows: Sequence[PlotRow], layout: Layout) -> tuple[list[int], int]:
    """Where each row begins, and where the last one ends."""
    tops, top = [], 0
    for row in rows:
        tops.append(top)
        top += layout.heading if row.finding is None else layout.row
    return tops, top


def _axis(svg: ET.Element, scale: Scale, ticks: Sequence[float], bottom: int) -> None:
    for tick in ticks:
        x = scale(tick)
        add_line(svg, x, 0, x, bottom + 5, "zero" if is_zero(tick) else "grid")
        add_text(svg, x, bottom + 20, tick_label(tick), "soft", "middle")
    middle = (scale.left + scale.right) / 2
    add_text(svg, middle, bottom + 40, "harm: 0 is parity, further right is worse", "soft", "middle")


def _row(svg: ET.Element, label: str, finding: Finding, scale: Scale, layout: Layout, top: int) -> None:
    group = ET.SubElement(svg, "g", {"class": f"outcome-{finding.outcome or 'none'}"})
    middle = top + (layout.row - 14 if layout.stacked else layout.row / 2)
    sign = f"{SYMBOLS[finding.outcome]} {'waived' if finding.waiver else OUTCOME_WORDS[finding.outcome]}"
    if layout.stacked:
        add_text(group, 0, top + 16, cut(label, 30), "ink", "start")
        add_text(group, layout.width, top + 16, sign, "sign", "end")
        add_text(group, 0, top + 32, figures(finding), "soft", "start")
    else:
        add_text(group, layout.left - 16, middle + 4, cut(label, 36), "ink", "end")
        add_text(group, layout.right + 16, middle + 4, sign, "sign", "start")
        add_text(group, layout.width, middle + 4, figures(finding), "soft", "end")
    if finding.estimate is not None:
        _bar(group, finding, finding.estimate, scale, middle)


def _bar(group: ET.Element, finding: Finding, estimate: float, scale: Scale, y: float) -> None:
    if finding.interval is not None:
        low, high = scale(finding.interval.low), scale(finding.interval.high)
        add_line(group, low, y, high, y, "bar")
        _end(group, scale, finding.interval.low, y)
        _end(group, scale, finding.interval.high, y)
    if finding.limit is not None:
        x = scale(finding.limit)
        add_line(group, x, y - 9, x, y + 9, "limit")
    if scale.covers(estimate):
        add_mark(group, finding.outcome, scale(estimate), y)


def _end(group: ET.Element, scale: Scale, harm: float, y: float) -> None:
    """The end of a bar: a stroke, or an arrow where the bar goes on outside the field."""
    x = scale(harm)
    if scale.covers(harm):
        add_line(group, x, y - 4, x, y + 4, "bar")
    else:
        # the arrow points to where the harm is, whichever end of the bar that is
        back = 7 if harm < scale.low else -7
        ET.SubElement(group, "path", {"d": f"M{x} {y}l{back} -5v10z", "class": "arrow"})


def _description(findings: Sequence[Finding]) -> str:
    """The plot in words, short enough to listen to: how many, and which are over their limit."""
    counts = Counter(finding.outcome for finding in findings)
    totals = ", ".join(f"{count} {OUTCOME_WORDS[outcome]}" for outcome, count in counts.items())
    over = [f"{title(f.arm)} {title(f.metric)} {figures(f)}" for f in findings if f.outcome == "fail"]
    named = (
        f" Over their limit: {'; '.join(over[:5])}{f' and {len(over) - 5} more' if len(over) > 5 else ''}."
        if over
        else ""
    )
    return f"{plural(len(findings), 'finding')}: {totals}.{named} The table of findings has all figures."
