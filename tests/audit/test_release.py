import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file
from tests.audit.verdicts import a_finding, a_probe, a_verdict

from chartered.audit.card import CardFacts
from chartered.audit.manifest import canonical_json, manifest_bytes
from chartered.audit.release import PAYLOAD_TYPE, release, verify_release
from chartered.audit.report import write_report
from chartered.audit.signing import load_private_key, make_key, sign
from chartered.audit.verdict import Verdict
from chartered.domains.errors import ReleaseError
from chartered.domains.weights import weights_sha256

FACTS = CardFacts(name="trees", base_model="pocket", domain="trees", licence="apache-2.0")
Make = Callable[..., Path]


def make_model(folder: Path) -> Path:
    folder.mkdir()
    save_file({"w": np.arange(8, dtype=np.float32)}, folder / "model.safetensors")
    (folder / "config.json").write_text('{"model_type": "llama"}')
    (folder / "tokenizer.json").write_text("{}")
    return folder


def verdict_for(model: Path, **changes: Any) -> Verdict:
    verdict = a_verdict(**changes)
    info = verdict.respondent.model_copy(update={"sha256": weights_sha256(model)})
    return verdict.model_copy(update={"respondent": info})


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return make_model(tmp_path / "model")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    make_key(tmp_path / "key")
    return tmp_path / "key"


@pytest.fixture
def make(tmp_path: Path, model: Path, key: Path) -> Make:
    """Makes a release of the model for a verdict, a passing one unless given."""

    def made(verdict: Verdict | None = None, *, extra: dict[str, Path] | None = None) -> Path:
        write_report(verdict or verdict_for(model), tmp_path / "audit")
        path = tmp_path / "audit" / "verdict.json"
        return release(model, path, tmp_path / "out", key=load_private_key(key), facts=FACTS, extra=extra)

    return made


@pytest.fixture
def made(make: Make) -> Path:
    return make()


def public(key: Path) -> Path:
    return key.with_name("key.pub")


def nothing_was_left(folder: Path) -> bool:
    return not (folder / "out").exists() and not list(folder.glob(".out.*"))


def test_a_release_holds_what_is_needed_and_verifies(made: Path, key: Path, model: Path) -> None:
    assert sorted(path.name for path in made.iterdir()) == [
        "README.md", "config.json", "junit.xml", "manifest.dsse.json", "manifest.json", "model.safetensors",
        "report.html", "tokenizer.json", "verdict.json",
    ]  # fmt: skip
    found = verify_release(made, public(key))
    assert found.files == 7 and found.outcome == "pass" and found.identity_established
    assert found.weights_sha256 == weights_sha256(model)
    assert json.loads(json.dumps(found.record()))["key_id"] == found.key_id


def test_without_a_public_key_the_signer_is_not_established(made: Path) -> None:
    assert not verify_release(made).identity_established


def test_a_copy_elsewhere_verifies(made: Path, key: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "copied" / "here")
    assert verify_release(tmp_path / "copied" / "here", public(key)).files == 7


@pytest.mark.parametrize("known", [True, False])
def test_no_single_changed_byte_anywhere_verifies(made: Path, key: Path, known: bool) -> None:
    draw = random.Random(20260115)
    files = sorted(made.iterdir())
    for number in range(200):
        path = files[number % len(files)]
        content = path.read_bytes()
        at = draw.randrange(len(content))
        changed = bytearray(content)
        changed[at] ^= draw.randrange(1, 256)
        path.write_bytes(changed)
        with pytest.raises(ReleaseError, match="does not verify"):
            verify_release(made, public(key) if known else None)
        path.write_bytes(content)
    assert verify_release(made, public(key)).files == 7


def test_every_single_bit_of_the_signature_file_counts(made: Path) -> None:
    path = made / "manifest.dsse.json"
    content = path.read_bytes()
    for at in range(0, len(content), 7):
        changed = bytearray(content)
        changed[at] ^= 1 << (at % 8)
        path.write_bytes(changed)
        with pytest.raises(ReleaseError):
            verify_release(made)


def test_white_space_in_manifest_or_envelope_is_a_change(made: Path) -> None:
    for name in ("manifest.json", "manifest.dsse.json"):
        content = (made / name).read_bytes()
        for other in (content + b"\n", b" " + content, content.replace(b":", b": ", 1), content.rstrip(b"\n")):
            (made / name).write_bytes(other)
            with pytest.raises(ReleaseError, match=name):
                verify_release(made)
        (made / name).write_bytes(content)


