"""The client of every OpenAI-compatible endpoint: so many calls at once, so many a minute, again where one failed.

openai is imported when a call is made, never with this module: it takes more than a second, and a command without an
endpoint needs none of it.
"""

import asyncio
import math
import random
import time
from collections.abc import AsyncGenerator, Callable, Coroutine, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from chartered.common.errors import EndpointError, UsageError
from chartered.common.protocol.address import Address, SettingNames, is_refusal
from chartered.common.protocol.complaint import filtered, retry_after, said
from chartered.common.protocol.dialect import Dialect
from chartered.common.reply import FILTERED, Reply, read_reply

if TYPE_CHECKING:
    from openai import AsyncOpenAI

__all__ = ["Client", "Outcome", "Request", "SettingNames", "run_async"]

T = TypeVar("T")
Request = Mapping[str, Any]
"""The body of a chat completion: `model`, `messages`, `max_tokens` and what else the endpoint takes."""
Outcome = Reply | EndpointError

_FIRST_CONTACT = 3
"""Retries while nobody has answered yet: a wrong address should be told soon."""
_LONGEST_WAIT = 30.0
"""Seconds between two tries of a call, unless the endpoint says when."""
_HARMLESS = "Reply with the word yes."
"""What is asked after a refusal: an endpoint that answers it refused the one request, not every one."""
_NAMES = SettingNames()


