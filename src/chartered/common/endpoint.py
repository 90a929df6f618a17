"""The client of every OpenAI-compatible endpoint: so many calls at once, so many a minute, again where one failed.

openai is imported when a call is made, never with this module: it takes more than a second, and a command without an
endpoint needs none of it.
"""

import asyncio
import ipaddress
import math
import os
import random
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import SplitResult, urlsplit

from chartered.common.errors import EndpointError, UsageError
from chartered.common.reply import Reply, read_reply, retry_after, said

if TYPE_CHECKING:
    from openai import AsyncOpenAI

T = TypeVar("T")
Request = Mapping[str, Any]
"""The body of a chat completion: `model`, `messages`, `max_tokens` and what else the endpoint takes."""
Outcome = Reply | EndpointError

_AGAIN = frozenset({408, 409, 425, 429})
"""Besides 5xx: what another try may mend."""
_FIRST_CONTACT = 3
"""Retries while nobody has answered yet: a wrong address should be told soon."""
_LONGEST_WAIT = 30.0
"""Seconds between two tries of a call, unless the endpoint says when."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SettingNames:
    """What a caller's users call the settings, for messages that say what to change."""

    address: str = "the address"
    model: str = "the model's name"
    key: str = "api_key_env"


@dataclass(slots=True)
class _Contact:
    """What calls have shown of an endpoint so far."""

    reached: bool = False
    """Somebody has answered, if only to refuse."""
    replied: bool = False
    free_at: float = 0.0
    """No call is made before, in seconds of the monotonic clock."""
    limit: str = "max_tokens"
    """What it calls the longest reply; newer models refuse the older name."""


