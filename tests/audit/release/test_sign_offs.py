import base64
import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.audit.releases import FINDING, MADE, Workshop, failing

from chartered.audit.release.manifest import sign_off_role
from chartered.audit.release.sign_offs import PAYLOAD_TYPE
from chartered.audit.release.signing import canonical_json, load_private_key, pae, sign
from chartered.audit.release.verify import VerifiedRelease, verify_release
from chartered.audit.waivers import read_waivers
from chartered.common.errors import ReleaseError
from chartered.common.files import sha256_file

OFFICER = "sign-offs/risk_officer.dsse.json"


@pytest.fixture
def made(workshop: Workshop) -> Path:
    workshop.demand(roles=["medical_lead", "risk_officer"])
    return workshop.release()


def verified(made: Path, **given: Any) -> VerifiedRelease:
    return verify_release(made, **{"today": MADE, "signed_off": False, **given})


def payload(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(base64.b64decode(json.loads(path.read_bytes())["payload"]))
    return found


def test_a_sign_off_is_a_signed_in_toto_statement_about_verdict_and_manifest(workshop: Workshop) -> None:
    workshop.demand(roles=["risk_officer"])
    workshop.waive()
    file = read_waivers(workshop.waivers)
    verdict = workshop.verdict(failing(waiver=file.waivers[0]), waivers_sha256=file.sha256)
    made = workshop.release(verdict, waivers=workshop.waivers)
    path = workshop.sign_off(made, "risk_officer", name="A. Person", statement="For pilot use.")
    assert path == made / OFFICER
    envelope, statement = json.loads(path.read_bytes()), payload(path)
    assert envelope["payloadType"] == "application/vnd.in-toto+json"
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert {one["name"]: one["digest"]["sha256"] for one in statement["subject"]} == {
        name: sha256_file(made / name) for name in ("verdict.json", "manifest.json")
    }
    assert statement["predicate"] == {
        "role": "risk_officer",
        "name": "A. Person",
        "date": "2026-01-15",
        "statement": "For pilot use.",
        "policy": {"name": "trees", "sha256": verdict.policy.sha256},
        "waivers": [
            {"finding": FINDING, "name": "A. Person", "role": "risk_officer", "reason": "r", "expires": "2026-03-31"}
        ],
    }
    key = load_private_key(workshop.key("risk_officer")).public_key()
    signed = pae(envelope["payloadType"], base64.b64decode(envelope["payload"]))
    key.verify(base64.b64decode(envelope["signatures"][0]["sig"]), signed)  # raises unless it is right


def test_a_key_that_is_trusted_for_a_role_establishes_who_signed(workshop: Workshop, made: Path) -> None:
    workshop.sign_off(made, "risk_officer")
    trust = {"risk_officer": workshop.public("risk_officer")}
    assert [one.identity_established for one in verified(made).sign_offs] == [False]
    assert [one.identity_established for one in verified(made, trust=trust).sign_offs] == [True]
    with pytest.raises(ReleaseError, match=r"risk_officer\.dsse\.json: another key signed"):
        verified(made, trust={"risk_officer": workshop.public("stranger")})


def test_a_trusted_role_that_has_not_signed_is_missing_whatever_the_policy_says(workshop: Workshop) -> None:
    made = workshop.release()
    with pytest.raises(ReleaseError, match="the sign-off by auditor is missing"):
        verify_release(made, trust={"auditor": workshop.public("auditor")}, today=MADE)


def test_the_sign_off_of_another_role_does_not_count(workshop: Workshop, made: Path) -> None:
    workshop.sign_off(made, "medical_lead")
    shutil.move(made / "sign-offs" / "medical_lead.dsse.json", made / OFFICER)
    with pytest.raises(ReleaseError, match=r"risk_officer\.dsse\.json: it is .* another role, medical_lead"):
        verified(made)


def test_the_sign_off_of_another_release_does_not_count(workshop: Workshop, made: Path) -> None:
    workshop.fill([1.0] * 8)
    other = workshop.release(to="other")
    for folder in (made, other):
        workshop.sign_off(folder, "risk_officer")
    shutil.copy(other / OFFICER, made / OFFICER)
    with pytest.raises(ReleaseError, match=r"risk_officer\.dsse\.json: it is about another release"):
        verified(made)
    shutil.copy(other / "manifest.dsse.json", made / "manifest.dsse.json")
    with pytest.raises(ReleaseError, match=r"manifest\.json was changed"):
        verified(made)


def changed(**given: Any) -> Callable[[dict[str, Any]], None]:
    return lambda statement: statement["predicate"].update(given)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (changed(waivers=[{"finding": "x"}]), "another release, or another verdict, policy or set of waivers"),
        (changed(policy={}), "another verdict, policy"),
        (changed(more="x"), "another release"),
        (changed(name=7), "does not hold a sign-off"),
        (changed(name=""), "a name is one line"),
        (changed(name="A\nB"), "a name is one line"),
        (changed(name="A" * 201), "at most 200"),
        (changed(statement="\x1b[2J"), "a statement is plain text"),
        (changed(date="15.1.2026"), "is not a day"),
        (changed(date="2026-01-17"), "in the future"),
        (changed(date="2026-01-13"), "before the verdict"),
        (changed(role="medical_lead"), "another role"),
        (lambda statement: statement.pop("predicate"), "does not hold a sign-off"),
        (lambda statement: statement.update(_type="x"), "another release"),
        (lambda statement: statement["subject"].pop(), "another release"),
    ],
)
def test_a_rightly_signed_statement_that_says_something_else_is_refused(
    workshop: Workshop, made: Path, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    path = workshop.sign_off(made, "risk_officer")
    statement = payload(path)
    change(statement)
    key = load_private_key(workshop.key("risk_officer"))
    path.write_bytes(canonical_json(sign(canonical_json(statement), PAYLOAD_TYPE, key)))
    with pytest.raises(ReleaseError, match=said):
        verified(made)


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b"[" * 100_000])
def test_what_is_no_sign_off_is_refused(made: Path, content: bytes) -> None:
    (made / "sign-offs").mkdir()
    (made / OFFICER).write_bytes(content)
    with pytest.raises(ReleaseError, match=r"risk_officer\.dsse\.json: "):
        verified(made)


