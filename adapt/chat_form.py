"""How the chats of one model become tokens: a question that it goes on from, and a chat that it is trained on."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

from chartered.common.chat import Turns, chat_text, chat_tokens
from chartered.common.errors import ModelError, UsageError
from chartered.common.models import load_tokenizer

_SUFFIXES = (".jinja", ".j2")


class Written(NamedTuple):
    """A chat as text, as tokens, and which of these are the assistant's (empty where nobody asks)."""

    text: str
    tokens: list[int]
    mask: list[int]


@dataclass(frozen=True, kw_only=True)
class ChatForm:
    """The template and the end tokens of one model."""

    folder: Path
    tokenizer: Any
    stops: frozenset[int]
    """Tokens that generation stops at."""
    masked: bool = False
    """Whether the loss is only on what the template marks as the assistant's."""
    training: str | None = None
    """The template for training, where it is not the tokenizer's own."""

    def asked(self, prompt: Turns, **kwargs: Any) -> Written:
        """A question, up to where the model begins its answer; `kwargs` are variables of the template."""
        text = chat_text(self.tokenizer, prompt, asks=True, **kwargs)
        return Written(text, chat_tokens(self.tokenizer, text), [])

    def trained(self, chat: Turns) -> Written:
        """A whole chat, as the model is trained on it."""
        text = chat_text(self.tokenizer, chat, template=self.training)
        return Written(text, chat_tokens(self.tokenizer, text), self._mask(chat) if self.masked else [])

    def _mask(self, chat: Turns) -> list[int]:
        marked = self.tokenizer.apply_chat_template(
            list(chat), chat_template=self.training, return_dict=True, return_assistant_tokens_mask=True
        )
        return list(marked["assistant_masks"])

    @property
    def stop_texts(self) -> list[str]:
        """The tokens that generation stops at, as text."""
        return [text for text in map(self.tokenizer.decode, ([token] for token in sorted(self.stops))) if text]

    @property
    def special(self) -> frozenset[int]:
        """Tokens that stand for no text of their own."""
        return frozenset({*self.tokenizer.all_special_ids, *self.tokenizer.get_added_vocab().values()})


def chat_form(folder: Path, blocks: Mapping[str, Mapping[str, Any]] | None = None) -> ChatForm:
    """The chat form of the model in a folder, after what training stages make of it.

    Args:
        folder: of the model.
        blocks: TRL's keys of each stage that trains it, in order; `assistant_only_loss` counts under finetune.

    Raises:
        ModelError: there is no chat template or no end token, or nothing marks the assistant's turn.
        UsageError: a key asks for what is not there.
    """
    tokenizer, blocks = load_tokenizer(folder), blocks or {}
    form = ChatForm(folder=folder, tokenizer=tokenizer, stops=stop_tokens(folder, tokenizer.eos_token_id))
    for stage, keys in blocks.items():
        form = _after(form, stage, keys)
    if tokenizer.chat_template is None or tokenizer.eos_token is None:
        raise ModelError(
            f"{folder}: the tokenizer has no chat template or no end token, and finetune and reinforce train on chats; "
            "take the instruct version of the model, give a template with finetune.chat_template_path, or leave these "
            "stages out."
        )
    if blocks.get("finetune", {}).get("assistant_only_loss"):
        return replace(form, masked=True, training=_marked(form))
    return form


def _after(form: ChatForm, stage: str, keys: Mapping[str, Any]) -> ChatForm:
    """The form after a stage: TRL takes over the template and the end token that its keys name, and saves them."""
    tokenizer = form.tokenizer
    if path := keys.get("chat_template_path"):
        if not Path(path).is_file() or Path(path).suffix not in _SUFFIXES:
            raise UsageError(
                f"{stage}.chat_template_path is {path!r}, and there is no such file that ends in .jinja; give the "
                "template as a file, since that of another model would bring its vocabulary along."
            )
        tokenizer.chat_template = Path(path).read_text(encoding="utf-8")
    if token := keys.get("eos_token"):
        if token not in tokenizer.get_vocab():
            raise UsageError(
                f"{stage}.eos_token is {token!r}, which is not a token of {form.folder}; give one that is."
            )
        tokenizer.eos_token = token
        return replace(form, stops=form.stops | {tokenizer.eos_token_id})
    return form


def _marked(form: ChatForm) -> str | None:
    """The template that TRL trains with where the loss is on marked turns alone; None for the tokenizer's own."""
    from trl.chat_template_utils import get_training_chat_template, is_chat_template_stop_token_trained

    try:
        template: str | None = get_training_chat_template(form.tokenizer)
    except ValueError as error:
        raise ModelError(
            f"{form.folder}: finetune.assistant_only_loss is true, and the chat template does not mark the assistant's "
            "turn; put {% generation %} and {% endgeneration %} around its content and end token, or remove the key, "
            "since the loss is on the answer alone without it."
        ) from error
    if not is_chat_template_stop_token_trained(form.tokenizer, template):
        raise ModelError(f"{form.folder}: {UNMARKED}.")
    return template


UNMARKED = (
    "the {% generation %} markers of the chat template leave out the answer or the token that ends it; put content and "
    "end token between them, or remove finetune.assistant_only_loss"
)
"""What is wrong with markers that do not reach far enough."""


def stop_tokens(folder: Path, fallback: int | None) -> frozenset[int]:
    """Tokens that generation with the model in a folder stops at, as transformers finds them.

    Args:
        folder: of the model.
        fallback: the tokenizer's end token, for a model whose configuration names none.
    """
    file = next(path for name in ("generation_config.json", "config.json") if (path := folder / name).is_file())
    found = json.loads(file.read_text(encoding="utf-8"))
    end = found.get("eos_token_id", (found.get("text_config") or {}).get("eos_token_id"))
    end = fallback if end is None else end
    return frozenset(end if isinstance(end, list) else [] if end is None else [end])


def shared(left: Sequence[Any], right: Sequence[Any]) -> int:
    """How many of the first elements are the same."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(left, right, strict=False)))
