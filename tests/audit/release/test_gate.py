"""A stale verdict does not open the gate: other weights (in `test_release.py`), policy, probe, waivers, or too old."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.audit.releases import FINDING, MADE, Workshop, failing
from tests.audit.verdicts import a_finding

from chartered.audit.release.gate import (
    created_on,
    policy_reasons,
    verdict_reasons,
    waiver_file_reasons,
    wording_reasons,
)
from chartered.audit.verdict import Verdict
from chartered.audit.waivers import read_waivers
from chartered.common.errors import ReleaseError


def waived(workshop: Workshop, **changes: Any) -> Verdict:
    """A verdict with one finding over its limit, which the workshop's file of waivers covers."""
    workshop.waive()
    file = read_waivers(workshop.waivers)
    waiver = file.waivers[0].model_copy(update=changes)
    return workshop.verdict(failing(waiver=waiver), waivers_sha256=file.sha256)


def test_another_policy_than_the_one_applied_keeps_the_gate_shut(workshop: Workshop) -> None:
    verdict = workshop.verdict()
    workshop.demand(minimum_n=300)
    with pytest.raises(ReleaseError, match=r"policy\.yaml is not the policy that the verdict was reached under"):
        workshop.release(verdict)


def test_comments_in_the_policy_make_no_other_policy(workshop: Workshop) -> None:
    verdict = workshop.verdict()
    workshop.policy.write_text("# the same in other words\n" + workshop.policy.read_text())
    assert workshop.release(verdict).is_dir()


def test_a_policy_that_is_not_there_or_cannot_be_read_keeps_the_gate_shut(workshop: Workshop) -> None:
    verdict = workshop.verdict()
    assert policy_reasons(verdict, workshop.folder / "none.yaml") == [
        "there is no policy.yaml with the limits that the verdict was reached under"
    ]
    workshop.policy.write_text("name: [")
    assert "not a YAML file" in policy_reasons(verdict, workshop.policy)[0]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"outcome": "inconclusive"}, "is pass under policy.yaml, though the verdict says inconclusive"),
        ({"required": False}, "is pass under policy.yaml"),
        ({"limit": 0.9}, "is pass under policy.yaml"),
        ({"n": 100}, "is inconclusive under policy.yaml, though the verdict says pass"),
        ({"estimate": None, "interval": None}, "is error under policy.yaml"),
        ({"id": "cognitive_bias/recency/other"}, "is not judged under policy.yaml"),
    ],
)
def test_findings_are_judged_again_and_must_come_out_alike(
    workshop: Workshop, changes: dict[str, Any], said: str
) -> None:
    assert said in policy_reasons(workshop.verdict(a_finding(**changes)), workshop.policy)[0]


def test_a_pass_without_a_finding_that_the_policy_requires_is_found(workshop: Workshop) -> None:
    more = {"finding": "demographics/*/flips", "limit": 0.05, "reason": "r"}
    workshop.demand(required=[{"finding": FINDING, "limit": 0.05, "reason": "r"}, more])
    assert "no probe that was run measures it" in policy_reasons(workshop.verdict(), workshop.policy)[0]


def test_another_version_of_a_probe_keeps_the_gate_shut(workshop: Workshop) -> None:
    verdict = workshop.verdict()
    wording = workshop.folder / "wording.yaml"
    given = workshop.domain.probes["cognitive_bias"].read_text()
    wording.write_text(given.replace("patient", "person"))
    other = replace(workshop.domain, probes={"cognitive_bias": wording})
    with pytest.raises(ReleaseError, match=r"another version of the probe cognitive_bias .* audit again"):
        workshop.release(verdict, domain=other)
    wording.write_text(given)
    assert workshop.release(verdict, domain=other).is_dir()


def test_a_probe_that_is_not_installed_or_another_domain_keeps_the_gate_shut(workshop: Workshop) -> None:
    verdict = workshop.verdict()
    gone = verdict.model_copy(update={"probes": (verdict.probes[0].model_copy(update={"probe": "palmistry"}),)})
    assert "there is no probe 'palmistry'" in wording_reasons(gone, workshop.domain)[0]
    other = replace(workshop.domain, name="shrubs")
    assert wording_reasons(verdict, other) == ["the verdict is about the domain 'trees', not 'shrubs'"]
    assert wording_reasons(verdict, workshop.domain) == []


