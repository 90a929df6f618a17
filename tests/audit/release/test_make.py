import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.audit.releases import FACTS, Workshop
from tests.audit.verdicts import a_finding

from chartered.audit.release.make import release
from chartered.audit.release.signing import load_private_key
from chartered.audit.report import FORMATS
from chartered.common.errors import ReleaseError
from chartered.common.models import weights_sha256


def nothing_was_left(folder: Path) -> bool:
    return not (folder / "out").exists() and not list(folder.glob(".out.*"))


def test_a_release_holds_what_is_needed(workshop: Workshop) -> None:
    assert {path.name for path in workshop.release().iterdir()} == {
        ".gitattributes",
        "README.md",
        "config.json",
        "manifest.dsse.json",
        "manifest.json",
        "model.safetensors",
        "policy.yaml",
        "tokenizer.json",
        "verdict.json",
        *FORMATS.values(),
    }


@pytest.mark.parametrize("outcome", ["fail", "inconclusive", "error"])
def test_nothing_but_a_pass_opens_the_gate(workshop: Workshop, outcome: str) -> None:
    reason = "recency: over the limit."
    with pytest.raises(ReleaseError, match=rf"the verdict is {outcome} \(recency: over the limit\)\.$"):
        workshop.release(workshop.verdict(outcome=outcome, reasons=(reason,)))
    assert nothing_was_left(workshop.folder)


def test_a_pass_with_nothing_required_or_something_not_passed_is_refused(workshop: Workshop) -> None:
    with pytest.raises(ReleaseError, match="no required finding"):
        workshop.release(workshop.verdict(a_finding(required=False)))
    with pytest.raises(ReleaseError, match="accuracy_drop did not pass, though"):
        workshop.release(workshop.verdict(a_finding(outcome="inconclusive")))


def test_a_verdict_on_other_weights_is_refused(workshop: Workshop) -> None:
    verdict = workshop.verdict()
    workshop.fill(np.ones(8))
    with pytest.raises(ReleaseError, match="other weights"):
        workshop.release(verdict)


@pytest.mark.parametrize(("kind", "said"), [("recorded", "recorded answers"), ("endpoint", "an endpoint")])
def test_a_verdict_on_what_is_no_local_model_is_refused(workshop: Workshop, kind: str, said: str) -> None:
    verdict = workshop.verdict()
    info = verdict.respondent.model_copy(update={"kind": kind})
    with pytest.raises(ReleaseError, match=said):
        workshop.release(verdict.model_copy(update={"respondent": info}))


def test_without_a_verdict_there_is_no_release(workshop: Workshop) -> None:
    key, folder = load_private_key(workshop.key("key")), workshop.folder
    with pytest.raises(ReleaseError, match="there is no such verdict"):
        release(
            workshop.model,
            folder / "absent.json",
            folder / "out",
            key=key,
            facts=FACTS,
            domain=workshop.domain,
            policy=workshop.policy,
        )


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
        ("extra.safetensors", b"\x80\x04.", "extra.safetensors is not a whole safetensors file"),
        ("tokenizer_config.json", b'{"auto_map": {"AutoTokenizer": "x.Y"}}', "tokenizer_config.json has 'auto_map'"),
        ("config.json", b'{"text_config": [{"auto_map": {"AutoConfig": "x.Y"}}]}', "config.json has 'auto_map'"),
        ("config.json", b"{", "config.json is not JSON"),
    ],
)
def test_pickles_code_and_damage_are_refused(workshop: Workshop, name: str, content: bytes, said: str) -> None:
    (workshop.model / name).write_bytes(content)
    with pytest.raises(ReleaseError, match=said):
        workshop.release()
    assert nothing_was_left(workshop.folder)


def test_an_array_of_objects_is_refused_and_one_of_numbers_left_out(workshop: Workshop) -> None:
    np.save(workshop.model / "plain.npy", np.zeros(2))
    np.save(workshop.model / "objects.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(ReleaseError, match=r"objects\.npy holds pickled"):
        workshop.release()
    (workshop.model / "objects.npy").unlink()
    assert not (workshop.release() / "plain.npy").exists()


def test_what_is_left_out_is_named_in_the_card(workshop: Workshop) -> None:
    (workshop.model / "trainer_state.json").write_text("{}")
    (workshop.model / "checkpoint-5").mkdir()
    (workshop.model / "checkpoint-5" / "optimizer.pt").write_bytes(b"x")
    made = workshop.release()
    assert not (made / "trainer_state.json").exists()
    assert "checkpoint-5/, trainer\\_state.json" in (made / "README.md").read_text()


def test_all_reasons_are_listed_at_once(workshop: Workshop) -> None:
    (workshop.model / "a.bin").write_bytes(b"x")
    with pytest.raises(ReleaseError) as caught:
        workshop.release(workshop.verdict(outcome="fail"))
    assert "a.bin" in str(caught.value) and "the verdict is fail" in str(caught.value)


def test_an_existing_output_is_never_touched(workshop: Workshop) -> None:
    (workshop.folder / "out").mkdir()
    with pytest.raises(ReleaseError, match="something of that name"):
        workshop.release()
    assert list((workshop.folder / "out").iterdir()) == [] and not list(workshop.folder.glob(".out.*"))


def test_further_files_go_along_under_the_names_given(workshop: Workshop) -> None:
    (workshop.folder / "r.yaml").write_text("seed: 7")
    made = workshop.release(extra={"recipe.yaml": workshop.folder / "r.yaml"})
    assert (made / "recipe.yaml").read_text() == "seed: 7"
    assert (made / "policy.yaml").read_bytes() == workshop.policy.read_bytes()


@pytest.mark.parametrize(
    "name",
    [
        "../r.yaml",
        "verdict.json",
        "config.json",
        "x.safetensors",
        ".hidden",
        "run.py",
        "a.bin",
        "policy.yaml",
        "waivers.yaml",
        "sign-offs",
    ],
)
def test_further_files_cannot_take_the_place_of_others_or_bring_code(workshop: Workshop, name: str) -> None:
    (workshop.folder / "r.yaml").write_text("seed: 7")
    with pytest.raises(ReleaseError, match="no release"):
        workshop.release(extra={name: workshop.folder / "r.yaml"})


def test_two_releases_of_one_verdict_differ_in_nothing(workshop: Workshop) -> None:
    first, second = workshop.release(), workshop.release(to="again")
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes(), path.name


def test_a_failure_while_sealing_leaves_nothing_behind(workshop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space"):
        workshop.release()
    assert nothing_was_left(workshop.folder) and weights_sha256(workshop.model)
