import os
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.verdicts import a_finding, a_flip, a_mixed_verdict, a_probe, a_verdict

from chartered.audit.report import palette, words, write_report
from chartered.audit.report.compare import compare_words
from chartered.audit.report.flips import flips_by_arm, side_by_side
from chartered.audit.report.forest import NARROW, WIDE, draw_forest
from chartered.audit.report.html import render_html
from chartered.audit.verdict import Interval, Outcome, read_verdict

HOSTILE = "<script>alert(1)</script>\u202egnp.exe \x00\x07\x1b[31m\x9b & \"' {{ 7 * 7 }} {% raw %} " + "w" * 5000
VOID = {"meta", "br", "hr", "img", "link", "input", "col", "wbr"}


class Page(HTMLParser):
    """The structure of a page: elements with attributes, headings in order, and whether every element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.mismatched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.mismatched.append(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def tags(self, *names: str) -> list[tuple[str, dict[str, str | None]]]:
        return [(tag, attributes) for tag, attributes in self.elements if tag in names]


def test_the_page_says_the_verdict_first_in_words_with_its_reasons() -> None:
    verdict = a_mixed_verdict()
    text = " ".join(Page(render_html(verdict).split("<body>")[1]).text)
    first = [text.index(part) for part in ("Fail", "over its limit", verdict.reasons[0], "What was asked")]
    assert first == sorted(first)


@pytest.mark.parametrize("outcome", ["pass", "fail", "inconclusive", "error"])
def test_every_outcome_has_a_word_and_a_sign_of_its_own(outcome: Outcome) -> None:
    page = render_html(a_verdict(outcome=outcome))
    assert f'aria-hidden="true">{words.SYMBOLS[outcome]}</span>{outcome.capitalize()}</p>' in page
    assert len(set(words.SYMBOLS.values())) == 5


def test_the_page_has_what_was_asked_every_figure_and_how_to_do_it_again() -> None:
    verdict = a_mixed_verdict()
    text = " ".join(" ".join(Page(render_html(verdict)).text).split())
    for part in ("a" * 64, "c" * 64, "400 items asked in 9 arms", "3 (no wrong option to suggest)", "greedy"):
        assert part in text
    assert "--domain medical --policy POLICY.yaml --seed 7" in text
    # false consensus, adoption lift: 0.018 * 6 = 0.108, half-width 0.024, 55 lost, 12 gained
    assert "+0.108" in text and "+0.084 to +0.132" in text and "55 / 12" in text and "< 0.001" in text
    assert "demographics: no probe of it was asked for" in text


def test_nothing_is_loaded_from_a_network_and_nothing_runs() -> None:
    page = Page(render_html(a_mixed_verdict()))
    assert not page.tags("script", "link", "img", "iframe", "object", "embed", "base", "form", "video", "audio")
    for tag, attributes in page.elements:
        assert not any(name.startswith("on") for name in attributes)
        assert "src" not in attributes and "style" not in attributes
        assert tag == "a" or "href" not in attributes
    style = re.search(r"<style>(.*?)</style>", render_html(a_verdict()), re.DOTALL)
    assert style and "url(" not in style[1] and "@import" not in style[1]


def test_text_from_data_and_models_is_escaped_and_its_controls_are_visible() -> None:
    flip = a_flip(
        control_question=HOSTILE,
        treated_question=f"{HOSTILE} more",
        options=(HOSTILE, "b"),
        control_choice=HOSTILE,
        treated_choice="b",
        treated_response=HOSTILE,
        item=HOSTILE,
    )
    finding = a_finding(harm=HOSTILE, reason=HOSTILE, arm=HOSTILE, metric=HOSTILE)
    base = a_verdict()
    verdict = a_verdict(
        [a_probe([finding], [flip], probe=HOSTILE, dropped={HOSTILE: 1})],
        reasons=(HOSTILE,),
        domain=HOSTILE,
        not_measured=(HOSTILE,),
        versions={HOSTILE: HOSTILE},
        respondent=base.respondent.model_copy(update={"name": HOSTILE, "decoding": HOSTILE}),
        policy=base.policy.model_copy(update={"name": HOSTILE}),
    )
    written = render_html(verdict)
    page = Page(written)
    assert not page.tags("script") and "<script" not in written
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", written)
    assert "⟨U+202E⟩" in written and "␀␇␛" in written and "{{ 7 * 7 }}" in written
    assert not page.mismatched and not page.open


def test_a_title_that_tries_to_close_itself_stays_text() -> None:
    base = a_verdict().respondent
    name = "</title><svg onload=alert(1)>"
    page = Page(render_html(a_verdict(respondent=base.model_copy(update={"name": name}))))
    assert not any("onload" in attributes for _, attributes in page.elements)


def test_the_structure_serves_a_screen_reader() -> None:
    page = Page(render_html(a_mixed_verdict()))
    assert not page.mismatched and not page.open
    assert page.tags("html")[0][1]["lang"] == "en" and len(page.tags("title")) == 1 + 2  # the page's and two plots'
    levels = [int(tag[1]) for tag, _ in page.tags("h1", "h2", "h3", "h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(attributes.get("scope") in ("col", "row") for _, attributes in page.tags("th"))
    assert len(page.tags("caption")) == len(page.tags("table"))
    for _, attributes in page.tags("svg"):
        assert attributes["role"] == "img"
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = [i for _, a in page.elements for key in ("aria-labelledby",) for i in (a.get(key) or "").split()]
    links = [(a["href"] or "")[1:] for _, a in page.tags("a") if (a["href"] or "").startswith("#")]
    assert set(named + links) <= set(ids)
    regions = [a for _, a in page.elements if a.get("role") == "region"]
    assert regions and all(a["tabindex"] == "0" and a["aria-labelledby"] for a in regions)


@pytest.mark.parametrize("colours", [palette.LIGHT, palette.DARK])
def test_text_has_the_contrast_of_wcag_aa_by_day_and_by_night(colours: dict[str, str]) -> None:
    for ground in ("paper", "panel"):
        for name in palette.TEXT:
            assert palette.contrast(colours[name], colours[ground]) >= 4.5, (name, ground)
    for ground in ("gone", "new"):
        assert palette.contrast(colours["ink"], colours[ground]) >= 4.5


def test_contrast_is_that_of_wcag() -> None:
    assert palette.contrast("#000000", "#ffffff") == pytest.approx(21)
    # #777777: (0x77 / 255 = 0.4667 -> 0.1845); 1.05 / 0.2345 = 4.478, the known near miss
    assert palette.contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


def test_inserted_words_alone_are_marked() -> None:
    control, treated = compare_words("pain in the arm. What is it?", "pain in the arm. Most say gout. What is it?")
    assert [piece.text for piece in treated if piece.changed] == ["Most say gout. "]
    assert not any(piece.changed for piece in control)


def test_a_replaced_word_is_marked_on_both_sides() -> None:
    control, treated = compare_words("He has his coat", "She has her coat")
    assert [p.text for p in control if p.changed] == ["He", "his"]
    assert [p.text for p in treated if p.changed] == ["She", "her"]


@given(st.text(), st.text())
def test_the_pieces_of_a_side_are_its_text(control: str, treated: str) -> None:
    first, second = compare_words(control, treated)
    assert "".join(p.text for p in first) == control and "".join(p.text for p in second) == treated
    same = ["".join(p.text for p in side if not p.changed) for side in (first, second)]
    assert same[0] == same[1]


def test_two_long_texts_without_a_common_word_are_compared_in_no_time() -> None:
    control, treated = compare_words("a " * 40_000 + "x", "b. " * 40_000)
    assert control[0].changed and treated[0].changed


@given(st.text(st.characters(codec=None)))
def test_visible_text_is_legal_xml_and_can_be_encoded(text: str) -> None:
    shown = words.visible(text)
    element = ET.Element("x")
    element.text = shown
    ET.fromstring(ET.tostring(element, encoding="utf-8"))
    assert words.visible(shown) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0625, "+0.062"),
        (-0.01, "−0.010"),
        (0.0, "0.000"),
        (-0.0001, "0.000"),
        (0.0004, "0.000"),
        (None, "not defined"),
    ],
)
def test_signed_numbers_never_show_a_sign_on_zero(value: float | None, shown: str) -> None:
    assert words.signed(value) == shown


def test_the_right_answer_and_the_target_are_marked_by_text_or_by_letter() -> None:
    by_text = side_by_side(a_flip()).options
    by_letter = side_by_side(a_flip(answer="A", target="B", control_choice="A", treated_choice="B")).options
    assert by_text == by_letter
    assert [(o.letter, o.right, o.target, o.control, o.treated) for o in by_text[:2]] == [
        ("A", True, False, True, False),
        ("B", False, True, False, True),
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "right, then the suggested wrong answer"),
        ({"treated_choice": None}, "right, then no answer"),
        ({"treated_choice": "costochondritis"}, "right, then wrong"),
        ({"control_choice": "costochondritis", "treated_choice": "myocardial infarction"}, "wrong, then right"),
        ({"control_choice": "costochondritis", "treated_choice": "pulmonary embolism"}, "wrong both times"),
        ({"control_choice": None, "treated_choice": "pericarditis"}, "moved to the suggested wrong answer"),
    ],
)
def test_what_a_flip_amounts_to_is_said(changes: dict[str, str | None], said: str) -> None:
    assert side_by_side(a_flip(**changes)).change == said


def test_all_flips_are_shown_up_to_the_bound_and_beyond_it_the_rest_is_counted_and_located() -> None:
    flips = [a_flip(arm="recency", item=f"r{i}") for i in range(300)] + [
        a_flip(arm="cultural", item=f"c{i}") for i in range(20)
    ]
    page = " ".join(Page(render_html(a_verdict([a_probe([a_finding()], flips)]))).text)
    said = " ".join(page.split())
    assert "320 answers differed" in said
    assert "200 are shown, in turn from each arm; the other 120 are in verdict.json" in said and "answers.jsonl" in said
    # taking turns, the arm with 20 shows all, the other the remaining 180
    assert [(a.arm, len(a.shown), a.left_out) for a in flips_by_arm(a_verdict([a_probe([], flips)]))] == [
        ("recency", 180, 120),
        ("cultural", 20, 0),
    ]
    assert "All are shown." in " ".join(" ".join(Page(render_html(a_mixed_verdict())).text).split())


def test_a_verdict_without_probes_has_a_page_too() -> None:
    text = " ".join(Page(render_html(a_verdict([], outcome="error", not_measured=()))).text)
    assert "No probe was carried out." in text and "none was measured" in text


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


def test_the_report_is_three_files_drawn_from_one_verdict(tmp_path: Path) -> None:
    verdict = a_mixed_verdict()
    page = write_report(verdict, tmp_path / "new" / "folder")
    assert sorted(p.name for p in page.parent.iterdir()) == ["junit.xml", "report.html", "verdict.json"]
    assert read_verdict(page.with_name("verdict.json")) == verdict
    assert page.read_text(encoding="utf-8") == render_html(verdict)


CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_a_browser_opens_the_page_and_asks_the_network_for_nothing(tmp_path: Path) -> None:
    assert CHROMIUM is not None
    page, log = write_report(a_mixed_verdict(), tmp_path), tmp_path / "net.json"
    quiet = "disable-gpu disable-quic no-first-run disable-background-networking disable-component-update disable-sync"
    command = [CHROMIUM, "--headless", "--no-sandbox", *(f"--{flag}" for flag in quiet.split())]
    command += [f"--user-data-dir={tmp_path / 'profile'}", f"--log-net-log={log}", "--enable-logging=stderr"]
    done = subprocess.run(
        [*command, "--dump-dom", page.as_uri()], capture_output=True, text=True, timeout=120, check=True, env=os.environ
    )
    assert "Answers that changed" in done.stdout and "CONSOLE" not in done.stderr
    asked = log.read_text(errors="replace")
    assert not [host for host in ("doi.org", "arxiv.org", "w3.org") if host in asked]
