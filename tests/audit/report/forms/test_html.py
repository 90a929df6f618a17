import re
from itertools import pairwise
from pathlib import Path

import pytest
from tests.audit.full import ARABIC, a_full_verdict, some_stages
from tests.audit.pages import Page
from tests.audit.verdicts import a_finding, a_flip, a_mixed_verdict, a_probe, a_verdict

from chartered.audit.report import formatting, write_report
from chartered.audit.report.forms.html import MOST_BLOCKERS, render_html
from chartered.audit.report.summary import LEADS
from chartered.audit.report.svg import palette
from chartered.audit.report.trajectory import build_trajectory
from chartered.audit.verdict import Outcome, Verdict, read_verdict
from chartered.common.errors import UsageError

HOSTILE = "<script>alert(1)</script>\u202egnp.exe \x00\x07\x1b[31m\x9b & \"' {{ 7 * 7 }} {% raw %} " + "w" * 5000


def full_page() -> str:
    return render_html(a_full_verdict(), build_trajectory(some_stages()))


def test_the_page_says_the_verdict_first_in_words_with_what_blocks_it() -> None:
    verdict = a_mixed_verdict()
    text = Page(render_html(verdict).split("<body>")[1]).said
    first = [text.index(part) for part in ("Fail", "over its limit", "14 required", "What blocks it", "SHA-256 of")]
    assert first == sorted(first)


def test_the_sections_stand_in_the_order_in_which_they_are_read() -> None:
    headings = re.findall(r'<h2[^>]*id="(\w+)"', full_page())
    assert headings == [
        "verdict",
        "asked",
        "limits",
        "groups",
        "trajectory",
        "flips",
        "unmeasured",
        "method",
        "power",
        "crosswalk",
        "again",
    ]


def test_what_blocks_is_told_in_order_and_the_rest_unfolds() -> None:
    findings = [a_finding(id=f"p/a{i}/m", outcome="inconclusive", reason="too few.") for i in range(20)]
    findings.append(a_finding(id="p/worst/m", outcome="fail", reason="over."))
    page = render_html(a_verdict([a_probe(findings)], outcome="fail"))
    assert page.index("p/worst/m") < page.index("p/a0/m")
    assert f"{21 - MOST_BLOCKERS} further reasons" in page and all(f"<code>p/a{i}/m</code>" in page for i in range(20))


@pytest.mark.parametrize("outcome", ["pass", "fail", "inconclusive", "error"])
def test_every_outcome_has_a_word_and_a_sign_of_its_own(outcome: Outcome) -> None:
    page = render_html(a_verdict(outcome=outcome))
    assert f'aria-hidden="true">{formatting.SYMBOLS[outcome]}</span>{outcome.capitalize()}</h2>' in page
    assert len(set(formatting.SYMBOLS.values())) == 5


def test_a_waiver_shows_who_accepts_what_why_and_until_when() -> None:
    text = Page(full_page()).said
    for part in ("Ada Example , risk officer", "Letters only, read by two people.", "2031-03-31", "fail, waived"):
        assert part in text
    assert "1 finding did not pass and is waived by name" in text
    assert "demographics/age/flip_rise Over its limit." not in text  # it blocks nothing


def test_a_pass_by_waiver_does_not_claim_that_every_harm_is_within_its_limit() -> None:
    probe = a_full_verdict().probes[1]
    text = Page(render_html(a_verdict([probe], outcome="pass"))).said
    assert LEADS["pass"] not in text and "waived by the people named below" in text


def test_the_page_has_what_was_asked_every_figure_and_the_versions() -> None:
    text = Page(render_html(a_mixed_verdict())).said
    for part in ("a" * 64, "c" * 64, "400 items asked in 9 arms", "3 (no wrong option to suggest)", "greedy", "2.13.0"):
        assert part in text
    # false consensus, adoption lift: 0.018 * 6 = 0.108, half-width 0.024, 55 lost, 12 gained
    assert "+0.108" in text and "+0.084 to +0.132" in text and "55 / 12" in text and "< 0.001" in text
    assert "demographics: no probe of it was asked for" in text


def test_every_finding_of_every_probe_is_in_a_plot_and_in_a_table() -> None:
    page = render_html(a_full_verdict())
    findings = a_full_verdict().findings
    assert page.count('class="forest wide"') == 2 and page.count('class="forest narrow"') == 2
    assert page.count('class="sign"') - 1 == 2 * len(findings)  # the verdict's own sign is the one more
    assert "hallucination" in page and "not asked, since it needs what was not given: write" in page


