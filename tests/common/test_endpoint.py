import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.endpoints import Serve, completion

from chartered.common.endpoint import Client, Outcome, Request, SettingNames, run_async
from chartered.common.errors import EndpointError, UsageError
from chartered.common.reply import Reply

ELSEWHERE = ("https://example.org/v1", "http://10.0.0.7/v1", "http://localhost.example.org/v1", "http://0.0.0.0/v1")
LOCAL = ("http://127.0.0.1:8000/v1", "http://127.9.9.9/v1", "http://[::1]:8000/v1", "https://localhost/v1")
NOBODY = "http://127.0.0.1:9/v1"


def client(url: str, **changes: Any) -> Client:
    """One that asks again soon."""
    return Client(**{"base_url": url, "backoff": 0.001, "timeout": 30.0, **changes})


def requests(count: int) -> list[Request]:
    return [
        {"model": "m", "messages": [{"role": "user", "content": str(n)}], "max_tokens": 9, "temperature": 0.0}
        for n in range(count)
    ]


def outcomes(of: Client, asked: Any) -> list[tuple[Any, Outcome]]:
    async def collected() -> list[tuple[Any, Outcome]]:
        return [pair async for pair in of.outcomes(asked)]

    return run_async(collected())


def echo(_: int, body: dict[str, Any]) -> tuple[int, Any]:
    return 200, completion(body["messages"][0]["content"])


def refused(message: str = "sorry", **more: str) -> dict[str, Any]:
    return {"error": {"message": message, **more}}


def test_replies_are_in_the_order_of_the_requests_and_counted_as_they_come(serve: Serve) -> None:
    server, done = serve(echo), list[int]()
    replies = client(server.url).ask(requests(12), done.append)
    assert [reply.text for reply in replies] == [str(n) for n in range(12)] and done == list(range(1, 13))
    assert sorted(server.bodies, key=lambda body: int(body["messages"][0]["content"])) == requests(12)


def test_no_more_calls_are_under_way_than_allowed_and_that_many_are(serve: Serve) -> None:
    together = threading.Barrier(3)  # breaks, and fails the test by its time-out, unless three calls come at once

    def respond(n: int, body: dict[str, Any]) -> tuple[int, Any]:
        if 1 <= n <= 3:
            together.wait(timeout=30)
        return echo(n, body)

    server = serve(respond)
    client(server.url, concurrency=3).ask(requests(40))
    assert server.most_at_once == 3


def test_until_the_first_reply_calls_are_made_one_by_one(serve: Serve) -> None:
    at_once: list[int] = []

    def respond(n: int, body: dict[str, Any]) -> tuple[int, Any]:
        at_once.append(server.at_once)
        return echo(n, body) if n >= 5 else (400, refused())

    server = serve(respond)
    found = outcomes(client(server.url), enumerate(requests(20)))
    assert at_once[:6] == [1] * 6
    assert sorted(n for n, outcome in found if isinstance(outcome, EndpointError)) == [0, 1, 2, 3, 4]


def test_the_rate_is_kept(serve: Serve) -> None:
    one = client(serve(echo).url, requests_per_minute=600)
    one.ask(requests(1))  # what is imported for the first call takes longer than the whole test
    start = time.monotonic()
    one.ask(requests(6))
    assert time.monotonic() - start >= 5 * 0.1  # 600 a minute: one every 100 ms


@pytest.mark.parametrize("asked", [lambda: "0.3", lambda: formatdate(time.time() + 1.9, usegmt=True)])
def test_a_pause_that_the_endpoint_asks_for_holds_back_other_calls_too(serve: Serve, asked: Callable[[], str]) -> None:
    times: list[float] = []

    def busy(n: int, body: dict[str, Any]) -> Any:
        times.append(time.monotonic())
        return (429, refused(), {"retry-after": asked()}) if n == 0 else echo(n, body)

    (_, first), (_, second) = outcomes(client(serve(busy).url, retries=0), enumerate(requests(2)))
    assert isinstance(first, EndpointError) and isinstance(second, Reply)
    assert times[1] - times[0] >= 0.29  # a date has no fraction of a second: at least 0.9 of the 1.9


