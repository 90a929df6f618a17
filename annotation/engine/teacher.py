"""The teacher: a model behind any OpenAI-compatible endpoint, asked one chat completion at a time."""

import hashlib
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chartered.common.endpoint_address import address, key_for
from chartered.common.errors import UsageError
from chartered.domains.contract import Message

if TYPE_CHECKING:  # importing openai takes more than a second, and a run without an endpoint does not need it
    from openai import AsyncOpenAI


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A reply in words."""

    text: str
    finish: str | None
    tokens_in: int | None
    tokens_out: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """No reply, after all retries."""

    reason: str
    hopeless: bool
    """Whether any other problem would fare the same: nobody there, key refused, no such path or model."""


@dataclass(frozen=True, kw_only=True)
class Teacher:
    """Where and how to ask.

    Raises:
        UsageError: `base_url` is no http address, or `concurrency` is below 1.
    """

    base_url: str
    """As in `https://host/v1`; `/chat/completions` is added to it."""
    model: str
    api_key_env: str = "OPENAI_API_KEY"
    """Name of the environment variable that holds the key; an endpoint on this machine may do without."""
    temperature: float = 0.6
    max_tokens: int = 1024
    """Longest reply, in tokens."""
    concurrency: int = 8
    """Calls under way at once."""
    max_retries: int = 4
    """Of a call that met 408, 409, 429, 5xx or no connection, 0.5 to 8 s apart or as the endpoint asks."""
    timeout: float = 300.0
    """Seconds for one try."""

    def __post_init__(self) -> None:
        if address(self.base_url) is None:
            raise UsageError(f"base_url {self.base_url!r} is no http address; give one as in https://host/v1.")
        if self.concurrency < 1:
            raise UsageError(f"concurrency is {self.concurrency}; at least one call must be under way at once.")

    @property
    def api_key(self) -> str:
        """The key from the environment, or `none` for an endpoint on this machine that needs no key.

        Raises:
            UsageError: the variable is not set and the endpoint is elsewhere, or what it holds cannot be a key.
        """
        return key_for(self.base_url, self.api_key_env, option="api_key_env under annotate.teacher")

    def asked_sha(self, template_sha: str) -> str:
        """Sixteen hex digits over what decides a reply besides the problem."""
        decides = [template_sha, self.model, self.temperature, self.max_tokens]
        return hashlib.sha256(json.dumps(decides).encode()).hexdigest()[:16]

    @asynccontextmanager
    async def connect(self) -> AsyncIterator["Connection"]:
        """A connection to ask over."""
        key = self.api_key
        from openai import AsyncOpenAI

        client = AsyncOpenAI(base_url=self.base_url, api_key=key, max_retries=self.max_retries, timeout=self.timeout)
        async with client:
            yield Connection(self, client)


class Connection:
    """An open client of one teacher."""

    def __init__(self, teacher: Teacher, client: "AsyncOpenAI") -> None:
        self._teacher, self._client = teacher, client

    async def ask(self, messages: Sequence[Message]) -> Answer | Failure:
        """One chat completion; whatever the endpoint does wrong comes back as a `Failure`."""
        from openai import OpenAIError

        given: Any = list(messages)
        try:
            completion = await self._client.chat.completions.create(
                model=self._teacher.model,
                messages=given,
                temperature=self._teacher.temperature,
                max_tokens=self._teacher.max_tokens,
            )
            return _answer(completion)
        except (OpenAIError, ValueError) as error:  # ValueError: a body that calls itself JSON and is not
            return self._failure(error)

    def _failure(self, error: Exception) -> Failure:
        from openai import APIConnectionError, APITimeoutError

        teacher, said = self._teacher, _said(error)
        status = getattr(error, "status_code", None)
        if status in (401, 403):
            reason = f"{teacher.base_url} refuses the key in {teacher.api_key_env} ({said}); set the right one."
        elif status == 404:
            reason = (
                f"{teacher.base_url} knows no such path or no model {teacher.model!r} ({said}); "
                "check base_url (it mostly ends in /v1) and model."
            )
        elif isinstance(error, APIConnectionError) and not isinstance(error, APITimeoutError):
            reason = f"{teacher.base_url} cannot be reached ({said}); check base_url, and that the server runs."
        else:
            return Failure(reason=f"{teacher.base_url}, model {teacher.model!r}: {said}", hopeless=False)
        return Failure(reason=reason, hopeless=True)


def _answer(completion: Any) -> Answer:
    """The first choice; a body of another shape is refused, since the client lets any through."""
    choices = getattr(completion, "choices", None)
    if not choices or getattr(choices[0], "message", None) is None:
        raise ValueError("the reply is no chat completion; check that base_url is an OpenAI-compatible endpoint")
    usage = getattr(completion, "usage", None)
    return Answer(
        text=choices[0].message.content or "",
        finish=choices[0].finish_reason,
        tokens_in=getattr(usage, "prompt_tokens", None),
        tokens_out=getattr(usage, "completion_tokens", None),
    )


def _said(error: Exception) -> str:
    """What an endpoint or the network said, in one line of at most 300 characters."""
    response, body = getattr(error, "response", None), getattr(error, "body", None)
    if response is None:
        said = f"{error} {error.__cause__ or ''}"
    else:  # not every endpoint words its errors as the client expects, and then it shows the status alone
        said = f"status {response.status_code}: {_message(body) or response.text}"
    text = " ".join(said.split())
    return text if len(text) <= 300 else text[:300] + "..."


def _message(body: object) -> str:
    message = body.get("message") if isinstance(body, dict) else None
    return message if isinstance(message, str) else ""
