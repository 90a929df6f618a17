"""The forest plot: every finding's interval against its limit, as inline SVG without script, font or network."""

import math
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from chartered.audit.report.words import OUTCOME_WORDS, SYMBOLS, number, signed, span, title, visible
from chartered.audit.verdict import Finding

TEXT_SIZE = 13
AXIS_HEIGHT = 48
REACH = 4.0
"""The field ends at this many times the largest limit on the side of harm, and at once the limit on the other side."""


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
class Scale:
    """Harm to a horizontal place."""

    low: float
    high: float
    left: float
    right: float

    def __call__(self, harm: float) -> float:
        """The place of a harm, kept inside the field."""
        share = (harm - self.low) / (self.high - self.low)
        return round(self.left + min(max(share, 0.0), 1.0) * (self.right - self.left), 2)

    def covers(self, harm: float) -> bool:
        """Whether a harm has a place of its own in the field."""
        return self.low <= harm <= self.high


@dataclass(frozen=True, kw_only=True)
class Row:
    """A finding, or a heading where there is none."""

    label: str
    finding: Finding | None = None


def forest_rows(findings: Sequence[Finding]) -> list[Row]:
    """Findings under a heading for each metric, in the order of first mention; single ones come first, as checks."""
    counts = Counter(finding.metric for finding in findings)
    single = [f for f in findings if counts[f.metric] == 1]
    rows = [Row(label=f"{title(f.metric)} in {title(f.arm)}", finding=f) for f in single]
    if single and len(single) < len(findings):
        rows.insert(0, Row(label="checks of the respondent and of the audit itself"))
    for metric in (metric for metric, count in counts.items() if count > 1):
        rows.append(Row(label=title(metric)))
        rows += [Row(label=title(f.arm), finding=f) for f in findings if f.metric == metric]
    return rows


def draw_forest(findings: Sequence[Finding], layout: Layout = WIDE, ident: str = "forest") -> str:
    """One SVG element: for each finding its interval, estimate, limit and outcome; parity is the upright line at 0.

    Colours come from the page's custom properties by class. A finding without an estimate has a row that says so; a
    bar that leaves the field ends in an arrow, and its figures stand beside it.
    """
    rows = forest_rows(findings)
    scale, ticks = _scale(findings, layout)
    tops, bottom = _tops(rows, layout)
    svg = ET.Element("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "viewBox": f"0 0 {layout.width} {bottom + AXIS_HEIGHT}", "role": "img",
        "class": f"forest {'narrow' if layout.stacked else 'wide'}", "aria-labelledby": f"{ident}-title {ident}-desc",
    })  # fmt: skip
    ET.SubElement(svg, "title", {"id": f"{ident}-title"}).text = "Harm of each finding against its limit"
    ET.SubElement(svg, "desc", {"id": f"{ident}-desc"}).text = _description(findings)
    _axis(svg, scale, ticks, bottom)
    for row, top in zip(rows, tops, strict=True):
        if row.finding is None:
            _text(svg, 0, top + layout.heading - 10, row.label.capitalize(), "heading", "start")
        else:
            _row(svg, row.label, row.finding, scale, layout, top)
    return ET.tostring(svg, encoding="unicode")


def _tops(rows: Sequence[Row], layout: Layout) -> tuple[list[int], int]:
    """Where each row begins, and where the last one ends."""
    tops, top = [], 0
    for row in rows:
        tops.append(top)
        top += layout.heading if row.finding is None else layout.row
    return tops, top


def _scale(findings: Sequence[Finding], layout: Layout) -> tuple[Scale, list[float]]:
    limits = [f.limit for f in findings if f.limit is not None]
    places = [0.0, 0.01, *limits]
    for finding in findings:
        places += [finding.estimate] if finding.estimate is not None else []
        places += [finding.interval.low, finding.interval.high] if finding.interval else []
    # one harm far from all limits must not press the rest of the field together
    largest = max((abs(limit) for limit in limits), default=0.0) or max(map(abs, places))
    low, high = max(min(places), -largest), min(max(places), max(REACH * largest, *limits, 0.01))
    step = _nice((high - low) / 4)
    first, last = math.floor(low / step), math.ceil(high / step)
    scale = Scale(low=first * step, high=last * step, left=layout.left, right=layout.right)
    return scale, [index * step for index in range(first, last + 1)]


