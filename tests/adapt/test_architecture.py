import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.paths import POCKET
from transformers import GPT2Config, GPT2LMHeadModel

from chartered.adapt.architecture import read_architecture
from chartered.common.errors import ModelError
from chartered.common.models import load_model


def test_the_sizes_are_those_of_the_loaded_model(tiny_model: Path) -> None:
    model, found = load_model(tiny_model), read_architecture(tiny_model)
    assert found.parameters == model.num_parameters()
    assert (found.hidden, found.layers, found.heads, found.kv_heads, found.head_dim) == (32, 2, 2, 2, 16)
    assert (found.context, found.vocabulary, found.bytes) == (256, model.config.vocab_size, 4)
    assert found.embedding == model.config.vocab_size * 32  # tied, so it is there once
    assert set(found.matrices) == {name for name, m in model.named_modules() if isinstance(m, torch.nn.Linear)} - {
        "lm_head"
    }
    assert found.matrices["model.layers.0.mlp.down_proj"] == (32, 64)


def test_a_model_that_names_its_sizes_otherwise_is_read_too(tmp_path: Path) -> None:
    config = GPT2Config(n_embd=48, n_layer=3, n_head=4, n_positions=128, vocab_size=99)
    model: Any = GPT2LMHeadModel(config)
    model.half().save_pretrained(tmp_path)
    found = read_architecture(tmp_path)
    assert (found.hidden, found.layers, found.heads, found.head_dim, found.context) == (48, 3, 4, 12, 128)
    assert (found.intermediate, found.bytes) == (192, 2)  # GPT-2's MLP is four times as wide


def test_a_packed_row_is_the_context_up_to_2048_tokens(tiny_model: Path, tmp_path: Path) -> None:
    assert read_architecture(tiny_model).row_length == 256
    for file in tiny_model.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "max_position_embeddings": 131072}))
    assert read_architecture(tmp_path).row_length == 2048


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"there is no config\.json"):
        read_architecture(tmp_path)


def test_reading_a_model_and_estimating_its_memory_loads_no_torch() -> None:
    code = (
        "import sys; from pathlib import Path; from chartered.adapt.architecture import read_architecture;"
        "from chartered.adapt.memory import Workload, peak;"
        f"model = read_architecture(Path({str(POCKET)!r}));"
        "peak(model, Workload(stage='pretrain', keys={}, longest=9));"
        "assert not {'torch', 'transformers', 'trl'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
