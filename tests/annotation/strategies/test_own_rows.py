import json
from pathlib import Path

import pytest

from chartered.annotation import own_traces, read_traces, sft_row, write_traces
from chartered.annotation.strategies.own_rows import HELD_OUT
from chartered.common.errors import DataError
from chartered.domains import Problem

HELDOUT = Problem(
    prompt=({"role": "user", "content": "How old is the oak?"},), answer="9", kind="k", domain="d", split="heldout"
)


def written(tmp_path: Path, *turns: tuple[str, str]) -> Path:
    rows = [{"conversations": [{"from": "human", "value": a}, {"from": "gpt", "value": b}]} for a, b in turns]
    (tmp_path / "chats.json").write_text(json.dumps(rows))
    return tmp_path / "chats.json"


def test_own_rows_become_traces_as_they_are(tmp_path: Path) -> None:
    traces, summary, dropped = own_traces(written(tmp_path, ("Hi", "Hello"), ("Bye", "See you")))
    assert [sft_row(trace)["completion"][0]["content"] for trace in traces] == ["Hello", "See you"]
    assert summary.kept == summary.problems == 2 and not dropped
    # no verifier has seen them, and they say so
    assert traces[0].checks == () and traces[0].teacher == "chats.json" and traces[0].label_leaked
    write_traces(tmp_path / "traces.jsonl", traces)
    assert list(read_traces(tmp_path / "traces.jsonl")) == traces


def test_what_holds_a_held_out_question_or_stands_twice_is_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, ("Hi", "Hello"), ("Hi", "Hello"), ("Say: how old is the  OAK? Quick.", "9"), ("Hi", ""))
    traces, summary, dropped = own_traces(path, [HELDOUT])
    assert len(traces) == 1 and summary.unusable == 3
    assert dropped == {"the same row as an earlier one": 1, HELD_OUT: 1, "an empty turn": 1}


def test_rows_that_were_imported_are_read_again(tmp_path: Path) -> None:
    row = {"prompt": [{"role": "user", "content": "Hi"}], "completion": [{"role": "assistant", "content": "Hello"}]}
    (tmp_path / "traces.jsonl").write_text(json.dumps(row) + "\n")
    (trace,) = own_traces(tmp_path / "traces.jsonl")[0]
    assert sft_row(trace) == row


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no such file"):
        own_traces(tmp_path / "none.json")
