"""Calls to an OpenAI-compatible endpoint: so many at once, so many a minute, and again where one failed.

openai is imported when a call is made, never with this module: it takes more than a second, and an audit without an
endpoint needs none of it.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, TypeVar

from chartered.common.endpoint_address import address, key_for
from chartered.common.errors import AuditError, UsageError

if TYPE_CHECKING:
    from openai import AsyncOpenAI

T = TypeVar("T")

_AGAIN = frozenset({408, 409, 425, 429})
"""Besides 5xx: what another try may mend."""
_LONGEST_PAUSE = 600.0
"""Seconds; what an endpoint asks for beyond that is not waited for."""
_FIRST_CONTACT = 3
"""Tries while nobody has answered yet: a wrong address should be told soon."""


@dataclass(frozen=True, kw_only=True)
class Client:
    """Where and how to call.

    Raises:
        UsageError: the address is no http address or carries a user or a query, or a number is out of its range.
    """

    url: str
    """As in `https://host/v1`; `/chat/completions` is added to it."""
    api_key_env: str = "OPENAI_API_KEY"
    """Name of the environment variable that holds the key; an endpoint on this machine may do without."""
    concurrency: int = 8
    """Calls under way at once."""
    requests_per_minute: float | None = None
    retries: int = 10
    """Of a call that met 408, 409, 425, 429, 5xx, a time-out, no connection, or a body that is no completion."""
    backoff: float = 0.5
    """Seconds before the second try; doubled for each further one up to `longest`, unless the endpoint says when."""
    longest: float = 30.0
    timeout: float = 120.0
    """Seconds for one try."""

    def __post_init__(self) -> None:
        parts = address(self.url)
        if parts is None:
            raise UsageError("the address of the endpoint is no http address; give one as in https://host/v1.")
        if parts.username or parts.password or parts.query:
            raise UsageError(
                f"the address of the endpoint at {parts.hostname} carries a user or a query; give the address alone, "
                "and the key in an environment variable (--api-key-env NAME)."
            )
        if self.concurrency < 1 or self.retries < 0 or not (self.requests_per_minute or 1.0) > 0:
            raise UsageError("an endpoint needs a concurrency of at least 1, retries of at least 0 and a rate over 0.")

    @property
    def api_key(self) -> str:
        """The key from the environment, or `none` for an endpoint on this machine that needs no key.

        Raises:
            UsageError: the variable is not set and the endpoint is elsewhere, or what it holds cannot be a key.
        """
        return key_for(self.url, self.api_key_env, option="--api-key-env")

    def ask(self, requests: Sequence[Mapping[str, Any]], on_done: Callable[[int], None]) -> list[Any]:
        """One chat completion for each request, in order; `on_done` is told how many have come.

        Raises:
            AuditError: one of them stayed without an answer after all tries, or none can be had.
            UsageError: the key is missing.
        """
        return run_async(self._ask(requests, on_done))

    async def _ask(self, requests: Sequence[Mapping[str, Any]], on_done: Callable[[int], None]) -> list[Any]:
        slots, done = asyncio.Semaphore(self.concurrency), 0

        async def one(line: "_Line", request: Mapping[str, Any]) -> Any:
            nonlocal done
            async with slots:
                found = await line.call(request)
            done += 1
            on_done(done)
            return found

        async with self._line() as line:
            return await _together([one(line, request) for request in requests])

    @asynccontextmanager
    async def _line(self) -> AsyncIterator["_Line"]:
        key = self.api_key
        from openai import AsyncOpenAI

        # tries are counted here, so that an endpoint that asks for a pause holds back all calls, not one
        client = AsyncOpenAI(base_url=self.url, api_key=key, max_retries=0, timeout=self.timeout)
        async with client:
            yield _Line(self, client)


class _Line:
    """An open client, with its pace."""

    def __init__(self, settings: Client, client: "AsyncOpenAI") -> None:
        self.settings, self.client = settings, client
        self.reached = False
        self.free_at = 0.0
        self.limit = "max_tokens"
        """What the endpoint calls the longest reply; newer models refuse the older name."""

    async def call(self, request: Mapping[str, Any]) -> Any:
        """A completion, after as many tries as are allowed."""
        from openai import OpenAIError

        tried, said = 0, ""
        while tried <= (self.settings.retries if self.reached else min(self.settings.retries, _FIRST_CONTACT)):
            await self._turn()
            worded = self._worded(request)
            try:
                found = await self.client.chat.completions.create(**worded)
                self.reached = True
                return _checked(found)
            except (OpenAIError, ValueError) as error:  # ValueError: a body that is no completion
                self.reached = self.reached or hasattr(error, "status_code")
                said = _said(error)
                if "max_completion_tokens" in said and "max_tokens" in worded:
                    self.limit = "max_completion_tokens"
                    continue
                self._refuse_hopeless(error, said, request)
                await self._pause(error, tried)
            tried += 1
        raise AuditError(
            f"{self.settings.url} left a question unanswered after {tried} tries ({said}); what is finished is kept, "
            "and the same command goes on from there."
        )

    def _worded(self, request: Mapping[str, Any]) -> dict[str, Any]:
        return {self.limit if key == "max_tokens" else key: value for key, value in request.items()}

    async def _turn(self) -> None:
        """Waits until the rate allows one more call."""
        rate = self.settings.requests_per_minute
        start = max(time.monotonic(), self.free_at)
        self.free_at = start + (60.0 / rate if rate else 0.0)
        await asyncio.sleep(max(0.0, start - time.monotonic()))

    async def _pause(self, error: Exception, tried: int) -> None:
        asked = _retry_after(error)
        if asked is not None:  # the endpoint speaks to its client, not to one call
            self.free_at = max(self.free_at, time.monotonic() + asked)
            return
        most = min(self.settings.longest, self.settings.backoff * 2**tried)
        await asyncio.sleep(
            most * random.uniform(0.5, 1.0)
        )  # apart, so that calls that failed together do not return so

    def _refuse_hopeless(self, error: Exception, said: str, request: Mapping[str, Any]) -> None:
        """Raises where every further try would fare the same."""
        status, url = getattr(error, "status_code", None), self.settings.url
        if status in (401, 403):
            raise AuditError(f"{url} refuses the key in {self.settings.api_key_env} ({said}); set the right one.")
        if status == 404:
            raise AuditError(
                f"{url} knows no such path or no model {request['model']!r} ({said}); check the address (it mostly "
                "ends in /v1) and --model-name."
            )
        if status == 429 and "insufficient_quota" in said:
            raise AuditError(f"{url} says that the quota of the key is used up ({said}).")
        if status is not None and status < 500 and status not in _AGAIN:
            raise AuditError(f"{url} refuses the request ({said}).")


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine, also where a loop runs already, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


async def _together(work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """All results in order; where one raises, the others are stopped first."""
    tasks: list[Awaitable[T]] = [asyncio.ensure_future(one) for one in work]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()  # type: ignore[attr-defined]
        await asyncio.gather(*tasks, return_exceptions=True)


def _checked(completion: Any) -> Any:
    """The first choice; a body of another shape is refused, since the client lets any through."""
    choices = getattr(completion, "choices", None)
    if not choices or getattr(choices[0], "message", None) is None:
        raise ValueError("the reply is no chat completion; check that this is an OpenAI-compatible endpoint")
    return choices[0]


def _retry_after(error: Exception) -> float | None:
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


def _said(error: Exception) -> str:
    """What an endpoint or the network said, in one line of at most 200 characters."""
    response, body = getattr(error, "response", None), getattr(error, "body", None)
    if response is None:
        said = f"{error} {error.__cause__ or ''}"
    else:
        told = body if isinstance(body, dict) else {}
        said = f"status {response.status_code}: {told.get('code') or ''} {told.get('message') or response.text}"
    text = " ".join(said.split())
    return text if len(text) <= 200 else text[:200] + "..."