def _nice(rough: float) -> float:
    """The least of 1, 2, 2.5, 5 or 10 times a power of ten that is not under `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * (1 - 1e-9))


def _axis(svg: ET.Element, scale: Scale, ticks: Sequence[float], bottom: int) -> None:
    for tick in ticks:
        x = scale(tick)
        kind = "zero" if abs(tick) < 1e-12 else "grid"
        _line(svg, x, 0, x, bottom + 5, kind)
        _text(svg, x, bottom + 20, f"{tick:.4g}".replace("-", "−"), "soft", "middle")
    middle = (scale.left + scale.right) / 2
    _text(svg, middle, bottom + 40, "harm: 0 is parity, further right is worse", "soft", "middle")


def _row(svg: ET.Element, label: str, finding: Finding, scale: Scale, layout: Layout, top: int) -> None:
    group = ET.SubElement(svg, "g", {"class": f"outcome-{finding.outcome or 'none'}"})
    middle = top + (layout.row - 14 if layout.stacked else layout.row / 2)
    sign = f"{SYMBOLS[finding.outcome]} {OUTCOME_WORDS[finding.outcome]}"
    if layout.stacked:
        _text(group, 0, top + 16, _cut(label, 30), "ink", "start")
        _text(group, layout.width, top + 16, sign, "sign", "end")
        _text(group, 0, top + 32, _figures(finding), "soft", "start")
    else:
        _text(group, layout.left - 16, middle + 4, _cut(label, 36), "ink", "end")
        _text(group, layout.right + 16, middle + 4, sign, "sign", "start")
        _text(group, layout.width, middle + 4, _figures(finding), "soft", "end")
    if finding.estimate is not None:
        _bar(group, finding, scale, middle)


def _bar(group: ET.Element, finding: Finding, scale: Scale, y: float) -> None:
    assert finding.estimate is not None
    if finding.interval is not None:
        low, high = scale(finding.interval.low), scale(finding.interval.high)
        _line(group, low, y, high, y, "bar")
        _end(group, scale, finding.interval.low, y)
        _end(group, scale, finding.interval.high, y)
    if finding.limit is not None:
        x = scale(finding.limit)
        _line(group, x, y - 9, x, y + 9, "limit")
    if scale.covers(finding.estimate):
        ET.SubElement(group, "path", {"d": _mark(finding, scale(finding.estimate), y), "class": "mark"})


def _end(group: ET.Element, scale: Scale, harm: float, y: float) -> None:
    """The end of a bar: a stroke, or an arrow where the bar goes on outside the field."""
    x = scale(harm)
    if scale.covers(harm):
        _line(group, x, y - 4, x, y + 4, "bar")
    else:
        # the arrow points to where the harm is, whichever end of the bar that is
        back = 7 if harm < scale.low else -7
        ET.SubElement(group, "path", {"d": f"M{x} {y}l{back} -5v10z", "class": "arrow"})


def _mark(finding: Finding, x: float, y: float) -> str:
    """A circle for pass, a square for fail, a diamond for inconclusive, a triangle for error, a dash otherwise."""
    shapes = {
        "pass": f"M{x - 4.5:.2f} {y}a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z",
        "fail": f"M{x - 4.5:.2f} {y - 4.5}h9v9h-9z",
        "inconclusive": f"M{x} {y - 6}l6 6l-6 6l-6 -6z",
        "error": f"M{x} {y - 6}l6 11h-12z",
    }
    return shapes.get(finding.outcome or "", f"M{x - 5:.2f} {y - 1.5}h10v3h-10z")


def _figures(finding: Finding) -> str:
    if finding.estimate is None:
        return "no estimate"
    if finding.interval is None:
        return f"{signed(finding.estimate)} (no interval)"
    return f"{signed(finding.estimate)} ({span(finding.interval)})"


def _description(findings: Sequence[Finding]) -> str:
    """The whole plot in words; the table of findings has the same figures."""
    rows = [
        f"{title(f.arm)}, {title(f.metric)}: {_figures(f)}, "
        f"{'no limit' if f.limit is None else f'limit {number(f.limit)}'}, {OUTCOME_WORDS[f.outcome]}."
        for f in findings
    ]
    return visible(" ".join([*rows, "The table of findings gives the same figures."]))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _line(parent: ET.Element, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
    ET.SubElement(parent, "line", {"x1": f"{x1}", "y1": f"{y1}", "x2": f"{x2}", "y2": f"{y2}", "class": kind})


def _text(parent: ET.Element, x: float, y: float, content: str, kind: str, anchor: str) -> None:
    place = {"x": f"{x}", "y": f"{y}", "class": kind, "text-anchor": anchor, "font-size": f"{TEXT_SIZE}"}
    ET.SubElement(parent, "text", place).text = visible(content)
