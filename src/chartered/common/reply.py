"""What comes back from an OpenAI-compatible endpoint: a reply, or what it says where there is none."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

T = TypeVar("T")

_LONGEST_PAUSE = 600.0
"""Seconds; what an endpoint asks for beyond that is not waited for."""
_LONGEST_SAID = 300
"""Characters of what an endpoint says that are passed on."""
_NO_COMPLETION = "the reply is not a chat completion; check that this is an OpenAI-compatible endpoint"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What a model replied to one request."""

    text: str
    """The answer; empty where the model only reasoned, or refused."""
    reasoning: str = ""
    """What it thought before, where the endpoint gives that in a field of its own; never part of `text`."""
    finish: str | None = None
    """Why it ended, as the endpoint says; `length` is the token limit."""
    refusal: str = ""
    """Its words, where it declined in the field for that."""
    tokens_in: int | None = None
    """Of the prompt, as the endpoint counts; None where it does not say."""
    tokens_out: int | None = None
    """Of text and reasoning together."""
    reasoning_tokens: int | None = None
    top_logprobs: tuple[tuple[str, float], ...] = ()
    """The likeliest first tokens with their natural log-probability, where they were asked for and given."""


def read_reply(completion: Any) -> Reply:
    """The first choice of a chat completion.

    Raises:
        ValueError: it has another shape; the library lets any through.
    """
    choices = getattr(completion, "choices", None)
    choice = choices[0] if isinstance(choices, list) and choices else None
    message, usage = getattr(choice, "message", None), getattr(completion, "usage", None)
    content = getattr(message, "content", None)
    if message is None or not isinstance(content, str | None):
        raise ValueError(_NO_COMPLETION)
    details = getattr(usage, "completion_tokens_details", None)
    return Reply(
        text=content or "",
        # servers agree on no name for it
        reasoning=_given(str, message, "reasoning_content") or _given(str, message, "reasoning") or "",
        finish=_given(str, choice, "finish_reason"),
        refusal=_given(str, message, "refusal") or "",
        tokens_in=_given(int, usage, "prompt_tokens"),
        tokens_out=_given(int, usage, "completion_tokens"),
        reasoning_tokens=_given(int, details, "reasoning_tokens"),
        top_logprobs=_top_logprobs(choice),
    )


def _given(kind: type[T], holder: object, name: str) -> T | None:
    value = getattr(holder, name, None)
    return value if isinstance(value, kind) else None


def _top_logprobs(choice: Any) -> tuple[tuple[str, float], ...]:
    content = getattr(getattr(choice, "logprobs", None), "content", None) or []
    top = getattr(content[0], "top_logprobs", None) or [] if content else []
    return tuple(
        (item.token, float(item.logprob))
        for item in top
        if isinstance(item.token, str) and isinstance(item.logprob, int | float)
    )


def said(error: Exception) -> str:
    """What an endpoint or the network said in place of a reply, in one line."""
    response, body = getattr(error, "response", None), getattr(error, "body", None)
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        words = _NO_COMPLETION
    elif response is None:
        words = f"{error} {error.__cause__ or ''}"
    else:  # not every endpoint words its errors as the library expects, and then that shows the status alone
        told = body if isinstance(body, dict) else {}
        code, message = (told[name] if isinstance(told.get(name), str) else "" for name in ("code", "message"))
        words = f"status {response.status_code}: {code} {message or response.text}"
    line = " ".join(words.split())
    return line if len(line) <= _LONGEST_SAID else line[:_LONGEST_SAID] + "..."


def retry_after(error: Exception) -> float | None:
    """Seconds that the endpoint asks to wait, given in milliseconds, in seconds or as a date; at most ten minutes."""
    response = getattr(error, "response", None)
    headers: Mapping[str, str] = response.headers if response is not None else {}
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            return min(_LONGEST_PAUSE, max(0.0, float(headers.get(name, "")) * unit))
        except ValueError:
            continue
    try:
        until = parsedate_to_datetime(headers.get("retry-after", ""))
        return min(_LONGEST_PAUSE, max(0.0, until.timestamp() - time.time()))
    except ValueError:
        return None
