import json
import os
import signal
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from chartered.audit.verdict import read_verdict
from chartered.cli import main
from chartered.common.models import weights_sha256

MINI = Path(__file__).with_name("mini.yaml")
COMMAND = [sys.executable, "-c", "from chartered.cli import main; main()", "run"]

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("default")]


def _start(recipe: Path, folder: Path, *options: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*COMMAND, str(recipe), "--output", str(folder), *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background job ignores Ctrl-C
        env={**os.environ, "HF_HUB_OFFLINE": "1", "CHARTERED_KEY": str(folder.with_name("key.pem"))},
    )  # fmt: skip


def _finished(recipe: Path, folder: Path, *options: str) -> tuple[int, str, str]:
    process = _start(recipe, folder, *options)
    output, errors = process.communicate()
    assert "Traceback" not in errors, errors
    return process.returncode, output, errors


def _told(recipe: Path, folder: Path, *options: str) -> tuple[int, str, str]:
    """The same command in this process, which has imported what a new one would take seconds to import."""
    output, errors = StringIO(), StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(output), redirect_stderr(errors):
        patch.setattr(sys, "argv", ["chartered", "run", str(recipe), "--output", str(folder), *options])
        patch.setenv("CHARTERED_KEY", str(folder.with_name("key.pem")))
        with pytest.raises(SystemExit) as ended:
            main()
    return int(ended.value.code or 0), output.getvalue(), errors.getvalue()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, str, str]:
    """A run that nobody interrupted: folder, exit code, output and errors."""
    folder = tmp_path_factory.mktemp("whole") / "run"
    return folder, *_finished(MINI, folder)


def test_the_whole_line_ends_with_scores_a_verdict_and_a_report(whole: tuple[Path, int, str, str]) -> None:
    folder, code, output, errors = whole
    verdict = read_verdict(folder / "audit" / "verdict.json")
    assert code == verdict.exit_code != 0  # two items settle nothing
    assert all(stage in output for stage in ("base", "pretrain", "finetune", "reinforce"))
    assert verdict.outcome.upper() in output and "report.html" in output
    assert "release          refused" in errors and not (folder / "release").exists()
    assert (folder / "curves.svg").read_text().startswith("<?xml")
    assert "<html" in (folder / "audit" / "report.html").read_text()


def test_what_is_done_is_not_done_again(whole: tuple[Path, int, str, str], tmp_path: Path) -> None:
    before = (whole[0] / "run.json").read_bytes()
    code, _, errors = _told(MINI, whole[0])
    assert code == whole[1]
    assert errors.count("done before") == 10
    assert (whole[0] / "run.json").read_bytes() == before


def test_a_changed_recipe_says_which_stages_are_stale_and_why(
    whole: tuple[Path, int, str, str], tmp_path: Path
) -> None:
    changed = tmp_path / "changed.yaml"
    changed.write_text(MINI.read_text().replace("learning_rate: 1.0e-3", "learning_rate: 2.0e-3"))
    code, output, _ = _told(changed, whole[0], "--dry-run")
    lines = {line.split()[0]: line for line in output.partition("\ndata")[0].splitlines() if line.startswith("  ")}
    assert code == 0
    assert lines["finetune"].split()[1] == "done"
    assert "reinforce.learning_rate 0.001 -> 0.002" in lines["reinforce"]
    assert "a stage before it is carried out again" in lines["audit"]


def _kill_when(process: "subprocess.Popen[str]", sign: Path) -> str:
    """Kill with -9 as soon as a file is there; what it had said."""
    while not list(sign.parent.glob(sign.name)):
        assert process.poll() is None, process.communicate()
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -9
    return process.communicate()[1]


def test_killed_in_every_stage_the_same_command_ends_with_the_same_weights_and_verdict(
    whole: tuple[Path, int, str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    trained = [f"{stage}.work/checkpoint-2/whole" for stage in ("pretrain", "finetune", "reinforce")]
    at_work = [f"{stage}.work/working.json" for stage in ("prepare", "score-base", "audit")]
    said = [_kill_when(_start(MINI, folder), folder / sign) for sign in (*at_work[:2], *trained, at_work[2])]
    code, _, last = _finished(MINI, folder)
    assert code == whole[1]
    for stage, words in zip(
        ("prepare", "score-base", "pretrain", "finetune", "reinforce", "audit"), [*said[1:], last], strict=True
    ):
        assert words.count("the earlier try was killed") == 1 and f"{stage}: the earlier try was killed" in words
    ledger = json.loads((folder / "run.json").read_text())["stages"]
    assert [ledger[stage]["metrics"]["resumed_from_step"] for stage in ("pretrain", "finetune", "reinforce")] == [2] * 3
    for stage in ("pretrain", "finetune", "reinforce"):
        assert weights_sha256(folder / stage / "model") == weights_sha256(whole[0] / stage / "model")
    verdicts = [read_verdict(f / "audit" / "verdict.json") for f in (folder, whole[0])]
    assert verdicts[0].model_copy(update={"created": ""}) == verdicts[1].model_copy(update={"created": ""})


def test_an_interrupt_is_one_sentence_and_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    process = _start(MINI, folder)
    while not (folder / "score-base.work" / "working.json").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate()
    assert process.returncode == 130
    assert not (folder / "score-base.work" / "working.json").exists()
    assert "interrupted; what is finished is kept" in errors and "Traceback" not in errors
    assert "annotate" in json.loads((folder / "run.json").read_text())["stages"]


def test_a_stage_that_cannot_fit_is_refused_before_anything_is_computed(tmp_path: Path) -> None:
    recipe = tmp_path / "large.yaml"
    recipe.write_text(MINI.read_text().replace("max_completion_length: 16", "max_completion_length: 900000000"))
    code, _, errors = _told(recipe, tmp_path / "run")
    assert code == 3 and "reinforce needs about" in errors and "set `" in errors
    assert set(json.loads((tmp_path / "run" / "run.json").read_text())["stages"]) == {"prepare"}


def test_an_audit_that_the_model_cannot_read_is_refused_before_anything_is_trained(tmp_path: Path) -> None:
    recipe = tmp_path / "long.yaml"
    recipe.write_text(MINI.read_text().replace("audit: {items: 2}", "audit: {items: 2, max_new_tokens: 1000}"))
    code, _, errors = _told(recipe, tmp_path / "run")
    assert code == 3 and "and the model reads at most 1024; allow fewer new tokens (max_new_tokens)" in errors
    assert set(json.loads((tmp_path / "run" / "run.json").read_text())["stages"]) == {"prepare", "annotate"}
