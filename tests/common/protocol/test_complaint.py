import time
from email.utils import formatdate
from typing import Any

import pytest
from tests.endpoints import Serve

from chartered.common.endpoint import Client
from chartered.common.protocol.complaint import NotACompletion, filtered, retry_after, said


def refusal(serve: Serve, status: int, body: Any, headers: dict[str, str] | None = None) -> Exception:
    """The error that the library makes of a response."""
    from openai import APIStatusError, OpenAI

    api = OpenAI(base_url=serve(lambda *_: (status, body, headers or {})).url, api_key="none", max_retries=0)
    with pytest.raises(APIStatusError) as error, api:
        api.chat.completions.create(model="m", messages=[])
    return error.value


@pytest.mark.parametrize(
    ("headers", "low", "high"),
    [
        ({"retry-after": "3"}, 3, 3),
        ({"retry-after-ms": "1500"}, 1.5, 1.5),
        ({"retry-after": formatdate(time.time() + 550, usegmt=True)}, 1, 550),
        ({"retry-after": "31536000"}, 600, 600),
        ({"retry-after": formatdate(time.time() + 31_536_000, usegmt=True)}, 600, 600),
        ({"retry-after": formatdate(time.time() - 100, usegmt=True)}, 0, 0),
        ({"retry-after": "inf"}, 600, 600),
        ({"retry-after": "-3"}, 0, 0),
    ],
)
def test_a_pause_is_read_in_every_form_and_is_ten_minutes_at_most(
    serve: Serve, headers: dict[str, str], low: float, high: float
) -> None:
    pause = retry_after(refusal(serve, 429, {}, headers))
    assert pause is not None and low <= pause <= high


@pytest.mark.parametrize("headers", [{}, {"retry-after": "soon"}, {"retry-after": ""}])
def test_what_names_no_time_is_no_pause(serve: Serve, headers: dict[str, str]) -> None:
    assert retry_after(refusal(serve, 429, {}, headers)) is None


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "maximum context length is 8192 tokens"),
        (400, "Unsupported value: 'temperature' does not support 0"),
        (401, "content_filter"),
        (429, "content_filter: slow down"),
        (500, "internal error"),
    ],
)
def test_what_no_filter_says_is_not_taken_for_one(serve: Serve, status: int, message: str) -> None:
    assert not filtered(refusal(serve, status, {"error": {"message": message}}))


def test_only_what_an_endpoint_says_can_be_a_filter() -> None:
    assert not filtered(ValueError("content_filter")) and not filtered(TimeoutError("content_filter"))
    assert filtered(NotACompletion({"error": {"code": "content_filter"}}))


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"error": {"message": "gone", "code": "x"}}, "status 400: x gone"),
        ({"error": "gone"}, 'status 400: {"error": "gone"}'),
        (b"<html>gone", "status 400: <html>gone"),
        (b"a" * 1000, "status 400: " + "a" * 288 + "..."),
    ],
)
def test_what_an_endpoint_says_is_one_line_of_bounded_length(serve: Serve, body: Any, words: str) -> None:
    assert said(refusal(serve, 400, body)) == words


def test_a_long_complaint_is_looked_through_in_time(serve: Serve) -> None:
    from chartered.common.protocol.dialect import Dialect

    start = time.monotonic()
    for words in ("un" * 500_000, "max_tokens " * 100_000, "content " * 120_000, "blocked " * 120_000):
        error = refusal(serve, 400, {"error": {"message": words}})
        assert not filtered(error)
        Dialect().alternatives(error, {"max_tokens": 1, "temperature": 0.0})
    assert time.monotonic() - start < 4


def test_the_client_is_what_reads_them(serve: Serve) -> None:
    server = serve(lambda n, _: (429, {}, {"retry-after": "0"}) if n == 0 else (404, {}))
    with pytest.raises(Exception, match="knows no such path"):
        Client(base_url=server.url).ask([{"model": "m", "messages": []}])
    assert len(server.bodies) == 2
