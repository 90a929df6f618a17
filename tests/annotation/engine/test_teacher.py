import asyncio
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from chartered.annotation import Teacher
from chartered.annotation.engine.teacher import Answer, Failure
from chartered.common.errors import UsageError
from chartered.domains import Message

ASKED: list[Message] = [{"role": "user", "content": "Each box holds 2 coins. How many coins are in 10 of them?"}]


def ask(teacher: Teacher) -> Answer | Failure:
    async def once() -> Answer | Failure:
        async with teacher.connect() as connection:
            return await connection.ask(ASKED)

    return asyncio.run(once())


def test_a_reply_comes_with_its_tokens_and_why_it_ended(serve: Any, right: Any, teacher_at: Any) -> None:
    endpoint = serve(right)
    answer = ask(teacher_at(endpoint.url, temperature=0.3, max_tokens=99))
    assert answer == Answer(text="2 x 10 = 20.\nAnswer: 20 coins", finish="stop", tokens_in=7, tokens_out=5)
    assert endpoint.bodies == [{"messages": ASKED, "model": "m", "temperature": 0.3, "max_tokens": 99}]


def test_the_key_comes_from_the_variable_that_the_recipe_names(
    serve: Any, right: Any, teacher_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", " secret ")
    endpoint = serve(right)
    ask(teacher_at(endpoint.url, api_key_env="MY_KEY"))
    assert endpoint.headers[0]["authorization"] == "Bearer secret"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.8.8.8", "[::1]"])
def test_an_endpoint_on_this_machine_needs_no_key(host: str, teacher_at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    assert teacher_at(f"http://{host}:8000/v1").api_key == "none"


def test_an_endpoint_elsewhere_needs_one(teacher_at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MY_KEY", raising=False)
    with pytest.raises(UsageError, match=r"'MY_KEY' with the key for https://example\.org/v1 is not set"):
        _ = teacher_at("https://example.org/v1", api_key_env="MY_KEY").api_key


@pytest.mark.parametrize("key", ["sk-line\nbreak", "sk-\u00e9"])
def test_what_cannot_be_a_key_is_refused_without_printing_it(
    key: str, teacher_at: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_KEY", key)
    with pytest.raises(UsageError) as caught:
        _ = teacher_at("http://127.0.0.1:1/v1", api_key_env="MY_KEY").api_key
    assert "sk-" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "example.org/v1", "ftp://example.org", "http://", "http://[::1", "/v1"])
def test_what_is_no_http_address_is_refused_at_once(url: str, teacher_at: Any) -> None:
    with pytest.raises(UsageError, match="is no http address"):
        teacher_at(url)


def test_no_call_at_once_is_refused(teacher_at: Any) -> None:
    with pytest.raises(UsageError, match="concurrency is 0"):
        teacher_at("http://127.0.0.1:1/v1", concurrency=0)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_endpoint_is_asked_again(status: int, serve: Any, right: Callable[..., Any], teacher_at: Any) -> None:
    endpoint = serve(lambda n, body: (status, {"error": {"message": "busy"}}) if n < 2 else right(n, body))
    assert isinstance(ask(teacher_at(endpoint.url, max_retries=2)), Answer)
    assert len(endpoint.bodies) == 3


@pytest.mark.parametrize(
    ("status", "hopeless", "said"),
    [
        (401, True, "refuses the key in OPENAI_API_KEY"),
        (403, True, "refuses the key in OPENAI_API_KEY"),
        (404, True, "no such path or no model 'm'"),
        (400, False, "too long"),
        (422, False, "too long"),
        (500, False, "too long"),
    ],
)
def test_a_refusal_says_whether_there_is_hope_for_other_problems(
    status: int, hopeless: bool, said: str, serve: Any, teacher_at: Any
) -> None:
    failure = ask(teacher_at(serve(lambda *_: (status, {"error": {"message": "too long"}})).url))
    assert isinstance(failure, Failure)
    assert failure.hopeless is hopeless
    assert said in failure.reason


def test_nobody_at_the_address_is_hopeless(loopback: None, teacher_at: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    failure = ask(teacher_at(f"http://127.0.0.1:{port}/v1"))
    assert isinstance(failure, Failure)
    assert failure.hopeless
    assert "cannot be reached" in failure.reason


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b'{"choices": [', b"[]", b"3", b"null", {}, {"choices": []}, {"choices": [{}]}, b"\xff\xfe"],
)
def test_a_body_that_is_no_chat_completion_is_a_failure(body: Any, serve: Any, teacher_at: Any) -> None:
    failure = ask(teacher_at(serve(lambda *_: (200, body)).url))
    assert isinstance(failure, Failure)
    assert not failure.hopeless
    assert len(failure.reason) < 500


def test_a_reply_without_text_or_usage_is_empty_and_uncounted(serve: Any, replying: Any, teacher_at: Any) -> None:
    answer = ask(teacher_at(serve(lambda *_: (200, replying(None, "stop", None))).url))
    assert answer == Answer(text="", finish="stop", tokens_in=None, tokens_out=None)


def test_what_decides_a_reply_is_in_the_hash_and_the_address_is_not(teacher_at: Any) -> None:
    one = teacher_at("http://127.0.0.1:1/v1").asked_sha("t")
    assert teacher_at("http://127.0.0.1:2/v1", concurrency=3, timeout=1.0).asked_sha("t") == one
    others = [
        teacher_at("http://127.0.0.1:1/v1").asked_sha("u"),
        *(
            teacher_at("http://127.0.0.1:1/v1", **change).asked_sha("t")
            for change in ({"model": "n"}, {"temperature": 0.7}, {"max_tokens": 9})
        ),
    ]
    assert len({one, *others}) == 5


def test_openai_is_not_imported_before_it_is_needed() -> None:
    code = "import sys, chartered.annotation; print(sorted({'openai', 'torch', 'trl'} & set(sys.modules)))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"
