"""The commands of the gate, as a person gives them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.audit.releases import Workshop

from chartered.audit import load_release
from chartered.common.errors import ReleaseError
from chartered.domains import Domain

FINDING = "cognitive_bias/recency/accuracy_drop"


def _give(*arguments: object, key: Path | None = None) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "from chartered.cli import main; main()", *map(str, arguments)]
    env = {**os.environ, "HF_HUB_OFFLINE": "1", **({"CHARTERED_KEY": str(key)} if key else {})}
    result = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False, env=env)
    assert "Traceback" not in result.stderr, result.stderr
    return result


@pytest.fixture
def workshop(tmp_path: Path, medical: Domain) -> Workshop:
    return Workshop(tmp_path, medical).set_up()


@pytest.fixture
def medical() -> Domain:
    from chartered.domains import load_domain

    return load_domain("medical")


@pytest.mark.slow
def test_sign_and_verify_in_one_go(workshop: Workshop) -> None:
    workshop.demand(roles=["medical_lead", "risk_officer"])
    made, officer = workshop.release(), workshop.folder / "officer"
    early = _give("verify", made)
    assert early.returncode == 2 and "the sign-off by medical_lead is missing" in early.stderr
    assert _give("keygen", officer).returncode == 0
    signed = _give("sign", made, "--role", "risk_officer", "--name", "A. Person", "--key", officer)
    assert signed.returncode == 0 and "sign-offs/risk_officer.dsse.json" in signed.stdout
    assert "the sign-off by medical_lead is missing" in signed.stdout
    again = _give("sign", made, "--role", "medical_lead", "--name", "B. Other", "--key", officer)
    assert again.returncode == 2 and "one key signed off as" in again.stderr
    made_key = workshop.folder / "own"  # made at its first use
    signed = _give("sign", made, "--role", "medical_lead", "--name", "B. Other", key=made_key)
    assert "signed off by B. Other (medical_lead, " in signed.stdout
    verified = _give("verify", made, "--trust", f"risk_officer={officer}.pub", "--public-key", workshop.public())
    assert verified.returncode == 0 and "establish who signed as medical_lead)" in verified.stdout
    record = json.loads(_give("verify", made, "--json").stdout)
    assert [found["name"] for found in record["sign_offs"]] == ["B. Other", "A. Person"]
    wrong = _give("verify", made, "--trust", f"medical_lead={officer}.pub")
    assert wrong.returncode == 2 and "another key signed" in wrong.stderr


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--trust", "risk_officer"], "give a role and a file"),
        (["--trust", "=x.pub"], "give a role and a file"),
        (["--trust", "a=x.pub", "--trust", "a=y.pub"], "has a key already"),
        (["--trust", "a=none.pub"], "none.pub: there is no such public key"),
    ],
)
def test_a_mistake_in_trust_is_one_sentence(workshop: Workshop, given: list[str], said: str) -> None:
    result = _give("verify", workshop.release(), *given)
    assert result.returncode == 3 and said in result.stderr


POLICY = {
    "name": "lenient", "version": 1, "alpha": 0.2, "minimum_n": 2, "roles": ["risk_officer"], "valid_days": 3650,
    "no_response": {"limit": 1.0, "reason": "r"},
    "required": [
        {"finding": FINDING, "limit": -1.0, "reason": "no model can pass it"},
        {"finding": "cognitive_bias/*/*", "limit": 1.0, "reason": "every model passes it"},
    ],
}  # fmt: skip

WAIVER = {"finding": FINDING, "name": "A. Person", "role": "risk_officer", "reason": "r", "expires": "9999-01-01"}


@pytest.mark.slow
def test_a_run_with_a_waiver_is_released_signed_off_and_loaded(tmp_path: Path) -> None:
    policy, waivers, recipe = (tmp_path / name for name in ("policy.yaml", "waivers.yaml", "recipe.yaml"))
    policy.write_text(yaml.safe_dump(POLICY))
    waivers.write_text(yaml.safe_dump({"waivers": [WAIVER]}))
    audit = {"items": 6, "policy": str(policy), "scoring": "logprob"}
    base = {
        "domain": "medical",
        "threads": 1,
        "data": {"problems": [{"name": "laboratory", "limit": 120}], "heldout": 4},
    }
    run, key = tmp_path / "run", tmp_path / "key"
    recipe.write_text(yaml.safe_dump({**base, "audit": audit}))
    refused = _give("run", recipe, "--output", run, key=key)
    assert refused.returncode == 2 and FINDING in refused.stdout and not (run / "release").exists()
    recipe.write_text(yaml.safe_dump({**base, "audit": {**audit, "waivers": str(waivers)}}))
    passed = _give("run", recipe, "--output", run, key=key)
    assert passed.returncode == 0 and passed.stderr.count("done before") == 3, passed.stderr
    assert "not to be used yet: the sign-off by risk_officer is missing" in passed.stderr
    assert _give("run", recipe, "--output", run, key=key).stderr.count("made before, and verified") == 1
    made = run / "release"
    with pytest.raises(ReleaseError, match="risk_officer is missing"):
        load_release(made)
    assert _give("sign", made, "--role", "risk_officer", "--name", "A. Person", key=key).returncode == 0
    model, tokenizer = load_release(made, public_key=tmp_path / "key.pub").load()
    assert model.config.vocab_size >= len(tokenizer)
    waivers.write_text(yaml.safe_dump({"waivers": [{**WAIVER, "expires": "2020-01-01"}]}))
    late = _give("run", recipe, "--output", run, key=key)
    assert late.returncode == 3 and "line 2: waivers.0.expires is 2020-01-01" in late.stderr
    late = _give("release", run, "--output", tmp_path / "late", key=key)
    assert late.returncode == 2 and "no release of a run that is not done: audit, waivers" in late.stderr
