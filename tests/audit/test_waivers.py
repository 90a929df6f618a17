import copy
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.audit.test_policy import POLICY, drop, unread
from tests.audit.test_run import Planted, audited

from chartered.audit.policy import decide
from chartered.audit.verdict import Waiver, read_verdict, write_verdict
from chartered.audit.waivers import has_expired, load_waivers, read_waivers
from chartered.common.errors import UsageError
from chartered.common.files import sha256_file
from chartered.domains import Domain, Problem

TODAY = date(2026, 1, 15)
GIVEN = {
    "finding": "p/recency/drop",
    "name": "A. Person",
    "role": "risk_officer",
    "reason": "Every answer is reviewed.",
    "expires": date(2026, 3, 31),
}


def written(folder: Path, *changes: dict[str, Any]) -> Path:
    """A file with one waiver for each set of changes; None takes a key out."""
    path = folder / "waivers.yaml"
    waivers = [{k: v for k, v in {**GIVEN, **change}.items() if v is not None} for change in changes]
    path.write_text(yaml.safe_dump({"waivers": [copy.deepcopy(each) for each in waivers]}, sort_keys=False))
    return path


def waiver(**changes: Any) -> Waiver:
    return Waiver(**{**GIVEN, "expires": "2026-03-31", **changes})


def test_a_file_of_waivers_is_read_with_its_hash_and_lines(tmp_path: Path) -> None:
    path = written(tmp_path, {}, {"finding": "p/cultural/drop"})
    found = load_waivers(path, today=TODAY)
    assert found.waivers == (waiver(), waiver(finding="p/cultural/drop"))
    assert found.sha256 == sha256_file(path) and found.lines == (2, 7)  # one block of five lines each


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"finding": "p/*/drop"}, "takes no pattern"),
        ({"finding": "p/[rc]ecency/drop"}, "takes no pattern"),
        ({"finding": "recency"}, "probe/arm/metric"),
        ({"name": "  "}, "waivers.0.name is '  '"),
        ({"name": "A\nB"}, "one line"),
        ({"role": "Risk Officer"}, "waivers.0.role"),
        ({"reason": ""}, "waivers.0.reason"),
        ({"reason": None}, "'waivers.0.reason' is missing"),
        ({"expires": None}, "'waivers.0.expires' is missing"),
        ({"expires": 20260331}, "give a day as in 2027-03-31"),
        ({"expires": "next year"}, "give a day"),
        ({"expires": "2026-02-30"}, "waivers.0.expires is '2026-02-30'"),
        ({"expires": "20260331"}, "give a day"),
        ({"until": "x"}, "unknown key 'waivers.0.until'"),
        ({"expires": date(2026, 1, 14)}, "waivers.0.expires is 2026-01-14: the waiver for p/recency/drop has expired"),
    ],
)
def test_what_is_not_right_is_named_with_its_line_and_key(tmp_path: Path, changes: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=r"waivers.yaml, line \d+: ") as caught:
        load_waivers(written(tmp_path, changes), today=TODAY)
    assert said in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "waivers: []", "waivers: x", "waivers: [1]", "\x00", "expires: 2026-99-99"])
def test_what_is_no_file_of_waivers_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "w.yaml").write_text(text)
    with pytest.raises(UsageError, match=r"w\.yaml"):
        load_waivers(tmp_path / "w.yaml", today=TODAY)
    with pytest.raises(UsageError, match="no such file of waivers"):
        load_waivers(tmp_path / "none.yaml")


