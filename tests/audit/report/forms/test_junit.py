import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.verdicts import a_finding, a_mixed_verdict, a_probe, a_verdict

from chartered.audit.report.forms.junit import render_junit
from chartered.audit.verdict import Outcome


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text.encode())


def case(outcome: Outcome | None, **changes: object) -> ET.Element:
    verdict = a_verdict([a_probe([a_finding(outcome=outcome, **changes)])])
    return parsed(render_junit(verdict)).findall("testsuite/testcase")[1]


@pytest.mark.parametrize(
    ("outcome", "element"), [("fail", "failure"), ("inconclusive", "error"), ("error", "error"), ("pass", None)]
)
def test_only_a_pass_reads_as_a_pass(outcome: Outcome, element: str | None) -> None:
    found = [child.tag for child in case(outcome) if child.tag != "system-out"]
    assert found == ([element] if element else [])


def test_a_finding_that_was_not_judged_is_skipped_and_a_required_one_is_an_error() -> None:
    assert case(None, required=False, limit=None).find("skipped") is not None
    assert case(None, required=True).find("error") is not None


@pytest.mark.parametrize("outcome", ["fail", "inconclusive", "error"])
def test_an_audit_that_measured_nothing_is_never_green(outcome: Outcome) -> None:
    root = parsed(render_junit(a_verdict([], outcome=outcome, reasons=("Nothing was measured.",))))
    assert int(root.get("failures", "")) + int(root.get("errors", "")) == 1


def test_the_counts_are_those_of_the_cases() -> None:
    verdict = a_mixed_verdict()
    root = parsed(render_junit(verdict))
    outcomes = [finding.outcome for finding in verdict.findings]
    # one more case, the verdict, which fails
    assert root.get("tests") == str(len(outcomes) + 1)
    assert root.get("failures") == str(outcomes.count("fail") + 1)
    assert root.get("errors") == str(outcomes.count("inconclusive"))


def test_a_case_names_its_finding_and_gives_its_figures() -> None:
    found = case("fail", estimate=0.1, harm="right answers lost")
    failure = found.find("failure")
    assert found.get("classname") == "chartered.audit.cognitive_bias" and found.get("name") == "recency/accuracy_drop"
    assert failure is not None and "right answers lost: estimate +0.100" in (failure.get("message") or "")


@given(st.text(st.characters(codec="utf-8")))
def test_any_text_gives_legal_xml(text: str) -> None:
    finding = a_finding(outcome="fail", harm=text, arm=text, metric=text, reason=text)
    parsed(render_junit(a_verdict([a_probe([finding], probe=text)], reasons=(text,), created=text)))