def test_an_envelope_over_something_else_is_refused(workshop: Workshop, made: Path) -> None:
    path = workshop.sign_off(made, "risk_officer")
    key = load_private_key(workshop.key("risk_officer"))
    path.write_bytes(canonical_json(sign(canonical_json(payload(path)), "application/json", key)))
    with pytest.raises(ReleaseError, match="it signs something else"):
        verified(made)


def test_one_key_or_name_in_two_roles_is_refused(workshop: Workshop, made: Path) -> None:
    workshop.sign_off(made, "risk_officer", name="Ann  Example")
    with pytest.raises(ReleaseError, match="one key signed off as risk_officer and medical_lead"):
        workshop.sign_off(made, "medical_lead", name="B. Other", key="risk_officer")
    for same in ("ann example", "ANN EXAMPLE ", "\uff21nn Example"):  # the last has a wide A
        with pytest.raises(ReleaseError, match="one name signed off as"):
            workshop.sign_off(made, "medical_lead", name=same)
    assert [path.name for path in (made / "sign-offs").iterdir()] == ["risk_officer.dsse.json"]


def test_sign_offs_that_were_put_in_by_hand_for_one_person_do_not_verify(workshop: Workshop, made: Path) -> None:
    workshop.sign_off(made, "risk_officer", name="Ann Example")
    path = workshop.sign_off(made, "medical_lead", name="Bo Other")
    statement, key = payload(path), load_private_key(workshop.key("medical_lead"))
    statement["predicate"]["name"] = "ann EXAMPLE"
    path.write_bytes(canonical_json(sign(canonical_json(statement), PAYLOAD_TYPE, key)))
    with pytest.raises(ReleaseError, match="one name signed off as medical_lead and risk_officer"):
        verified(made)


def test_one_person_may_hold_two_roles_where_the_policy_says_so(workshop: Workshop) -> None:
    workshop.demand(roles=["medical_lead", "risk_officer"], distinct_people=False)
    made = workshop.release()
    for role in ("medical_lead", "risk_officer"):
        workshop.sign_off(made, role, name="Ann Example", key="ann")
    assert verified(made, signed_off=True).missing_roles == ()


def test_a_role_that_the_policy_does_not_know_is_refused(workshop: Workshop, made: Path) -> None:
    with pytest.raises(ReleaseError, match=r"the policy has no role 'risk_oficer'; did you mean 'risk_officer'"):
        workshop.sign_off(made, "risk_oficer")
    assert not (made / "sign-offs").exists()


@pytest.mark.parametrize("role", ["Risk", "../x", "", "a/b", "x" * 65, "risk officer"])
def test_what_is_no_role_is_refused_and_nothing_is_written(workshop: Workshop, role: str) -> None:
    made = workshop.release()
    with pytest.raises(ReleaseError, match="is not a role"):
        workshop.sign_off(made, role, key="key")
    assert not (made / "sign-offs").exists() and sign_off_role(f"sign-offs/{role}.dsse.json") is None


def test_a_policy_without_roles_takes_sign_offs_too(workshop: Workshop) -> None:
    made = workshop.release()
    workshop.sign_off(made, "risk_officer")
    assert verify_release(made, today=MADE).record()["sign_offs"][0]["role"] == "risk_officer"


def test_a_sign_off_is_never_overwritten(workshop: Workshop, made: Path) -> None:
    before = workshop.sign_off(made, "risk_officer").read_bytes()
    with pytest.raises(ReleaseError, match="never overwritten"):
        workshop.sign_off(made, "risk_officer", name="Someone Else", key="other")
    assert (made / OFFICER).read_bytes() == before


def test_what_does_not_verify_cannot_be_signed_off(workshop: Workshop, made: Path) -> None:
    with pytest.raises(ReleaseError, match="in the future"):
        workshop.sign_off(made, "risk_officer", today=MADE - timedelta(days=3))
    with pytest.raises(ReleaseError, match="another key signed"):
        workshop.sign_off(made, "risk_officer", public_key=workshop.public("stranger"))
    (made / "README.md").write_text("better")
    with pytest.raises(ReleaseError, match=r"README\.md was changed"):
        workshop.sign_off(made, "risk_officer")
    assert not (made / "sign-offs").exists()
