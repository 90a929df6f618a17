import json
import random
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file
from tests.audit.releases import MADE, Workshop, disturbed, failing, files
from tests.paths import POCKET

import chartered.audit
from chartered.audit.release.verify import load_release, verify_release
from chartered.common.errors import ReleaseError, UsageError
from chartered.common.models import weights_sha256

ROLES = ("medical_lead", "risk_officer")


@pytest.fixture
def made(workshop: Workshop) -> Path:
    return workshop.release()


@pytest.fixture
def signed(workshop: Workshop) -> Path:
    """A release with a waiver that two people have signed off."""
    workshop.demand(roles=list(ROLES), valid_days=90)
    workshop.waive()
    verdict = waived(workshop)
    made = workshop.release(verdict, waivers=workshop.waivers)
    for role in ROLES:
        workshop.sign_off(made, role, statement="I have read the report.")
    return made


def waived(workshop: Workshop) -> Any:
    from chartered.audit.waivers import read_waivers

    file = read_waivers(workshop.waivers)
    return workshop.verdict(failing(waiver=file.waivers[0]), waivers_sha256=file.sha256)


def refused(folder: Path, said: str = "does not verify", **given: Any) -> str:
    with pytest.raises(ReleaseError, match=said) as caught:
        verify_release(folder, **{"today": MADE, **given})
    return str(caught.value)


def test_a_release_verifies_and_says_what_it_is(workshop: Workshop, made: Path) -> None:
    found = verify_release(made, workshop.public(), today=MADE)
    # all but manifest, its signature and .gitattributes
    assert found.files == len(list(made.iterdir())) - 3 and found.outcome == "pass" and found.identity_established
    assert found.weights_sha256 == weights_sha256(workshop.model)
    assert json.loads(json.dumps(found.record()))["key_id"] == found.key_id
    assert not verify_release(made, today=MADE).identity_established


def test_a_copy_elsewhere_verifies(workshop: Workshop, signed: Path) -> None:
    shutil.copytree(signed, workshop.folder / "copied" / "here")
    found = verify_release(workshop.folder / "copied" / "here", workshop.public(), today=MADE)
    assert [one.role for one in found.sign_offs] == list(ROLES)


def changes(folder: Path, draw: random.Random, count: int) -> Iterator[str]:
    """That many single changes of a release, one after the other: a byte in a file, or a file's name."""
    listed = files(folder)
    for number in range(count):
        path = listed[number % len(listed)]
        if number % 10 == 9:
            name = disturbed(path.name.encode(), draw).decode("latin-1")
            if "/" in name or "\0" in name or (path.parent / name).exists():
                continue
            other = path.parent / name
            path.rename(other)
            yield f"{path.name} renamed to {other.name!r}"
            other.rename(path)
        else:
            content = path.read_bytes()
            path.write_bytes(disturbed(content, draw))
            yield f"a byte of {path.name}"
            path.write_bytes(content)


@pytest.mark.slow
def test_none_of_a_thousand_changed_bytes_and_names_verifies(workshop: Workshop, signed: Path) -> None:
    count, trust = 0, {role: workshop.public(role) for role in ROLES}
    for what in changes(signed, random.Random(20260115), 1100):
        count += 1
        known: dict[str, Any] = {"public_key": workshop.public(), "trust": trust} if count % 2 else {}
        try:
            verify_release(signed, today=MADE, **known)
        except ReleaseError:
            continue
        pytest.fail(f"verified with {what}")
    assert count >= 1000 and verify_release(signed, workshop.public(), trust=trust, today=MADE).outcome == "pass"


def test_bits_all_over_a_signature_file_count(signed: Path) -> None:
    for path in (signed / "manifest.dsse.json", signed / "sign-offs" / "risk_officer.dsse.json"):
        content = path.read_bytes()
        for at in range(0, len(content), 31):
            changed = bytearray(content)
            changed[at] ^= 1 << (at % 8)
            path.write_bytes(changed)
            refused(signed, path.name)
        path.write_bytes(content)


def test_white_space_in_manifest_or_envelope_is_a_change(signed: Path) -> None:
    for name in ("manifest.json", "manifest.dsse.json", "sign-offs/medical_lead.dsse.json"):
        content = (signed / name).read_bytes()
        for other in (content + b"\n", b" " + content, content.replace(b":", b": ", 1), content.rstrip(b"\n")):
            (signed / name).write_bytes(other)
            refused(signed, name)
        (signed / name).write_bytes(content)


