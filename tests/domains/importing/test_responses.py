import json
from pathlib import Path
from typing import Any

import pytest

from chartered.common.errors import DataError
from chartered.common.files import write_rows
from chartered.domains.importing import Kinds, Reading
from chartered.domains.importing.responses import import_responses

KINDS = Kinds("recorded", "recorded", "recorded")
SCORED = {
    "doc_id": 3,
    "doc": {"question": "Which?", "choices": ["ash", "birch", "oak"], "answer": 0},
    "target": "0",
    "arguments": [["Question: Which?", " A"]],
    "resps": [[["-2.5", "False"]], [["-0.5", "True"]], [["-9", "False"]]],
    "filtered_resps": [["-2.5", "False"], ["-0.5", "True"], ["-9", "False"]],
}
GENERATED: dict[str, Any] = {
    "doc_id": 1,
    "doc": {"question": "How much?", "answer": "#### 4"},
    "target": "4",
    "arguments": {"gen_args_0": {"arg_0": "How much?"}},
    "resps": [["It is\nAnswer: 4"]],
    "filtered_resps": ["It is\nAnswer: 4"],
}
SAMPLE: dict[str, Any] = {
    "id": "q7",
    "epoch": 2,
    "input": [{"role": "system", "content": "s"}, {"role": "user", "content": [{"type": "text", "text": "Which?"}]}],
    "choices": ["ash", "birch"],
    "target": "B",
    "output": {"model": "m", "choices": [{"message": {"content": [{"type": "text", "text": "ANSWER: B"}]}}]},
}


def rows(path: Path) -> list[dict[str, Any]]:
    return [row for _, row in import_responses(path, KINDS, Reading(base=None)).rows]


def test_likelihoods_of_lm_eval_become_the_letter_of_the_likeliest(tmp_path: Path) -> None:
    write_rows(tmp_path / "samples_arc.jsonl", [SCORED])
    (found,) = rows(tmp_path / "samples_arc.jsonl")
    assert (found["item"], found["arm"], found["response"], found["answer"]) == ("3", "none", "B", "A")
    assert found["options"] == {"A": "ash", "B": "birch", "C": "oak"}


def test_generated_samples_of_lm_eval_keep_their_text(tmp_path: Path) -> None:
    write_rows(tmp_path / "s.jsonl", [GENERATED])
    (found,) = rows(tmp_path / "s.jsonl")
    assert (found["question"], found["answer"], found["response"]) == ("How much?", "4", "It is\nAnswer: 4")


def test_a_log_of_inspect_is_read_with_its_epochs(tmp_path: Path) -> None:
    log = {"version": 2, "eval": {"model": "m"}, "plan": {"steps": [{"solver": "x"}]}, "samples": [SAMPLE]}
    (tmp_path / "log.json").write_text(json.dumps(log))
    (found,) = rows(tmp_path / "log.json")
    assert (found["model"], found["item"], found["question"]) == ("m", "q7 2", "Which?")
    assert (found["answer"], found["response"]) == ("B", "ANSWER: B")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"response": {"body": {"model": "m", "choices": [{"message": {"content": "Answer: A"}}]}}}, "Answer: A"),
        ({"response": {"body": {"model": "m", "output": [
            {"type": "reasoning"}, {"type": "message", "content": [{"type": "output_text", "text": "Answer: A"}]}
        ]}}}, "Answer: A"),
        ({"result": {"type": "succeeded", "message": {"model": "m", "content": [{"type": "text", "text": "A"}]}}}, "A"),
        ({"response": None, "error": {"message": "x"}}, ""),
    ],
)  # fmt: skip
def test_the_output_of_a_batch_gives_ids_and_responses(tmp_path: Path, row: dict[str, Any], said: str) -> None:
    write_rows(tmp_path / "b.jsonl", [{"custom_id": "r1", **row}])
    (found,) = rows(tmp_path / "b.jsonl")
    assert (found["id"], found["response"]) == ("r1", said)


def test_a_file_without_responses_is_told(tmp_path: Path) -> None:
    write_rows(tmp_path / "q.jsonl", [{"question": "Which?", "answer": "ash"}])
    with pytest.raises(DataError, match=r"no row has a response\. Say which field it is with --map response=NAME"):
        rows(tmp_path / "q.jsonl")
