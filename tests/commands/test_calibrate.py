import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests import judged_domain
from tests.endpoints import Endpoint, Serve, completion

from chartered.cli import cli
from chartered.common.errors import DataError, UsageError
from chartered.domains import load_domain
from chartered.domains.verifiers.judge import MODEL, URL
from chartered.pipeline.checks import check_recipe
from chartered.pipeline.recipe import load_recipe

JUDGED = f"{Path(judged_domain.__file__)}:domain"


def problem(number: int) -> dict[str, Any]:
    return {"prompt": f"How much is {number} + 1?", "answer": str(number + 1), "kind": "sum", "domain": "toy"}


def written(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("\n".join(map(json.dumps, rows)) + "\n")
    return path


def calibrate(file: Path, domain: str, *more: str) -> Any:
    result = CliRunner().invoke(cli, ["calibrate-verifier", str(file), "--domain", domain, *more])
    if result.exception:
        raise result.exception
    return result


@pytest.fixture
def judge(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    """A judge that calls right what holds the word "added", and gives no verdict on what holds "mumble"."""

    def respond(number: int, body: dict[str, Any]) -> tuple[int, Any]:
        said = body["messages"][0]["content"].split("===\n")[1]
        right = "added" in said
        return 200, completion("Hm." if "mumble" in said else f"Verdict: {'correct' if right else 'wrong'}")

    endpoint = serve(respond)
    monkeypatch.setenv(URL, endpoint.url)
    monkeypatch.setenv(MODEL, "m")
    return endpoint


def labelled(path: Path, n: int = 22) -> Path:
    """Responses to the first problems: two that are wrong deceive the judge, one that is right does not please it."""
    rows = []
    for number, p in enumerate(list(judged_domain.reasons(None))[:n]):
        rows.append({"id": p.id, "response": "more" if number == 0 else "1 was added", "label": "correct"})
        rows.append({"id": p.id, "response": "I added nothing" if number < 2 else "no idea", "label": "wrong"})
    rows.append({"id": p.id, "response": "mumble", "label": "wrong"})
    return written(path, rows)


def test_rates_are_counted_against_labels_with_wilson_intervals(tmp_path: Path) -> None:
    # the toy verifier reads answer lines: of four right one is not read, of six wrong none is accepted
    rows = [{"problem": problem(n), "response": f"Answer: {n + 1}", "label": "correct"} for n in range(3)]
    rows += [{"problem": problem(9), "response": "ten", "label": "correct"}]
    rows += [{"problem": problem(n), "response": f"Answer: {n}", "label": "wrong"} for n in range(6)]
    toy = f"{Path(judged_domain.__file__).with_name('toy_domain.py')}:domain"
    found = json.loads(calibrate(written(tmp_path / "rows.jsonl", rows), toy, "--json").output)["kinds"]["sum"]
    assert (found["n"], found["unsettled"], found["judges"]) == (10, {}, [])
    assert (found["accuracy"]["count"], found["accuracy"]["n"], found["accuracy"]["share"]) == (9, 10, 0.9)
    # Wilson, z = 1.959964: centre (0 + z^2/2)/(6 + z^2) = .195175, so [0, .390350]; for 1 of 4 [.045587, .699358]
    assert (found["false_positives"]["share"], found["false_positives"]["n"]) == (0.0, 6)
    assert found["false_positives"]["high"] == pytest.approx(0.390334, abs=5e-5)
    assert found["false_negatives"]["share"] == 0.25
    assert found["false_negatives"]["low"] == pytest.approx(0.045587, abs=5e-5)
    assert found["false_negatives"]["high"] == pytest.approx(0.699358, abs=5e-5)


def test_a_judge_is_measured_and_what_it_did_not_settle_is_in_no_share(tmp_path: Path, judge: Endpoint) -> None:
    output = calibrate(labelled(tmp_path / "rows.jsonl"), JUDGED).output
    record = json.loads((tmp_path / "rows.calibration.json").read_text())["kinds"]["reason"]
    assert (record["n"], record["unsettled"]) == (45, {"error": 1})
    shares = {name: (record[name]["count"], record[name]["n"]) for name in ("false_positives", "false_negatives")}
    assert shares == {"false_positives": (2, 22), "false_negatives": (1, 22)}
    assert "0.091 [" in output and "such as: no verdict" in output


def recipe(tmp_path: Path, more: str = "") -> Path:
    path = tmp_path / "recipe.yaml"
    reinforce = "reinforce: {rewards: {correct: 1.0}, max_steps: 1}"
    path.write_text(f"domain: {JUDGED}\ndata: {{problems: [reasons]}}\n{reinforce}\n{more}")
    return path


def checked(path: Path) -> None:
    loaded = load_recipe(path)
    check_recipe(loaded, load_domain(loaded.recipe.domain))


def test_training_against_a_judge_needs_the_record_of_that_judge(
    tmp_path: Path, judge: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError, match=r"recipe.yaml, line 3: .*'reason' are rewarded by a judge that was never"):
        checked(recipe(tmp_path))
    calibrate(labelled(tmp_path / "rows.jsonl"), JUDGED)
    named = f"verify: {{calibration: {tmp_path / 'rows.calibration.json'}}}\n"
    with pytest.raises(UsageError, match="policy"):  # nothing but the draft's policy is missing now
        checked(recipe(tmp_path, named))
    monkeypatch.setenv(MODEL, "another")
    with pytest.raises(UsageError, match="is not the one that was calibrated"):
        checked(recipe(tmp_path, named))


def test_a_handful_of_labels_is_no_calibration(tmp_path: Path, judge: Endpoint) -> None:
    calibrate(labelled(tmp_path / "rows.jsonl", n=19), JUDGED)
    named = f"verify: {{calibration: {tmp_path / 'rows.calibration.json'}}}\n"
    with pytest.raises(UsageError, match=r"settled 19 calibrated responses of one label; .*20 of each or more"):
        checked(recipe(tmp_path, named))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "cannot be read"),
        ("{", "is not what"),
        ('{"kinds": {"reason": {}}}', "is not what"),
        ("[]", "is not what"),
    ],
)
def test_a_record_that_is_none_is_told(tmp_path: Path, judge: Endpoint, content: str | None, said: str) -> None:
    if content is not None:
        (tmp_path / "record.json").write_text(content)
    with pytest.raises(UsageError, match=said):
        checked(recipe(tmp_path, f"verify: {{calibration: {tmp_path / 'record.json'}}}\n"))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"id": "0" * 16, "response": "x", "label": "wrong"}, "line 1: the id '0000000000000000' is none of the 60"),
        ({"problem": problem(1), "label": "wrong"}, "line 1: no text in the field 'response'"),
        ({"problem": problem(1), "response": "x", "label": "right"}, "label 'right' is neither of correct and wrong"),
        ({"problem": {"prompt": "?"}, "response": "x", "label": "wrong"}, "line 1: the problem has no answer"),
    ],
)
def test_a_row_that_cannot_be_used_is_told(tmp_path: Path, row: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=said):
        calibrate(written(tmp_path / "rows.jsonl", [row]), JUDGED)
