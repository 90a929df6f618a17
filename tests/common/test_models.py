import json
import shutil
from pathlib import Path

import pytest

from chartered.adapt.pocket import pocket_path
from chartered.common.errors import ModelError
from chartered.common.models import check_model_folder, load_model, load_tokenizer, weights_sha256


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the pocket, to be spoilt."""
    return Path(shutil.copytree(pocket_path(), tmp_path / "model"))


def test_a_folder_without_config_is_refused(folder: Path) -> None:
    (folder / "config.json").unlink()
    with pytest.raises(ModelError, match=r"there is no config\.json"):
        check_model_folder(folder)


@pytest.mark.parametrize("name", ["pytorch_model.bin", "model.pt", "model.pth", "last.ckpt", "model.pkl"])
def test_pickled_weights_alone_are_refused_and_never_opened(folder: Path, name: str) -> None:
    (folder / "model.safetensors").unlink()
    (folder / name).write_bytes(b"cos\nsystem\n(S'touch pwned'\ntR.")
    for use in (check_model_folder, load_model):
        with pytest.raises(ModelError, match=f"pickled .{name}"):
            use(folder)


def test_pickled_weights_beside_safetensors_are_left_alone(folder: Path) -> None:
    (folder / "pytorch_model.bin").write_bytes(b"cos\nsystem\n(S'touch pwned'\ntR.")
    assert load_model(folder).config.model_type == "llama"


def test_a_folder_without_any_weights_is_refused(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    with pytest.raises(ModelError, match="holds no weights"):
        check_model_folder(folder)


def test_a_model_that_brings_code_is_refused_and_the_code_is_not_run(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text())
    config["auto_map"] = {"AutoModelForCausalLM": "evil.Model"}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "evil.py").write_text("raise SystemExit('this ran')")
    for use in (load_model, load_tokenizer):
        with pytest.raises(ModelError, match="auto_map"):
            use(folder)


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff\xfe", b"", b"[" * 100_000])
def test_a_damaged_config_is_an_error_that_names_the_file(folder: Path, content: bytes) -> None:
    (folder / "config.json").write_bytes(content)
    with pytest.raises(ModelError, match=r"config\.json"):
        check_model_folder(folder)


@pytest.mark.parametrize("content", [b"", b"not safetensors", b"\xff" * 64])
def test_damaged_weights_are_an_error_in_one_line(folder: Path, content: bytes) -> None:
    (folder / "model.safetensors").write_bytes(content)
    with pytest.raises(ModelError, match="cannot be loaded") as caught:
        load_model(folder)
    assert "\n" not in str(caught.value)


def test_an_unknown_kind_of_model_is_an_error(folder: Path) -> None:
    (folder / "config.json").write_text('{"model_type": "no_such_kind"}')
    with pytest.raises(ModelError, match="cannot be loaded"):
        load_model(folder)


def test_the_hash_covers_names_and_bytes_of_whatever_decides_what_the_model_says(folder: Path) -> None:
    before = weights_sha256(folder)
    assert before == weights_sha256(pocket_path())
    (folder / "CARD.md").write_text("other words")
    assert weights_sha256(folder) == before
    for name in ("config.json", "tokenizer.json", "chat_template.jinja"):
        kept = (folder / name).read_bytes() if (folder / name).exists() else None
        (folder / name).write_text("{}")
        assert weights_sha256(folder) != before
        (folder / name).unlink() if kept is None else (folder / name).write_bytes(kept)
    assert weights_sha256(folder) == before
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"\x7f")
    changed = weights_sha256(folder)
    weights.rename(folder / "other.safetensors")
    assert len({before, changed, weights_sha256(folder)}) == 3


def test_a_folder_without_weights_has_no_hash(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no weights"):
        weights_sha256(tmp_path)
