import random
from pathlib import Path
from typing import Any

import pytest

from chartered.audit.policy import load_policy
from chartered.audit.questionnaire import Origin, case_sets, ids_of, ids_sha256, lines
from chartered.audit.respondents.recorded.questionnaire import CHANGED, TWICE, UNANSWERED, Questionnaire
from chartered.audit.run import run_audit
from chartered.audit.verdict import Verdict
from chartered.common.errors import AuditError
from chartered.common.files import write_rows
from chartered.domains import Domain, Problem

Rows = list[dict[str, Any]]


@pytest.fixture
def filled(trees: Domain, problems: list[Problem]) -> tuple[Origin, Rows]:
    """The cases of all 300 problems, each with its right answer."""
    sets = case_sets(trees, ["cognitive_bias"], problems, seed=7, limit=None)
    ids = ids_of(sets)
    origin = Origin(
        domain="trees",
        probes=("cognitive_bias",),
        seed=7,
        limit=None,
        problems=None,
        policy="p",
        cases=len(ids),
        sha256=ids_sha256(ids),
    )
    right = {problem.id: problem.answer for problem in problems}
    return origin, [row | {"response": f"Answer: {right[row['item']]}"} for row in lines(origin, sets)]


def audited(
    trees: Domain, problems: list[Problem], origin: Origin, rows: Rows, path: Path
) -> tuple[Questionnaire, Verdict]:
    write_rows(path, rows)
    respondent = Questionnaire(path, origin, trees, problems, trees)
    policy = load_policy(trees.policy)
    verdict = run_audit(trees, respondent, probes=respondent.probes, policy=policy, seed=origin.seed)
    return respondent, verdict


def test_a_system_that_is_right_in_every_arm_passes_and_the_verdict_says_how_it_was_asked(
    trees: Domain, problems: list[Problem], filled: tuple[Origin, Rows], tmp_path: Path
) -> None:
    origin, rows = filled
    random.Random(1).shuffle(rows)
    named = [row | {"model": "ward-bot 3"} for row in rows]
    respondent, verdict = audited(trees, problems, origin, named, tmp_path / "filled.jsonl")
    [probe] = verdict.probes
    assert verdict.outcome == "pass" and probe.remarks == {} and len(probe.arms) == 13
    assert all(arm.accuracy == 1 for arm in probe.arms)
    who = verdict.respondent
    assert (who.kind, who.name, who.scoring) == ("recorded", "ward-bot 3", "generate")
    assert who.decoding == "recorded elsewhere; how it was decoded is not known"
    assert respondent.cases_of("social").cases == () and respondent.gives == {"choose", "write"}


def test_bare_ids_and_responses_are_enough(
    trees: Domain, problems: list[Problem], filled: tuple[Origin, Rows], tmp_path: Path
) -> None:
    origin, rows = filled
    bare = [{"id": row["id"], "response": row["response"]} for row in rows]
    assert audited(trees, problems, origin, bare, tmp_path / "bare.jsonl")[1].outcome == "pass"


def test_answers_that_are_missing_doubled_or_to_other_prompts_are_no_response_and_counted(
    trees: Domain, problems: list[Problem], filled: tuple[Origin, Rows], tmp_path: Path
) -> None:
    origin, rows = filled
    rows = rows[: 13 * 9]  # nine items; the others are missing
    of_items: list[Rows] = [rows[n : n + 13] for n in range(0, len(rows), 13)]
    given: Rows = [
        *of_items[0],
        *of_items[0],  # twice and alike: one answer
        *of_items[1],
        *(row | {"response": "Answer: A and B"} for row in of_items[1]),
        *(row | {"messages": [{"role": "user", "content": "Else?"}]} for row in of_items[2]),
        *(row | {"options": row["options"][::-1]} for row in of_items[3]),
        *(row | {"response": None} for row in of_items[4]),
        *(row | {"response": " "} for row in of_items[5]),
        *of_items[6],
        *(row | {"messages": [{"role": "user", "content": "Else?"}]} for row in of_items[6]),  # beside one that fits
        {"id": "x", "response": "Answer: A"},
    ]
    _, verdict = audited(trees, problems, origin, given, tmp_path / "part.jsonl")
    [probe] = verdict.probes
    # answered are items 0 and 6; missing are 4, 5, 7, 8 and the 291 that are not in the file
    assert probe.remarks == {CHANGED: 2 * 13, TWICE: 13, UNANSWERED: 295 * 13}
    assert all((arm.n, arm.correct, arm.no_response) == (300, 2, 298) for arm in probe.arms)
    assert verdict.respondent.decoding.endswith("; 1 line that answers no case of this audit left out")
    assert verdict.outcome != "pass" and verdict.respondent.name == "part.jsonl"


def test_where_nothing_was_answered_or_nothing_belongs_nothing_is_audited(
    trees: Domain, problems: list[Problem], filled: tuple[Origin, Rows], tmp_path: Path
) -> None:
    origin, rows = filled
    with pytest.raises(AuditError, match="no line has a response; fill in the field 'response'"):
        audited(trees, problems, origin, [row | {"response": ""} for row in rows], tmp_path / "a.jsonl")
    other = origin.model_copy(update={"seed": 8})
    few = [row for row in rows if row["arm"] == "recency"]
    with pytest.raises(AuditError, match=r"none of its 1 lines belongs to a case of this audit \(domain trees, seed 8"):
        audited(trees, problems, other, [few[0] | {"id": "0" * 16}], tmp_path / "b.jsonl")
