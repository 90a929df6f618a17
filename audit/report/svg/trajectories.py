"""The trajectory as small plots, one for each finding, all of one metric to one scale."""

import xml.etree.ElementTree as ET
from collections.abc import Sequence
from itertools import pairwise

from chartered.audit.report.formatting import OUTCOME_WORDS, cut, number, sentence, signed, title
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
from chartered.audit.report.trajectory import Point, Track, Trajectory

WIDTH, HEIGHT = 300, 190
LEFT, RIGHT, TOP, BOTTOM = 52, 290, 40, 160
MOST = 24
"""Findings that are drawn at most; the table has all."""


def drawn_tracks(trajectory: Trajectory) -> tuple[Track, ...]:
    """The findings that are drawn: required ones first, and among them those that changed most."""

    def reach(track: Track) -> float:
        known = [point.estimate for point in track.points if point.estimate is not None]
        return max(known) - min(known) if known else -1.0

    ranked = sorted(trajectory.tracks, key=lambda track: (not track.required, -reach(track)))
    kept = {track.id for track in ranked[:MOST]}
    return tuple(track for track in trajectory.tracks if track.id in kept)


def draw_stages(tracks: Sequence[Track]) -> list[str]:
    """An SVG element for each finding: estimate and interval at every stage, the limit, and parity at 0."""
    scales = {metric: _scale([t for t in tracks if t.metric == metric]) for metric in {t.metric for t in tracks}}
    return [_panel(track, *scales[track.metric], f"stage-{index}") for index, track in enumerate(tracks)]


def _scale(tracks: Sequence[Track]) -> tuple[Scale, list[float]]:
    points = [point for track in tracks for point in track.points]
    harms = [harm for p in points for harm in (p.estimate, p.low, p.high) if harm is not None]
    limits = [track.limit for track in tracks if track.limit is not None]
    return scale_for(harms, limits, BOTTOM, TOP, steps=3)


def _panel(track: Track, scale: Scale, ticks: Sequence[float], ident: str) -> str:
    named = f"{title(track.arm)}, {title(track.metric)} over the stages"
    svg = new_drawing(WIDTH, HEIGHT, "stages", ident, named, describe(track))
    add_text(svg, 0, 15, sentence(cut(f"{title(track.arm)}: {title(track.metric)}", 40)), "heading", "start")
    for tick in ticks:
        add_line(svg, LEFT, scale(tick), RIGHT, scale(tick), "zero" if is_zero(tick) else "grid")
        add_text(svg, LEFT - 6, scale(tick) + 4, tick_label(tick), "soft", "end")
    if track.limit is not None:
        add_line(svg, LEFT, scale(track.limit), RIGHT, scale(track.limit), "limit")
    places = _places(len(track.points))
    _steps(svg, places, track.points, scale)
    for x, point in zip(places, track.points, strict=True):
        add_text(svg, x, BOTTOM + 20, cut(point.stage, max(4, 34 // len(places))), "soft", "middle")
        _point(svg, x, point, scale)
    return ET.tostring(svg, encoding="unicode")


def _places(count: int) -> list[float]:
    room = (RIGHT - LEFT) / count
    return [round(LEFT + room * (index + 0.5), 2) for index in range(count)]


def _steps(svg: ET.Element, places: Sequence[float], points: Sequence[Point], scale: Scale) -> None:
    """A line from each stage to the next, where both have an estimate."""
    for (x, point), (next_x, after) in pairwise(zip(places, points, strict=True)):
        if point.estimate is not None and after.estimate is not None:
            add_line(svg, x, scale(point.estimate), next_x, scale(after.estimate), "step")


def _point(svg: ET.Element, x: float, point: Point, scale: Scale) -> None:
    group = ET.SubElement(svg, "g", {"class": f"outcome-{point.outcome or 'none'}"})
    if point.estimate is None:
        add_text(group, x, BOTTOM - 6, "none", "soft", "middle")
        return
    if point.low is not None and point.high is not None:
        add_line(group, x, scale(point.low), x, scale(point.high), "bar")
    # an estimate outside the field is drawn at its edge, and the table has the figure
    add_mark(group, point.outcome, x, scale(point.estimate))


def describe(track: Track) -> str:
    """A finding's way through the stages, in words."""
    stages = "; ".join(f"{p.stage} {signed(p.estimate)}, {OUTCOME_WORDS[p.outcome]}" for p in track.points)
    limit = "no limit" if track.limit is None else f"limit {number(track.limit)}"
    return f"{stages}; {limit}. {origin(track)}"


def origin(track: Track) -> str:
    """Where the harm grew most, in words that do not say more than the intervals do."""
    if sum(point.estimate is not None for point in track.points) < 2:
        return "It was not measured at two stages."
    if track.rise is None:
        return "It did not grow at any stage."
    stage, amount = track.rise
    apart = (
        "the intervals before and after lie apart" if track.rise_is_apart else "the intervals before and after overlap"
    )
    return f"It grew most at {stage} ({signed(amount)}); {apart}."
