import json
import time

import pytest

from chartered.common.protocol.complaint import NotACompletion
from chartered.common.protocol.stream import is_stream, read_stream
from chartered.common.reply import read_reply

END = "data: [DONE]"


def piece(content: str, **more: object) -> str:
    return json.dumps({"choices": [{"delta": {"content": content}, **more}]}, ensure_ascii=False)


TWO = f"data: {piece('B')}"
LINE_MARK = "\u2028"
"""Ends a line in Python and none in a stream."""


@pytest.mark.parametrize(
    "body",
    [
        f": keep-alive\n\nevent: x\nid: 1\ndata:{piece('B' + LINE_MARK, finish_reason='stop')}\n\n",
        f"\ufeffdata: {piece('B' + LINE_MARK)}\r\n\r\n{END}\r\n\r\n",
        f"data: {piece('B')}\rdata: {piece(LINE_MARK)}\r{END}",
        f"data: {piece('B')}\ndata: {piece(LINE_MARK)}\n{END}\ndata: whatever follows",
        'data: {"choices":[{"delta":\ndata: {"content":"B\u2028"}}]}\n\n' + END,
        f"data: {piece('C', index=1)}\n\ndata: {piece('B' + LINE_MARK, index=0)}\n\n{END}",
        'data: {"choices":[],"usage":null}\n\ndata: {"choices":[{"message":{"content":"B\u2028"}}]}\n\n' + END,
    ],
)
@pytest.mark.parametrize("kind", ["text/event-stream", "application/json", ""])
def test_the_forms_that_servers_give_events_are_read(body: str, kind: str) -> None:
    assert read_reply(kind, body).text == "B\u2028"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "broke off"),
        (f"data: {piece('B')}\n\n", "broke off"),
        (f"data: {piece('B')[:-9]}\n\n", "broke off"),
        (END, "not a chat completion; check"),
        (f"data: 3\n\n{END}", "not a chat completion; check"),
        ('data: {"choices": [{"delta": {"content": 3}}]}\n\n' + END, "not a chat completion; check"),
        (f'data: {piece("B")}\n\ndata: {{"error": {{"message": "overloaded"}}}}\n\n{END}', "but says overloaded"),
        ('event: error\ndata: {"object": "error", "message": "overloaded", "code": 503}', "but says overloaded"),
        (f"data: {piece('B', finish_reason='error')}\n\n{END}", "not a chat completion; check"),
    ],
)
def test_what_is_not_a_whole_reply_is_said(body: str, said: str) -> None:
    with pytest.raises(NotACompletion, match=said):
        read_reply("text/event-stream", body)


def test_json_is_not_a_stream_whatever_it_says() -> None:
    assert not is_stream("application/json", '{"data": "data: x"}')


def test_a_megabyte_of_pieces_and_of_nonsense_is_read_in_time() -> None:
    many = f"data: {piece('ab')}\n\n" * 20_000 + END
    start = time.monotonic()
    assert len(many) > 1_000_000 and read_stream(many)[1].text == "ab" * 20_000
    for nonsense in ("data: {\n" * 125_000, "data:\n" * 170_000, ":" * 1_000_000):
        with pytest.raises(NotACompletion):
            read_stream(nonsense)
    assert time.monotonic() - start < 4
