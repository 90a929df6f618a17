import json
from pathlib import Path
from typing import Any

import pytest

from chartered.common.errors import DataError
from chartered.pipeline.ledger import Ledger, Stage, differences, fingerprints


def _stage(name: str, inputs: dict[str, Any], after: tuple[str, ...] = (), text: str = "result") -> Stage:
    def work(_line: None, _stage: Stage, _: Path, output: Path) -> dict[str, Any]:
        (output / "file.txt").write_text(text)
        return {"written": len(text)}

    return Stage(name=name, inputs=inputs, task=work, after=after)


def _carried_out(folder: Path, stages: list[Stage]) -> list[str]:
    """Names of the stages that were not done before."""
    ledger, prints, worked = Ledger.open(folder), fingerprints(stages), []
    for stage in stages:
        if not ledger.done(stage, prints[stage.name]):
            ledger.carry_out(stage, prints[stage.name])
            worked.append(stage.name)
    return worked


def test_a_finished_stage_is_skipped_when_the_ledger_is_opened_again(tmp_path: Path) -> None:
    stages = [_stage("one", {"a": 1}), _stage("two", {"b": 2}, after=("one",))]
    assert _carried_out(tmp_path, stages) == ["one", "two"]
    assert _carried_out(tmp_path, stages) == []


def test_a_changed_input_makes_the_stage_and_those_after_it_stale_but_no_other(tmp_path: Path) -> None:
    def stages(value: int) -> list[Stage]:
        return [_stage("one", {"a": 1}), _stage("two", {"b": value}, ("one",)), _stage("three", {}, ("two",))]

    _carried_out(tmp_path, stages(2))
    assert _carried_out(tmp_path, stages(3)) == ["two", "three"]


def test_the_reason_names_the_key_and_both_values(tmp_path: Path) -> None:
    _carried_out(tmp_path, [_stage("one", {"finetune": {"learning_rate": 0.001}})])
    changed = _stage("one", {"finetune": {"learning_rate": 0.002}})
    reasons = Ledger.open(tmp_path).why_stale(changed, fingerprints([changed])["one"])
    assert reasons == ["finetune.learning_rate 0.001 -> 0.002"]


def test_a_stage_after_a_stale_one_says_so(tmp_path: Path) -> None:
    _carried_out(tmp_path, [_stage("one", {"a": 1}), _stage("two", {}, ("one",))])
    changed = [_stage("one", {"a": 2}), _stage("two", {}, ("one",))]
    reasons = Ledger.open(tmp_path).why_stale(changed[1], fingerprints(changed)["two"])
    assert reasons == ["a stage before it is carried out again"]


@pytest.mark.parametrize("harm", ["change", "remove"])
def test_a_result_that_was_changed_on_disk_is_made_again(tmp_path: Path, harm: str) -> None:
    stage = _stage("one", {})
    _carried_out(tmp_path, [stage])
    file = tmp_path / "one" / "file.txt"
    file.write_text("other") if harm == "change" else file.unlink()
    assert Ledger.open(tmp_path).why_stale(stage, fingerprints([stage])["one"]) == ["file.txt was changed or removed"]
    assert _carried_out(tmp_path, [stage]) == ["one"]
    assert file.read_text() == "result"


def test_an_interrupted_stage_finds_its_work_folder_again_unless_its_inputs_changed(tmp_path: Path) -> None:
    seen = []

    def interrupted(_line: None, _stage: Stage, work: Path, output: Path) -> dict[str, Any]:
        seen.append((work / "checkpoint").exists())
        (work / "checkpoint").touch()
        raise KeyboardInterrupt

    for value in (1, 1, 2):
        stage = Stage(name="one", inputs={"a": value}, task=interrupted)
        with pytest.raises(KeyboardInterrupt):
            _carried_out(tmp_path, [stage])
    assert seen == [False, True, False]
    assert not (tmp_path / "one").exists()


def test_a_failing_stage_leaves_the_finished_ones_and_their_ledger(tmp_path: Path) -> None:
    def fails(_line: None, _stage: Stage, work: Path, output: Path) -> dict[str, Any]:
        raise OSError(28, "No space left on device")

    good = _stage("one", {})
    with pytest.raises(OSError, match="No space left"):
        _carried_out(tmp_path, [good, Stage(name="two", inputs={}, task=fails)])
    assert Ledger.open(tmp_path).done(good, fingerprints([good])["one"])


@pytest.mark.parametrize("content", ["", "{", "[]", '{"stages": {"one": {"nonsense": 1}}}'])
def test_a_damaged_ledger_is_one_plain_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "run.json").write_text(content)
    with pytest.raises(DataError, match=r"run\.json: the ledger is damaged"):
        Ledger.open(tmp_path)


def test_differences_see_through_json_and_name_added_and_removed_keys() -> None:
    old = json.loads(json.dumps({"same": (1, 2), "gone": 1, "block": {"x": 1}}))
    new = {"same": (1, 2), "new": 2, "block": {"x": 1}}
    assert differences(old, new) == ["gone 1 -> nothing", "new nothing -> 2"]


def test_a_stage_that_was_redone_with_other_results_makes_those_that_read_it_stale(tmp_path: Path) -> None:
    after = _stage("two", {}, ("one",))
    _carried_out(tmp_path, [_stage("one", {}), after])
    (tmp_path / "one" / "file.txt").unlink()
    assert _carried_out(tmp_path, [_stage("one", {}, text="another result"), after]) == ["one", "two"]