def test_a_verdict_that_is_too_old_keeps_the_gate_shut(workshop: Workshop) -> None:
    workshop.demand(valid_days=30)
    verdict = workshop.verdict()
    with pytest.raises(ReleaseError, match="31 days old and the policy accepts it for 30"):
        workshop.release(verdict, today=MADE + timedelta(days=31))
    assert workshop.release(verdict, today=MADE + timedelta(days=30)).is_dir()


@pytest.mark.parametrize(
    ("created", "day"),
    [
        ("2026-01-15T09:30:00Z", date(2026, 1, 15)),
        ("2026-01-15T23:30:00-05:00", date(2026, 1, 16)),
        ("2026-01-15T09:30:00", date(2026, 1, 15)),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_the_day_of_a_verdict_is_read_in_utc(workshop: Workshop, created: str, day: date | None) -> None:
    verdict = workshop.verdict(created=created)
    assert created_on(verdict) == day
    said = verdict_reasons(verdict, workshop.model, today=MADE)
    assert any("does not say when" in reason for reason in said) == (day is None)


def test_a_waived_finding_opens_the_gate_until_its_waiver_expires(workshop: Workshop) -> None:
    verdict = waived(workshop)
    made = workshop.release(verdict, waivers=workshop.waivers, today=date(2026, 3, 31))
    assert (made / "waivers.yaml").read_bytes() == workshop.waivers.read_bytes()
    with pytest.raises(ReleaseError, match=r"by A\. Person \(risk_officer\) has expired: it held until 2026-03-31"):
        workshop.release(verdict, waivers=workshop.waivers, to="late", today=date(2026, 4, 1))


def test_a_waiver_that_does_not_fit_its_finding_keeps_the_gate_shut(workshop: Workshop) -> None:
    day: dict[str, Any] = {"today": MADE}
    other = waived(workshop, finding="cognitive_bias/cultural/accuracy_drop")
    assert "is for another finding" in verdict_reasons(other, workshop.model, **day)[0]
    unread = waived(workshop)
    probe = unread.probes[0]
    error = probe.findings[0].model_copy(update={"outcome": "error"})
    unread = unread.model_copy(update={"probes": (probe.model_copy(update={"findings": (error,)}),)})
    said = verdict_reasons(unread, workshop.model, **day)
    assert any("what was not measured cannot be waived" in reason for reason in said)
    assert any("did not pass, though the verdict says pass" in reason for reason in said)


def test_the_file_of_waivers_must_be_the_one_that_was_given(workshop: Workshop) -> None:
    verdict = waived(workshop)
    path = workshop.waivers
    assert waiver_file_reasons(verdict, path) == []
    assert "there is no waivers.yaml" in waiver_file_reasons(verdict, None)[0]
    bare = verdict.model_copy(update={"waivers_sha256": None})
    assert "names no file of waivers" in waiver_file_reasons(bare, path)[0]
    assert "has no such waiver" in waiver_file_reasons(waived(workshop, reason="another"), path)[0]
    path.write_text(path.read_text() + "# later\n")
    assert "is not the file of waivers" in waiver_file_reasons(verdict, path)[0]
    path.write_text("waivers: 7")
    assert "waivers.yaml, line 1" in waiver_file_reasons(verdict, path)[0]


def test_waivers_that_the_audit_did_not_know_are_refused_at_release(workshop: Workshop) -> None:
    workshop.waive()
    with pytest.raises(ReleaseError, match="reached without a file of waivers; audit again with it"):
        workshop.release(waivers=workshop.waivers)


def test_a_waiver_does_not_stand_in_for_a_pass_under_the_policy(workshop: Workshop, tmp_path: Path) -> None:
    # the verdict says pass and waives one finding; another, over its limit too, is passed off as pass
    second = failing(id="cognitive_bias/cultural/accuracy_drop", arm="cultural", outcome="pass")
    rule = {"finding": "cognitive_bias/*/accuracy_drop", "limit": 0.05, "reason": "r"}
    workshop.policy.write_text(yaml.safe_dump({**yaml.safe_load(workshop.policy.read_text()), "required": [rule]}))
    verdict = waived(workshop)
    both = workshop.verdict(verdict.findings[0], second, waivers_sha256=verdict.waivers_sha256)
    with pytest.raises(ReleaseError, match="cultural/accuracy_drop is fail under"):
        workshop.release(both, waivers=workshop.waivers)