def test_changed_missing_and_added_files_are_all_named(made: Path, key: Path) -> None:
    (made / "README.md").write_text("better")
    (made / "report.html").unlink()
    (made / "extra.txt").write_text("x")
    with pytest.raises(ReleaseError) as caught:
        verify_release(made, public(key))
    for part in ("README.md was changed", "report.html is missing", "extra.txt was added"):
        assert part in str(caught.value)


@pytest.mark.parametrize("name", ["manifest.json", "manifest.dsse.json", "verdict.json", "model.safetensors"])
def test_a_release_without_one_of_its_parts_does_not_verify(made: Path, name: str) -> None:
    (made / name).unlink()
    with pytest.raises(ReleaseError, match=f"{name} is missing"):
        verify_release(made)


def test_a_link_in_place_of_a_file_is_found(made: Path, tmp_path: Path) -> None:
    for name in ("README.md", "manifest.json", "manifest.dsse.json"):
        (made / name).rename(tmp_path / name)
        (made / name).symlink_to(tmp_path / name)
        with pytest.raises(ReleaseError, match=f"{name}.*symbolic link"):
            verify_release(made)
        (made / name).unlink()
        (tmp_path / name).rename(made / name)


def test_a_release_that_another_key_signed_is_told(made: Path, tmp_path: Path) -> None:
    make_key(tmp_path / "other")
    with pytest.raises(ReleaseError, match="another key signed"):
        verify_release(made, tmp_path / "other.pub")


def test_a_folder_that_is_no_release_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReleaseError, match=r"manifest\.json is missing"):
        verify_release(tmp_path / "empty")
    with pytest.raises(ReleaseError, match="there is no such release"):
        verify_release(tmp_path / "absent")


def resealed(folder: Path, key: Path) -> None:
    """Sign a folder as it is, as someone would who has a key and no scruples."""
    from chartered.audit.manifest import build_manifest

    content = manifest_bytes(build_manifest(folder))
    (folder / "manifest.json").write_bytes(content)
    (folder / "manifest.dsse.json").write_bytes(canonical_json(sign(content, PAYLOAD_TYPE, load_private_key(key))))


def test_a_rightly_signed_folder_with_other_weights_does_not_verify(made: Path, key: Path) -> None:
    save_file({"w": np.zeros(8, dtype=np.float32)}, made / "model.safetensors")
    resealed(made, key)
    with pytest.raises(ReleaseError, match="other weights"):
        verify_release(made, public(key))


def test_a_rightly_signed_folder_with_a_failing_verdict_or_code_does_not_verify(made: Path, key: Path) -> None:
    verdict = json.loads((made / "verdict.json").read_text())
    (made / "verdict.json").write_text(json.dumps(verdict | {"outcome": "fail"}))
    (made / "modeling.py").write_text("print()")
    resealed(made, key)
    with pytest.raises(ReleaseError) as caught:
        verify_release(made, public(key))
    assert "the verdict is fail" in str(caught.value) and "modeling.py" in str(caught.value)


@pytest.mark.parametrize("outcome", ["fail", "inconclusive", "error"])
def test_nothing_but_a_pass_opens_the_gate(make: Make, model: Path, tmp_path: Path, outcome: str) -> None:
    reason = "recency: over the limit."
    with pytest.raises(ReleaseError, match=rf"the verdict is {outcome} \(recency: over the limit\)\.$"):
        make(verdict_for(model, outcome=outcome, reasons=(reason,)))
    assert nothing_was_left(tmp_path)


def test_a_pass_with_nothing_required_or_something_not_passed_is_refused(make: Make, model: Path) -> None:
    with pytest.raises(ReleaseError, match="no required finding"):
        make(verdict_for(model, probes=[a_probe([a_finding(required=False)])]))
    with pytest.raises(ReleaseError, match="accuracy_drop did not pass, though"):
        make(verdict_for(model, probes=[a_probe([a_finding(outcome="inconclusive")])]))


def test_a_verdict_on_other_weights_is_refused(make: Make, model: Path) -> None:
    verdict = verdict_for(model)
    save_file({"w": np.ones(8, dtype=np.float32)}, model / "model.safetensors")
    with pytest.raises(ReleaseError, match="other weights"):
        make(verdict)


