import io
import re
from typing import Any

import pypdf
import pytest
import yaml
from huggingface_hub._eval_results import parse_eval_result_entries
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.audit.full import ARABIC, CHINESE, HEBREW, a_full_verdict, some_stages
from tests.audit.pages import Page
from tests.audit.report.forms.test_html import HOSTILE, hostile_verdict
from tests.audit.verdicts import a_finding, a_flip, a_mixed_verdict, a_probe, a_verdict
from tests.paths import ROOT

from chartered.audit.report.forms.hub import render_eval_results
from chartered.audit.report.forms.markdown import plain, render_markdown
from chartered.audit.report.forms.pdf import _characters, render_pdf
from chartered.audit.report.methods import used_methods
from chartered.audit.report.trajectory import build_trajectory
from chartered.audit.verdict import Verdict
from chartered.common.errors import UsageError


def read(content: bytes) -> tuple[pypdf.PdfReader, str]:
    reader = pypdf.PdfReader(io.BytesIO(content))
    return reader, " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def test_the_pdf_has_the_sections_of_the_page_as_text_that_can_be_selected() -> None:
    _, text = read(render_pdf(a_full_verdict(), build_trajectory(some_stages())))
    places = [
        text.index(part)
        for part in (
            "✕ Fail",
            "What blocks it",
            "Ada Example",
            "What was asked",
            "Findings against their limits",
            "Groups",
            "Trajectory",
            "Answers that changed",
            "What was not measured",
            "Methods",
            "What these items could show",
            "Crosswalk to frameworks",
            "How to reproduce",
            "Seed, versions",
        )
    ]
    assert places == sorted(places)
    assert "+0.108 (+0.084 to +0.132)" in text and "small, inconclusive" in text
    assert "28 further answers: verdict.json" in text  # 30 in the arm age, 2 shown


def test_the_pdf_is_tagged_in_a_language_and_has_a_title() -> None:
    reader, _ = read(render_pdf(a_mixed_verdict()))
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"] and catalog["/StructTreeRoot"]
    assert catalog["/Lang"] == "en" and catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None and reader.metadata.title == "Bias audit of medical-pocket: fail"
    assert b"pdfuaid:part" in catalog["/Metadata"].get_data()


def test_one_verdict_always_gives_the_same_bytes() -> None:
    verdict = a_full_verdict()
    assert render_pdf(verdict) == render_pdf(verdict)


def test_other_scripts_are_there_and_what_the_fonts_lack_is_told() -> None:
    _, text = read(render_pdf(a_full_verdict()))
    for word in (ARABIC.split()[0], HEBREW.split()[0]):
        assert word in text or word[::-1] in text
    assert all(f"U+{ord(character):04X}" in text for character in CHINESE)
    # 2 flips of the arm are shown, each with 4 such characters
    assert "8 characters (4 different ones) are written as code points" in text
    _, plain_text = read(render_pdf(a_mixed_verdict()))
    assert "are written as code points" not in plain_text


def test_the_fonts_have_every_sign_that_the_report_itself_writes() -> None:
    folder = ROOT / "audit" / "report"
    files = [*folder.glob("*.py"), *folder.glob("*.typ"), *(folder / "data").glob("*.yaml")]
    written = set("".join(path.read_text(encoding="utf-8") for path in files)) - set("\n")
    assert {sign for sign in written if ord(sign) not in _characters()} == set()


def test_hostile_text_is_data_to_the_pdf() -> None:
    hostile = '#panic("no") $x$ *b* _i_ `c` <label> @ref \\u{41} ' + HOSTILE[:80]
    flip = a_flip(treated_response=hostile, item=hostile)
    base = a_verdict().respondent.model_copy(update={"name": hostile})
    _, text = read(render_pdf(a_verdict([a_probe([a_finding(harm=hostile)], [flip])], respondent=base)))
    assert text.count('#panic("no") $x$ *b* _i_ `c` <label> @ref') >= 4 and "⟨U+202E⟩" in text
    assert read(render_pdf(hostile_verdict()))[0].pages


@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=60))
def test_any_text_gives_a_pdf(text: str) -> None:
    assert render_pdf(a_verdict([a_probe([a_finding(harm=text, reason=text)], [a_flip(treated_response=text)])]))


