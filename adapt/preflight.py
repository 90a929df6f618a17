"""Whether a model is trained on what it will be asked, and learns to stop: told before anything is computed.

A chat template writes a chat twice: as a question that the model goes on from, and as the whole chat that it is
trained on. Where the first is not the beginning of the second, token for token, a model is asked after words that it
never saw. Where an answer ends in no token that generation stops at, it never learns to stop.
"""

import json
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from chartered.adapt.chat_form import UNMARKED, ChatForm, Written, shared
from chartered.common.chat import Turns, chat_text
from chartered.common.errors import ModelError, UsageError
from chartered.domains.contract import Message, Problem
from chartered.domains.prompts import render

Row = Mapping[str, list[Message]]
"""`prompt` and `completion`, each a list of messages: TRL's conversational prompt-completion form."""

THOUGHT = "</think>"
"""Ends the thoughts of an answer; templates that know thoughts cut there."""

_ANSWERS = ("The sum is 4.\n\nAnswer: 4", "12 of them.\nAnswer: 12", "$x^2$ is 4.\nAnswer: 4", "```\nx = 1\n```", "(B)")
"""Answers of every beginning that matters to a tokenizer: letter, digit, sign, fence, bracket."""
_MOMENTS = (datetime(1999, 1, 2, 3, 4, 5), datetime(2018, 7, 14, 13, 46, 27), datetime(2031, 12, 30, 23, 58, 59))
_DIRECTIVES = [f"%{sign}{letter}" for sign in ("-", "") for letter in "YymdeHIMSjAaBbhpcxXDFTsUWuwVGf"]
_SEEDS = 12


def fault(form: ChatForm, row: Row) -> str | None:
    """Why a row must not be trained on, and what to do, as the middle of a sentence; None where it may be.

    Raises:
        ModelError: the template refuses its turns.
    """
    asked, whole = form.asked(row["prompt"]), form.trained([*row["prompt"], *row["completion"]])
    reply = row["completion"][-1]["content"].strip()
    return (
        _unlike(asked, whole)
        or _endless(form, asked, whole)
        or _changed(form, asked, whole, reply)
        or _unmarked(form, asked, whole)
    )


def check_training(form: ChatForm, prompts: Iterable[Turns] = ()) -> None:
    """Refuse a form in which answers to these questions, of every beginning, are not trained as they are asked for.

    Without prompts, a single question of each form that problems come in is taken.

    Raises:
        ModelError: saying why, and what to do.
    """
    for prompt in list(prompts) or probes():
        for answer in _ANSWERS:
            completion: list[Message] = [{"role": "assistant", "content": answer}]
            if found := fault(form, {"prompt": [*prompt], "completion": completion}):
                raise ModelError(f"{form.folder}: {found}.")


def check_sampling(form: ChatForm, keys: Mapping[str, Any]) -> None:
    """Refuse a form, or keys of GRPO, with which sampled answers would begin or end otherwise than scored ones.

    Raises:
        ModelError: the end of a turn does not stop generation.
        UsageError: `chat_template_kwargs` asks in other words.
    """
    prompt = probes()[0]
    asked, whole = form.asked(prompt), form.trained([*prompt, {"role": "assistant", "content": _ANSWERS[0]}])
    found = _endless(form, asked, whole)
    if found and not whole.text.rstrip().endswith(_ANSWERS[0]):  # a template may leave the last turn open
        raise ModelError(f"{form.folder}: {found}.")
    given = keys.get("chat_template_kwargs") or {}
    if given and form.asked(prompt, **given).text != asked.text:
        raise UsageError(
            f"reinforce.chat_template_kwargs is {given!r}, so answers would be sampled after other words than score "
            "and audit ask with; remove the key, and write what it does into the chat template."
        )


def check_steady(tokenizer: Any) -> None:
    """Refuse a template that writes the same chat differently at another time, or by chance.

    Raises:
        ModelError: saying which.
    """
    template, prompt = tokenizer.get_chat_template(), probes()[0]
    clocks = [_clock(moment) for moment in _MOMENTS] if "strftime_now" in template else []
    times = {chat_text(tokenizer, prompt, asks=True, template=clock + template) for clock in clocks}
    with _seeds() as seeds:
        draws = {chat_text(tokenizer, prompt, asks=True) for _ in seeds}
    if len(times) > 1 or len(draws) > 1:
        what = "the time (strftime_now)" if len(times) > 1 else "something drawn by chance"
        raise ModelError(
            f"{tokenizer.name_or_path}: the chat template writes {what} into every chat, so the same question would be "
            "another one tomorrow and no result could be found again; write a fixed text in its place into the "
            "template (chat_template.jinja)."
        )


