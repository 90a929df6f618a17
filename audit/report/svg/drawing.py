"""What the plots share: a scale, ticks, lines, texts and the marks of outcomes, as SVG without script or font."""

import math
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

from chartered.audit.report.formatting import visible
from chartered.audit.verdict import Outcome

TEXT_SIZE = 13
REACH = 4.0
"""The field ends at this many times the largest limit on the side of harm, and at once the limit on the other side."""


@dataclass(frozen=True, kw_only=True)
class Scale:
    """Harm to a place; `left` is the place of `low`, and may be the larger one where the axis points up."""

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


def scale_for(
    harms: Sequence[float], limits: Sequence[float], left: float, right: float, steps: int = 4
) -> tuple[Scale, list[float]]:
    """A scale that holds parity, the limits and, as far as `REACH` allows, the harms; and its ticks."""
    places = [0.0, 0.01, *limits, *harms]
    # one harm far from all limits must not press the rest of the field together
    largest = max((abs(limit) for limit in limits), default=0.0) or max(map(abs, places))
    low, high = max(min(places), -largest), min(max(places), max(REACH * largest, *limits, 0.01))
    step = _nice((high - low) / steps)
    first, last = math.floor(low / step), math.ceil(high / step)
    scale = Scale(low=first * step, high=last * step, left=left, right=right)
    return scale, [index * step for index in range(first, last + 1)]


def _nice(rough: float) -> float:
    """The least of 1, 2, 2.5, 5 or 10 times a power of ten that is not under `rough`."""
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= rough * (1 - 1e-9))


def new_drawing(width: int, height: int, kind: str, ident: str, named: str, described: str) -> ET.Element:
    """An SVG element with its title and description for those who do not see it."""
    svg = ET.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width} {height}",
            "role": "img",
            "class": kind,
            "aria-labelledby": f"{ident}-title {ident}-desc",
        },
    )
    ET.SubElement(svg, "title", {"id": f"{ident}-title"}).text = visible(named)
    ET.SubElement(svg, "desc", {"id": f"{ident}-desc"}).text = visible(described)
    return svg


def add_line(parent: ET.Element, x1: float, y1: float, x2: float, y2: float, kind: str) -> None:
    """A straight line."""
    ET.SubElement(parent, "line", {"x1": f"{x1}", "y1": f"{y1}", "x2": f"{x2}", "y2": f"{y2}", "class": kind})


def add_text(parent: ET.Element, x: float, y: float, content: str, kind: str, anchor: str) -> None:
    """One line of text; `anchor` is start, middle or end."""
    place = {"x": f"{x}", "y": f"{y}", "class": kind, "text-anchor": anchor, "font-size": f"{TEXT_SIZE}"}
    ET.SubElement(parent, "text", place).text = visible(content)


def add_mark(parent: ET.Element, outcome: Outcome | None, x: float, y: float) -> None:
    """A circle for pass, a square for fail, a diamond for inconclusive, a triangle for error, a dash otherwise."""
    shapes = {
        "pass": f"M{x - 4.5:.2f} {y}a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z",
        "fail": f"M{x - 4.5:.2f} {y - 4.5:.2f}h9v9h-9z",
        "inconclusive": f"M{x} {y - 6:.2f}l6 6l-6 6l-6 -6z",
        "error": f"M{x} {y - 6:.2f}l6 11h-12z",
    }
    shape = shapes.get(outcome or "", f"M{x - 5:.2f} {y - 1.5:.2f}h10v3h-10z")
    ET.SubElement(parent, "path", {"d": shape, "class": "mark"})


def tick_label(tick: float) -> str:
    """A tick's number, with a true minus sign."""
    return f"{tick + 0.0:.4g}".replace("-", "−")


def is_zero(tick: float) -> bool:
    """Whether a tick is parity, up to rounding."""
    return abs(tick) < 1e-12
