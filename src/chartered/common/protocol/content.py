"""The content of a message: text, nothing, or a list of parts of several kinds."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

_ENDS = tuple(".!?)")
_REASONING = ("reasoning_content", "reasoning")
"""Fields of a message that hold what was thought; servers agree on no name."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Content:
    """What a message holds."""

    text: str = ""
    reasoning: str = ""
    refusal: str = ""
    unread: int = 0
    """Parts that are none of these: pictures, sounds, calls of tools."""


def whole(pieces: Sequence[Content]) -> Content:
    """The content of which these are the pieces, in order."""
    return Content(
        text="".join(piece.text for piece in pieces),
        reasoning="".join(piece.reasoning for piece in pieces),
        refusal="".join(piece.refusal for piece in pieces),
        unread=sum(piece.unread for piece in pieces),
    )


def read_message(message: Mapping[str, Any]) -> Content:
    """The content of a message, or of the piece of one that a stream sends.

    Raises:
        ValueError: the content is neither text, nor null, nor a list, nor one part.
    """
    content = read_content(message.get("content"))
    reasoning = next((value for name in _REASONING if isinstance(value := message.get(name), str) and value), "")
    refusal = message.get("refusal")
    return whole([content, Content(reasoning=reasoning, refusal=refusal if isinstance(refusal, str) else "")])


def read_content(content: Any) -> Content:
    """The same of a message's content alone.

    Raises:
        ValueError: as `read_message`.
    """
    if content is None or isinstance(content, str):
        return Content(text=content or "")
    if not isinstance(content, list | Mapping):
        raise ValueError(f"the content of a message is {type(content).__name__}")
    parts = [_part(part) for part in (content if isinstance(content, list) else [content])]
    return replace(whole(parts), text=_joined(part.text for part in parts))


def _part(part: Any) -> Content:
    if isinstance(part, str):
        return Content(text=part)
    kind = part.get("type", "text") if isinstance(part, Mapping) else None
    if kind in ("text", "output_text") and (text := _text(part.get("text"))) is not None:
        return Content(text=text)
    if kind == "refusal" and (text := _text(part.get("refusal"))) is not None:
        return Content(refusal=text)
    if kind in ("thinking", "reasoning", "reasoning_text") and (text := _thought(part)) is not None:
        return Content(reasoning=text)
    return Content(unread=1)


def _text(value: Any) -> str | None:
    """Text as such, or in the field `value`."""
    found = value.get("value") if isinstance(value, Mapping) else value
    return found if isinstance(found, str) else None


def _thought(part: Mapping[str, Any]) -> str | None:
    """What was thought: text, or again a list of parts, under the name of its kind or another."""
    for name in ("thinking", "reasoning", "text", "summary"):
        value = part.get(name)
        if isinstance(value, list):
            return "".join(_text(inner.get("text")) or "" for inner in value if isinstance(inner, Mapping))
        if isinstance(value, str):
            return value
    return None


def _joined(texts: Iterable[str]) -> str:
    """Texts one after another; on a new line where one ends as a sentence and the next begins as one."""
    joined: list[str] = []
    for text in texts:
        joined += ["\n"] if joined and joined[-1].endswith(_ENDS) and text[:1].isupper() else []
        joined.append(text)
    return "".join(joined)
