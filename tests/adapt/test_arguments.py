from dataclasses import fields
from pathlib import Path

import pytest
import torch

from chartered.adapt.arguments import RESERVED, TrainingName, build, check_keys, check_lora, config_class
from chartered.common.errors import UsageError

STAGES: tuple[TrainingName, ...] = ("pretrain", "finetune", "reinforce")


@pytest.mark.parametrize("stage", STAGES)
def test_a_misspelt_key_is_named_with_its_place_and_the_nearest(stage: TrainingName) -> None:
    where = {"learning_rat": "r.yaml, line 9"}
    with pytest.raises(UsageError, match=rf"r.yaml, line 9: unknown key {stage}.learning_rat, .*'learning_rate'\?"):
        check_keys(stage, {"learning_rat": 1}, where)


def test_a_key_of_another_stage_is_refused() -> None:
    check_keys("reinforce", {"num_generations": 4}, {})
    with pytest.raises(UsageError, match=r"unknown key finetune.num_generations, no field of trl.SFTConfig"):
        check_keys("finetune", {"num_generations": 4}, {})


@pytest.mark.parametrize("key", sorted(RESERVED))
def test_a_key_that_the_run_decides_is_refused_rather_than_overruled(key: str) -> None:
    with pytest.raises(UsageError, match=f"finetune.{key} is decided by the run"):
        check_keys("finetune", {key: "x"}, {})


def test_a_value_that_trl_refuses_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="reinforce: TRL refuses these keys"):
        build("reinforce", {"num_generations": 3, "per_device_train_batch_size": 8}, work=tmp_path, seed=1)


@pytest.mark.parametrize("stage", STAGES)
def test_the_recipe_goes_before_our_defaults_and_ours_before_trls(stage: TrainingName, tmp_path: Path) -> None:
    ours = build(stage, {}, work=tmp_path, seed=1)
    assert (ours.activation_checkpointing, ours.save_steps, ours.seed) == (False, 50, 1)
    assert build(stage, {"save_steps": 7}, work=tmp_path, seed=1).save_steps == 7
    assert ours.bf16 is (torch.cuda.is_available() and torch.cuda.is_bf16_supported())


def test_the_defaults_of_trl_that_we_replace_are_still_what_the_docstring_says(tmp_path: Path) -> None:
    sft, grpo = ({f.name: f.default for f in fields(config_class(stage))} for stage in ("pretrain", "reinforce"))
    assert (sft["max_length"], sft["packing_strategy"], sft["gradient_checkpointing"]) == (1024, "bfd", True)
    assert grpo["scale_rewards"] == "group"
    assert build("pretrain", {}, work=tmp_path, seed=1).packing_strategy == "bfd_split"
    assert build("reinforce", {}, work=tmp_path, seed=1).scale_rewards == "batch"


def test_a_recipe_that_uses_the_old_name_of_a_default_of_ours_is_heard(tmp_path: Path) -> None:
    with pytest.warns(FutureWarning, match="gradient_checkpointing"):
        assert build("finetune", {"gradient_checkpointing": True}, work=tmp_path, seed=1).activation_checkpointing


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("learning_rate", "fast", "r.yaml, line 3: finetune.learning_rate is 'fast': Input should be a valid number"),
        ("max_steps", 1.5, "r.yaml, line 3: finetune.max_steps is 1.5: Input should be a valid integer"),
        ("packing", "no", "r.yaml, line 3: finetune.packing is 'no': Input should be a valid boolean"),
    ],
)
def test_a_value_of_the_wrong_type_is_told_with_its_place(key: str, value: object, said: str) -> None:
    with pytest.raises(UsageError) as error:
        check_keys("finetune", {key: value}, {key: "r.yaml, line 3"})
    assert said in str(error.value)


def test_values_that_trl_refuses_together_are_told_before_anything_is_computed() -> None:
    with pytest.raises(UsageError, match="reinforce: TRL refuses these keys"):
        check_keys("reinforce", {"num_generations": 3, "per_device_train_batch_size": 8}, {})


def test_a_lora_block_is_checked_against_peft() -> None:
    check_lora("finetune", {"r": 4, "lora_dropout": 0.1, "target_modules": ["q_proj"]}, {})
    with pytest.raises(UsageError, match=r"r.yaml, line 5: unknown key finetune.lora.rank, no field of peft.LoraConf"):
        check_lora("finetune", {"rank": 4}, {"rank": "r.yaml, line 5"})
    with pytest.raises(UsageError, match=r"r.yaml, line 5: finetune.lora.r is 'four': Input should be a valid integer"):
        check_lora("finetune", {"r": "four"}, {"r": "r.yaml, line 5"})


@pytest.mark.parametrize(
    ("keys", "saved"),
    [
        ({"num_iterations": 2, "save_steps": 3}, 4),
        ({"num_iterations": 2, "save_steps": 4}, 4),
        ({"num_iterations": 3, "gradient_accumulation_steps": 2, "save_steps": 10}, 12),  # 6 passes, 2 a step
        ({"steps_per_generation": 4, "gradient_accumulation_steps": 2, "save_steps": 3}, 4),  # 4 passes, 2 a step
        ({"steps_per_generation": 3, "gradient_accumulation_steps": 2, "save_steps": 4}, 6),  # they meet after 6 passes
        ({"num_iterations": 1, "save_steps": 3}, 3),
    ],
)
def test_a_checkpoint_of_grpo_waits_until_its_responses_are_used_up(
    keys: dict[str, int], saved: int, tmp_path: Path
) -> None:
    assert build("reinforce", keys, work=tmp_path, seed=1).save_steps == saved


def test_a_share_of_the_steps_cannot_be_rounded_to_where_responses_are_used_up(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"save_steps is 0.1, a share of the steps.*as a multiple of 2"):
        build("reinforce", {"num_iterations": 2, "save_steps": 0.1}, work=tmp_path, seed=1)
