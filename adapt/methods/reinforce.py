"""Verifier RL: the domain's rewards over sampled responses, through TRL's GRPOTrainer.

A time-out or an error of a verifier reaches the trainer as None (not applicable), never as 0: a model is not taught
by a broken check. The statuses that occurred are counted in the metrics, and too many failures stop the stage.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from datasets import Dataset
from trl import GRPOTrainer

from chartered.adapt import arguments
from chartered.adapt.chat_form import chat_form
from chartered.adapt.preflight import check_sampling
from chartered.adapt.training import Setup, seed_everything, train
from chartered.common.models import load_model
from chartered.domains.checking.checker import Checker
from chartered.domains.contract import Domain, Problem
from chartered.domains.rewards.adapters import Scorer, trl_row
from chartered.domains.rewards.rollouts import RolloutFile


def reinforce(
    problems: Sequence[Problem],
    domain: Domain,
    weights: Mapping[str, float],
    setup: Setup,
    *,
    checker: Checker | None = None,
    rollouts: Path | None = None,
) -> dict[str, Any]:
    """Train against the weighted rewards; returns metrics with `checks`, the verifier's statuses.

    They count distinct responses, since the stage began or was last resumed.

    Args:
        problems: to sample responses to.
        domain: whose verifiers and rewards are used.
        weights: of the rewards.
        setup: what every training stage is given.
        checker: checks the responses; without one verifiers run here, and one that hangs hangs the stage.
        rollouts: file to write every response with its check to.

    Raises:
        UsageError: a reward that the domain does not have, or a prompt that is not the one of evaluation.
        ModelError: the model has no chat template, or its answers would not end.
        TrainingError: the loss is no number, or the verifier failed on too many responses.
    """
    seed_everything(setup.seed)
    form = chat_form(setup.start)
    check_sampling(form, setup.keys)
    sampled = RolloutFile(setup.work / "rollouts.jsonl")
    scorer = Scorer(domain, problems, checker=checker, on_checks=sampled.add if rollouts else None)
    trainer = GRPOTrainer(
        model=load_model(setup.start),
        reward_funcs=[scorer.trl(name) for name in weights],
        args=arguments.build(
            "reinforce", setup.keys, work=setup.work, seed=setup.seed, reward_weights=list(weights.values())
        ),
        train_dataset=Dataset.from_list([trl_row(problem) for problem in problems]),
        processing_class=form.tokenizer,
        peft_config=arguments.adapter(setup.lora),
    )
    metrics = train(trainer, setup)
    if rollouts:
        sampled.write(rollouts)
    return {"problems": len(problems), "checks": dict(scorer.checker.counts), **metrics}