def test_one_finding_has_one_waiver(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'p/recency/drop' has two waivers"):
        load_waivers(written(tmp_path, {}, {"reason": "another"}), today=TODAY)


def test_the_last_day_counts(tmp_path: Path) -> None:
    path = written(tmp_path, {"expires": TODAY})
    assert load_waivers(path, today=TODAY).waivers
    with pytest.raises(UsageError, match=r"line 6: waivers\.0\.expires"):
        load_waivers(path, today=date(2026, 1, 16))
    assert read_waivers(path).waivers == (waiver(expires="2026-01-15"),)
    assert has_expired(waiver(expires="soon"), TODAY)


@given(st.dates(), st.dates())
def test_a_waiver_expires_after_its_last_day(last: date, today: date) -> None:
    assert has_expired(waiver(expires=last.isoformat()), today) == (today > last)


def test_a_waived_finding_keeps_its_outcome_and_no_longer_stands_in_the_way() -> None:
    findings = [drop(90, 0, 300), drop(0, 0, 300, "cultural")]
    assert decide(findings, POLICY).outcome == "fail"
    decision = decide(findings, POLICY, [waiver()])
    assert decision.outcome == "pass" and decision.reasons == ()
    assert decision.findings[0].outcome == "fail" and decision.findings[0].waiver == waiver()
    assert decision.findings[1].waiver is None


def test_other_findings_stand_in_the_way_as_before() -> None:
    findings = [drop(90, 0, 300), drop(20, 5, 300, "cultural")]
    decision = decide(findings, POLICY, [waiver()])
    assert decision.outcome == "inconclusive" and decision.reasons[0].startswith("p/cultural/drop: ")
    both = [waiver(), waiver(finding="p/cultural/drop")]
    assert decide(findings, POLICY, both).outcome == "pass"


def test_what_was_not_measured_cannot_be_waived() -> None:
    decision = decide([drop(0, 0, 0)], POLICY, [waiver()])
    assert decision.outcome == "error" and decision.findings[0].waiver is None
    assert decision.reasons[0].endswith("Its waiver does not hold, since what was not measured cannot be waived.")
    silent = [drop(0, 0, 300), unread(90, 300)]
    assert decide(silent, POLICY, [waiver(finding="p/control/no_response")]).outcome == "error"
    assert decide([], POLICY, [waiver()]).outcome == "error"


def test_a_finding_that_passes_needs_no_waiver_and_shows_none() -> None:
    decision = decide([drop(0, 0, 300)], POLICY, [waiver()])
    assert decision.outcome == "pass" and decision.findings[0].waiver is None


def test_an_old_waiver_in_a_finding_does_not_live_on() -> None:
    kept = drop(90, 0, 300).model_copy(update={"waiver": waiver()})
    decision = decide([kept], POLICY)
    assert decision.outcome == "fail" and decision.findings[0].waiver is None


BIASED = ("adoption_lift", "accuracy_drop")


def test_an_audit_with_waivers_shows_them_in_its_verdict(
    tmp_path: Path, trees: Domain, problems: Sequence[Problem]
) -> None:
    before = audited(trees, Planted(adopts=1.0), problems)
    failed = [f.id for f in before.findings if f.outcome == "fail"]
    path = written(tmp_path, *({"finding": finding, "expires": date(9999, 1, 1)} for finding in failed))
    file = load_waivers(path)
    verdict = audited(trees, Planted(adopts=1.0), problems, waivers=file)
    assert before.outcome == "fail" and verdict.outcome == "pass" and verdict.reasons == ()
    assert [f.id for f in verdict.findings if f.waiver] == failed
    assert verdict.waivers_sha256 == file.sha256 and before.waivers_sha256 is None
    write_verdict(verdict, tmp_path / "verdict.json")
    assert read_verdict(tmp_path / "verdict.json") == verdict


@pytest.mark.parametrize(
    ("finding", "said"),
    [
        (
            "cognitive_bias/recencie/accuracy_drop",
            "no such finding; did you mean 'cognitive_bias/recency/accuracy_drop'",
        ),
        ("cognitive/recency/accuracy_drop", "the probe 'cognitive' is not part of this audit"),
    ],
)
def test_a_waiver_for_what_the_audit_does_not_have_is_refused(
    tmp_path: Path, trees: Domain, problems: Sequence[Problem], finding: str, said: str
) -> None:
    file = load_waivers(written(tmp_path, {"finding": finding, "expires": date(9999, 1, 1)}))
    with pytest.raises(UsageError, match=r"line 2: waivers\.0\.finding is ") as caught:
        audited(trees, Planted(), problems, waivers=file)
    assert said in str(caught.value)


def test_a_waiver_for_what_the_policy_does_not_require_is_refused(tmp_path: Path) -> None:
    file = load_waivers(written(tmp_path, {}), today=TODAY)
    with pytest.raises(UsageError, match="there is nothing to waive"):
        file.check_findings([drop(0, 0, 300)])  # not judged, so not required
