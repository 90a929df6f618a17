"""Chats and instructions as turns: ShareGPT, messages, Alpaca, prompt and completion."""

from collections.abc import Mapping
from typing import Any

from chartered.common.rows import Row, Unusable, missing, plain_text
from chartered.domains.contract import Message

_ROLES: Mapping[str, str] = {
    "human": "user",
    "user": "user",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bing": "assistant",
    "bard": "assistant",
    "model": "assistant",
    "assistant": "assistant",
    "system": "system",
}
_WHO, _WHAT = ("from", "role"), ("value", "content")
CHATS = ("conversations", "conversation", "messages")


def read_turns(row: Row) -> tuple[Message, ...]:
    """The turns of a row, the last one the assistant's.

    Raises:
        Unusable: there is no reply, a turn is not text, or an unknown role speaks.
    """
    turns = _turns(row)
    if not turns or turns[-1]["role"] != "assistant" or not any(turn["role"] == "user" for turn in turns):
        raise Unusable("no question with the assistant's reply at the end")
    return turns


def _turns(row: Row) -> tuple[Message, ...]:
    name = next((name for name in CHATS if isinstance(row.get(name), list)), None)
    if name is not None:
        return (*_system(row), *map(_turn, row[name]))
    if "completion" in row or "response" in row:
        reply = row.get("completion", row.get("response"))
        prompt = row.get("prompt", row.get("question", row.get("instruction")))
        if not isinstance(prompt, list):
            prompt = _joined(row.get("context"), prompt)
        return (*_system(row), *_side(prompt, "user"), *_side(reply, "assistant"))
    question = _joined(row.get("instruction"), row.get("input"))
    return (*_system(row), *_side(question, "user"), *_side(row.get("output"), "assistant"))


def _system(row: Row) -> tuple[Message, ...]:
    given = next((row[name] for name in ("system", "system_prompt") if not missing(row.get(name))), None)
    return () if given is None else ({"role": "system", "content": _text(given)},)


def _joined(*parts: Any) -> str:
    return "\n".join(_text(part) for part in parts if not missing(part))


def _side(given: Any, role: str) -> tuple[Message, ...]:
    """Turns as messages, or one text."""
    return tuple(map(_turn, given)) if isinstance(given, list) else ({"role": role, "content": _text(given)},)


def _turn(given: Any) -> Message:
    if not isinstance(given, Mapping):
        raise Unusable("a turn that is not an object")
    who = next((given[name] for name in _WHO if name in given), None)
    if str(who).lower() not in _ROLES:
        raise Unusable(f"a turn of the unknown role {who!r:.30}")
    content = next((given[name] for name in _WHAT if name in given), None)
    return {"role": _ROLES[str(who).lower()], "content": _text(content)}


def _text(content: Any) -> str:
    """The text of a turn; of several parts those that are text."""
    text = content_text(content)
    if not text.strip():
        raise Unusable("an empty turn")
    return text.strip()


def content_text(content: Any) -> str:
    """The text of a message's content: itself, or its parts of text one after the other; "" where there is none."""
    if isinstance(content, list):
        return "".join(content_text(part) for part in content)
    if isinstance(content, Mapping):
        return content_text(content.get("text")) if content.get("type", "text") in ("text", "output_text") else ""
    return plain_text(content) or ""
