from pathlib import Path
from typing import Any

import pytest

from chartered.audit.cases import CONTROL
from chartered.audit.respondents.recorded.respondent import Recorded
from chartered.common.errors import UsageError
from chartered.common.files import sha256_file, write_rows

ROW: dict[str, Any] = {
    "model": "m",
    "arm": "none",
    "item": 0,
    "question": "Which?",
    "options": {"A": "ash", "B": "birch"},
    "answer": "B",
    "target": None,
    "response": "B",
}


def test_it_brings_the_cases_of_its_own_probe_and_their_wording(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    write_rows(path, [ROW, ROW | {"item": 1}, ROW | {"item": 1, "arm": "recency", "target": "A"}])
    found = Recorded(path)
    own = found.cases_of("cognitive_bias")
    assert found.probe == "cognitive_bias" and found.probes == ("cognitive_bias",)
    assert [(case.item, case.arm) for case in own.cases] == [("1", CONTROL), ("1", "recency")]
    # item 0 is not in every arm
    assert own.items == 1 and own.dropped == {"not in every arm": 1}
    assert found.cases_of("social").cases == ()
    assert found.wording_sha256 == found.info.sha256 == sha256_file(path) and found.packages == ()


@pytest.mark.parametrize(
    "name",
    [
        "bias/bbq_Age_with_unifiedqa_answers.jsonl.gz",
        "bias/resume_callbacks.jsonl.gz",
        "bias/hiring_rankings_gpt-3.5.jsonl.gz",
    ],
)
def test_other_forms_are_told_by_their_first_row(shared_data: Path, name: str) -> None:
    found = Recorded(shared_data / name)
    assert found.probe != "cognitive_bias" and found.cases and found.info.scoring == "recorded"
    assert len(found.answer(found.cases)) == len(found.cases)
    if found.probe == "demographics":
        with pytest.raises(UsageError, match="leave --scoring out"):
            Recorded(shared_data / name, scoring="extracted")
