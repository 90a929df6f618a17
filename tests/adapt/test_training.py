import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.adapt.templates import TURNS, changed
from tests.paths import ROOT

from chartered.adapt.chat_form import chat_form
from chartered.adapt.methods.finetune import finetune
from chartered.adapt.methods.pretrain import pretrain
from chartered.adapt.preflight import check_training
from chartered.adapt.training import Setup, last_whole_checkpoint
from chartered.common.errors import ModelError, TrainingError, UsageError
from chartered.common.models import load_model, load_tokenizer, weights_sha256
from chartered.domains import Message

KEYS = {"max_steps": 8, "save_steps": 3, "logging_steps": 1, "per_device_train_batch_size": 4, "learning_rate": 0.01}


def _setup(model: Path, folder: Path, **keys: object) -> Setup:
    return Setup(start=model, work=folder / "work", output=folder / "out", seed=3, keys={**KEYS, **keys})


def _trained(
    stage: str, model: Path, folder: Path, *, kill_at: int | str = 0, lora: bool = False, iterations: int = 1
) -> int:
    keys = {"num_iterations": iterations} if stage == "reinforce" else {}
    told = (stage, model, folder, kill_at, int(lora), json.dumps(keys))
    command = [sys.executable, "-m", "tests.adapt.one_stage", *map(str, told)]
    return subprocess.run(command, check=False, cwd=ROOT, env={**os.environ, "HF_HUB_OFFLINE": "1"}).returncode


@pytest.mark.slow
@pytest.mark.parametrize(("stage", "lora"), [("pretrain", False), ("finetune", True), ("reinforce", False)])
def test_a_stage_killed_between_checkpoints_ends_with_the_weights_of_an_unbroken_one(
    stage: str, lora: bool, tiny_model: Path, tmp_path: Path
) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert _trained(stage, tiny_model, whole, lora=lora) == 0
    assert _trained(stage, tiny_model, killed, kill_at=5, lora=lora) == -9
    assert _trained(stage, tiny_model, killed, lora=lora) == 0
    assert (killed / "resumed").read_text() == "3"  # the last checkpoint before step 5, saved every 3 steps
    assert weights_sha256(killed / "out") == weights_sha256(whole / "out")
    assert weights_sha256(whole / "out") != weights_sha256(tiny_model)
    if stage == "reinforce":
        assert (killed / "rollouts.jsonl").read_bytes() == (whole / "rollouts.jsonl").read_bytes()


@pytest.mark.slow
@pytest.mark.parametrize(("stage", "lora"), [("pretrain", False), ("finetune", True), ("reinforce", False)])
def test_a_stage_killed_after_its_last_checkpoint_saves_that_and_trains_no_further(
    stage: str, lora: bool, tiny_model: Path, tmp_path: Path
) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert _trained(stage, tiny_model, whole, lora=lora) == 0
    assert _trained(stage, tiny_model, killed, kill_at="end", lora=lora) == -9
    assert not (killed / "out").exists()
    assert _trained(stage, tiny_model, killed, lora=lora) == 0
    assert (killed / "resumed").read_text() == "8"  # the last step, which is in the middle of an epoch
    assert weights_sha256(killed / "out") == weights_sha256(whole / "out")


@pytest.mark.slow
def test_responses_that_are_used_for_several_steps_are_not_cut_in_two_by_a_kill(
    tiny_model: Path, tmp_path: Path
) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert _trained("reinforce", tiny_model, whole, iterations=2) == 0
    assert _trained("reinforce", tiny_model, killed, kill_at=6, iterations=2) == -9
    assert _trained("reinforce", tiny_model, killed, iterations=2) == 0
    assert (killed / "resumed").read_text() == "4"  # save_steps is 3, and step 3 stands between two uses
    assert weights_sha256(killed / "out") == weights_sha256(whole / "out")


def test_a_checkpoint_that_was_cut_short_is_removed_and_the_one_before_is_used(tmp_path: Path) -> None:
    for step in (3, 6, 9, 12):
        (tmp_path / f"checkpoint-{step}").mkdir()
    for step in (3, 9):
        (tmp_path / f"checkpoint-{step}" / "whole").touch()
    assert last_whole_checkpoint(tmp_path) == tmp_path / "checkpoint-9"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["checkpoint-3", "checkpoint-9"]