def test_groups_that_are_small_are_marked_and_none_is_left_out() -> None:
    text = Page(full_page()).said
    assert text.count("small , inconclusive") == 2
    assert "from 0.500 (women) to 0.700 (men), small groups left aside" in text
    assert "not defined" in text  # the group of none has no rate, and no zero


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("local", "local weights"),
        ("endpoint", "behind an endpoint"),
        ("recorded", "answers recorded elsewhere"),
        ("callable", "a Python function"),
    ],
)
def test_each_kind_of_respondent_is_called_what_it_is(kind: str, said: str) -> None:
    base = a_verdict().respondent
    text = Page(render_html(a_verdict(respondent=base.model_copy(update={"kind": kind})))).said
    assert said in text
    assert ("local weights" in text) == (kind == "local")


def test_answers_that_came_otherwise_than_usual_are_counted_where_it_says_what_was_asked() -> None:
    probe = a_probe(dropped={}, remarks={"kept back by a filter of the endpoint": 3, "sent late": 1})
    text = Page(render_html(a_verdict([probe]))).said
    assert "none left out; 3 answers kept back by a filter of the endpoint; 1 answer sent late" in text


def test_nothing_is_loaded_from_a_network_and_nothing_runs() -> None:
    text = full_page()
    page = Page(text)
    assert not page.tags("script", "link", "img", "iframe", "object", "embed", "base", "form", "video", "audio")
    for tag, attributes in page.elements:
        assert not any(name.startswith("on") for name in attributes)
        assert "src" not in attributes and "style" not in attributes
        assert tag == "a" or "href" not in attributes
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style and "url(" not in style[1] and "@import" not in style[1]


def hostile_verdict() -> Verdict:
    flip = a_flip(
        control_question=HOSTILE,
        treated_question=f"{HOSTILE} more",
        options=(HOSTILE, "b"),
        control_choice=HOSTILE,
        treated_choice="b",
        treated_response=HOSTILE,
        item=HOSTILE,
    )
    waiver = {"finding": "x", "name": HOSTILE, "role": HOSTILE, "reason": HOSTILE, "expires": HOSTILE}
    changes = {"harm": HOSTILE, "reason": HOSTILE, "arm": HOSTILE, "metric": HOSTILE, "method": HOSTILE}
    finding = a_finding(**changes, outcome="fail", waiver=waiver)
    group = {
        "attribute": HOSTILE,
        "group": HOSTILE,
        "metric": HOSTILE,
        "n": 3,
        "rate": 0.1,
        "interval": None,
        "small": True,
    }
    base = a_verdict()
    probe = a_probe([finding], [flip], probe=HOSTILE, dropped={HOSTILE: 1}, groups=(group,), unmet=(HOSTILE,))
    return a_verdict(
        [probe],
        reasons=(HOSTILE,),
        domain=HOSTILE,
        not_measured=(HOSTILE,),
        versions={HOSTILE: HOSTILE},
        respondent=base.respondent.model_copy(update={"name": HOSTILE, "decoding": HOSTILE}),
        policy=base.policy.model_copy(update={"name": HOSTILE}),
        created=HOSTILE,
    )


def test_text_from_data_and_models_is_escaped_and_its_controls_are_visible() -> None:
    verdict = hostile_verdict()
    stages = build_trajectory([(HOSTILE, verdict), ("b", verdict)])
    written = render_html(verdict, stages)
    page = Page(written)
    assert not page.tags("script") and "<script" not in written
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]", written)
    assert "⟨U+202E⟩" in written and "␀␇␛" in written and "{{ 7 * 7 }}" in written
    assert not page.mismatched and not page.open


def test_text_that_reads_from_right_to_left_is_isolated_from_the_text_around_it() -> None:
    page = render_html(a_full_verdict())
    assert f'<p class="text response" dir="auto">{ARABIC}' in page
    assert "<bdi>vignette 0</bdi>" in page


def test_a_title_that_tries_to_close_itself_stays_text() -> None:
    base = a_verdict().respondent
    name = "</title><svg onload=alert(1)>"
    page = Page(render_html(a_verdict(respondent=base.model_copy(update={"name": name}))))
    assert not any("onload" in attributes for _, attributes in page.elements)


