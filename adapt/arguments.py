"""From a recipe's training keys to the configuration objects of TRL and, for adapters, of peft.

The keys are TRL's; this module adds what a stage must decide (folders, seed, device) and replaces five defaults of
TRL that would lose data or signal here:

    max_length=1024             longer texts are cut            nothing is cut (see `pretrain` and `finetune`)
    packing_strategy="bfd"      overflow is thrown away         "bfd_split" keeps every token
    bf16=True                   fails or crawls on most CPUs    only where a GPU supports it
    scale_rewards="group"       a graded reward is stretched    "batch" keeps 0.1 smaller than 1
    gradient_checkpointing=True pays compute to save memory     off (as activation_checkpointing, its new name)
"""

import math
from collections.abc import Mapping
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_type_hints

import torch
from pydantic import TypeAdapter, ValidationError

from chartered.common.errors import UsageError, nearest

TrainingName = Literal["pretrain", "finetune", "reinforce"]

RESERVED = frozenset(
    {"output_dir", "seed", "data_seed", "resume_from_checkpoint", "reward_weights", "trust_remote_code"}
    | {"overwrite_output_dir", "push_to_hub", "model_init_kwargs", "remove_unused_columns", "disable_tqdm"}
)
"""Keys of TRL that the run decides; a recipe that gives one is refused rather than overruled."""

_COMMON: dict[str, Any] = {
    "activation_checkpointing": False,
    "save_strategy": "steps",
    "save_steps": 50,
    "save_total_limit": 2,
    "logging_steps": 10,
    "logging_nan_inf_filter": False,  # a loss that is no number must be seen, and stops the stage
    "report_to": "none",
}
_OLD_NAMES = {"activation_checkpointing": "gradient_checkpointing"}
"""Our default under the new name must not outrank a recipe that uses the old one."""
_DEFAULTS: dict[TrainingName, dict[str, Any]] = {
    "pretrain": {"packing": True, "packing_strategy": "bfd_split"},
    "finetune": {"packing": False, "packing_strategy": "bfd_split"},
    "reinforce": {"scale_rewards": "batch"},
}


@cache
def config_class(stage: TrainingName) -> type[Any]:
    """TRL's configuration dataclass for a stage."""
    from trl import GRPOConfig, SFTConfig

    found: type[Any] = GRPOConfig if stage == "reinforce" else SFTConfig
    return found


def check_keys(stage: TrainingName, keys: Mapping[str, Any], where: Mapping[str, str]) -> None:
    """Refuse keys that the installed TRL does not know or the run decides itself, and values that TRL would refuse.

    `where` gives the place of each key in the recipe, as in "recipe.yaml, line 12".
    """
    for key in keys:
        if key in RESERVED:
            place = where.get(key, stage)
            raise UsageError(f"{place}: {stage}.{key} is decided by the run and cannot be set; remove the line.")
    _check_fields(stage, keys, where, config_class(stage), "trl")
    build(stage, keys, work=Path(stage), seed=0)


def check_lora(stage: TrainingName, keys: Mapping[str, Any], where: Mapping[str, str]) -> None:
    """Refuse keys of a `lora` block that the installed peft does not know, and values that it would refuse."""
    from peft import LoraConfig

    _check_fields(f"{stage}.lora", keys, where, LoraConfig, "peft")
    adapter(keys)


def _check_fields(block: str, keys: Mapping[str, Any], where: Mapping[str, str], config: type, library: str) -> None:
    hints = get_type_hints(config)
    known = {f.name for f in fields(config) if f.init} - RESERVED
    for key, value in keys.items():
        place = where.get(key, block)
        if key not in known:
            raise UsageError(
                f"{place}: unknown key {block}.{key}, no field of {library}.{config.__name__}; {nearest(key, known)}"
            )
        try:
            TypeAdapter(hints[key]).validate_python(value, strict=True)
        except ValidationError as error:
            raise UsageError(f"{place}: {block}.{key} is {value!r}: {error.errors()[0]['msg']}.") from error


def build(stage: TrainingName, keys: Mapping[str, Any], *, work: Path, seed: int, **decided: Any) -> Any:
    """TRL's configuration for a stage: our defaults, the recipe's keys over them, then what the stage decided.

    Raises:
        UsageError: TRL refuses a value.
    """
    cuda = torch.cuda.is_available()
    device = {"use_cpu": not cuda, "bf16": cuda and torch.cuda.is_bf16_supported(), "dataloader_pin_memory": cuda}
    common = {key: value for key, value in _COMMON.items() if _OLD_NAMES.get(key) not in keys}
    own = {"output_dir": str(work), "seed": seed, "data_seed": seed, "disable_tqdm": True, **decided}
    try:
        config = config_class(stage)(**{**common, **device, **_DEFAULTS[stage], **keys, **own})
    except (TypeError, ValueError) as error:
        raise UsageError(f"{stage}: TRL refuses these keys: {error}") from error
    if stage == "reinforce":
        _save_between_generations(config)
    return config


def _save_between_generations(config: Any) -> None:
    """Round `save_steps` up to the steps at which GRPO generates anew.

    A checkpoint does not hold the responses that are still to be trained on, so a stage that goes on from one between
    two generations would draw others.
    """
    micro_steps = config.steps_per_generation * config.num_iterations
    steps = micro_steps // math.gcd(micro_steps, config.gradient_accumulation_steps)
    if steps > 1 and config.save_steps < 1:
        raise UsageError(
            f"reinforce: save_steps is {config.save_steps}, a share of the steps, and responses are used for {steps} "
            f"steps each; give save_steps as a multiple of {steps}."
        )
    if steps > 1:
        config.save_steps = math.ceil(config.save_steps / steps) * steps


def adapter(lora: Mapping[str, Any] | None) -> Any:
    """The peft configuration of a recipe's `lora` block, or None.

    Raises:
        UsageError: peft refuses a key or value.
    """
    if lora is None:
        return None
    from peft import LoraConfig

    try:
        return LoraConfig(**{"task_type": "CAUSAL_LM", "target_modules": "all-linear", **lora})
    except (TypeError, ValueError) as error:
        raise UsageError(f"lora: peft refuses these keys: {error}") from error