@dataclass(frozen=True, kw_only=True)
class Client:
    """Where and how to call.

    Raises:
        UsageError: the address is not an http address or carries a user or a query, or a number is out of its range.
    """

    base_url: str
    """As in `https://host/v1`; `/chat/completions` is added to it."""
    api_key_env: str = "OPENAI_API_KEY"
    """Name of the environment variable that holds the key; an endpoint on this machine may do without."""
    concurrency: int = 8
    """Calls under way at once."""
    requests_per_minute: float | None = None
    retries: int = 10
    """Of a call that met 408, 409, 425, 429, 5xx, a time-out, no connection, or a body that is not a completion."""
    backoff: float = 0.5
    """Seconds before the second try; doubled for each further one up to 30 s, unless the endpoint says when."""
    timeout: float = 120.0
    """Seconds for one try."""
    names: SettingNames = SettingNames()
    """For what its messages say."""
    _contact: _Contact = field(default_factory=_Contact, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        parts = _parts(self.base_url)
        if parts is None:
            raise UsageError(f"{self.names.address} is not an http address; give one as in https://host/v1.")
        if parts.username or parts.password or parts.query:
            raise UsageError(
                f"the address of the endpoint at {parts.hostname} carries a user or a query; give the address alone, "
                f"and the key in an environment variable ({self.names.key})."
            )
        if self.concurrency < 1 or self.retries < 0 or not (self.requests_per_minute or 1.0) > 0:
            raise UsageError("an endpoint needs a concurrency of at least 1, retries of at least 0 and a rate over 0.")

    @property
    def api_key(self) -> str:
        """The key from the environment, or `none` for an endpoint on this machine that needs no key.

        Raises:
            UsageError: the variable is not set and the endpoint is elsewhere, or what it holds cannot be a key.
        """
        key, variable = os.environ.get(self.api_key_env, "").strip(), self.api_key_env
        if not (key.isascii() and key.isprintable()):
            # said here, without the key: the HTTP library would print it in its complaint about the header
            raise UsageError(f"the environment variable {variable!r} does not hold a key; set it again.")
        if key or _is_local(urlsplit(self.base_url).hostname or ""):
            return key or "none"
        raise UsageError(
            f"the environment variable {variable!r} with the key for {self.base_url} is not set; "
            f"set it, or name another with {self.names.key}."
        )

    def ask(self, requests: Iterable[Request], on_done: Callable[[int], None] | None = None) -> list[Reply]:
        """The reply to each request, in order; `on_done` is told how many have come.

        Raises:
            EndpointError: one of them stayed without a reply; the others are stopped.
            UsageError: the key is missing.
        """
        return run_async(self._ask(requests, on_done or (lambda _: None)))

    async def _ask(self, requests: Iterable[Request], on_done: Callable[[int], None]) -> list[Reply]:
        replies: dict[int, Reply] = {}
        async with aclosing(self.outcomes(enumerate(requests))) as outcomes:
            async for number, outcome in outcomes:
                if isinstance(outcome, EndpointError):
                    raise outcome
                replies[number] = outcome
                on_done(len(replies))
        return [replies[number] for number in range(len(replies))]

    async def outcomes(self, requests: Iterable[tuple[T, Request]]) -> AsyncGenerator[tuple[T, Outcome], None]:
        """What becomes of each request, as it comes, under the key that it was given with; a failure is a value.

        A request is drawn when it can be made, so that `requests` may end in the light of what has come. Until the
        first reply they are made one by one. Closing the generator stops what is under way.

        Raises:
            UsageError: the key is missing.
        """
        key, waiting = self.api_key, iter(requests)
        from openai import AsyncOpenAI

        under_way: dict[asyncio.Task[Outcome], T] = {}
        # tries are counted here, so that an endpoint that asks for a pause holds back all calls, not one
        async with AsyncOpenAI(base_url=self.base_url, api_key=key, max_retries=0, timeout=self.timeout) as api:
            try:
                while True:
                    free = (self.concurrency if self._contact.replied else 1) - len(under_way)
                    for name, request in islice(waiting, free):
                        under_way[asyncio.create_task(self._call(api, request))] = name
                    if not under_way:
                        return
                    done, _ = await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        yield under_way.pop(task), task.result()
            finally:
                for task in under_way:
                    task.cancel()
                await asyncio.gather(*under_way, return_exceptions=True)

    async def _call(self, api: "AsyncOpenAI", request: Request) -> Outcome:
        """A reply, after as many tries as are allowed, or why there is none."""
        tried = 0
        while True:
            found = await self._try(api, request)
            if isinstance(found, Reply):
                return found
            tried += 1
            failure = self._refusal(found, request) or self._given_up(found, tried, request)
            if failure:
                return failure
            if retry_after(found) is None:  # at odds, so that calls that failed together do not return so
                most = min(_LONGEST_WAIT, self.backoff * 2 ** (tried - 1))
                await asyncio.sleep(most * random.uniform(0.5, 1.0))

    async def _try(self, api: "AsyncOpenAI", request: Request) -> Reply | Exception:
        from openai import OpenAIError

        await self._turn()
        contact, limit = self._contact, self._contact.limit
        worded = {limit if key == "max_tokens" else key: value for key, value in request.items()}
        try:
            reply = read_reply(await api.chat.completions.create(**worded))
        except (OpenAIError, ValueError) as error:  # ValueError: a body that is not a completion
            contact.reached = contact.reached or hasattr(error, "status_code")
            # the endpoint speaks to its client, not to one call
            contact.free_at = max(contact.free_at, time.monotonic() + (retry_after(error) or 0.0))
            if limit == "max_tokens" in request and "max_completion_tokens" in said(error):
                contact.limit = "max_completion_tokens"
                return await self._try(api, request)
            return error
        contact.reached = contact.replied = True
        return reply

    async def _turn(self) -> None:
        """Waits until the rate, and a pause that the endpoint asked for, allow one more call."""
        while (wait := self._contact.free_at - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        self._contact.free_at = time.monotonic() + 60.0 / (self.requests_per_minute or math.inf)

    def _refusal(self, error: Exception, request: Request) -> EndpointError | None:
        """Why every further try would fare the same, or None where it need not."""
        status, words, model = getattr(error, "status_code", None), said(error), request["model"]
        if status in (401, 403):
            reason = f"refuses the key in {self.api_key_env} ({words}); set the right one."
        elif status == 404:
            check = f"{self.names.address} (it mostly ends in /v1) and {self.names.model}"
            reason = f"knows no such path or no model {model!r} ({words}); check {check}."
        elif status == 429 and "insufficient_quota" in words:
            reason = f"says that the quota of the key is used up ({words})."
        elif status is not None and status < 500 and status not in _AGAIN:
            return EndpointError(f"{self.base_url} refuses the request to model {model!r} ({words}).", refused=True)
        else:
            return None
        return EndpointError(f"{self.base_url} {reason}", hopeless=True)

    def _given_up(self, error: Exception, tried: int, request: Request) -> EndpointError | None:
        """Why there is no reply when the last try has been made, or None before that."""
        from openai import APIConnectionError, APITimeoutError

        reached, url, words = self._contact.reached, self.base_url, said(error)
        if tried <= (self.retries if reached else min(self.retries, _FIRST_CONTACT)):
            return None
        if not reached and isinstance(error, APIConnectionError) and not isinstance(error, APITimeoutError):
            check = f"check {self.names.address}, and that the server runs"
            return EndpointError(f"{url} cannot be reached ({words}); {check}.", hopeless=True)
        model = request["model"]
        return EndpointError(f"{url} left a request to model {model!r} unanswered after {tried} tries ({words}).")


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine, also where a loop runs already, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


def _parts(url: str) -> SplitResult | None:
    """The parts of an http address that names a host, or None."""
    try:
        parts = urlsplit(url)
        return parts if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 else None
    except ValueError:  # an unclosed bracket, or a port that cannot be
        return None


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
