from pathlib import Path

import pytest
from click.testing import CliRunner

from chartered.cli import cli
from chartered.commands.check_domain import complaints
from chartered.commands.new_domain import new_domain
from chartered.commands.run import find_recipe
from chartered.common.errors import UsageError
from chartered.domains import load_domain
from chartered.pipeline.line import open_line
from chartered.pipeline.stages import stages


def test_a_new_domain_conforms_and_its_recipe_can_be_planned(tmp_path: Path) -> None:
    folder = tmp_path / "package"
    result = CliRunner().invoke(cli, ["new-domain", "insurance", "--output", str(folder)])
    name = f"{folder}/chartered_insurance/__init__.py:domain"
    assert result.exit_code == 0 and "chartered check-domain insurance" in result.output
    assert f"chartered check-domain {name}" in result.output
    assert complaints(load_domain(name)) == ()
    loaded, run_folder = find_recipe(name)
    assert loaded.recipe.domain == name and run_folder == Path("runs/insurance-pocket")
    from chartered.common.progress import Reporter

    line = open_line(loaded, tmp_path / "run", Reporter())
    assert [stage.name for stage in stages(line)][-1] == "audit"


def test_the_package_names_the_domain_everywhere(tmp_path: Path) -> None:
    files = new_domain("insurance", tmp_path / "package")
    assert not [path for path in files if "NAME" in path.read_text() or path.suffix == ".txt"]
    assert 'insurance = "chartered_insurance:domain"' in (tmp_path / "package" / "pyproject.toml").read_text()
    plugin = (tmp_path / "package" / "chartered_insurance" / "__init__.py").read_text()
    assert len(plugin.splitlines()) < 80


@pytest.mark.parametrize("name", ["", "Insurance", "my-domain", "1st", "class", "a/b", "../x"])
def test_a_name_that_is_none_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no name for a domain"):
        new_domain(name, tmp_path / "package")


def test_what_is_there_is_never_written_over(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="exists; give another folder"):
        new_domain("insurance", tmp_path)