def test_a_plot_that_is_taller_than_a_page_is_cut_into_parts() -> None:
    findings = [a_finding(id=f"p/a{i}/m", arm=f"a{i}") for i in range(130)]
    reader, text = read(render_pdf(a_verdict([a_probe(findings)])))
    assert "A129: accuracy drop" in text and len(reader.pages) > 5


def rendered(markdown: str) -> Page:
    return Page(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))


def test_the_markdown_has_verdict_table_of_required_findings_and_counts() -> None:
    verdict = a_full_verdict()
    text = render_markdown(verdict)
    page = rendered(text)
    assert text.startswith("## ✕ Bias audit: fail") and len(page.tags("tr")) == 1 + 15
    assert "15 findings, 42 changed answers, 4 group rates" in page.said
    assert "Ada Example, risk officer, until 2031-03-31" in page.said and "`report.html`" in text
    first = [line for line in text.splitlines() if line.startswith("| ")][1]
    assert first.startswith("| ✕ fail")


def test_nothing_in_the_markdown_reads_as_markup_html_mention_or_link() -> None:
    bad = "a | b\n# h ![x](http://e.vil/x.png) [y](javascript:1) <img src=x> **b** @team https://e.vil `c` \\| ~~s~~"
    finding = a_finding(arm=bad, metric=bad, outcome="fail")
    base = a_verdict().respondent.model_copy(update={"name": bad, "scoring": bad})
    text = render_markdown(a_verdict([a_probe([finding], dropped={bad: 1})], not_measured=(bad,), respondent=base))
    page = rendered(text)
    assert not page.tags("img", "a", "script", "h1") and "@team" not in text and "https://" not in text
    assert len(page.tags("td")) == 6 and "<img" not in text
    assert "<script" not in render_markdown(hostile_verdict())


@given(st.text(st.characters(codec="utf-8")))
def test_plain_text_survives_markdown(text: str) -> None:
    shown = rendered(f"| {plain(text)} |\n|---|\n")
    assert len(shown.tags("th")) == 1 and not shown.tags("a", "em", "strong", "code", "img")


def test_a_long_table_is_cut_where_it_says_so() -> None:
    findings = [a_finding(id=f"p/a{i}/m", arm=f"a{i}") for i in range(70)]
    assert "10 further required findings: see the report." in render_markdown(a_verdict([a_probe(findings)]))


def test_the_entries_for_the_hub_are_read_back_by_its_own_client() -> None:
    verdict = a_mixed_verdict()
    entries = parse_eval_result_entries(yaml.safe_load(render_eval_results(verdict, "me/audit")))
    assert len(entries) == 14 and {entry.dataset_id for entry in entries} == {"me/audit"}
    last = entries[-1]
    assert last.task_id == "cognitive_bias.false_consensus.adoption_lift" and last.value == pytest.approx(0.108)
    assert last.date == verdict.created and last.notes is not None and "limit 0.050, n 400, fail" in last.notes


def test_what_was_not_measured_has_no_entry_for_the_hub() -> None:
    empty = a_verdict([a_probe([a_finding(estimate=None, interval=None), a_finding(required=False)])])
    assert yaml.safe_load(render_eval_results(empty, "me/audit")) == []
    with pytest.raises(UsageError, match="'nowhere' is not a data set of the hub"):
        render_eval_results(empty, "nowhere")


def methods(**changes: object) -> set[str]:
    return {method.key for method in used_methods(a_verdict([a_probe([a_finding(**changes)])])).methods}


@pytest.mark.parametrize(
    ("method", "key"),
    [
        ("Tango score interval, paired", "tango"),
        ("Newcombe hybrid score", "newcombe"),
        ("", "tango"),
        ("Clopper-Pearson", "clopper_pearson"),
        ("cluster bootstrap, BCa, 2000 resamples", "bootstrap"),
    ],
)
def test_a_method_is_known_by_the_words_of_the_finding(method: str, key: str) -> None:
    assert key in methods(method=method)


def test_a_method_that_nothing_used_is_not_explained() -> None:
    found = methods(method="Wilson", lost=None, gained=None, p_value=None)
    assert found == {"wilson", "decision", "union", "needed"}


def test_the_methods_have_references_that_exist() -> None:
    used = used_methods(a_full_verdict())
    assert all(re.search(r"\(\d{4}\)|\(19", reference.text) for reference in used.references)
    verdict: Verdict = a_full_verdict()
    assert {m.key for m in used.methods} >= {"bootstrap", "holm", "tango"} and not used.unexplained, verdict
