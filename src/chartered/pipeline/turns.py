"""The chats that a run will ask and train on, checked as soon as they are known and before a model is asked.

Which turns there are (a system turn, earlier answers) is known of problems when they are prepared, and of traces when
they are written; a template may refuse them, drop them, or write an answer otherwise after them.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from chartered.annotation.traces import Trace, read_traces, sft_row
from chartered.domains.contract import Message
from chartered.domains.prompts import render
from chartered.domains.records import read_problems
from chartered.pipeline.checks import template_keys
from chartered.pipeline.line import TRACES, Line
from chartered.pipeline.prepare import HELDOUT, TRAIN


def check_turns(line: Line, folder: Path) -> list[str]:
    """Refuse a model whose template does not know the turns of what a stage wrote; returns what is to be said of it.

    Args:
        line: the run.
        folder: of the results of `prepare` or `annotate`.

    Raises:
        ModelError: saying which turns, and what to do.
    """
    traces = list(read_traces(folder / TRACES)) if (folder / TRACES).is_file() else []
    asked = [*_asked(folder), *(list(trace.messages[:-1]) for trace in traces)]
    notes = _refused(line, {tuple(turn["role"] for turn in prompt): prompt for prompt in asked}.values())
    return [*notes, *_thoughtless(line, traces)]


def _asked(folder: Path) -> Iterator[list[Message]]:
    files = (folder / TRAIN, folder / HELDOUT)
    return (render(problem) for file in files if file.is_file() for problem in read_problems(file))


def _refused(line: Line, shapes: Iterable[list[Message]]) -> list[str]:
    """Checks one prompt of each shape."""
    from chartered.adapt.chat_form import chat_form
    from chartered.adapt.preflight import check_prompts, check_training
    from chartered.common.models import load_tokenizer

    tokenizer = load_tokenizer(line.start)
    notes = [] if tokenizer.chat_template is None else check_prompts(tokenizer, shapes)
    if line.recipe.finetune is not None:
        form = chat_form(line.start, template_keys(line.recipe))
        notes = check_prompts(form.tokenizer, shapes)
        check_training(form, shapes)
    return notes


def _thoughtless(line: Line, traces: Iterable[Trace]) -> list[str]:
    """What is to be said where the template leaves out the thoughts of traces that have some."""
    from chartered.adapt.chat_form import chat_form
    from chartered.adapt.preflight import THOUGHT, loses_thoughts

    row = next((sft_row(trace) for trace in traces if THOUGHT in trace.messages[-1]["content"]), None)
    if row is None or line.recipe.finetune is None:
        return []
    if not loses_thoughts(chat_form(line.start, template_keys(line.recipe)), row):
        return []
    return ["the chat template leaves out the thoughts of traces, so the model is trained on the answers behind them"]
