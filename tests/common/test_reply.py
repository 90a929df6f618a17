import math
from typing import Any

import pytest
from tests.endpoints import EVENTS, Serve, chunk, completion, events

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


def parts(*given: Any) -> dict[str, Any]:
    body = completion(None)
    body["choices"][0]["message"]["content"] = list(given)
    return body


@pytest.mark.parametrize(
    ("given", "text", "unread"),
    [
        ([{"type": "text", "text": "Answer: B"}], "Answer: B", 0),
        ([{"type": "text", "text": "It is 4"}, {"type": "text", "text": "2."}], "It is 42.", 0),
        (
            [{"type": "text", "text": "Think first."}, {"type": "text", "text": "Answer: B"}],
            "Think first.\nAnswer: B",
            0,
        ),
        ([{"type": "output_text", "text": "B"}, "C", {"text": "D"}], "BCD", 0),
        ([{"type": "text", "text": {"value": "B", "annotations": []}}], "B", 0),
        ([{"type": "image_url", "image_url": {"url": "x"}}, {"type": "text", "text": "B"}], "B", 1),
        ([{"type": "text", "text": None}, {"type": "tool_use", "name": "f"}, 3, None, []], "", 5),
        ([], "", 0),
    ],
)
def test_the_text_parts_of_a_content_are_joined_and_others_counted(
    serve: Serve, given: list[Any], text: str, unread: int
) -> None:
    reply = reply_to(serve, parts(*given))
    assert (reply.text, reply.unread) == (text, unread)


def test_a_content_that_is_one_part_is_read_like_a_list_of_it(serve: Serve) -> None:
    body = completion(None)
    body["choices"][0]["message"]["content"] = {"type": "text", "text": "Answer: B"}
    assert reply_to(serve, body).text == "Answer: B"


@pytest.mark.parametrize(
    "thought",
    [
        {"type": "thinking", "thinking": "Skies are blue."},
        {"type": "thinking", "thinking": [{"type": "text", "text": "Skies are blue."}]},
        {"type": "reasoning", "summary": [{"type": "summary_text", "text": "Skies are "}, {"text": "blue."}]},
        {"type": "reasoning_text", "text": "Skies are blue."},
    ],
)
def test_parts_that_were_thought_or_decline_are_kept_apart(serve: Serve, thought: dict[str, Any]) -> None:
    reply = reply_to(
        serve, parts(thought, {"type": "text", "text": "Blue."}, {"type": "refusal", "refusal": "Not red."})
    )
    assert (reply.text, reply.reasoning, reply.refusal, reply.unread) == ("Blue.", "Skies are blue.", "Not red.", 0)


def test_a_call_of_a_tool_is_no_text(serve: Serve) -> None:
    body = completion(None, "tool_calls")
    body["choices"][0]["message"]["tool_calls"] = [{"id": "1", "type": "function", "function": {"name": "f"}}]
    assert reply_to(serve, body) == Reply(text="", finish="tool_calls", tokens_in=7, tokens_out=5)


def test_a_reply_without_a_reason_to_end_is_one(serve: Serve) -> None:
    body = completion("Blue.")
    del body["choices"][0]["finish_reason"], body["usage"]
    assert reply_to(serve, body) == Reply(text="Blue.")


@pytest.mark.parametrize(
    ("text", "finish", "refusal", "read"),
    [
        ("", "stop", None, True),
        (" \n", None, None, True),
        ("Blue.", "stop", None, False),
        ("", "length", None, False),  # cut while it thought
        ("", "content_filter", None, False),
        ("", "stop", "I will not.", False),
    ],
)
def test_the_answer_is_in_the_thought_only_where_that_is_whole_and_all_there_is(
    serve: Serve, text: str, finish: str | None, refusal: str | None, read: bool
) -> None:
    body = completion(text)
    body["choices"][0]["finish_reason"] = finish
    body["choices"][0]["message"] |= {"reasoning_content": "Answer: red", "refusal": refusal}
    reply = reply_to(serve, body)
    assert (reply.from_reasoning, reply.answer) == (read, "Answer: red" if read else text)
    assert (reply.text, reply.reasoning) == (text, "Answer: red")


def streamed_reply(serve: Serve, *pieces: dict[str, Any], end: str = "data: [DONE]\n\n") -> Reply:
    request = {"model": "m", "messages": [{"role": "user", "content": "?"}]}
    [reply] = Client(base_url=serve(lambda *_: (200, events(*pieces, end=end), EVENTS)).url).ask([request])
    return reply


def test_a_stream_that_nobody_asked_for_is_read(serve: Serve) -> None:
    usage = {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 5}}
    pieces = [
        chunk(role="assistant", content=None),
        chunk(content="Answer"),
        chunk(content=": B"),
        chunk("stop"),
        usage,
    ]
    assert streamed_reply(serve, *pieces) == Reply(
        text="Answer: B", finish="stop", streamed=True, tokens_in=7, tokens_out=5
    )


def test_thoughts_refusals_and_parts_in_a_stream_are_kept_apart(serve: Serve) -> None:
    thinking = [{"type": "thinking", "thinking": [{"type": "text", "text": " blue."}]}]
    reply = streamed_reply(
        serve,
        chunk(reasoning_content="Skies"),
        chunk(reasoning=" are"),
        chunk(content=thinking),
        chunk(content=[{"type": "text", "text": "Bl"}, {"type": "image_url"}]),
        chunk(content="ue."),
        chunk(refusal="No", tool_calls=[{"index": 0}]),
        chunk("length", refusal=" red."),
    )
    assert reply == Reply(
        text="Blue.", reasoning="Skies are blue.", refusal="No red.", unread=1, finish="length", streamed=True
    )


def test_the_first_log_probabilities_of_a_stream_are_kept(serve: Serve) -> None:
    first, second = chunk(content="B"), chunk("stop", content=" c")
    first["choices"][0]["logprobs"] = {"content": [{"token": "B", "top_logprobs": [{"token": "B", "logprob": -0.5}]}]}
    second["choices"][0]["logprobs"] = {"content": [{"token": "c", "top_logprobs": [{"token": "c", "logprob": -9}]}]}
    assert streamed_reply(serve, first, second).top_logprobs == (("B", -0.5),)