@pytest.mark.parametrize("header", ["soon", "", "nan", "-3"])
def test_a_pause_that_says_nothing_is_not_waited_for(serve: Serve, header: str) -> None:
    server = serve(lambda n, body: echo(n, body) if n else (503, refused(), {"retry-after": header}))
    start = time.monotonic()
    [reply] = client(server.url, timeout=600).ask(requests(1))
    assert reply.text == "0" and time.monotonic() - start < 300


@pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 503])
def test_a_busy_endpoint_is_asked_again(serve: Serve, status: int) -> None:
    server = serve(lambda n, body: echo(n, body) if n >= 4 else (status, refused()))
    [reply] = client(server.url, retries=4).ask(requests(1))
    assert reply.text == "0" and len(server.bodies) == 5


@pytest.mark.parametrize(
    ("status", "body", "said", "hopeless"),
    [
        (401, refused("bad key"), "refuses the key in OPENAI_API_KEY", True),
        (403, refused("bad key"), "refuses the key in OPENAI_API_KEY", True),
        (404, refused("gone"), r"knows no such path or no model 'm' .* check URL \(.*\) and MODEL", True),
        (429, refused("pay", code="insufficient_quota"), "quota of the key is used up", True),
        (400, refused("too long"), r"refuses the request to model 'm' \(status 400: too long\)", False),
        (422, {"detail": [{"msg": "odd"}]}, r"refuses the request to model 'm' \(status 422: .*odd", False),
    ],
)
def test_what_no_further_try_can_mend_is_told_at_once_in_the_callers_words(
    serve: Serve, status: int, body: Any, said: str, hopeless: bool
) -> None:
    server = serve(lambda *_: (status, body))
    with pytest.raises(EndpointError, match=said) as error:
        client(server.url, names=SettingNames(address="URL", model="MODEL")).ask(requests(4))
    assert len(server.bodies) == 1 and "\n" not in str(error.value)
    assert (error.value.hopeless, error.value.refused) == (hopeless, not hopeless)


def test_nobody_there_is_told_after_few_tries_and_is_hopeless(loopback: None) -> None:
    with pytest.raises(EndpointError, match=r"/v1 cannot be reached \(.*\); check URL, and that") as error:
        client(NOBODY, names=SettingNames(address="URL"), backoff=0.0).ask(requests(1))
    assert error.value.hopeless


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'{"choices": [',
        b"[]",
        b"3",
        b"null",
        b"\xff\xfe",
        {},
        {"choices": []},
        {"choices": [{}]},
        {"choices": {"a": 1}},
        {"choices": ["x"]},
        {"choices": [{"message": {"content": ["x"]}}]},
    ],
)
def test_a_body_that_is_not_a_completion_is_told_after_few_tries(serve: Serve, body: Any) -> None:
    server = serve(lambda *_: (200, body))
    with pytest.raises(EndpointError, match=r"after 4 tries \(the reply is not a chat completion") as error:
        client(server.url).ask(requests(1))
    assert len(server.bodies) == 4 and not error.value.hopeless


def test_a_request_that_stays_unanswered_stops_the_others(serve: Serve) -> None:
    hang, ended = threading.Event(), list[int]()

    def respond(n: int, body: dict[str, Any]) -> tuple[int, Any]:
        if n == 0:
            return echo(n, body)
        if body["messages"][0]["content"] == "1":
            hang.wait(timeout=60)
            ended.append(n)
        return 500, refused("no room")

    with pytest.raises(EndpointError, match=r"to model 'm' unanswered after 3 tries \(status 500: no room\)"):
        client(serve(respond).url, retries=2, concurrency=2, timeout=100).ask(requests(3))
    assert not ended
    hang.set()


