"""Whether each stage of a run fits into this machine's memory, before it begins, and what would make it fit.

A stage is sized by the longest row that it will meet, in tokens of the model, so the data must have been prepared.
"""

from collections.abc import Callable, Iterable, Mapping
from heapq import nlargest
from pathlib import Path
from typing import Any

from chartered.adapt.architecture import Architecture, read_architecture
from chartered.adapt.memory import Need, Workload, gib, lighter, peak
from chartered.common.chat import chat_text, chat_tokens
from chartered.common.errors import UsageError
from chartered.common.files import read_rows
from chartered.common.machine import memory_available
from chartered.domains.contract import Message, Problem
from chartered.domains.prompts import render
from chartered.domains.records import read_problems
from chartered.pipeline.line import BASE, TRACES, Line
from chartered.pipeline.mark import Ending
from chartered.pipeline.prepare import CORPUS, HELDOUT, TRAIN

NEAR = 0.7
"""Share of the machine's memory from which on a killed stage was most likely killed for memory."""
_MEASURED = 40  # rows, the longest by characters, that are counted in tokens

Count = Callable[[list[list[Message]], bool], int]
"""Tokens of the longest of some chats, with or without the beginning of an answer."""


class Fitting:
    """The stages of a run beside the memory of this machine.

    Args:
        line: the run.
        prepared: folder with what `prepare` wrote; before that no stage is sized.
    """

    def __init__(self, line: Line, prepared: Path) -> None:
        self.model: Architecture = read_architecture(line.start)
        self.gpu, self.room = _room()
        self.works = _workloads(line, prepared)
        """What each stage that needs much memory does at once, by its name."""

    @property
    def has(self) -> str:
        """What the machine has, in words."""
        return f"this machine has {gib(self.room)} GiB {'free on its GPU' if self.gpu else 'to give'}"

    def need(self, stage: str) -> Need:
        """What a sized stage takes at its peak."""
        return self._peak(self.works[stage])

    def describe(self, stage: str) -> str:
        """What a sized stage takes at its peak, and what would make it fit where it does not."""
        text = f"about {self.need(stage)}"
        return text if self.need(stage).total <= self.room else f"{text}: does not fit; {self.remedy(stage)}"

    def check(self, stages: Iterable[str]) -> None:
        """Refuse stages that cannot fit, among those that are named and sized.

        Raises:
            UsageError: naming the first, what it needs, what there is and the keys that would make it fit.
        """
        for stage in stages:
            if stage in self.works and self.need(stage).total > self.room:
                raise UsageError(
                    f"{stage} needs about {self.need(stage)}, and {self.has}; {self.remedy(stage)}, or take a smaller "
                    "model or a machine with more."
                )

    def remedy(self, stage: str) -> str:
        """The keys that would make a stage fit into what the machine has; where none would, that is said."""
        work = self.works[stage]
        lighter_work = lighter(self.model, work, self.room, gpu=self.gpu)
        if lighter_work is None:
            return f"no key under {work.stage} would make it fit"
        return f"set {_changes(work, lighter_work)} (about {gib(self._peak(lighter_work).total)} GiB)"

    def killed(self, stage: str, ending: Ending) -> str:
        """One line on a try of a stage that ended without a word."""
        if ending == "restarted":
            return f"{stage}: the machine was restarted while it worked on this"
        if stage not in self.works or self.gpu:  # a GPU that is full is an error, and kills nothing
            return f"{stage}: the earlier try was killed"
        needed = self.need(stage).total
        sizes = f"it needs about {gib(needed)} GiB and {self.has}"
        if needed < NEAR * self.room:
            return f"{stage}: the earlier try was killed, hardly for memory ({sizes})"
        keys = self._lighter_keys(stage)
        again = f"; should it happen again, set {keys}" if keys else ""
        return f"{stage}: the earlier try was killed, most likely by the system for memory ({sizes}){again}"

    def ran_out(self, stage: str) -> str:
        """One sentence on a stage to which memory was refused while it worked."""
        keys = self._lighter_keys(stage) if stage in self.works else None
        needs = f" (it was thought to need {gib(self.need(stage).total)} GiB)" if stage in self.works else ""
        place, change = "the GPU's" if self.gpu else "this machine's", f"set {keys}" if keys else "ask less"
        return (
            f"{stage}: {place} memory ran out{needs}; end what else uses it, or {change}, "
            "and give the same command again."
        )

    def _lighter_keys(self, stage: str) -> str | None:
        """The keys with which a stage takes clearly less, if there are any."""
        work = self.works[stage]
        lighter_work = lighter(self.model, work, NEAR * self.need(stage).total, gpu=self.gpu)
        return _changes(work, lighter_work) if lighter_work else None

    def _peak(self, work: Workload) -> Need:
        return peak(self.model, work, gpu=self.gpu)


