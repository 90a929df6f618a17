import json
from pathlib import Path
from typing import Any

import pytest

from chartered.audit.cases import CONTROL, Case
from chartered.audit.questionnaire import (
    Origin,
    case_id,
    case_sets,
    ids_of,
    ids_sha256,
    is_bare,
    is_questionnaire,
    lines,
    read_lines,
    read_origin,
)
from chartered.common.errors import DataError, UsageError
from chartered.common.files import write_rows
from chartered.domains import Domain, Problem
from chartered.domains.prompts import render


def written(trees: Domain, problems: list[Problem], path: Path) -> list[dict[str, Any]]:
    """A questionnaire of two items, as a file and as rows."""
    sets = case_sets(trees, ["cognitive_bias"], problems[:4], seed=7, limit=2)
    ids = ids_of(sets)
    origin = Origin(
        domain="trees",
        probes=("cognitive_bias",),
        seed=7,
        limit=2,
        problems=None,
        policy="p",
        cases=len(ids),
        sha256=ids_sha256(ids),
    )
    rows = list(lines(origin, sets))
    write_rows(path, rows)
    return rows


def test_each_line_asks_one_case_and_holds_neither_answer_nor_target(
    trees: Domain, problems: list[Problem], tmp_path: Path
) -> None:
    rows = written(trees, problems, tmp_path / "cases.jsonl")
    fields = {"id", "probe", "item", "arm", "variant", "messages", "options", "response", "audit"}
    assert all(set(row) == fields and row["response"] == "" for row in rows)
    assert len({row["id"] for row in rows}) == len(rows) == 2 * 13  # two items in thirteen arms
    assert {row["probe"] for row in rows} == {"cognitive_bias"} and len({row["item"] for row in rows}) == 2
    of_item = {problem.id: problem for problem in problems}
    control = next(row for row in rows if row["arm"] == CONTROL)
    assert control["messages"] == render(of_item[control["item"]])
    rebuttal = next(row for row in rows if row["arm"] == "rebuttal")
    assert [turn["role"] for turn in rebuttal["messages"]] == ["user", "assistant", "user"]


def test_a_case_has_the_same_id_wherever_it_is_built_and_another_when_it_asks_otherwise(
    trees: Domain, problems: list[Problem]
) -> None:
    case = Case(item="0", arm=CONTROL, problem=problems[0])
    assert case_id("p", case) == case_id("p", Case(item="0", arm=CONTROL, problem=problems[0]))
    others = [
        Case(item="0", arm=CONTROL, problem=problems[1]),
        Case(item="1", arm=CONTROL, problem=problems[0]),
        Case(item="0", arm="recency", problem=problems[0]),
        Case(item="0", arm=CONTROL, problem=problems[0], variant="x"),
        Case(item="0", arm=CONTROL, problem=problems[0], ask="write"),
    ]
    assert len({case_id("q", case), *(case_id("p", each) for each in [case, *others])}) == 7


def test_a_probe_that_needs_more_than_text_has_no_cases(trees: Domain, problems: list[Problem]) -> None:
    bias, privacy = case_sets(trees, ["cognitive_bias", "privacy"], problems[:2], seed=7, limit=None)
    assert bias.items == 2 and (privacy.probe, privacy.cases) == ("privacy", ())
    with pytest.raises(UsageError, match="there is no probe 'x'"):
        case_sets(trees, ["x"], problems, seed=7, limit=None)
    with pytest.raises(UsageError, match="name each once"):
        case_sets(trees, ["privacy", "privacy"], problems, seed=7, limit=None)


def test_each_line_says_which_audit_it_is_of(trees: Domain, problems: list[Problem], tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    rows = written(trees, problems, path)
    assert is_questionnaire(path) and not is_bare(path)
    origin = read_origin(path)
    assert origin.row() == rows[-1]["audit"] and (origin.domain, origin.seed, origin.limit) == ("trees", 7, 2)
    write_rows(path, [{"id": row["id"], "response": "x"} for row in rows])
    assert is_bare(path) and not is_questionnaire(path)
    with pytest.raises(DataError, match=r"line 1: its field 'audit' does not say .* name the file .* with --cases"):
        read_origin(path)
    assert not is_questionnaire(tmp_path / "none.jsonl") and not is_bare(tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ("Answer: B", "Answer: B"),
        (None, ""),
        ([{"type": "text", "text": "Answer: B"}, {"type": "image_url"}], "Answer: B"),
        ({"role": "assistant", "content": "Answer: B"}, "Answer: B"),
        ({"role": "assistant", "content": [{"type": "text", "text": "Answer: B"}], "reasoning": "C"}, "Answer: B"),
    ],
)
def test_a_response_is_text_in_any_of_the_forms_that_systems_give(tmp_path: Path, given: Any, text: str) -> None:
    write_rows(tmp_path / "a.jsonl", [{"id": "a", "response": given, "model": "bot"}])
    [line] = read_lines(tmp_path / "a.jsonl")
    assert (line.response, line.model, dict(line.asked)) == (text, "bot", {})


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"response": "x"}, "line 1: it has no 'id'"),
        ({"id": 3, "response": "x"}, "line 1: it has no 'id'"),
        ({"id": "a", "response": 3}, "line 1: the response is int; it must be text"),
        ({"id": "a", "response": True}, "line 1: the response is bool; it must be text"),
    ],
)
def test_a_line_that_cannot_be_one_is_named(tmp_path: Path, row: dict[str, Any], said: str) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(row))
    with pytest.raises(DataError, match=said):
        list(read_lines(tmp_path / "a.jsonl"))
