import csv
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chartered.common.errors import CharteredError, DataError, UsageError
from chartered.common.files import write_rows
from chartered.common.rows import parse_map
from chartered.domains.importing import Imported, Kinds, Reading, import_problems

KINDS = Kinds("own", "choice", "open")
TREES = ["ash", "birch", "oak", "yew"]
SHAPES: dict[str, list[dict[str, Any]]] = {
    "MedQA": [
        {
            "question": f"Q{n}?",
            "answer": text,
            "options": dict(zip("ABCD", TREES, strict=True)),
            "answer_idx": "ABCD"[n],
        }
        for n, text in enumerate(TREES)
    ],
    "MedMCQA of the hub": [
        {"question": f"Q{n}?", "exp": None, "cop": n, **dict(zip(("opa", "opb", "opc", "opd"), TREES, strict=True))}
        for n in range(4)
    ],
    "MedMCQA of the authors": [
        {"question": f"Q{n}?", "cop": n + 1, **dict(zip(("opa", "opb", "opc", "opd"), TREES, strict=True))}
        for n in range(4)
    ],
    "MMLU": [{"question": f"Q{n}?", "choices": TREES, "answer": n, "subject": "x"} for n in range(4)],
    "MMLU-Pro": [{"question": f"Q{n}?", "options": TREES, "answer": "ABCD"[n], "answer_index": n} for n in range(4)],
    "ARC of the hub": [
        {"question": f"Q{n}?", "choices": {"text": TREES, "label": list("ABCD")}, "answerKey": "ABCD"[n]}
        for n in range(4)
    ],
    "ARC of the authors": [
        {
            "question": {
                "stem": f"Q{n}?",
                "choices": [{"text": t, "label": k} for k, t in zip("1234", TREES, strict=True)],
            },
            "answerKey": "1234"[n],
        }
        for n in range(4)
    ],
    "HellaSwag": [{"ctx": "x", "query": f"Q{n}?", "endings": TREES, "label": str(n)} for n in range(4)],
    "a sheet": [
        {"No": n, "Question": f"Q{n}?", **dict(zip("ABCD", TREES, strict=True)), "Correct Answer": "ABCD"[n]}
        for n in range(4)
    ],
    "numbered columns": [
        {"Problem": f"Q{n}?", **{f"Option {i}": t for i, t in enumerate(TREES, 1)}, "Answer": n + 1} for n in range(4)
    ],
    "PIQA with four": [
        {"goal": f"Q{n}?", **{f"sol{i}": t for i, t in enumerate(TREES, 1)}, "label": n} for n in range(4)
    ],
    "TruthfulQA": [
        {"question": f"Q{n}?", "mc1_targets": {"choices": [t, *(set(TREES) - {t})], "labels": [1, 0, 0, 0]}}
        for n, t in enumerate(TREES)
    ],
    "SciQ": [
        {"question": f"Q{n}?", "correct_answer": t, **{f"distractor{i}": d for i, d in enumerate(set(TREES) - {t}, 1)}}
        for n, t in enumerate(TREES)
    ],
}


def imported(path: Path, **reading: Any) -> Imported:
    columns = parse_map(reading.pop("columns", ()))
    return import_problems(path, KINDS, Reading(columns=columns, **reading))


@pytest.mark.parametrize("shape", SHAPES)
def test_questions_of_every_shape_have_their_right_answer(tmp_path: Path, shape: str) -> None:
    write_rows(tmp_path / "dev.jsonl", SHAPES[shape])
    found = imported(tmp_path / "dev.jsonl")
    assert [problem.question for problem in found.problems] == [f"Q{n}?" for n in range(4)]
    assert [problem.answer for problem in found.problems] == TREES
    assert all(sorted(problem.options) == TREES for problem in found.problems) and not found.dropped
    assert {(problem.kind, problem.domain, problem.split) for problem in found.problems} == {
        ("choice", "own", "heldout")
    }


