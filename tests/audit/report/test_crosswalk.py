import pytest
from pydantic import ValidationError
from tests.audit.full import a_full_verdict
from tests.audit.verdicts import a_finding, a_probe, a_verdict
from tests.paths import ROOT

from chartered.audit.report.crosswalk import Clause, ClauseRow, crosswalk, frameworks
from chartered.audit.report.forms.html import render_html
from chartered.audit.verdict import Verdict

RELEASE = (
    "README.md",
    "policy.yaml",
    "recipe.yaml",
    "manifest.json",
    "manifest.dsse.json",
    "verdict.json",
    "report.html",
)


def row(verdict: Verdict, name: str, shipped: tuple[str, ...] = ()) -> ClauseRow:
    return next(found for found in crosswalk(verdict, shipped) if found.id == name)


def with_probe(name: str, **changes: object) -> Verdict:
    finding = a_finding(id=f"{name}/control/x", probe=name, **changes)
    return a_verdict([a_probe([finding], probe=name)])


def test_every_clause_that_was_looked_up_has_a_row() -> None:
    # 21 rows of NIST AI RMF, 15 of the EU AI Act; SR 11-7 has three parts, of which validation has four
    assert [len(found.clauses) for found in frameworks()] == [21, 15, 6]
    ids = [clause.id for found in frameworks() for clause in found.clauses]
    assert len(ids) == len(set(ids))


def test_each_row_carries_framework_and_version_and_is_worded_as_evidence_or_as_a_gap() -> None:
    for found in crosswalk(a_full_verdict(), RELEASE):
        assert found.framework and found.version and found.asks
        if found.status == "not covered":
            assert found.says.startswith("Gap: ") and not found.where
        else:
            assert found.says.startswith("Evidence toward: ") and found.where


def test_a_row_points_at_a_file_of_the_release() -> None:
    for found in crosswalk(a_full_verdict(), RELEASE):
        assert not found.where or found.where == "the folder" or found.where.split(",")[0].split(" and ")[0] in RELEASE


@pytest.mark.parametrize(
    ("probe", "clause"),
    [
        ("hallucination", "MEASURE 2.6"),
        ("privacy", "MEASURE 2.10"),
        ("capability", "MEASURE 2.3"),
        ("cognitive_bias", "Art. 15(4)"),
        ("cognitive_bias", "Art. 14(4)(b)"),
    ],
)
def test_a_probe_that_was_not_run_or_measured_nothing_makes_its_row_a_gap(probe: str, clause: str) -> None:
    assert row(with_probe(probe), clause).status == "partly"
    assert row(with_probe("company_names"), clause).status == "not covered"
    assert row(with_probe(probe, estimate=None, interval=None), clause).status == "not covered"
    assert f"the probe {probe} was not run" in row(a_verdict([]), clause).says


def test_a_file_that_is_not_there_is_no_evidence() -> None:
    assert row(a_verdict(), "MAP 1.1").status == "not covered"
    assert row(a_verdict(), "MAP 1.1", ("README.md",)).status == "partly"
    assert row(a_verdict(), "MAP 3.3", ("policy.yaml",)).status == "covered"
    assert row(a_verdict(), "Annex IV(2)(g)", ("manifest.json",)).status == "not covered"


def test_groups_roles_and_expiry_come_from_the_verdict() -> None:
    assert row(a_verdict(), "Art. 13(3)(b)(v)").status == "not covered"
    assert row(a_full_verdict(), "Art. 13(3)(b)(v)").status == "partly"
    policy = a_verdict().policy.model_copy(update={"roles": ("risk_officer",), "valid_days": 90})
    signed = a_verdict(policy=policy)
    for clause in ("MEASURE 1.3", "Model validation: independence", "Model validation: ongoing monitoring"):
        assert (row(a_verdict(), clause).status, row(signed, clause).status) == ("not covered", "partly")


def test_what_this_project_cannot_evidence_stays_as_a_gap_whatever_was_run() -> None:
    for clause in ("MEASURE 2.12", "MANAGE 4.1", "Art. 18(1)", "MEASURE 2.13"):
        assert row(a_full_verdict(), clause, RELEASE).status == "not covered"


def test_an_audit_that_measured_nothing_is_evidence_of_next_to_nothing() -> None:
    found = crosswalk(a_verdict([], outcome="error"), ("verdict.json",))
    assert {entry.status for entry in found} == {"not covered"}


def test_nothing_says_that_a_clause_is_met() -> None:
    text = (ROOT / "audit" / "report" / "data" / "crosswalk.yaml").read_text().casefold()
    for word in ("compliant", "compliance", "complies", "fulfil", "satisfies", "unbiased", "debias"):
        assert word not in text
    page = render_html(a_full_verdict())
    assert "not covered" in page and "No row says that a clause is met" in page


def test_evidence_that_nobody_can_look_for_is_refused() -> None:
    with pytest.raises(ValidationError, match="'probe' is not evidence"):
        Clause(id="x", asks="y", evidence="measured + probe", most="partly", gap="z")