def check_prompts(tokenizer: Any, prompts: Iterable[Turns]) -> list[str]:
    """Refuse a template that refuses or changes a turn of these prompts; returns what is to be said of system turns.

    Raises:
        ModelError: naming the turn.
    """
    notes = set()
    for prompt in prompts:
        text = chat_text(tokenizer, prompt, asks=True)
        for turn in prompt:
            if _without_thoughts(turn["content"]) in text:
                continue
            if turn["role"] != "system":
                raise ModelError(
                    f"{tokenizer.name_or_path}: the chat template leaves out or changes a turn of the {turn['role']}, "
                    f"{turn['content'][:40]!r}; write the content as it is in the template (chat_template.jinja)."
                )
            notes.add(
                "the chat template leaves out or changes the system turn: the model is not told what stands there"
            )
    return sorted(notes)


def loses_thoughts(form: ChatForm, row: Row) -> bool:
    """Whether the template leaves out the thoughts of an answer that has some."""
    reply = row["completion"][-1]["content"].strip()
    return THOUGHT in reply and reply not in form.trained([*row["prompt"], *row["completion"]]).text


def probes() -> list[list[Message]]:
    """One question of each form that problems come in: with neither options nor unit, with a unit, with options."""
    turn: tuple[Message, ...] = ({"role": "user", "content": "What is 2 + 2?"},)
    forms: Sequence[dict[str, Any]] = ({}, {"unit": "mg"}, {"options": ("3", "4")})
    return [render(Problem(prompt=turn, answer="4", kind="k", domain="d", split="train", **form)) for form in forms]


def _unlike(asked: Written, whole: Written) -> str | None:
    if whole.tokens[: len(asked.tokens)] == asked.tokens:
        return None
    same = shared(asked.text, whole.text)
    if same < len(asked.text):
        return (
            f"a question is asked with {asked.text[same:][:40]!r} where the trained turn goes on with "
            f"{whole.text[same:][:40]!r}, so the model would be asked after words that it never saw; make the "
            "generation prompt the beginning of the assistant's turn in the chat template"
        )
    return (
        f"the end of a question, {asked.text[-12:]!r}, and the beginning of the trained answer, "
        f"{whole.text[same:][:12]!r}, share a token, so the model would be asked after tokens that it never saw; end "
        "the generation prompt in the chat template with a special token, or where no token goes on"
    )


def _endless(form: ChatForm, asked: Written, whole: Written) -> str | None:
    answer = whole.tokens[shared(asked.tokens, whole.tokens) :]
    if not form.stops.isdisjoint(answer):
        return None
    known = ", ".join(map(repr, form.stop_texts)) or "no token at all"
    last = next((token for token in reversed(answer) if form.tokenizer.decode([token]).strip()), None)
    if last not in form.special:
        return (
            f"a trained turn ends with {whole.text[-20:]!r} and no end token, so the model would never learn to stop "
            f"(generation stops at {known}); write that token behind the assistant's content in the chat template"
        )
    text = form.tokenizer.decode([last])
    return (
        f"a trained turn ends with {text!r}, and generation stops at {known}, so the model would never stop; add "
        f"{last} to eos_token_id in generation_config.json, or set `eos_token: {json.dumps(text)}` under finetune"
    )


def _changed(form: ChatForm, asked: Written, whole: Written, reply: str) -> str | None:
    if not reply:
        return "an answer to train on is empty; leave it out"
    answer, ends = whole.text[shared(asked.text, whole.text) :], form.stop_texts
    said = min((answer.split(end)[0] for end in ends), key=len, default=answer)
    if _without_thoughts(reply) in said:
        return None
    if inside := next((end for end in ends if end in reply), None):
        return f"an answer to train on holds {inside!r}, at which generation stops; leave it out"
    return (
        f"the chat template changes what the assistant says: {reply[:40]!r} becomes {said[:40]!r}; write the content "
        "as it is in the chat template"
    )


def _unmarked(form: ChatForm, asked: Written, whole: Written) -> str | None:
    if not form.masked:
        return None
    begin = len(asked.tokens)
    end = next(at for at in range(begin, len(whole.tokens)) if whole.tokens[at] in form.stops)
    return None if all(whole.mask[max(begin, end - 1) : end + 1]) else UNMARKED


def _without_thoughts(content: str) -> str:
    return content.rpartition(THOUGHT)[2].strip()


def _clock(moment: datetime) -> str:
    """What put before a template makes it see this moment: transformers gives it `strftime_now`."""
    shown = "".join(f"|replace({json.dumps(d)}, {json.dumps(moment.strftime(d))})" for d in _DIRECTIVES)
    return "{%- macro strftime_now(format) -%}{{ format" + shown + " }}{%- endmacro -%}"


@contextmanager
def _seeds() -> Iterator[Iterator[None]]:
    """Seeds of the generator that a template draws from, one after another; afterwards it is as it was."""
    state = random.getstate()
    try:
        yield (random.seed(seed) for seed in range(_SEEDS))
    finally:
        random.setstate(state)