def test_changed_missing_and_added_files_are_all_named(workshop: Workshop, made: Path) -> None:
    (made / "README.md").write_text("better")
    (made / "report.html").unlink()
    (made / "extra.txt").write_text("x")
    said = refused(made, public_key=workshop.public())
    for part in ("README.md was changed", "report.html is missing", "extra.txt was added"):
        assert part in said


@pytest.mark.parametrize(
    "name", ["manifest.json", "manifest.dsse.json", "verdict.json", "model.safetensors", "policy.yaml", "waivers.yaml"]
)
def test_a_release_without_one_of_its_parts_does_not_verify(signed: Path, name: str) -> None:
    (signed / name).unlink()
    refused(signed, f"{name} is missing")


def test_a_link_in_place_of_a_file_is_found(workshop: Workshop, signed: Path) -> None:
    for path in (*files(signed), signed / "sign-offs"):
        path.rename(workshop.folder / "outside")
        path.symlink_to(workshop.folder / "outside")
        refused(signed, f"{path.name}.*symbolic link")
        path.unlink()
        (workshop.folder / "outside").rename(path)
    (signed / "more").symlink_to(workshop.folder)
    refused(signed, "more.*symbolic link")


@pytest.mark.parametrize(
    "name", ["sign-offs/.hidden", "sign-offs/a.txt", "sign-offs/A.dsse.json", "sign-offs/x/a.dsse.json", "a.dsse.json"]
)
def test_nothing_but_sign_offs_may_be_added(signed: Path, name: str) -> None:
    (signed / name).parent.mkdir(exist_ok=True)
    shutil.copy(signed / "sign-offs" / "risk_officer.dsse.json", signed / name)
    refused(signed, f"{name} was added")


def test_a_release_that_another_key_signed_is_told(workshop: Workshop, made: Path) -> None:
    refused(made, "another key signed", public_key=workshop.public("other"))


def test_a_folder_that_is_no_release_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    refused(tmp_path / "empty", r"manifest\.json is missing")
    refused(tmp_path / "absent", "there is no such release")


def test_a_rightly_signed_folder_with_other_weights_does_not_verify(workshop: Workshop, made: Path) -> None:
    save_file({"w": np.zeros(8, dtype=np.float32)}, made / "model.safetensors")
    workshop.reseal(made)
    refused(made, "other weights", public_key=workshop.public())


def test_a_rightly_signed_folder_with_a_failing_verdict_or_code_does_not_verify(workshop: Workshop, made: Path) -> None:
    verdict = json.loads((made / "verdict.json").read_text())
    (made / "verdict.json").write_text(json.dumps(verdict | {"outcome": "fail"}))
    (made / "modeling.py").write_text("print()")
    workshop.reseal(made)
    said = refused(made, public_key=workshop.public())
    assert "the verdict is fail" in said and "modeling.py" in said


def test_a_rightly_signed_verdict_that_does_not_follow_from_its_figures_does_not_verify(
    workshop: Workshop, made: Path
) -> None:
    verdict = json.loads((made / "verdict.json").read_text())
    verdict["probes"][0]["findings"][0] |= {"estimate": 0.2, "interval": {"low": 0.16, "high": 0.24, "level": 0.9}}
    (made / "verdict.json").write_text(json.dumps(verdict))
    workshop.reseal(made)
    refused(made, "accuracy_drop is fail under policy.yaml, though the verdict says pass")


@pytest.mark.parametrize(
    "changed",
    [{"required": [{"finding": "cognitive_bias/*/accuracy_drop", "limit": 0.9, "reason": "r"}]}, {"roles": ["x"]}],
)
def test_a_rightly_signed_folder_with_another_policy_does_not_verify(
    workshop: Workshop, made: Path, changed: dict[str, Any]
) -> None:
    workshop.demand(**changed)
    shutil.copy(workshop.policy, made / "policy.yaml")
    workshop.reseal(made)
    refused(made, "not the policy that the verdict was reached under")


