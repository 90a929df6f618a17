from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import torch

from chartered.adapt.architecture import Architecture, read_architecture
from chartered.adapt.arguments import build, config_class
from chartered.adapt.memory import DEFAULTS, StageName, Workload, lighter, peak
from chartered.common.models import load_model

MIB = 2**20
LARGE = Architecture(
    hidden=576, layers=30, heads=9, kv_heads=3, head_dim=64, intermediate=1536, vocabulary=49152, context=8192,
    parameters=134_515_008, embedding=28_311_552, bytes=4, matrices={"model.layers.0.self_attn.q_proj": (576, 576)},
)  # fmt: skip
"""SmolLM2-135M, with one matrix to adapt."""


def _work(stage: StageName, *, lora: Any = None, longest: int | None = None, **keys: Any) -> Workload:
    """A stage that reads a large corpus, or rows of 200 tokens at most."""
    tokens = longest or (10**7 if stage == "pretrain" else 200)
    return Workload(stage=stage, keys=keys, longest=tokens, lora=lora)


def test_the_defaults_are_those_of_the_installed_trl() -> None:
    known = {f.name: f.default for f in fields(config_class("reinforce"))}
    assert {key: known[key] for key in DEFAULTS} == dict(DEFAULTS)


def test_what_a_layer_keeps_is_what_torch_saves_for_the_backward_pass(tiny_model: Path) -> None:
    model, rows, length = load_model(tiny_model), 2, 64
    own = {parameter.untyped_storage().data_ptr() for parameter in model.parameters()}
    saved: dict[int, int] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            saved[storage.data_ptr()] = storage.nbytes()
        return tensor

    ids = torch.zeros((rows, length), dtype=torch.long)
    positions = (torch.arange(length) % 32).expand(rows, length)  # two documents in a row
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        model.train()(input_ids=ids, position_ids=positions, logits_to_keep=1)
    found = peak(read_architecture(tiny_model), _work("pretrain", per_device_train_batch_size=rows, max_length=length))
    kept = found.activations * 2 / 3  # of two layers; the one that is worked on is counted twice
    assert kept == pytest.approx(sum(saved.values()), rel=0.15)


def test_an_adapter_needs_neither_gradients_nor_moments_of_the_weights() -> None:
    keys: dict[str, Any] = {"per_device_train_batch_size": 1, "max_length": 256, "gradient_accumulation_steps": 2}
    full, adapted = peak(LARGE, _work("pretrain", **keys)), peak(LARGE, _work("pretrain", lora={"r": 8}, **keys))
    # gradients and two moments of each weight, and the embedding's gradient beside the head's
    assert full.training == 3 * 4 * LARGE.parameters + 4 * LARGE.embedding
    assert adapted.training == 4 * 4 * 8 * (576 + 576)  # the adapter itself too
    assert adapted.total < full.total


def test_gradients_take_the_room_that_the_backward_pass_leaves_unless_they_are_gathered_over_batches() -> None:
    once, gathered = (
        peak(LARGE, _work("pretrain", max_length=512, gradient_accumulation_steps=steps)) for steps in (1, 4)
    )
    assert gathered.training - once.training == 4 * LARGE.parameters + 4 * LARGE.embedding


@pytest.mark.parametrize(
    ("stage", "keys"),
    [
        ("pretrain", {"per_device_train_batch_size": 16}),
        ("pretrain", {"max_length": 4096}),
        ("pretrain", {"gradient_accumulation_steps": 2}),
        ("reinforce", {"beta": 0.1}),
        ("reinforce", {"max_completion_length": 2048}),
        ("score", {"batch_size": 512, "max_new_tokens": 32}),
        ("score", {"batch_size": 32, "max_new_tokens": 2048}),
    ],
)
def test_more_at_once_needs_more(stage: StageName, keys: dict[str, Any]) -> None:
    plain = {"batch_size": 32, "max_new_tokens": 32} if stage == "score" else {}
    assert peak(LARGE, _work(stage, **keys)).total > peak(LARGE, _work(stage, **plain)).total


@pytest.mark.parametrize("name", ["activation_checkpointing", "gradient_checkpointing"])
def test_activations_that_are_made_anew_need_less_under_both_names_of_the_key(name: str) -> None:
    assert peak(LARGE, _work("pretrain", **{name: True})).activations < 0.1 * peak(LARGE, _work("pretrain")).activations


def test_a_trace_costs_its_own_length_and_not_the_context() -> None:
    short, long = (peak(LARGE, _work("finetune", longest=longest)) for longest in (100, 5000))
    assert long.activations > 40 * short.activations
    assert peak(LARGE, _work("finetune", longest=5000, max_length=100)).activations == short.activations


def test_the_rows_of_a_step_stay_when_they_are_made_smaller() -> None:
    work = _work("pretrain", per_device_train_batch_size=16, gradient_accumulation_steps=2, max_length=512)
    smaller = lighter(LARGE, work, 0.6 * peak(LARGE, work).total)
    assert smaller is not None
    rows, steps = smaller["per_device_train_batch_size"], smaller["gradient_accumulation_steps"]
    assert rows < 16 and rows * steps == 32
    assert smaller.keys == {**work.keys, "per_device_train_batch_size": rows, "gradient_accumulation_steps": steps}


@pytest.mark.parametrize("stage", ["pretrain", "finetune", "reinforce", "score"])
def test_a_lighter_workload_fits_and_trl_takes_its_keys(stage: StageName, tmp_path: Path) -> None:
    keys: dict[str, Any] = (
        {"batch_size": 4096, "max_new_tokens": 512} if stage == "score" else {"per_device_train_batch_size": 4096}
    )
    room = 6 * 1024 * MIB
    smaller = lighter(LARGE, _work(stage, longest=1000, **keys), room)
    assert smaller is not None and peak(LARGE, smaller).total <= room
    if stage != "score":
        build(stage, smaller.keys, work=tmp_path, seed=1)


def test_portions_of_grpo_hold_whole_groups(tmp_path: Path) -> None:
    keys: dict[str, Any] = {"per_device_train_batch_size": 64, "num_generations": 16, "steps_per_generation": 1}
    smaller = lighter(LARGE, _work("reinforce", **keys), 0.4 * peak(LARGE, _work("reinforce", **keys)).total)
    assert smaller is not None and smaller["per_device_train_batch_size"] in (16, 32)
    build("reinforce", smaller.keys, work=tmp_path, seed=1)


def test_where_nothing_fits_nothing_is_proposed() -> None:
    assert lighter(LARGE, _work("pretrain"), 600 * MIB) is None


def test_a_corpus_that_is_smaller_than_a_batch_fills_no_batch() -> None:
    small = _work("pretrain", longest=1000, per_device_train_batch_size=64, max_length=512)
    assert peak(LARGE, small) == peak(LARGE, _work("pretrain", per_device_train_batch_size=2, max_length=512))
