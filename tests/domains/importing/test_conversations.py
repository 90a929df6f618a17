from typing import Any

import pytest

from chartered.common.rows import Unusable
from chartered.domains.importing.conversations import read_turns

ASKED, SAID = {"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}


@pytest.mark.parametrize(
    "row",
    [
        {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello"}]},
        {"messages": [ASKED, SAID]},
        {"messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}, SAID]},
        {"instruction": "Hi", "input": "", "output": " Hello "},
        {"instruction": "Hi", "input": None, "output": "Hello"},
        {"prompt": "Hi", "completion": "Hello"},
        {"prompt": [ASKED], "completion": [SAID]},
        {"question": "Hi", "response": "Hello"},
    ],
)
def test_chats_and_instructions_are_turns(row: dict[str, Any]) -> None:
    assert read_turns(row) == (ASKED, SAID)


def test_what_the_system_says_comes_first() -> None:
    assert [turn["role"] for turn in read_turns({"system": "Be kind.", "messages": [ASKED, SAID]})] == [
        "system",
        "user",
        "assistant",
    ]
    orca = {"system_prompt": "Be kind.", "question": "Hi", "response": "Hello"}
    assert [turn["content"] for turn in read_turns(orca)] == ["Be kind.", "Hi", "Hello"]
    dolly = {"instruction": "Sum up.", "context": "Trees grow.", "response": "They do."}
    assert read_turns(dolly)[0]["content"] == "Trees grow.\nSum up."
    assert read_turns({"instruction": "Add", "input": "1 and 2", "output": 3})[0]["content"] == "Add\n1 and 2"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"messages": [ASKED]}, "no question with the assistant's reply at the end"),
        ({"messages": []}, "no question with the assistant's reply at the end"),
        ({"messages": [SAID]}, "no question with the assistant's reply at the end"),
        ({"messages": [ASKED, {"role": "assistant", "content": None, "tool_calls": []}]}, "an empty turn"),
        ({"conversations": ["Hi", "Hello"]}, "a turn that is not an object"),
        ({"conversations": [{"from": "tool", "value": "x"}]}, "a turn of the unknown role 'tool'"),
        ({"instruction": "Add", "output": ""}, "an empty turn"),
        ({"x": 1}, "an empty turn"),
    ],
)
def test_what_is_no_trace_has_a_reason(row: dict[str, Any], reason: str) -> None:
    with pytest.raises(Unusable) as raised:
        read_turns(row)
    assert raised.value.reason == reason
