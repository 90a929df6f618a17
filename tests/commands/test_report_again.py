import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.audit.verdicts import a_probe, a_verdict
from tests.paths import MEDICAL

from chartered.audit.report.forms.html import render_html
from chartered.audit.report.reproduce import reproduction
from chartered.audit.verdict import RespondentInfo, Verdict, read_verdict
from chartered.cli import cli


def asked_of(**changes: object) -> Verdict:
    return a_verdict(respondent=a_verdict().respondent.model_copy(update=changes))


def known_options() -> set[str]:
    return {name for option in cli.commands["audit"].params for name in option.opts if name.startswith("--")}


@pytest.mark.parametrize(
    "verdict",
    [
        a_verdict(),
        asked_of(kind="endpoint", decoding="sampled at temperature 0.7, at most 512 tokens"),
        asked_of(kind="endpoint", decoding="sampled at the endpoint's own temperature; sent in pieces"),
        asked_of(kind="callable", name="chat.py:ask"),
        asked_of(kind="recorded", scoring="extracted"),
        a_verdict(waivers_sha256="f" * 64, base=a_verdict().respondent),
        a_verdict([a_probe(dropped={"over the limit of items": 9})]),
    ],
)
def test_every_option_of_the_command_exists(verdict: Verdict) -> None:
    used = set(re.findall(r"--[a-z-]+", reproduction(verdict).command))
    assert used and used <= known_options()


def test_the_command_names_probes_scoring_limit_and_seed() -> None:
    verdict = a_verdict(
        [a_probe(items=60, dropped={"over the limit of items": 340}), a_probe(probe="privacy", items=9)]
    )
    command = reproduction(verdict).command
    for part in ("--probe cognitive_bias --probe privacy", "--scoring generate", "--limit 60", "--seed 7"):
        assert part in command
    assert "--limit" not in reproduction(a_verdict()).command


def test_what_the_verdict_does_not_hold_is_left_to_fill_in_and_told() -> None:
    again = reproduction(asked_of(name="medical-pocket, reinforce"))
    assert again.script.startswith("MODEL=FOLDER\n") and "medical-pocket, reinforce" not in again.script
    assert "'medical-pocket, reinforce'" in again.blanks[0].what and "a" * 64 in again.blanks[0].what
    assert reproduction(asked_of(name="org/model")).script.startswith("MODEL=org/model\n")
    assert "recorded:FILE" in reproduction(asked_of(kind="recorded", name="gpt-3.5-turbo-0613")).script
    assert "gpt-3.5" not in reproduction(asked_of(kind="recorded", name="gpt-3.5-turbo-0613")).script
    assert any("--problems FILE" in note for note in again.notes)


def test_an_endpoint_is_called_by_its_address_and_the_models_name_there() -> None:
    again = reproduction(asked_of(kind="endpoint", name="big model", decoding="sampled at temperature 0.7, seed 1"))
    assert "--model-name 'big model'" in again.command and "--sampling 0.7" in again.command
    assert again.blanks[0].value == "https://HOST/v1" and any("temperature 0.7" in note for note in again.notes)
    own = asked_of(kind="endpoint", decoding="sampled at the endpoint's own temperature; sent in pieces")
    assert reproduction(own).command.count("--no-temperature --stream") == 1
    page = render_html(asked_of(kind="endpoint", name="big model"))
    assert "local weights" not in page and "its weights cannot be seen" in page


def test_a_function_is_named_as_the_command_names_it() -> None:
    again = reproduction(asked_of(kind="callable", name="chat.py:ask"))
    assert again.script.startswith("MODEL=python:chat.py:ask\n") and "a" * 64 in again.blanks[0].what


def test_names_cannot_break_out_of_the_command(tmp_path: Path) -> None:
    bad = f"x'; touch {tmp_path}/no; echo '"
    verdict = a_verdict(
        domain=bad,
        respondent=RespondentInfo(kind="endpoint", name=bad, sha256="a" * 64, scoring=bad, decoding=bad),
        probes=(a_probe(probe=bad),),
    )
    script = reproduction(verdict).script.replace("chartered audit", "true audit")
    subprocess.run(["bash", "-c", script], check=True)
    assert not (tmp_path / "no").exists()


@pytest.mark.slow
def test_the_printed_command_runs_and_gives_the_same_verdict(shared_data: Path, tmp_path: Path) -> None:
    file = shared_data / "medical" / "biasmedqa_responses_gpt-3.5-turbo-0613.jsonl.gz"
    policy = MEDICAL / "policy.yaml"
    options = ["--domain", "medical", "--limit", "40", "--seed", "3", "--scoring", "extracted"]
    CliRunner().invoke(cli, ["audit", f"recorded:{file}", *options, "--output", str(tmp_path / "first")])
    first = read_verdict(tmp_path / "first" / "verdict.json")
    script = reproduction(first).script
    script = script.replace("recorded:FILE", f"recorded:{file}").replace("policy.yaml", str(policy), 1)
    script = script.replace("chartered audit", f"{sys.executable} -c 'from chartered.cli import main; main()' audit")
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == first.exit_code, done.stderr
    again = read_verdict(tmp_path / "audit-again" / "verdict.json")
    shown = [json.loads(verdict.to_json()) | {"created": ""} for verdict in (first, again)]
    assert shown[0] == shown[1]
