"""A chat as a model's own template writes it: training, evaluation and audit all write chats here.

A template is a program that came with the model. Whatever it raises becomes one sentence.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from chartered.common.errors import ModelError

Turns = Sequence[Mapping[str, Any]]
"""Turns with `role` and `content`."""


def chat_text(tokenizer: Any, turns: Turns, *, asks: bool = False, template: str | None = None, **kwargs: Any) -> str:
    """The text of a chat; with `asks` it ends where the model is to begin its answer.

    Args:
        tokenizer: of the model.
        turns: at least one.
        asks: whether to add the template's generation prompt.
        template: in place of the tokenizer's own.
        **kwargs: variables of the template, such as `enable_thinking`.

    Raises:
        ModelError: the template cannot be read, or refuses these turns.
    """
    chat = [{"role": turn["role"], "content": turn["content"]} for turn in turns]
    try:
        text = tokenizer.apply_chat_template(
            chat, chat_template=template, tokenize=False, add_generation_prompt=asks, **kwargs
        )
    except Exception as error:  # jinja2, the template itself and whatever it calls each raise their own
        said, roles = " ".join(str(error).split())[:200], ", ".join(turn["role"] for turn in turns)
        raise ModelError(
            f"{tokenizer.name_or_path}: the chat template refuses a chat of the turns {roles} "
            f"({type(error).__name__}: {said}); change the template (chat_template.jinja) or the turns."
        ) from error
    return str(text)


def chat_tokens(tokenizer: Any, text: str) -> list[int]:
    """The tokens of a chat's text; its special tokens are those that the template wrote."""
    return list(tokenizer(text, add_special_tokens=False)["input_ids"])