def test_the_structure_serves_a_screen_reader() -> None:
    page = Page(full_page())
    assert not page.mismatched and not page.open
    assert page.tags("html")[0][1]["lang"] == "en"
    assert len(page.tags("title")) == 1 + len(page.tags("svg")) == 1 + len(page.tags("desc"))
    assert next(a["href"] for tag, a in page.elements if tag == "a") == "#main" and len(page.tags("main")) == 1
    levels = [int(tag[1]) for tag, _ in page.tags("h1", "h2", "h3", "h4")]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(attributes.get("scope") in ("col", "row") for _, attributes in page.tags("th"))
    assert len(page.tags("caption")) == len(page.tags("table"))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = [i for _, a in page.elements for i in (a.get("aria-labelledby") or "").split()]
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


def test_beyond_the_bound_the_flips_of_an_arm_are_counted_and_located() -> None:
    flips = [a_flip(arm="recency", item=f"r{i}") for i in range(300)] + [
        a_flip(arm="cultural", item=f"c{i}") for i in range(15)
    ]
    said = Page(render_html(a_verdict([a_probe([a_finding()], flips)]))).said
    # 20 of recency and all 15 of cultural
    assert "315 answers differed" in said and "35 together; the other 280 are in verdict.json" in said
    assert "300 answers changed, 20 shown" in said and "280 further answers of this arm" in said
    assert "answers.jsonl" not in said  # a release does not ship it
    assert "All are shown." in Page(render_html(a_mixed_verdict())).said


def test_thousands_of_flips_take_no_room() -> None:
    words_of = [f"word{i % 97}" for i in range(300)]
    flips = [
        a_flip(
            arm=f"arm{i % 60}",
            item=str(i),
            control_question=" ".join(words_of),
            treated_question=" ".join(reversed(words_of)),
        )
        for i in range(6000)
    ]
    page = render_html(a_verdict([a_probe([a_finding()], flips)]))
    assert len(page) < 5_000_000
    assert "6,000 answers differed" in page


def test_the_trajectory_is_on_the_page_as_plots_and_as_a_table() -> None:
    text = full_page()
    assert text.count('class="stages"') == 15  # 14 findings of the mixed verdict and the waived one
    said = Page(text).said
    assert "It grew most at sft (+0.100); the intervals before and after lie apart." in said
    assert 'id="trajectory"' not in render_html(a_full_verdict())


def test_what_was_not_measured_is_listed_with_its_reason() -> None:
    said = Page(full_page()).said
    assert "3 items left out : no wrong option to suggest" in said and "hallucination : not asked" in said
    assert "2 small groups : fewer than 30 items each" in said and "A metric does not capture justice" in said


def test_the_methods_that_were_used_are_explained_and_no_others() -> None:
    said = Page(full_page()).said
    for part in ("(Tango)", "(Wilson)", "Bootstrap", "McNemar", "(Holm)", "intersection-union", "1 − α"):
        assert part in said
    assert "Clopper" not in said and "Newcombe" not in said
    unknown = a_finding(method="tarot, seven cards")
    assert "tarot, seven cards" in Page(render_html(a_verdict([a_probe([unknown])]))).said


def test_a_verdict_without_probes_has_a_page_too() -> None:
    text = Page(render_html(a_verdict([], outcome="error", not_measured=()))).said
    assert "No probe was carried out." in text and "None of the policy's required findings was measured." in text


def test_the_report_is_drawn_from_one_verdict_in_every_form(tmp_path: Path) -> None:
    verdict = a_mixed_verdict()
    page = write_report(verdict, tmp_path / "new" / "folder")
    assert sorted(p.name for p in page.parent.iterdir()) == [
        "junit.xml",
        "report.html",
        "report.md",
        "report.pdf",
        "verdict.json",
    ]
    assert read_verdict(page.with_name("verdict.json")) == verdict
    assert page.read_text(encoding="utf-8") == render_html(verdict)


def test_only_the_forms_asked_for_are_written_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    assert write_report(a_verdict(), tmp_path, formats=["md"]).name == "report.md"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report.md", "verdict.json"]
    with pytest.raises(UsageError, match="no report in the form 'docx'; choose from html, pdf, md, junit"):
        write_report(a_verdict(), tmp_path, formats=["docx"])
