import asyncio
import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.endpoints import EVENTS, Serve, chunk, completion, events, streamed

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
    # each refusal is followed by a harmless question: the sixth call is the one after the third refusal
    assert sorted(n for n, outcome in found if isinstance(outcome, EndpointError)) == [0, 1, 2]


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
    ("status", "body", "said"),
    [
        (401, refused("bad key"), "refuses the key in OPENAI_API_KEY"),
        (404, refused("gone"), r"knows no such path or no model 'm' .* check URL \(.*\) and MODEL"),
        (429, refused("pay", code="insufficient_quota"), "quota of the key is used up"),
    ],
)
def test_what_no_further_try_can_mend_is_told_at_once_in_the_callers_words(
    serve: Serve, status: int, body: Any, said: str
) -> None:
    server = serve(lambda *_: (status, body))
    with pytest.raises(EndpointError, match=said) as error:
        client(server.url, names=SettingNames(address="URL", model="MODEL")).ask(requests(4))
    assert len(server.bodies) == 1 and "\n" not in str(error.value)
    assert (error.value.hopeless, error.value.refused) == (True, False)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (403, refused("bad key"), r"refuses the key in OPENAI_API_KEY \(status 403: bad key\)"),
        (400, refused("too long"), r"refuses the request to model 'm' \(status 400: too long\), and a harmless"),
        (422, {"detail": [{"msg": "odd"}]}, r"refuses the request to model 'm' \(status 422: .*odd"),
        (400, refused("your account was flagged"), "flagged.*, and a harmless question with the same settings too"),
    ],
)
def test_what_is_refused_to_a_harmless_question_too_is_refused_to_every_one(
    serve: Serve, status: int, body: Any, said: str
) -> None:
    server = serve(lambda *_: (status, body))
    with pytest.raises(EndpointError, match=said) as error:
        client(server.url).ask_each(requests(4))
    assert len(server.bodies) == 2 and "\n" not in str(error.value)
    assert error.value.hopeless and error.value.refused
    asked = [body["messages"] for body in server.bodies]
    assert asked == [[{"role": "user", "content": words}] for words in ("0", "Reply with the word yes.")]
    assert [{**body, "messages": ()} for body in server.bodies[:1]] * 2 == [
        {**body, "messages": ()} for body in server.bodies
    ]


@pytest.mark.parametrize("status", [400, 403, 413, 422])
@pytest.mark.parametrize("number", [0, 2])
def test_a_refusal_of_one_request_is_told_from_one_of_every_request(serve: Serve, status: int, number: int) -> None:
    def picky(n: int, body: dict[str, Any]) -> tuple[int, Any]:
        asked = body["messages"][0]["content"]
        return (status, refused("not this one")) if asked == str(number) else echo(n, body)

    server = serve(picky)
    found = client(server.url, concurrency=1).ask_each(requests(4))
    assert [isinstance(outcome, Reply) for outcome in found] == [n != number for n in range(4)]
    error = found[number]
    assert isinstance(error, EndpointError) and error.refused and not error.hopeless
    assert len(server.bodies) == 5  # the refused one was not tried again, and one harmless question was asked
    with pytest.raises(EndpointError, match="not this one"):
        client(server.url).ask(requests(4))


FILTERS: list[tuple[int, Any]] = [
    (400, refused("The response was filtered due to Azure OpenAI's content management policy.", code="content_filter")),
    (400, {"error": {"message": "no", "innererror": {"code": "ResponsibleAIPolicyViolation"}}}),
    (400, refused("Input data may contain inappropriate content.", code="data_inspection_failed")),
    (400, refused("Content Exists Risk", type="invalid_request_error")),
    (400, refused("Invalid prompt: your prompt was flagged as potentially violating our usage policy.")),
    (400, refused("Output blocked by content filtering policy")),
    (403, refused("This model requires moderation and your input was flagged for hate.")),
    (422, {"detail": "blocked by the guardrail"}),
    (451, b"<html>Unavailable</html>"),
    (500, refused("ContentPolicyViolationError: content policy")),
    (200, {"error": {"message": "prompt blocked", "code": "content_filter"}}),
]