@dataclass(slots=True)
class _Contact:
    """What calls have shown of an endpoint so far; times are seconds of the monotonic clock."""

    dialect: Dialect = field(default_factory=Dialect)
    reached: bool = False
    """Somebody has answered, if only to refuse."""
    replied_at: float = -math.inf
    """When the last reply came."""
    filtered_at: float = -math.inf
    """When a filter last refused a request."""
    free_at: float = 0.0
    """No call is made before."""


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
    stream: bool = False
    """Ask for every reply in pieces; without it only an endpoint that refuses other calls is asked so."""
    names: SettingNames = _NAMES
    """For what its messages say."""
    _contact: _Contact = field(default_factory=_Contact, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._address  # noqa: B018 - it refuses what cannot be one
        if self.concurrency < 1 or self.retries < 0 or not (self.requests_per_minute or 1.0) > 0:
            raise UsageError("an endpoint needs a concurrency of at least 1, retries of at least 0 and a rate over 0.")
        self._contact.dialect = Dialect(stream=self.stream)

    @property
    def dialect(self) -> Dialect:
        """What the endpoint takes, as far as it has shown."""
        return self._contact.dialect

    @property
    def api_key(self) -> str:
        """The key from the environment, or `none` for an endpoint on this machine that needs no key.

        Raises:
            UsageError: the variable is not set and the endpoint is elsewhere, or what it holds cannot be a key.
        """
        return self._address.key

    @property
    def _address(self) -> Address:
        return Address(url=self.base_url, api_key_env=self.api_key_env, names=self.names)

    def ask(self, requests: Iterable[Request], on_done: Callable[[int], None] | None = None) -> list[Reply]:
        """The reply to each request, in order; `on_done` is told how many have come.

        Raises:
            EndpointError: one of them stayed without a reply; the others are stopped.
            UsageError: the key is missing.
        """
        return [outcome for outcome in self.ask_each(requests, on_done, refusable=False) if isinstance(outcome, Reply)]

    def ask_each(
        self, requests: Iterable[Request], on_done: Callable[[int], None] | None = None, *, refusable: bool = True
    ) -> list[Outcome]:
        """The same, where a request that the endpoint refuses while it answers others does not stop them.

        Raises:
            EndpointError, UsageError: as in `ask`, of any other failure.
        """
        return run_async(self._ask(requests, on_done or (lambda _: None), refusable))

    async def _ask(self, requests: Iterable[Request], on_done: Callable[[int], None], refusable: bool) -> list[Outcome]:
        found: dict[int, Outcome] = {}
        async with aclosing(self.outcomes(enumerate(requests))) as outcomes:
            async for number, outcome in outcomes:
                if isinstance(outcome, EndpointError) and (outcome.hopeless or not (outcome.refused and refusable)):
                    raise outcome
                found[number] = outcome
                on_done(len(found))
        return [found[number] for number in range(len(found))]

    async def outcomes(self, requests: Iterable[tuple[T, Request]]) -> AsyncGenerator[tuple[T, Outcome], None]:
        """What becomes of each request, as it comes, under the key that it was given with; a failure is a value.

        A request that a filter of the endpoint refuses has a reply: one without text, that ended for that reason.
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
                    free = (self.concurrency if self._replied else 1) - len(under_way)
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

    @property
    def _replied(self) -> bool:
        return self._contact.replied_at > -math.inf

    async def _call(self, api: "AsyncOpenAI", request: Request) -> Outcome:
        """A reply, or why there is none."""
        start = time.monotonic()
        found, tried = await self._tried(api, request)
        if isinstance(found, Reply):
            return found
        address, model = self._address, request["model"]
        if failure := address.hopeless(found, model):
            return failure
        refused, by_filter = is_refusal(found), filtered(found)
        if by_filter:  # a reply between two of them is enough: whatever else a filter's words may mean has no exception
            start, self._contact.filtered_at = self._contact.filtered_at, time.monotonic()
        answers_others = (refused or by_filter) and await self._answers_others(api, request, start)
        if by_filter and answers_others:
            return Reply(text="", finish=FILTERED, refusal=said(found))
        if refused:
            return address.refusal(found, model, answers_others=answers_others)
        return address.unanswered(found, model, tried=tried, reached=self._contact.reached)

    async def _tried(
        self, api: "AsyncOpenAI", request: Request, most: float = math.inf
    ) -> tuple[Reply | Exception, int]:
        """A reply or the last failure, after as many tries as are allowed and make sense; and how many that were."""
        tried = 0
        while True:
            found, tried = await self._try(api, request), tried + 1
            if isinstance(found, Reply) or is_refusal(found) or self._address.hopeless(found, request["model"]):
                return found, tried
            if tried > min(most, self.retries if self._contact.reached else min(self.retries, _FIRST_CONTACT)):
                return found, tried
            if retry_after(found) is None:  # at odds, so that calls that failed together do not return so
                longest = min(_LONGEST_WAIT, self.backoff * 2 ** (tried - 1))
                await asyncio.sleep(longest * random.uniform(0.5, 1.0))

    async def _try(self, api: "AsyncOpenAI", request: Request) -> Reply | Exception:
        """One try; where the endpoint complains of the wording, further ones in other words."""
        dialect = self._contact.dialect
        found, worded = await self._send(api, request, dialect), {dialect}
        while isinstance(found, Exception):
            other = next((way for way in dialect.alternatives(found, request) if way not in worded), None)
            if other is None:
                return found
            worded.add(other)
            again = await self._send(api, request, other)
            if isinstance(again, Reply) or said(again) != said(found):  # else that was not what it complained of
                dialect, found = other, again
        self._contact.dialect = dialect
        return found

    async def _send(self, api: "AsyncOpenAI", request: Request, dialect: Dialect) -> Reply | Exception:
        from openai import OpenAIError

        await self._turn()
        contact, body = self._contact, dialect.worded(request)
        try:
            # in `extra_body`, so that the library does not read a stream, but leaves that to `read_reply`
            sent = api.chat.completions.with_raw_response.create(model="", messages=[], extra_body=body)
            response = (await asyncio.wait_for(sent, self.timeout)).http_response
            reply = read_reply(response.headers.get("content-type", ""), response.text)
        except TimeoutError:
            return TimeoutError(f"no whole reply within {self.timeout:g} s")
        except (OpenAIError, ValueError) as error:  # ValueError: a body that is not a completion
            contact.reached = contact.reached or hasattr(error, "status_code") or getattr(error, "spoken", False)
            # the endpoint speaks to its client, not to one call
            contact.free_at = max(contact.free_at, time.monotonic() + (retry_after(error) or 0.0))
            return error
        contact.reached, contact.replied_at = True, time.monotonic()
        return replace(reply, left_out=dialect.left_out(request))

    async def _turn(self) -> None:
        """Waits until the rate, and a pause that the endpoint asked for, allow one more call."""
        while (wait := self._contact.free_at - time.monotonic()) > 0:
            await asyncio.sleep(wait)
        self._contact.free_at = time.monotonic() + 60.0 / (self.requests_per_minute or math.inf)

    async def _answers_others(self, api: "AsyncOpenAI", request: Request, since: float) -> bool:
        """Whether the endpoint replies to other requests of these settings: it did since, or does to a harmless one."""
        if self._contact.replied_at > since:
            return True
        turns = [{"role": "user", "content": _HARMLESS}]
        found, _ = await self._tried(api, {**request, "messages": turns}, most=_FIRST_CONTACT)
        if isinstance(found, Reply):
            return True
        refused = is_refusal(found) or self._address.hopeless(found, request["model"])
        return not refused and self._replied  # one that stays silent now says nothing of other requests


def run_async(work: Coroutine[Any, Any, T]) -> T:
    """The result of a coroutine, also where a loop runs already, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