def test_a_table_of_windows_says_the_same(tmp_path: Path) -> None:
    rows = SHAPES["numbered columns"]
    with (tmp_path / "train.csv").open("w", encoding="utf-16", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    found = imported(tmp_path / "train.csv")
    assert [problem.answer for problem in found.problems] == TREES
    assert {problem.split for problem in found.problems} == {"train"}
    assert found.notes[-1].startswith("answers are numbers, counted from 1")


def test_columns_may_be_mapped_also_within_objects(tmp_path: Path) -> None:
    rows = [
        {"item": {"body": f"Q{n}?", "w": "ash", "x": "birch"}, "meta": {"gold": [n]}, "question": "not this"}
        for n in (0, 1)
    ]
    write_rows(tmp_path / "a.jsonl", rows)
    found = imported(
        tmp_path / "a.jsonl", columns=["question=item.body,options=item.w+item.x", "answer=meta.gold.0"], base=0
    )
    assert [(problem.question, problem.answer) for problem in found.problems] == [("Q0?", "ash"), ("Q1?", "birch")]
    with pytest.raises(UsageError, match=r"no row has a column 'metta.gold'; did you mean 'meta'"):
        imported(tmp_path / "a.jsonl", columns=["answer=metta.gold"])


def test_open_questions_have_a_text_or_a_number(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"question": "How much?", "answer": "2 + 2 = 4, so\n#### 4"},
        {"question": "How many?", "answer": 5.0},
        {"question": "Who?", "answer": ["Ada"]},
        {"question": "When?", "answer": {"text": ["1815", "1815"], "answer_start": [3, 3]}},
        {"question": "Which?", "answer": None},
        {"question": "What?", "answer": ["a", "b"]},
        {"question": " ", "answer": "x"},
    ]
    write_rows(tmp_path / "a.jsonl", rows)
    found = imported(tmp_path / "a.jsonl")
    assert {problem.kind for problem in found.problems} == {"open"}
    assert [problem.answer for problem in found.problems] == ["4", "5", "Ada", "1815"]
    assert [(problem.answer, problem.kind) for problem in found.problems[:3]] == [
        ("4", "open"),
        ("5", "open"),
        ("Ada", "open"),
    ]
    assert found.dropped == {"no answer": 1, "an answer that is not one text or number": 1, "no question": 1}
    assert "line 5" in found.first


def test_true_and_false_without_options_are_the_options(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", [{"question": f"Is it {n}?", "answer": bool(n)} for n in (0, 1)])
    found = imported(tmp_path / "a.jsonl").problems
    assert [(problem.answer, problem.options) for problem in found] == [
        ("False", ("True", "False")),
        ("True", ("True", "False")),
    ]


def test_a_context_comes_before_its_question(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", [{"passage": "Trees grow.", "question": "Do they?", "answer": "yes"}] * 1)
    assert imported(tmp_path / "a.jsonl").problems[0].question == "Trees grow.\nDo they?"


def test_bad_rows_are_left_out_and_counted_and_never_stop_the_set(tmp_path: Path) -> None:
    good: dict[str, Any] = {"question": "Other?", "options": TREES, "answer": "A"}
    rows = [good | {"question": f"Number {n}?"} for n in range(5)]
    rows += [
        good | {"options": ["ash", "ash", "oak", "yew"]},
        good | {"answer": "Z"},
        good | {"question": None},
        good | {"options": ["<i>ash</i>", "birch", "oak", "yew"], "question": "Markup?"},
        good | {"question": "Number 0?", "answer": "B"},
        good | {"question": "number  1? ", "options": TREES[::-1], "answer": "D"},
    ]
    write_rows(tmp_path / "a.jsonl", rows)
    found = imported(tmp_path / "a.jsonl")
    assert found.dropped == {
        "the same option twice": 1,
        "an answer that is none of the options": 1,
        "no question": 1,
        "question with two different answers": 2,
        "problem twice": 1,
    }
    assert [problem.question for problem in found.problems] == [
        "Number 1?",
        "Number 2?",
        "Number 3?",
        "Number 4?",
        "Markup?",
    ]
    assert found.problems[-1].options[0] == "ash"


def test_a_file_without_a_question_names_its_fields(tmp_path: Path) -> None:
    write_rows(tmp_path / "a.jsonl", [{"x": 1, "y": 2}])
    with pytest.raises(UsageError, match=r"say which with --map question=NAME \(x, y\)"):
        imported(tmp_path / "a.jsonl")
    write_rows(tmp_path / "b.jsonl", [{"custom_id": "1", "response": {"body": {}}}])
    with pytest.raises(DataError, match="output of a batch, which holds no right answers; read it as recorded"):
        imported(tmp_path / "b.jsonl")


CELL = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 5),
    st.floats(),
    st.text(max_size=5),
    st.lists(st.text(max_size=3), max_size=4),
    st.dictionaries(
        st.sampled_from(["A", "B", "text", "label"]), st.one_of(st.text(max_size=3), st.none()), max_size=3
    ),
)
ROW = st.dictionaries(
    st.sampled_from(["question", "options", "choices", "answer", "label", "A", "B", "C", "cop"]), CELL
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(rows=st.lists(ROW, min_size=1, max_size=6))
def test_any_rows_are_problems_counted_or_one_sentence(tmp_path: Path, rows: list[dict[str, Any]]) -> None:
    (tmp_path / "a.json").write_text(json.dumps(rows))
    try:
        found = imported(tmp_path / "a.json")
    except CharteredError as error:
        assert "\n" not in str(error)
        return
    assert len(found.problems) + found.dropped.total() == found.rows == len(rows)
    for problem in found.problems:
        assert problem.question.strip() and problem.answer.strip()
        assert not problem.options or (problem.answer in problem.options and len(problem.options) >= 2)
