import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.annotation import Trace, read_traces, sft_row, write_traces
from chartered.annotation.traces import solved, template_sha, trace_row
from chartered.common.errors import DataError
from chartered.domains import Check, Problem
from chartered.domains.prompts import render


@pytest.fixture
def trace(problems: list[Problem]) -> Trace:
    return solved(
        problems[0],
        "2 x 10 = 20.\nAnswer: 20 coins\n",
        Check(status="correct", score=1.0, answer="20"),
        teacher="m",
        strategy="one_pass",
        temperature=0.6,
        label_leaked=False,
    )


def test_a_trace_asks_in_the_words_that_every_room_uses(trace: Trace, problems: list[Problem]) -> None:
    assert list(trace.messages[:-1]) == render(problems[0])
    assert trace.messages[-1] == {"role": "assistant", "content": "2 x 10 = 20.\nAnswer: 20 coins"}
    assert trace.problem_id == problems[0].id


def test_traces_come_back_from_a_file_as_they_were(trace: Trace, tmp_path: Path) -> None:
    traces = [trace, replace(trace, temperature=None, label_leaked=True, checks=())]
    assert write_traces(tmp_path / "traces.jsonl", traces) == 2
    assert list(read_traces(tmp_path / "traces.jsonl")) == traces


def test_the_sft_row_splits_before_the_assistants_turn(trace: Trace) -> None:
    row = sft_row(trace)
    assert list(row) == ["prompt", "completion"]
    assert [turn["role"] for turn in row["prompt"]] == ["user"]
    assert [turn["role"] for turn in row["completion"]] == ["assistant"]


def test_the_template_hash_changes_with_the_wording(monkeypatch: pytest.MonkeyPatch) -> None:
    before = template_sha()
    monkeypatch.setattr("chartered.domains.prompts.ANSWER_MARKER", "Result:")
    template_sha.cache_clear()
    try:
        assert template_sha() != before
    finally:
        monkeypatch.undo()
        template_sha.cache_clear()
    assert template_sha() == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"teachr": "m"}, "unknown field 'teachr'; did you mean 'teacher'?"),
        ({"messages": []}, "the last one the assistant's"),
        ({"messages": [{"role": "user", "content": "?"}, {"role": "user", "content": "?"}]}, "the last one"),
        ({"messages": [1, 2]}, "turns with role and content"),
        ({"messages": "text"}, "turns with role and content"),
        ({"checks": [{"state": "correct"}]}, "checks must be a list"),
        ({"checks": 3}, "checks must be a list"),
        ({"checks": [{"status": "corect", "score": 1.0}]}, "did you mean 'correct'?"),
    ],
)
def test_a_row_that_is_no_trace_is_refused_with_its_line(
    trace: Trace, tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    path = tmp_path / "traces.jsonl"
    rows = [trace_row(trace), {**trace_row(trace), **change}]
    path.write_text("\n".join(map(json.dumps, rows)))
    with pytest.raises(DataError, match="line 2: ") as caught:
        list(read_traces(path))
    assert said in str(caught.value)


def test_a_missing_field_is_named(trace: Trace, tmp_path: Path) -> None:
    row = trace_row(trace)
    del row["label_leaked"]
    (tmp_path / "traces.jsonl").write_text(json.dumps(row))
    with pytest.raises(DataError, match="the trace has no 'label_leaked'"):
        list(read_traces(tmp_path / "traces.jsonl"))


@given(
    row=st.dictionaries(
        st.sampled_from(list(Trace.__dataclass_fields__)), st.none() | st.integers() | st.text("a\u00e9[")
    )
)
def test_any_row_of_known_fields_is_read_or_refused(
    row: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "any.jsonl"
    path.write_text(json.dumps(row))
    with pytest.raises(DataError):  # none of these values is a list of turns
        list(read_traces(path))