def test_a_rightly_signed_folder_without_a_policy_does_not_verify(workshop: Workshop, made: Path) -> None:
    (made / "policy.yaml").unlink()
    workshop.reseal(made)
    refused(made, "there is no policy.yaml")


def test_a_rightly_signed_folder_without_a_verdict_does_not_verify(workshop: Workshop, made: Path) -> None:
    (made / "verdict.json").unlink()
    workshop.reseal(made)
    refused(made, r"does not verify: verdict\.json is missing\.$")


def test_a_verdict_holds_for_the_days_of_the_policy_and_no_longer(signed: Path) -> None:
    last = MADE + timedelta(days=74)  # the waiver holds until 31 March, 75 days after; the verdict for 90
    assert verify_release(signed, today=last).verdict.policy.valid_days == 90
    assert verify_release(signed, today=date(2026, 3, 31)).outcome == "pass"
    said = refused(signed, today=date(2026, 4, 1))
    assert "has expired: it held until 2026-03-31" in said and "days old" not in said
    said = refused(signed, today=MADE + timedelta(days=91))
    assert "91 days old and the policy accepts it for 90" in said and "has expired" in said


def test_a_verdict_from_the_future_does_not_verify(made: Path) -> None:
    assert verify_release(made, today=MADE - timedelta(days=1)).outcome == "pass"  # clocks differ
    refused(made, "in the future", today=MADE - timedelta(days=2))


def test_by_default_today_is_the_clocks(workshop: Workshop) -> None:
    workshop.demand(valid_days=1)
    made = workshop.release()
    with pytest.raises(ReleaseError, match="days old"):
        verify_release(made)


def test_a_release_is_not_to_be_used_before_every_role_has_signed(workshop: Workshop) -> None:
    workshop.demand(roles=list(ROLES))
    made = workshop.release()
    assert "medical_lead is missing; the sign-off by risk_officer is missing" in refused(made)
    workshop.sign_off(made, "risk_officer")
    refused(made, "the sign-off by medical_lead is missing")
    assert verify_release(made, signed_off=False, today=MADE).missing_roles == ("medical_lead",)
    workshop.sign_off(made, "medical_lead")
    assert verify_release(made, today=MADE).missing_roles == ()


@pytest.mark.slow
def test_a_library_call_hands_out_a_model_that_verifies_and_no_other(workshop: Workshop) -> None:
    shutil.rmtree(workshop.model)
    shutil.copytree(POCKET, workshop.model)
    workshop.demand(roles=["risk_officer"])
    made = workshop.release()
    with pytest.raises(ReleaseError, match="the sign-off by risk_officer is missing"):
        chartered.audit.load_release(made, today=MADE)
    with pytest.raises(ReleaseError, match="the sign-off by risk_officer is missing"):
        verify_release(made, today=MADE, signed_off=False).load()
    workshop.sign_off(made, "risk_officer")
    trust = {"risk_officer": workshop.public("risk_officer")}
    found = load_release(str(made), public_key=workshop.public(), trust=trust, today=MADE)
    model, tokenizer = found.load()
    shutil.rmtree(made)  # what was loaded does not hang on the folder
    ids = tokenizer("A man has a fever.", return_tensors="pt")["input_ids"]
    assert bool(model(ids).logits.isfinite().all())


def test_what_changed_after_it_was_verified_is_not_loaded(workshop: Workshop, made: Path) -> None:
    found = load_release(made, today=MADE)
    (made / "config.json").write_text("{}")
    with pytest.raises(ReleaseError, match=r"out: this release does not verify: config\.json was changed"):
        found.load()


def test_another_release_in_the_same_place_is_not_loaded(workshop: Workshop, made: Path) -> None:
    found = load_release(made, today=MADE)
    (made / "README.md").write_text("another, as rightly signed")
    workshop.reseal(made)
    with pytest.raises(ReleaseError, match="another release was put here"):
        found.load()


def test_a_key_that_is_none_is_told(workshop: Workshop, made: Path) -> None:
    with pytest.raises(UsageError, match="not a public key"):
        load_release(made, trust={"risk_officer": workshop.policy})


def test_what_the_package_does_not_export_is_told_as_python_tells_it() -> None:
    with pytest.raises(AttributeError, match="no attribute 'load_realease'"):
        _ = chartered.audit.load_realease
