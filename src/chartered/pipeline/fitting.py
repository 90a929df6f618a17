"""Whether each stage of a run fits into this machine's memory, before it begins, and what would make it fit.

A stage is sized by the longest row that it will meet, in tokens of the model, so the data must have been prepared.
"""

from collections.abc import Callable, Iterable, Mapping
from heapq import nlargest
from pathlib import Path
from typing import Any

from chartered.adapt.architecture import Architecture, read_architecture
from chartered.adapt.memory import Need, StageName, Workload, gib, lighter, peak
from chartered.common.errors import UsageError
from chartered.common.machine import memory_available
from chartered.domains.contract import Message, Problem
from chartered.domains.prompts import render
from chartered.domains.records import read_problems
from chartered.pipeline.line import TRACES, Line
from chartered.pipeline.mark import Ending
from chartered.pipeline.prepare import HELDOUT, TRAIN

NEAR = 0.7
"""Share of the machine's memory from which on a killed stage was most likely killed for memory."""
_MEASURED = 40  # rows, the longest by characters, that are counted in tokens


class Fitting:
    """The stages of a run beside the memory of this machine.

    Args:
        line: the run.
        prepared: folder with what `prepare` wrote.
    """

    def __init__(self, line: Line, prepared: Path) -> None:
        self.line = line
        self.model: Architecture = read_architecture(line.start)
        self.gpu, self.room = _room()
        self.works = _workloads(line, prepared)

    def describe(self, name: StageName) -> str:
        """What a stage takes at its peak, and what would make it fit where it does not."""
        text = f"about {self.need(name)} at its peak"
        return text if self.need(name).total <= self.room else f"{text}, which does not fit: {self.remedy(name)}"

    def check(self, stages: Iterable[str]) -> None:
        """Refuse stages that cannot fit, among those that are named and sized.

        Raises:
            UsageError: naming the first, what it needs, what there is and the keys that would make it fit.
        """
        for stage in stages:
            name = _sized(stage)
            if name in self.works and self.need(name).total > self.room:
                raise UsageError(
                    f"{stage} needs about {self.need(name)}, and {self.has}; {self.remedy(name)}, or take a smaller "
                    "model or a machine with more."
                )

    @property
    def has(self) -> str:
        """What the machine has, in words."""
        return f"this machine has {gib(self.room)} GiB {'free on its GPU' if self.gpu else 'to give'}"

    def remedy(self, name: StageName) -> str:
        """The keys that would make a stage fit into what the machine has; where none would, that is said."""
        work = self.works[name]
        lighter_work = lighter(self.model, work, self.room, gpu=self.gpu)
        if lighter_work is None:
            return "no key of its would make it fit: shorten or drop it"
        changes = _changes(work, lighter_work)
        return f"set {changes} under {name} (about {gib(peak(self.model, lighter_work, gpu=self.gpu).total)} GiB)"

    def killed(self, stage: str, ending: Ending) -> str:
        """One line on a try of a stage that ended without a word."""
        if ending == "restarted":
            return f"{stage}: the machine was restarted while it worked on this"
        name = _sized(stage)
        if name not in self.works:
            return f"{stage}: the earlier try was killed"
        needed, half = self.need(name), self.room / 2
        near = needed.total > NEAR * self.room
        sizes = f"it needs about {gib(needed.total)} GiB and {self.has}"
        if not near:
            return f"{stage}: the earlier try was killed, hardly for memory ({sizes})"
        easier = lighter(self.model, self.works[name], half, gpu=self.gpu)
        keys = f"; should it happen again, set {_changes(self.works[name], easier)}" if easier else ""
        return f"{stage}: the earlier try was killed, most likely by the system for memory ({sizes}){keys}"

    def need(self, name: StageName) -> Need:
        return peak(self.model, self.works[name], gpu=self.gpu)


def _room() -> tuple[bool, float]:
    """Whether there is a GPU, and the bytes that a stage can have of it, or of this machine's memory."""
    import psutil  # type: ignore[import-untyped]
    import torch

    if torch.cuda.is_available():
        return True, float(torch.cuda.mem_get_info()[0])
    return False, float(memory_available() + psutil.Process().memory_info().rss)  # libraries are in this process


def _workloads(line: Line, prepared: Path) -> dict[StageName, Workload]:
    """What each stage does at once, the scores as one; nothing before the data are prepared."""
    if not (prepared / HELDOUT).is_file():
        return {}
    tokens = _counter(line.start)
    train, heldout = (list(read_problems(prepared / file)) for file in (TRAIN, HELDOUT))
    works: dict[StageName, Workload] = {}
    if line.recipe.pretrain:
        works["pretrain"] = _training("pretrain", line.recipe.pretrain, 0)
    if line.recipe.finetune and (chats := _traces(line, train)):
        works["finetune"] = _training("finetune", line.recipe.finetune, tokens(chats, False))
    if line.recipe.reinforce:
        kinds = line.recipe.reinforce.problems
        chats = [render(problem) for problem in train if not kinds or problem.kind in kinds]
        works["reinforce"] = _training("reinforce", line.recipe.reinforce, tokens(chats, True))
    works["score"] = Workload(
        stage="score",
        keys=line.recipe.score.model_dump(),
        longest=tokens([render(problem) for problem in heldout], True),
    )
    return works


def _training(name: StageName, block: Any, longest: int) -> Workload:
    return Workload(stage=name, keys=block.keys, longest=longest, lora=block.lora)


def _traces(line: Line, train: list[Problem]) -> list[list[Message]]:
    """The traces of an earlier start, else the worked solutions; none where a teacher is yet to write them."""
    from chartered.annotation import read_traces

    path = line.folder / "annotate" / TRACES
    if path.is_file():
        return [list(trace.messages) for trace in read_traces(path)]
    if line.recipe.annotate.teacher:
        return []
    return [[*render(p), {"role": "assistant", "content": p.solution}] for p in train if p.solution]


def _counter(model: Path) -> Callable[[list[list[Message]], bool], int]:
    """A function that gives the tokens of the longest chat, with or without the beginning of an answer."""
    from chartered.common.models import load_tokenizer

    tokenizer = load_tokenizer(model)

    def longest(chats: list[list[Message]], asks: bool) -> int:
        long = nlargest(_MEASURED, chats, key=lambda chat: sum(len(turn["content"]) for turn in chat))
        return max((_tokens(tokenizer, chat, asks) for chat in long), default=0)

    return longest


def _tokens(tokenizer: Any, chat: list[Message], asks: bool) -> int:
    if tokenizer.chat_template is None:
        return len(tokenizer("\n".join(turn["content"] for turn in chat))["input_ids"])
    return len(tokenizer.apply_chat_template(chat, add_generation_prompt=asks, return_dict=True)["input_ids"])


def _sized(stage: str) -> Any:
    return "score" if stage.startswith("score-") else stage


def _changes(before: Workload, after: Workload) -> str:
    """The keys that differ, as they stand in a recipe."""
    changed: dict[str, Any] = {key: value for key, value in after.keys.items() if before[key] != value}
    if after.lora != before.lora:
        changed["lora"] = after.lora
    return " with ".join(f"`{key}: {_yaml(value)}`" for key, value in changed.items())


def _yaml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_yaml(part)}" for key, part in value.items()) + "}"
    return str(value).lower() if isinstance(value, bool) else str(value)