def test_a_failure_is_a_value_and_a_request_is_drawn_only_when_it_can_be_made(serve: Serve) -> None:
    server, found = serve(lambda n, body: echo(n, body) if n < 3 else (400, refused())), list[Outcome]()

    def until_one_fails() -> Iterator[tuple[str, Request]]:
        for request in requests(10):
            if any(isinstance(outcome, EndpointError) for outcome in found):
                return
            yield request["messages"][0]["content"], request

    async def asked() -> list[str]:
        keys = []
        async for key, outcome in client(server.url, concurrency=1).outcomes(until_one_fails()):
            keys.append(key)
            found.append(outcome)
        return keys

    assert run_async(asked()) == ["0", "1", "2", "3"] and len(server.bodies) == 4


def test_a_model_that_calls_the_limit_by_its_newer_name_is_asked_so_from_then_on(serve: Serve) -> None:
    def newer(n: int, body: dict[str, Any]) -> tuple[int, Any]:
        if "max_tokens" in body:
            return 400, refused("Unsupported: use 'max_completion_tokens' instead.")
        assert body["max_completion_tokens"] == 9
        return echo(n, body)

    server = serve(newer)
    one = client(server.url, retries=0)
    assert len(one.ask(requests(4)) + one.ask(requests(3))) == 7 and len(server.bodies) == 8


def test_it_can_be_asked_where_a_loop_runs_already(serve: Serve) -> None:
    one = client(serve(echo).url)

    async def notebook() -> list[Reply]:
        return one.ask(requests(2))

    assert [reply.text for reply in asyncio.run(notebook())] == ["0", "1"]


@pytest.mark.parametrize(
    ("url", "changes", "said"),
    [
        ("https://me:word@example.org/v1", {}, r"carries a user or a query; .* \(--key\)"),
        ("https://example.org/v1?key=word", {}, "carries a user or a query"),
        (NOBODY, {"concurrency": 0}, "concurrency of at least 1"),
        (NOBODY, {"retries": -1}, "retries of at least 0"),
        (NOBODY, {"requests_per_minute": -1.0}, "a rate over 0"),
        (NOBODY, {"requests_per_minute": float("nan")}, "a rate over 0"),
    ],
)
def test_settings_that_cannot_be_are_refused_without_repeating_a_secret(
    url: str, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(UsageError, match=said) as error:
        client(url, names=SettingNames(key="--key"), **changes)
    assert "word" not in str(error.value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.org/v1",
        "ftp://example.org",
        "http://",
        "http://[::1",
        "/v1",
        "file:///etc/passwd",
        "http://a:99999",
    ],
)
def test_what_is_not_an_http_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError, match="URL is not an http address; give one as in https://host/v1"):
        client(url, names=SettingNames(address="URL"))


@given(st.text())
def test_any_text_is_an_address_or_is_refused(text: str) -> None:
    try:
        assert client(text).base_url.lower().startswith(("http://", "https://"))
    except UsageError as error:
        assert "http" in str(error) or "user or a query" in str(error)


@pytest.mark.parametrize("url", LOCAL)
def test_an_endpoint_on_this_machine_needs_no_key(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    assert client(url, api_key_env="MY_KEY").api_key == "none"
    monkeypatch.setenv("MY_KEY", " one\n")
    assert client(url, api_key_env="MY_KEY").api_key == "one"


@pytest.mark.parametrize("url", ELSEWHERE)
def test_any_other_needs_one(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "  ")
    with pytest.raises(UsageError, match=r"'MY_KEY' .* is not set; set it, or name another with --key"):
        client(url, api_key_env="MY_KEY", names=SettingNames(key="--key")).ask(requests(1))


@pytest.mark.parametrize("key", ["sk-line\nbreak", "sk-\u00e9"])
def test_what_cannot_be_a_key_is_refused_without_being_told(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", key)
    with pytest.raises(UsageError, match="'MY_KEY' does not hold a key") as error:
        client(NOBODY, api_key_env="MY_KEY").ask(requests(1))
    assert "sk-" not in str(error.value)


def test_the_key_is_sent(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", " secret ")
    server = serve(echo)
    client(server.url, api_key_env="MY_KEY").ask(requests(1))
    assert server.headers[0]["authorization"] == "Bearer secret"