@pytest.mark.parametrize(("status", "body"), FILTERS)
def test_a_request_that_a_filter_refuses_has_a_reply_without_text(serve: Serve, status: int, body: Any) -> None:
    def filters(n: int, asked: dict[str, Any]) -> tuple[int, Any]:
        return (status, body) if asked["messages"][0]["content"] == "0" else echo(n, asked)

    one = client(serve(filters).url, retries=1)
    for _ in range(2):  # also where somebody has replied before
        first, *others = one.ask(requests(3))
        assert (first.text, first.finish) == ("", "content_filter") and first.refusal
        assert [reply.text for reply in others] == ["1", "2"]


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
        {"choices": [{"message": {"content": 3}}]},
        {"choices": [{"message": "x"}]},
        {"choices": [{"message": {"content": "half"}, "finish_reason": "error"}]},
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

    assert run_async(asked()) == ["0", "1", "2", "3"] and len(server.bodies) == 5  # and a harmless question


def test_an_error_in_a_body_of_status_200_is_told(serve: Serve) -> None:
    server = serve(lambda *_: (200, {"error": {"message": "Upstream is down", "code": 502}}))
    with pytest.raises(
        EndpointError, match=r"after 2 tries \(the reply is not a chat completion but says Upstream is do"
    ):
        client(server.url, retries=1).ask(requests(1))


def test_a_zipped_body_is_unpacked(serve: Serve) -> None:
    headers = {"content-encoding": "gzip"}
    server = serve(lambda n, body: (200, gzip.compress(json.dumps(echo(n, body)[1]).encode()), headers))
    assert [reply.text for reply in client(server.url).ask(requests(2))] == ["0", "1"]


