"""How well a model has each general skill, on problems that were kept from its training."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chartered.adapt.pocket.text import SKILLS, problems
from chartered.domains.contract import Problem
from chartered.domains.prompts import final_answer, render

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

Reply = Callable[[list[Problem]], list[str]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Skill:
    """Share of held-out problems of a skill answered right, by greedy generation."""

    name: str
    n: int
    right: int

    @property
    def accuracy(self) -> float:
        return self.right / self.n

    @property
    def error(self) -> float:
        """Standard error of the share, sqrt(p (1 - p) / n)."""
        return math.sqrt(self.accuracy * (1 - self.accuracy) / self.n)


def measure(reply: Reply, count: int, seed: int, names: Iterable[str] = tuple(SKILLS)) -> list[Skill]:
    """The skills of whatever replies to problems, so many problems each."""
    found = []
    for name in names:
        asked = problems(name, count, seed)
        right = sum(is_right(problem, text) for problem, text in zip(asked, reply(asked), strict=True))
        found.append(Skill(name=name, n=count, right=right))
    return found


def is_right(problem: Problem, response: str) -> bool:
    """Whether the answer line gives the option's text, or the number with or without its unit, to the letter."""
    given = final_answer(response)
    if problem.unit is None:
        return given == problem.answer
    return given in (problem.answer, f"{problem.answer} {problem.unit}")


def greedy(model: "PreTrainedModel", tokenizer: "PreTrainedTokenizerBase", batch: int = 50) -> Reply:
    """A replier that takes the most likely token each time."""
    import torch

    generate: Any = model.generate

    def reply(asked: list[Problem]) -> list[str]:
        said: list[str] = []
        for start in range(0, len(asked), batch):
            turns: Any = [render(problem) for problem in asked[start : start + batch]]
            given: Any = tokenizer.apply_chat_template(
                turns, add_generation_prompt=True, padding=True, return_tensors="pt", return_dict=True
            )
            with torch.inference_mode():
                made = generate(**given.to(model.device), do_sample=False, max_new_tokens=96)
            said += tokenizer.batch_decode(made[:, given["input_ids"].shape[1] :], skip_special_tokens=True)
        return said

    return reply