def test_pretraining_counts_every_token_of_the_corpus(tiny_model: Path, tmp_path: Path) -> None:
    texts = ["short", "a text that is longer than the row of forty tokens, and so it is split over rows", "end"]
    metrics = pretrain(texts * 5, _setup(tiny_model, tmp_path, max_length=40, max_steps=1))
    assert metrics["tokens"] == 5 * sum(len(text) + 1 for text in texts)  # a byte is a token, and one ends the text


def test_pretraining_refuses_a_packing_that_drops_tokens(tiny_model: Path, tmp_path: Path) -> None:
    setup = _setup(tiny_model, tmp_path, max_length=40, max_steps=1, packing_strategy="bfd", padding_free=False)
    with pytest.raises(TrainingError, match=r"the trainer holds \d+ of the corpus's 505 tokens"):
        pretrain(["x" * 100] * 5, setup)


def test_a_trace_that_is_too_long_is_left_out_whole_and_counted(tiny_model: Path, tmp_path: Path) -> None:
    def row(text: str) -> dict[str, list[Message]]:
        return {"prompt": [{"role": "user", "content": text}], "completion": [{"role": "assistant", "content": "yes"}]}

    metrics = finetune([row("short")] * 4 + [row("x" * 400)], _setup(tiny_model, tmp_path, max_steps=1))
    assert (metrics["traces"], metrics["too_long"]) == (4, 1)
    with pytest.raises(TrainingError, match="all 1 traces are longer than 256 tokens"):
        finetune([row("x" * 400)], _setup(tiny_model, tmp_path, max_steps=1))


def test_a_trace_that_generation_would_cut_short_is_left_out_and_counted(tiny_model: Path, tmp_path: Path) -> None:
    asked: list[Message] = [{"role": "user", "content": "?"}]
    rows = [{"prompt": asked, "completion": [Message(role="assistant", content=text)]} for text in ("a", "b<|end|>c")]
    metrics = finetune(rows, _setup(tiny_model, tmp_path, max_steps=1))
    assert (metrics["traces"], metrics["too_long"], metrics["unfit"]) == (1, 0, 1)
    with pytest.raises(ModelError, match=r"holds '<\|end\|>', at which generation stops"):
        finetune(rows[1:], _setup(tiny_model, tmp_path, max_steps=1))


def test_a_base_model_is_trained_and_asked_by_the_template_that_finetune_gives_it(
    tiny_model: Path, tmp_path: Path
) -> None:
    base, file = changed(tiny_model, tmp_path / "base", None, eos=0), tmp_path / "chat.jinja"
    rows: Any = [{"prompt": [{"role": "user", "content": "?"}], "completion": [{"role": "assistant", "content": "a"}]}]
    with pytest.raises(ModelError, match="no chat template"):
        finetune(rows, _setup(base, tmp_path, max_steps=1))
    file.write_text(TURNS)
    keys = {"chat_template_path": str(file), "eos_token": "<|end|>"}
    finetune(rows * 4, _setup(base, tmp_path, max_steps=1, **keys))
    form = chat_form(tmp_path / "out")
    assert form.stops == {0, 1}  # of the base model, and of the key
    check_training(form)


def test_what_peft_does_not_know_is_told(tiny_model: Path, tmp_path: Path) -> None:
    setup = Setup(start=tiny_model, work=tmp_path, output=tmp_path / "o", seed=1, keys=KEYS, lora={"rank": 4})
    with pytest.raises(UsageError, match="lora: peft refuses these keys"):
        pretrain(["text"], setup)


def test_the_finished_model_is_safetensors_with_its_tokenizer(tiny_model: Path, tmp_path: Path) -> None:
    pretrain(["some text"] * 8, _setup(tiny_model, tmp_path, max_steps=1))
    assert load_model(tmp_path / "out").num_parameters() == load_model(tiny_model).num_parameters()
    assert load_tokenizer(tmp_path / "out").chat_template
    assert not list((tmp_path / "out").glob("*.bin"))


def test_a_loss_that_is_no_number_stops_the_stage(tiny_model: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"the loss is (nan|inf) at step \d+; lower learning_rate"):
        pretrain(["some text to learn"] * 40, _setup(tiny_model, tmp_path, learning_rate=1e30, max_grad_norm=0.0))
    assert not (tmp_path / "out").exists()
