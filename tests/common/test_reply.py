import math
from typing import Any

import pytest
from tests.endpoints import Serve, completion

from chartered.common.endpoint import Client
from chartered.common.reply import Reply


def reply_to(serve: Serve, body: Any) -> Reply:
    request = {"model": "m", "messages": [{"role": "user", "content": "?"}]}
    [reply] = Client(base_url=serve(lambda *_: (200, body)).url).ask([request])
    return reply


def test_a_reply_comes_with_its_tokens_and_why_it_ended(serve: Serve) -> None:
    reply = reply_to(serve, completion("Blue.", "length", (7, 5)))
    assert reply == Reply(text="Blue.", finish="length", tokens_in=7, tokens_out=5)


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
@pytest.mark.parametrize("text", ["Blue.", None])
def test_reasoning_is_kept_apart_and_without_an_answer_the_text_is_empty(
    serve: Serve, field: str, text: str | None
) -> None:
    body = completion(text)
    body["choices"][0]["message"][field] = "Skies are blue."
    body["usage"]["completion_tokens_details"] = {"reasoning_tokens": 4}
    reply = reply_to(serve, body)
    assert (reply.text, reply.reasoning, reply.reasoning_tokens) == (text or "", "Skies are blue.", 4)


@pytest.mark.parametrize("odd", [None, "", ["a"], {"text": "a"}, 3])
def test_reasoning_that_is_not_text_is_none(serve: Serve, odd: Any) -> None:
    body = completion("Blue.")
    body["choices"][0]["message"]["reasoning"] = odd
    assert reply_to(serve, body) == Reply(text="Blue.", finish="stop", tokens_in=7, tokens_out=5)


def test_a_reply_without_text_or_usage_is_empty_and_uncounted(serve: Serve) -> None:
    assert reply_to(serve, completion(None, "stop", None)) == Reply(text="", finish="stop")


def test_the_words_of_a_refusal_are_not_the_answer(serve: Serve) -> None:
    body = completion(None)
    body["choices"][0]["message"]["refusal"] = "I will not."
    reply = reply_to(serve, body)
    assert (reply.text, reply.refusal) == ("", "I will not.")


def test_log_probabilities_are_those_of_the_first_token(serve: Serve) -> None:
    body = completion("B c")
    first = [{"token": "B", "logprob": -0.5}, {"token": "A", "logprob": -2}, {"token": 3, "logprob": "x"}]
    steps = [{"token": "B", "top_logprobs": first}, {"token": " c", "top_logprobs": [{"token": " c", "logprob": 0.0}]}]
    body["choices"][0]["logprobs"] = {"content": steps}
    assert reply_to(serve, body).top_logprobs == (("B", -0.5), ("A", -2.0))


@pytest.mark.parametrize("odd", [None, {}, {"content": None}, {"content": []}, {"content": [{"top_logprobs": None}]}])
def test_log_probabilities_that_are_not_there_are_none(serve: Serve, odd: Any) -> None:
    body = completion("B")
    body["choices"][0]["logprobs"] = odd
    assert reply_to(serve, body).top_logprobs == ()


def test_a_log_probability_may_be_minus_infinity(serve: Serve) -> None:
    body = completion("B")
    step = {"token": "B", "top_logprobs": [{"token": "B", "logprob": -math.inf}]}
    body["choices"][0]["logprobs"] = {"content": [step]}
    assert reply_to(serve, body).top_logprobs == (("B", -math.inf),)
