"""What comes back from an OpenAI-compatible endpoint: a reply, read out of the body of a chat completion."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from chartered.common.protocol.complaint import NotACompletion
from chartered.common.protocol.content import Content, read_message
from chartered.common.protocol.stream import is_stream, read_stream

T = TypeVar("T")

FILTERED = "content_filter"
"""The finish of a reply that a filter kept back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What a model replied to one request."""

    text: str
    """The answer; empty where the model only reasoned, or refused."""
    reasoning: str = ""
    """What it thought before, where the endpoint gives that in a field of its own; never part of `text`."""
    finish: str | None = None
    """Why it ended, as the endpoint says; `length` is the token limit, `content_filter` a filter of the endpoint."""
    refusal: str = ""
    """Its words, where it declined in the field for that, or the endpoint's, where a filter refused the request."""
    streamed: bool = False
    """Whether it came in pieces."""
    unread: int = 0
    """Parts of the message that are not text, such as pictures."""
    left_out: tuple[str, ...] = ()
    """Settings of the request that the endpoint does not take, so that it was asked without them."""
    tokens_in: int | None = None
    """Of the prompt, as the endpoint counts; None where it does not say."""
    tokens_out: int | None = None
    """Of text and reasoning together."""
    reasoning_tokens: int | None = None
    top_logprobs: tuple[tuple[str, float], ...] = ()
    """The likeliest first tokens with their natural log-probability, where they were asked for and given."""

    @property
    def from_reasoning(self) -> bool:
        """Whether the text is empty and a thought that came to its end is all there is.

        So it is with a server that takes a whole response for a thought.
        """
        ended = self.finish not in ("length", FILTERED) and not self.refusal
        return ended and not self.text.strip() and bool(self.reasoning.strip())

    @property
    def answer(self) -> str:
        """Where the answer is to be read: the text, or the thought where that is all there is."""
        return self.reasoning if self.from_reasoning else self.text


def read_reply(kind: str, body: str) -> Reply:
    """The first choice of a chat completion, given whole or as a stream; `kind` is its content type.

    Raises:
        NotACompletion: the body has another shape, or says that something went wrong.
    """
    if is_stream(kind, body):
        streamed, content = read_stream(body)
        return replace(_reply(streamed["choices"][0], streamed["usage"], content), streamed=True)
    completion = _parsed(body)
    choices = completion.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, Mapping) else None
    if not isinstance(choice, Mapping) or not isinstance(message, Mapping):
        raise NotACompletion(completion)
    try:
        return _reply(choice, completion.get("usage"), read_message(message))
    except ValueError as error:
        raise NotACompletion(completion) from error


def _parsed(body: str) -> Mapping[str, Any]:
    try:
        completion = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotACompletion() from error
    if not isinstance(completion, Mapping):
        raise NotACompletion()
    return completion


def _reply(choice: Mapping[str, Any], usage: Any, content: Content) -> Reply:
    finish = _given(str, choice, "finish_reason")
    if finish == "error" or choice.get("error"):
        raise NotACompletion(choice)
    counted = usage if isinstance(usage, Mapping) else {}
    details = counted.get("completion_tokens_details")
    return Reply(
        text=content.text,
        reasoning=content.reasoning,
        finish=finish,
        refusal=content.refusal,
        unread=content.unread,
        tokens_in=_given(int, counted, "prompt_tokens"),
        tokens_out=_given(int, counted, "completion_tokens"),
        reasoning_tokens=_given(int, details if isinstance(details, Mapping) else {}, "reasoning_tokens"),
        top_logprobs=_top_logprobs(choice.get("logprobs")),
    )


def _given(kind: type[T], holder: Mapping[str, Any], name: str) -> T | None:
    value = holder.get(name)
    return value if isinstance(value, kind) else None


def _top_logprobs(logprobs: Any) -> tuple[tuple[str, float], ...]:
    steps = logprobs.get("content") if isinstance(logprobs, Mapping) else None
    first = steps[0] if isinstance(steps, list) and steps else None
    top = first.get("top_logprobs") if isinstance(first, Mapping) else None
    items = [item for item in (top if isinstance(top, list) else []) if isinstance(item, Mapping)]
    pairs = [(item.get("token"), item.get("logprob")) for item in items]
    return tuple(
        (token, float(value)) for token, value in pairs if isinstance(token, str) and isinstance(value, int | float)
    )
