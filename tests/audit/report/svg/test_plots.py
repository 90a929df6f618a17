import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.full import a_waived_finding, some_stages
from tests.audit.verdicts import a_finding, a_mixed_verdict, a_probe, a_verdict

from chartered.audit.report.svg.forest import NARROW, WIDE, draw_forest, plot_height
from chartered.audit.report.svg.trajectories import MOST, draw_stages, drawn_tracks
from chartered.audit.report.trajectory import Point, build_trajectory
from chartered.audit.verdict import Interval


def test_the_plot_has_a_bar_a_limit_and_a_sign_for_each_finding() -> None:
    findings = [f for f in a_mixed_verdict().findings]
    svg = ET.fromstring(draw_forest(findings, WIDE))
    kinds = [element.get("class") for element in svg.iter()]
    assert kinds.count("limit") == kinds.count("mark") == len(findings) and kinds.count("zero") == 1
    assert kinds.count("sign") == len(findings)


def test_a_place_in_the_plot_is_proportional_to_harm() -> None:
    finding = a_finding(estimate=0.05, interval=Interval(low=0.0, high=0.1, level=0.9), limit=0.05)
    svg = ET.fromstring(draw_forest([finding], WIDE))
    bar = next(e for e in svg.iter() if e.get("class") == "bar")
    limit = next(e for e in svg.iter() if e.get("class") == "limit")
    zero = next(e for e in svg.iter() if e.get("class") == "zero")
    low, high = float(bar.get("x1", "")), float(bar.get("x2", ""))
    assert low == float(zero.get("x1", "")) and float(limit.get("x1", "")) == pytest.approx((low + high) / 2, abs=0.02)


def test_a_finding_without_estimate_has_a_row_that_says_so() -> None:
    svg = draw_forest([a_finding(estimate=None, interval=None, outcome="error")], NARROW)
    assert "no estimate" in svg and 'class="bar"' not in svg and "! error" in svg


def test_a_bar_that_leaves_the_field_ends_in_an_arrow_and_keeps_its_figures() -> None:
    far = a_finding(metric="chance_gap", estimate=-0.6, interval=Interval(low=-0.7, high=-0.5, level=0.9), limit=0.0)
    svg = draw_forest([a_finding(), far], WIDE)
    assert svg.count('class="arrow"') == 2 and "−0.600 (−0.700 to −0.500)" in svg
    assert svg.count('class="mark"') == 1


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5), st.floats(-1, 1) | st.none())
def test_every_plot_is_whole_and_every_place_is_inside_it(harms: list[float], limit: float | None) -> None:
    findings = [
        a_finding(arm=f"a{i}", estimate=h, interval=Interval(low=h - 1, high=h + 1, level=0.9), limit=limit)
        for i, h in enumerate(harms)
    ]
    for layout in (WIDE, NARROW):
        for element in ET.fromstring(draw_forest(findings, layout)).iter():
            for name in ("x", "x1", "x2"):
                assert 0 <= float(element.get(name, "0")) <= layout.width


def test_a_waived_finding_says_so_in_the_plot() -> None:
    assert "✕ waived" in draw_forest([a_waived_finding()], WIDE)


def test_the_description_of_a_plot_is_short_enough_to_listen_to() -> None:
    findings = [a_finding(arm=f"a{i}", outcome="fail") for i in range(200)]
    desc = next(e.text or "" for e in ET.fromstring(draw_forest(findings, WIDE)).iter() if e.tag.endswith("desc"))
    assert "200 findings: 200 fail" in desc and "195 more" in desc and len(desc) < 600


def test_the_height_of_a_plot_is_the_one_that_is_drawn() -> None:
    findings = list(a_mixed_verdict().findings)
    box = ET.fromstring(draw_forest(findings, WIDE)).get("viewBox", "").split()
    assert int(box[3]) == plot_height(findings, WIDE)


def test_a_stage_plot_has_a_mark_and_an_interval_for_each_stage_and_one_limit() -> None:
    tracks = build_trajectory(some_stages()).tracks
    for text in draw_stages(tracks):
        kinds = [element.get("class") for element in ET.fromstring(text).iter()]
        assert kinds.count("mark") == kinds.count("bar") == 4 and kinds.count("limit") == 1 and kinds.count("step") == 3


def test_a_stage_without_an_estimate_says_so_and_breaks_the_line() -> None:
    track = build_trajectory(some_stages()).tracks[0]
    gone = Point(stage="cpt", estimate=None, low=None, high=None, n=0, outcome="error")
    text = draw_stages([replace(track, points=(track.points[0], gone, *track.points[2:]))])[0]
    assert text.count('class="step"') == 1 and ">none<" in text


def test_of_many_findings_the_required_and_the_moved_are_drawn() -> None:
    stages = []
    for name, by in (("a", 0.0), ("b", 0.1)):
        findings = [
            a_finding(id=f"p/x{i}/m", arm=f"x{i}", estimate=by if i == 39 else 0.0, required=i >= 10, interval=None)
            for i in range(40)
        ]
        stages.append((name, a_verdict([a_probe(findings)])))
    drawn = [track.id for track in drawn_tracks(build_trajectory(stages))]
    assert len(drawn) == MOST and "p/x39/m" in drawn and "p/x0/m" not in drawn


@given(st.lists(st.floats(-1e6, 1e6) | st.none(), min_size=2, max_size=6))
def test_every_stage_plot_is_whole_and_every_place_is_inside_it(harms: list[float | None]) -> None:
    stages = [
        (f"stage {i}", a_verdict([a_probe([a_finding(estimate=harm, interval=None)])])) for i, harm in enumerate(harms)
    ]
    (text,) = draw_stages(build_trajectory(stages).tracks)
    for element in ET.fromstring(text).iter():
        for name, most in (("x", 300), ("x1", 300), ("x2", 300), ("y", 190), ("y1", 190), ("y2", 190)):
            assert 0 <= float(element.get(name, "0")) <= most
