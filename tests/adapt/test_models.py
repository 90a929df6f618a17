import shutil
from pathlib import Path

import pytest

from chartered.adapt.models import HUB_IDS, NAMED, resolve_model
from chartered.adapt.pocket import pocket_path
from chartered.common.errors import ModelError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the pocket, to be spoilt."""
    return Path(shutil.copytree(pocket_path(), tmp_path / "model"))


def test_pocket_is_the_shipped_folder() -> None:
    assert resolve_model("pocket") == pocket_path()


def test_ids_on_the_hub_are_of_models_that_have_a_name() -> None:
    assert HUB_IDS.keys() <= NAMED.keys()
    assert all(name.count("/") == 1 for name in HUB_IDS.values())


def test_a_folder_is_itself(folder: Path) -> None:
    assert resolve_model(str(folder)) == folder


def test_a_folder_that_may_not_be_loaded_is_refused(folder: Path) -> None:
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelError, match="pickled"):
        resolve_model(str(folder))


@pytest.mark.parametrize("name", ["/no/such/folder", "./model", "runs/one/checkpoint", "a b/c", "", "gr\u00fc\u00df/e"])
def test_a_path_that_does_not_exist_is_refused_with_its_name(name: str) -> None:
    with pytest.raises(ModelError, match="there is no such folder"):
        resolve_model(name)


def test_a_file_is_no_model(folder: Path) -> None:
    with pytest.raises(ModelError, match="there is no such folder"):
        resolve_model(str(folder / "config.json"))


def test_a_hub_id_that_cannot_be_reached_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ModelError, match=r"nobody-here/no-such-model: cannot be fetched at revision abc"):
        resolve_model("nobody-here/no-such-model", "abc")