def is_out_of_memory(error: Exception) -> bool:
    """Whether an error of Python or torch says that memory was refused."""
    refused = ("out of memory", "can't allocate memory", "not enough memory")
    return isinstance(error, MemoryError) or any(words in str(error) for words in refused)


def _room() -> tuple[bool, float]:
    """Whether there is a GPU, and the bytes that a stage can have of it, or of this machine's memory."""
    import psutil  # type: ignore[import-untyped]
    import torch

    if torch.cuda.is_available():
        return True, float(torch.cuda.mem_get_info()[0])
    return False, float(memory_available() + psutil.Process().memory_info().rss)  # libraries are in this process


def _workloads(line: Line, prepared: Path) -> dict[str, Workload]:
    if not (prepared / HELDOUT).is_file():
        return {}
    tokens = _counter(line.start)
    train, heldout = (list(read_problems(prepared / file)) for file in (TRAIN, HELDOUT))
    asked = tokens([render(problem) for problem in heldout], True)
    score = Workload(stage="score", keys=line.recipe.score.model_dump(), longest=asked, rows=line.recipe.data.heldout)
    works = {f"score-{name}": score for name in (BASE, *line.trained)}
    works |= {name: _sized(line, name, prepared, train, tokens) for name in line.trained}
    return {name: work for name, work in works.items() if work.longest}


def _sized(line: Line, name: Any, prepared: Path, train: list[Problem], tokens: Count) -> Workload:
    """What a training stage does at once; without a length where a teacher is yet to write the traces."""
    block, longest, rows = getattr(line.recipe, name), 0, None
    if name == "pretrain":  # a token stands for a byte at least
        longest = sum(len(row["text"].encode()) for _, row in read_rows(prepared / CORPUS))
    if name == "finetune":
        traces = _traces(line, train)
        longest, rows = tokens(traces, False), len(traces)
    if name == "reinforce":
        longest = tokens([render(p) for p in train if not block.problems or p.kind in block.problems], True)
    return Workload(stage=name, keys=block.keys, longest=longest, rows=rows, lora=block.lora)


def _traces(line: Line, train: list[Problem]) -> list[list[Message]]:
    """The traces of an earlier start, else the worked solutions; none where a teacher is yet to write them."""
    from chartered.annotation import read_traces

    path = line.folder / "annotate" / TRACES
    if path.is_file():
        return [list(trace.messages) for trace in read_traces(path)]
    if line.recipe.annotate.teacher or line.recipe.annotate.traces:
        return []
    return [[*render(p), {"role": "assistant", "content": p.solution}] for p in train if p.solution]


def _counter(model: Path) -> Count:
    from chartered.common.models import load_tokenizer

    tokenizer = load_tokenizer(model)

    def longest(chats: list[list[Message]], asks: bool) -> int:
        long = nlargest(_MEASURED, chats, key=lambda chat: sum(len(turn["content"]) for turn in chat))
        return max((_tokens(tokenizer, chat, asks) for chat in long), default=0)

    return longest


def _tokens(tokenizer: Any, chat: list[Message], asks: bool) -> int:
    if tokenizer.chat_template is None:
        return len(tokenizer("\n".join(turn["content"] for turn in chat))["input_ids"])
    return len(chat_tokens(tokenizer, chat_text(tokenizer, chat, asks=asks)))


def _changes(before: Workload, after: Workload) -> str:
    """The keys that differ, as they stand in a recipe, and under which block."""
    changed: dict[str, Any] = {key: value for key, value in after.keys.items() if before[key] != value}
    if after.lora != before.lora:
        changed["lora"] = after.lora
    return " with ".join(f"`{key}: {_yaml(value)}`" for key, value in changed.items()) + f" under {after.stage}"


def _yaml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_yaml(part)}" for key, part in value.items()) + "}"
    return str(value).lower() if isinstance(value, bool) else str(value)