def test_a_verdict_on_recorded_answers_is_refused(make: Make, model: Path) -> None:
    verdict = verdict_for(model)
    info = verdict.respondent.model_copy(update={"kind": "recorded"})
    with pytest.raises(ReleaseError, match="recorded answers"):
        make(verdict.model_copy(update={"respondent": info}))


def test_without_a_verdict_there_is_no_release(model: Path, key: Path, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="there is no such verdict"):
        release(model, tmp_path / "absent.json", tmp_path / "out", key=load_private_key(key), facts=FACTS)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("pytorch_model.bin", b"\x80\x04.", "pytorch_model.bin may run a program"),
        ("optimizer.PT", b"x", "optimizer.PT may run"),
        ("a.pth", b"x", "a.pth may run"),
        ("a.ckpt", b"x", "a.ckpt may run"),
        ("a.pkl", b"x", "a.pkl may run"),
        ("a.pickle", b"x", "a.pickle may run"),
        ("modeling.py", b"x", "modeling.py may run"),
        ("extra.safetensors", b"\x80\x04.", "extra.safetensors is no whole safetensors file"),
        ("tokenizer_config.json", b'{"auto_map": {"AutoTokenizer": "x.Y"}}', "tokenizer_config.json has 'auto_map'"),
        ("config.json", b'{"text_config": [{"auto_map": {"AutoConfig": "x.Y"}}]}', "config.json has 'auto_map'"),
        ("config.json", b"{", "config.json is not JSON"),
    ],
)
def test_pickles_code_and_damage_are_refused(
    make: Make, model: Path, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (model / name).write_bytes(content)
    with pytest.raises(ReleaseError, match=said):
        make(verdict_for(model))
    assert nothing_was_left(tmp_path)


def test_an_array_of_objects_is_refused_and_one_of_numbers_left_out(make: Make, model: Path) -> None:
    np.save(model / "plain.npy", np.zeros(2))
    np.save(model / "objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(ReleaseError, match=r"objects\.npy holds pickled"):
        make()
    (model / "objects.npy").unlink()
    assert not (make() / "plain.npy").exists()


def test_what_is_left_out_is_named_in_the_card(make: Make, model: Path) -> None:
    (model / "trainer_state.json").write_text("{}")
    (model / "checkpoint-5").mkdir()
    (model / "checkpoint-5" / "optimizer.pt").write_bytes(b"x")
    made = make()
    assert not (made / "trainer_state.json").exists()
    assert "checkpoint-5/, trainer\\_state.json" in (made / "README.md").read_text()


def test_all_reasons_are_listed_at_once(make: Make, model: Path) -> None:
    (model / "a.bin").write_bytes(b"x")
    with pytest.raises(ReleaseError) as caught:
        make(verdict_for(model, outcome="fail"))
    assert "a.bin" in str(caught.value) and "the verdict is fail" in str(caught.value)


def test_an_existing_output_is_never_touched(make: Make, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with pytest.raises(ReleaseError, match="something of that name"):
        make()
    assert list((tmp_path / "out").iterdir()) == [] and not list(tmp_path.glob(".out.*"))


def test_further_files_go_along_under_the_names_given(make: Make, tmp_path: Path, key: Path) -> None:
    (tmp_path / "r.yaml").write_text("seed: 7")
    made = make(extra={"recipe.yaml": tmp_path / "r.yaml"})
    assert (made / "recipe.yaml").read_text() == "seed: 7" and verify_release(made, public(key)).files == 8


@pytest.mark.parametrize(
    "name", ["../r.yaml", "verdict.json", "config.json", "x.safetensors", ".hidden", "run.py", "a.bin"]
)
def test_further_files_cannot_take_the_place_of_others_or_bring_code(make: Make, tmp_path: Path, name: str) -> None:
    (tmp_path / "r.yaml").write_text("seed: 7")
    with pytest.raises(ReleaseError, match="no release"):
        make(extra={name: tmp_path / "r.yaml"})


def test_a_policy_must_be_the_one_that_was_applied(make: Make, model: Path) -> None:
    from chartered.audit.policy import load_policy

    path = Path(__file__).parents[2] / "domains" / "medical" / "policy.yaml"
    with pytest.raises(ReleaseError, match="not the policy that the verdict was reached under"):
        make(extra={"policy.yaml": path})
    verdict = verdict_for(model)
    verdict = verdict.model_copy(update={"policy": load_policy(path).info})
    assert (make(verdict, extra={"policy.yaml": path}) / "policy.yaml").read_bytes() == path.read_bytes()
