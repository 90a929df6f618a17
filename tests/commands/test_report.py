import json
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner
from tests.audit.full import a_full_verdict, some_stages
from tests.audit.pages import Page
from tests.audit.verdicts import a_finding, a_probe, a_verdict

from chartered.audit.report.forms.comparison import pair_html, pair_verdicts
from chartered.audit.verdict import Interval, write_verdict
from chartered.cli import cli
from chartered.commands.report import compare_files, draw_report
from chartered.common.errors import AuditError, UsageError


@pytest.fixture
def verdicts(tmp_path: Path) -> Path:
    """Verdicts of four stages, each in a folder of its name, and the last one's report folder."""
    for name, verdict in some_stages():
        write_verdict(verdict, tmp_path / name / "verdict.json")
    return tmp_path


def test_the_report_is_drawn_beside_the_verdict_in_all_forms(verdicts: Path) -> None:
    done = CliRunner().invoke(cli, ["report", str(verdicts / "rl" / "verdict.json")], catch_exceptions=False)
    assert [Path(line).name for line in done.output.split()] == ["report.html", "report.pdf", "report.md", "junit.xml"]
    assert all(Path(line).is_file() for line in done.output.split())


def test_only_the_forms_named_are_written(verdicts: Path, tmp_path: Path) -> None:
    arguments = [str(verdicts / "rl" / "verdict.json"), "--format", "md, html", "--output", str(tmp_path / "out")]
    CliRunner().invoke(cli, ["report", *arguments], catch_exceptions=False)
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["report.html", "report.md", "verdict.json"]


@pytest.mark.parametrize("given", ["docx", "", ",", "html,docx"])
def test_an_unknown_form_is_told_with_those_that_there_are(verdicts: Path, given: str) -> None:
    with pytest.raises(UsageError, match="choose from html, pdf, md, junit"):
        draw_report(verdicts / "rl" / "verdict.json", output=None, formats=given, stages=(), eval_results=None)


def test_a_trajectory_is_drawn_from_files_named_by_folder_or_by_hand(verdicts: Path) -> None:
    stages = [str(verdicts / "base" / "verdict.json"), f"after sft={verdicts / 'sft' / 'verdict.json'}"]
    stages.append(str(verdicts / "rl" / "verdict.json"))
    arguments = [part for stage in stages for part in ("--trajectory", stage)]
    command = ["report", stages[-1], *arguments, "--format", "html"]
    assert CliRunner().invoke(cli, command, catch_exceptions=False).exit_code == 0
    text = Page((verdicts / "rl" / "report.html").read_text()).said
    assert "The same audit over 3 stages: base , after sft , rl" in text


def test_a_trajectory_without_the_verdict_itself_is_refused(verdicts: Path) -> None:
    stages = tuple(str(verdicts / name / "verdict.json") for name in ("base", "sft"))
    with pytest.raises(UsageError, match="base, sft does not contain this verdict"):
        draw_report(verdicts / "rl" / "verdict.json", output=None, formats="html", stages=stages, eval_results=None)


def test_results_for_the_hub_are_written_where_it_looks_for_them(verdicts: Path) -> None:
    command = ["report", str(verdicts / "rl" / "verdict.json"), "--format", "md", "--eval-results", "me/audit"]
    CliRunner().invoke(cli, command, catch_exceptions=False)
    assert len(yaml.safe_load((verdicts / "rl" / ".eval_results" / "chartered.yaml").read_text())) == 15


def test_files_beside_a_report_count_as_evidence_only_in_a_release(verdicts: Path) -> None:
    verdict = verdicts / "rl" / "verdict.json"

    def card_row() -> str:
        draw_report(verdict, output=None, formats="html", stages=(), eval_results=None)
        text = Page((verdicts / "rl" / "report.html").read_text()).said
        return text[text.index("MAP 1.1") : text.index("MAP 2.2")]

    (verdicts / "rl" / "README.md").write_text("any")
    assert "not covered" in card_row()
    (verdicts / "rl" / "manifest.json").write_text("{}")
    assert "partly" in card_row()


def test_two_audits_stand_side_by_side_as_text(verdicts: Path) -> None:
    done = CliRunner().invoke(
        cli, ["compare", *(str(verdicts / name / "verdict.json") for name in ("cpt", "sft"))], catch_exceptions=False
    )
    assert done.output.startswith("A  FAIL  cpt") and "not the same" not in done.output
    (line,) = [row for row in done.output.splitlines() if row.startswith("demographics/age/flip_rise")]
    # 0.09 and 0.09 + 0.1
    assert "+0.090" in line and "+0.190" in line and line.endswith("+0.100, intervals apart")


def test_two_audits_that_were_not_the_same_are_shown_with_what_differed(tmp_path: Path) -> None:
    other = a_full_verdict().model_copy(update={"seed": 8, "domain": "law"})
    write_verdict(a_full_verdict(), tmp_path / "a.json")
    write_verdict(other, tmp_path / "b.json")
    text = compare_files(tmp_path / "a.json", tmp_path / "b.json", as_json=False, html=None)
    assert "not the same (the domain, the seed): compare with care" in text and "the seed: 7 | 8" in text
    found = json.loads(compare_files(tmp_path / "a.json", tmp_path / "b.json", as_json=True, html=None))
    assert found["differences"][0] == {"what": "the domain", "first": "medical", "second": "law"}
    assert found["findings"][0]["change"] == 0.0 and len(found["findings"]) == 15


def test_a_finding_of_one_audit_alone_stays_in_the_comparison() -> None:
    one = a_verdict([a_probe([a_finding()])])
    two = a_verdict([a_probe([a_finding(id="p/x/m"), a_finding(estimate=None, interval=None)])])
    rows = {row.id: row.in_words for row in pair_verdicts(one, two).rows}
    assert rows == {"cognitive_bias/recency/accuracy_drop": "not measured in both", "p/x/m": "only in B"}
    assert "only in A" in [row.in_words for row in pair_verdicts(two, one).rows]


def test_the_page_of_two_audits_is_whole_and_escapes_what_it_shows(tmp_path: Path) -> None:
    bad = "<script>alert(1)</script>\u202e"
    who = a_verdict().respondent.model_copy(update={"name": bad})
    odd = a_verdict(
        [a_probe([a_finding(id=f"{bad}/a/b", interval=Interval(low=0, high=1, level=0.9))])], respondent=who
    )
    page = Page(pair_html(pair_verdicts(odd, a_full_verdict())))
    assert not page.mismatched and not page.open and not page.tags("script")
    assert len(page.tags("caption")) == len(page.tags("table")) == 2
    write_verdict(odd, tmp_path / "a.json")
    where = compare_files(tmp_path / "a.json", tmp_path / "a.json", as_json=False, html=tmp_path / "pair.html")
    assert where == str(tmp_path / "pair.html") and "Yes: domain, policy" in (tmp_path / "pair.html").read_text()


def test_a_file_that_is_no_verdict_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("{}")
    with pytest.raises(AuditError, match="not a verdict"):
        compare_files(tmp_path / "a.json", tmp_path / "a.json", as_json=False, html=None)