def test_a_server_that_sends_bytes_without_end_is_given_up_in_time(serve: Serve) -> None:
    over = threading.Event()

    class Dripping(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.send_header("content-type", "text/event-stream")
            self.end_headers()
            with suppress(OSError):
                while not over.wait(0.01):
                    self.wfile.write(b": still thinking\n\n")

        def log_message(self, *_: object) -> None: ...

    server = serve(echo)
    server.server.RequestHandlerClass = Dripping
    with pytest.raises(EndpointError, match=r"after 1 tries \(no whole reply within 0\.3 s\)"):
        client(server.url, retries=0, timeout=0.3).ask(requests(1))
    over.set()


O_SERIES = (
    "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported."
)
NEWER = "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."


def test_a_model_that_calls_the_limit_by_its_newer_name_is_asked_so_from_then_on(serve: Serve) -> None:
    def newer(n: int, body: dict[str, Any]) -> tuple[int, Any]:
        if "max_tokens" in body:
            return 400, refused(NEWER, param="max_tokens", code="unsupported_parameter")
        assert body["max_completion_tokens"] == 9
        return echo(n, body)

    server = serve(newer)
    one = client(server.url, retries=0)
    assert len(one.ask(requests(4)) + one.ask(requests(3))) == 7 and len(server.bodies) == 8


@pytest.mark.parametrize(
    ("status", "complaint"),
    [
        (400, refused(O_SERIES, param="temperature", code="unsupported_value")),
        (400, refused("Unsupported parameter: 'temperature' is not supported with this model.")),
        (400, refused("invalid temperature: only 1 is allowed for this model")),
        (422, {"detail": [{"loc": ["body", "temperature"], "msg": "Input should be greater than 0", "input": 0.0}]}),
        (200, {"error": {"message": "`temperature` may only be set to 1 when thinking is enabled"}}),
    ],
)
def test_a_model_that_takes_no_temperature_is_asked_without_and_every_reply_says_so(
    serve: Serve, status: int, complaint: Any
) -> None:
    server = serve(lambda n, body: (status, complaint) if "temperature" in body else echo(n, body))
    one = client(server.url, retries=0)
    replies = one.ask(requests(3)) + one.ask(requests(2))
    assert {reply.left_out for reply in replies} == {("temperature",)} and len(server.bodies) == 6
    assert not one.dialect.temperature and not one.dialect.stream


def test_a_model_with_several_wishes_is_asked_as_it_wants(serve: Serve) -> None:
    def picky(n: int, body: dict[str, Any]) -> Any:
        if "max_tokens" in body:
            return 400, refused(NEWER)
        if "temperature" in body:
            return 400, refused(O_SERIES)
        if not body.get("stream"):
            return 400, refused("This model only supports streaming, please set stream to true.")
        if "stream_options" in body:
            return 422, {"detail": [{"loc": ["body", "stream_options"], "msg": "Extra inputs are not permitted"}]}
        if "seed" in body:
            return 400, refused("Unknown name 'seed'", param="seed")
        return streamed(body["messages"][0]["content"])

    server = serve(picky)
    seeded = [{**request, "seed": 3} for request in requests(3)]
    replies = client(server.url, retries=0).ask(seeded)
    assert [reply.text for reply in replies] == ["0", "1", "2"] and len(server.bodies) == 5 + 3
    assert {reply.left_out for reply in replies} == {("temperature", "seed")}
    assert all("max_completion_tokens" in body for body in server.bodies[5:])


@pytest.mark.parametrize(
    "complaint",
    [
        "This model only support stream mode, please enable the stream parameter to access the model.",
        "parameter.enable_thinking must be set to false for non-streaming calls",
        "'stream' must be true. Known: model, messages, stream, temperature, seed.",
    ],
)
def test_a_server_that_only_streams_is_asked_to_and_nothing_else_is_changed(serve: Serve, complaint: str) -> None:
    def only(n: int, body: dict[str, Any]) -> Any:
        return (
            streamed(body["messages"][0]["content"], usage=(7, 5)) if body.get("stream") else (400, refused(complaint))
        )

    server = serve(only)
    one = client(server.url, retries=0)
    replies = one.ask(requests(3))
    assert [(reply.text, reply.tokens_out, reply.left_out) for reply in replies] == [(n, 5, ()) for n in "012"]
    assert one.dialect.stream and len(server.bodies) == 4
    assert server.bodies[1] == {**requests(1)[0], "stream": True, "stream_options": {"include_usage": True}}


def test_a_change_that_does_not_help_is_taken_back(serve: Serve) -> None:
    def says(n: int, body: dict[str, Any]) -> Any:
        asked = body["messages"][0]["content"]
        return (400, refused("a temperature of 40 in a stream is odd")) if asked == "1" else echo(n, body)

    one = client(serve(says).url)
    first, second, third = one.ask_each(requests(3))
    assert isinstance(first, Reply) and isinstance(third, Reply) and third.left_out == ()
    assert isinstance(second, EndpointError) and second.refused and one.dialect.temperature and not one.dialect.stream


def test_a_stream_can_be_asked_for_and_a_setting_that_is_none_is_left_out(serve: Serve) -> None:
    server = serve(lambda n, body: streamed("yes") if body["stream"] else (400, refused()))
    one = client(server.url, stream=True)
    [reply] = one.ask([{**requests(1)[0], "temperature": None}])
    assert (reply.text, reply.left_out) == ("yes", ()) and "temperature" not in server.bodies[0]


def test_a_stream_that_breaks_off_is_asked_for_again(serve: Serve) -> None:
    def breaks(n: int, body: dict[str, Any]) -> Any:
        whole = streamed("Answer: B")
        cut = [
            events(chunk(content="Answer: A"), end=""),
            whole[1][:-60],
            events(chunk(content="Answer: A"), {"error": {"message": "overloaded"}}),
            b"",
        ]
        return (200, cut[n], EVENTS) if n < 4 else whole

    server = serve(breaks)
    [reply] = client(server.url, retries=4, stream=True).ask(requests(1))
    assert reply.text == "Answer: B" and len(server.bodies) == 5
    always = serve(lambda *_: (200, events(chunk(content="Answer: A"), end=""), EVENTS))
    with pytest.raises(EndpointError, match=r"after 2 tries \(the stream broke off before its end\)"):
        client(always.url, retries=1).ask(requests(1))


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
