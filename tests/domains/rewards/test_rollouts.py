from pathlib import Path

import pytest
from tests.hostile_domain import domain, problem

from chartered.common.files import read_rows
from chartered.domains.rewards.rollouts import RolloutFile, rollout_row

ONE, TWO = problem("1"), problem("2")


def rows(path: Path) -> list[dict[str, object]]:
    return [row for _, row in read_rows(path)]


def test_each_response_to_each_problem_is_written_once_in_order(tmp_path: Path) -> None:
    file = RolloutFile(tmp_path / "growing.jsonl")
    for items in ([(ONE, "1"), (TWO, "1")], [(TWO, "1"), (ONE, "7\n\u2028 8")]):
        file.add(items, [domain.verify(*item) for item in items])
    assert file.write(tmp_path / "whole.jsonl") == 3
    found = rows(tmp_path / "whole.jsonl")
    assert [(row["id"], row["response"], row["status"]) for row in found] == [
        (ONE.id, "1", "correct"), (TWO.id, "1", "wrong"), (ONE.id, "7\n\u2028 8", "wrong"),
    ]  # fmt: skip
    assert found[0] == rollout_row(ONE, "1", domain.verify(ONE, "1"))


@pytest.mark.parametrize("kept", range(1, 40, 7))
def test_a_line_that_a_kill_cut_short_costs_no_other_line(tmp_path: Path, kept: int) -> None:
    file = RolloutFile(tmp_path / "growing.jsonl")
    file.add([(ONE, "1")], [domain.verify(ONE, "1")])
    whole = file.path.read_bytes()
    file.path.write_bytes(whole + whole[: kept + 1])
    file.add([(TWO, "2")], [domain.verify(TWO, "2")])
    assert file.write(tmp_path / "whole.jsonl") == 2


def test_a_stage_without_a_response_writes_an_empty_file(tmp_path: Path) -> None:
    assert RolloutFile(tmp_path / "none.jsonl").write(tmp_path / "whole.jsonl") == 0
