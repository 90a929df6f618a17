"""Verifier RL: the domain's rewards over sampled responses, through TRL's GRPOTrainer.

A time-out or an error of a verifier reaches the trainer as None (not applicable), never as 0: a model is not taught
by a broken check. The statuses that occurred are counted in the metrics.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from datasets import Dataset
from trl import GRPOTrainer

from chartered.adapt import arguments
from chartered.adapt.training import Setup, seed_everything, train
from chartered.domains.contract import Check, Domain, Problem, Reward
from chartered.domains.errors import UsageError, nearest
from chartered.domains.prompts import render
from chartered.domains.weights import load_model, load_tokenizer

RewardFunction = Callable[..., list[float | None]]
"""TRL's signature: prompts, completions and every column by name."""


def reinforce(
    problems: Sequence[Problem], domain: Domain, weights: Mapping[str, float], setup: Setup
) -> dict[str, Any]:
    """Train against the weighted rewards; returns metrics with `checks`, the verifier's statuses.

    They count distinct responses, since the stage began or was last resumed.

    Raises:
        UsageError: a reward that the domain does not have.
        TrainingError: the loss is no number.
    """
    seed_everything(setup.seed)
    grader = Grader(problems, domain)
    trainer = GRPOTrainer(
        model=load_model(setup.start),
        reward_funcs=[grader.function(name) for name in weights],
        args=arguments.build(
            "reinforce", setup.keys, work=setup.work, seed=setup.seed, reward_weights=list(weights.values())
        ),
        train_dataset=Dataset.from_list([{"prompt": render(p), "problem_id": p.id} for p in problems]),
        processing_class=load_tokenizer(setup.start),
        peft_config=arguments.adapter(setup.lora),
    )
    metrics = train(trainer, setup)
    return {"problems": len(problems), "checks": dict(grader.statuses), **metrics}


class Grader:
    """Checks each response once, however many rewards ask, and gives rewards in TRL's signature."""

    def __init__(self, problems: Sequence[Problem], domain: Domain) -> None:
        self.problems = {problem.id: problem for problem in problems}
        self.domain = domain
        self.statuses: Counter[str] = Counter()
        self._check = lru_cache(maxsize=4096)(self._verified)

    def function(self, name: str) -> RewardFunction:
        """The named reward of the domain as TRL calls it."""
        reward = self._reward(name)

        def graded(completions: list[Any], problem_id: list[str], **_: Any) -> list[float | None]:
            return [self._graded(reward, i, _text(c)) for i, c in zip(problem_id, completions, strict=True)]

        graded.__name__ = name
        return graded

    def _reward(self, name: str) -> Reward:
        known = self.domain.rewards
        if name not in known:
            raise UsageError(f"domain {self.domain.name!r} has no reward {name!r}; {nearest(name, known)}")
        return known[name]

    def _graded(self, reward: Reward, problem_id: str, response: str) -> float | None:
        check = self._check(problem_id, response)
        if check.status in ("timeout", "error"):
            return None
        return reward(self.problems[problem_id], response, check)

    def _verified(self, problem_id: str, response: str) -> Check:
        check = self.domain.verify(self.problems[problem_id], response)
        self.statuses[check.status] += 1
        return check


def _text(completion: Any) -> str:
    return completion if isinstance(completion, str) else str(completion[-1]["content"])
