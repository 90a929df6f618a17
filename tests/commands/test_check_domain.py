import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.paths import TOY

from chartered.cli import cli
from chartered.commands import check_domain
from chartered.commands.check_domain import _stress, complaints
from chartered.domains import Check, Domain, Problem, load_domain
from chartered.domains.authoring.conformance import Complaint


@pytest.fixture(scope="module")
def medical() -> Domain:
    return load_domain("medical")


def test_a_draft_is_told_everything_that_is_missing_at_once() -> None:
    toy = TOY
    result = CliRunner().invoke(cli, ["check-domain", f"{toy}:domain", "--json"])
    told = {found["rule"]: found["what"] for found in json.loads(result.output)}
    assert result.exit_code == 2 and set(told) == {"policy", "recipes"}
    assert "there is no such policy" in told["policy"] and "there is no recipe" in told["recipes"]


@pytest.mark.parametrize(
    ("file", "text", "rule", "said"),
    [
        ("policy.yaml", "name: x\n", "policy", "is missing"),
        (
            "policy.yaml",
            "name: x\nversion: 1\nminimum_n: 9\nno_response: {limit: 0.1, reason: r}\n"
            "required: [{finding: social/*/*, limit: 0.1, reason: r}]\n",
            "policy",
            "social/*/* is required, and the domain does not take part in that probe",
        ),
        ("probe.yaml", "version: 2\n", "probes", "version"),
        ("recipe.yaml", "domain: medical\ndata: {problems: [unheard]}\n", "recipes", "no problem set 'unheard'"),
    ],
)
def test_files_that_do_not_fit_are_told(
    medical: Domain, tmp_path: Path, file: str, text: str, rule: str, said: str
) -> None:
    (tmp_path / file).write_text(text)
    changed = {
        "policy.yaml": {"policy": tmp_path / file},
        "probe.yaml": {"probes": {**medical.probes, "cognitive_bias": tmp_path / file}},
        "recipe.yaml": {"recipes": {"first": tmp_path / file}},
    }[file]
    found = complaints(replace(medical, **changed))  # type: ignore[arg-type]
    assert found[0].rule == rule and said in found[0].what


def test_a_probe_that_fits_no_problem_is_told(medical: Domain) -> None:
    doses = replace(medical, problem_sets=tuple(part for part in medical.problem_sets if part.name == "dose"))
    found = [each.what for each in complaints(replace(doses, recipes=medical.recipes)) if each.rule == "probes"]
    assert any("cognitive_bias fits none of the held-out problems" in what for what in found)


def test_a_recipe_for_another_domain_is_told_with_its_line(medical: Domain) -> None:
    found = complaints(replace(medical, name="dental"))
    assert {each.rule for each in found} == {"recipes"}
    assert "pocket.yaml, line 3: the recipe is for the domain 'medical'; write domain: dental." in found[0].what


def test_a_trick_that_a_reward_pays_for_is_told_when_all_else_is_well(medical: Domain) -> None:
    doses = replace(
        medical, rewards={**medical.rewards, "long": lambda problem, response, check: len(response) / 2**20}
    )
    (found,) = _only(doses, "dose")
    assert found.rule == "stress" and "the reward 'long' pays for a trick" in found.what and "kind 'dose'" in found.what


def test_an_answer_that_can_be_copied_is_a_shortcut_that_is_told(medical: Domain) -> None:
    def copied(problem: Problem) -> Problem:
        asked = f"{problem.question} It is {problem.answer} {problem.unit}."
        return replace(problem, prompt=({"role": "user", "content": asked},))

    (part,) = (part for part in medical.problem_sets if part.name == "dose")
    leaking = replace(part, load=lambda path: [copied(problem) for problem in part.load(path)])
    found = _only(replace(medical, problem_sets=(leaking,)), "dose")
    assert {each.rule for each in found} == {"stress"} and "'the last number asked'" in found[0].what


def _only(domain: Domain, name: str) -> tuple[Complaint, ...]:
    """What pays under stress on one problem set."""
    return tuple(
        _stress(replace(domain, problem_sets=tuple(part for part in domain.problem_sets if part.name == name)))
    )


@pytest.mark.slow
def test_a_verifier_that_hangs_is_killed_and_told_and_the_kit_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_domain, "PATIENCE", 2.0)
    code = TOY.read_text()
    hanging = code.replace(
        "    answer = final_answer(response)\n",
        "    while not response:\n        pass\n    answer = final_answer(response)\n",
    )
    assert hanging != code
    (tmp_path / "hanging.py").write_text(hanging)
    found = complaints(load_domain(f"{tmp_path / 'hanging.py'}:domain"))
    assert any("nothing as a response to a problem of kind 'sum' ends in timeout" in each.what for each in found)


def test_verifiers_that_no_other_process_can_find_are_told(medical: Domain) -> None:
    silent = Check(status="no_answer", score=0.0)
    (found,) = complaints(replace(medical, verifiers={"dose": lambda problem, response: silent}))
    assert found.rule == "verifiers" and "cannot be run in another process" in found.what
