import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from chartered.cli import cli
from chartered.conforming import complaints
from chartered.domains import Domain, load_domain


@pytest.fixture(scope="module")
def medical() -> Domain:
    return load_domain("medical")


def test_the_medical_domain_conforms(medical: Domain) -> None:
    assert complaints(medical) == ()
    result = CliRunner().invoke(cli, ["check-domain", "medical"])
    assert (result.exit_code, result.output) == (0, "medical conforms\n")


def test_a_draft_is_told_everything_that_is_missing_at_once() -> None:
    toy = Path(__file__).parents[1] / "toy_domain.py"
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
