from pathlib import Path

import pytest

from chartered.common.errors import UsageError
from chartered.domains import load_domain
from chartered.domains.sandbox import sandbox
from chartered.domains.sandbox.sandbox import Isolation
from chartered.domains.verifiers.code import UNSAFE
from chartered.pipeline.checks import check_recipe
from chartered.pipeline.recipe import load_recipe


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without walls."""
    monkeypatch.setattr(sandbox, "isolation", lambda: Isolation(level="none", detail="bubblewrap is not installed"))
    monkeypatch.delenv(UNSAFE, raising=False)


def checked(tmp_path: Path, kinds: str, more: str = "") -> None:
    path = tmp_path / "recipe.yaml"
    path.write_text(f"domain: code\ndata: {{problems: [{kinds}]}}\n{more}")
    check_recipe(load_recipe(path), load_domain("code"))


def test_a_run_that_would_run_programs_without_walls_is_refused_before_it_starts(bare: None, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"kind 'repair' .* because bubblewrap is not installed; .*allow_unsafe_code"):
        checked(tmp_path, "output, repair")
    checked(tmp_path, "output, choose")  # nothing is run for these
    checked(tmp_path, "output, repair", "allow_unsafe_code: true\n")


def test_a_package_for_programs_that_is_not_installed_is_told_before_a_run_starts(tmp_path: Path) -> None:
    more = "allow_unsafe_code: true\nverify: {programs: {packages: [numpy, nowhere]}}\n"
    with pytest.raises(UsageError, match="the package 'nowhere', which is not installed here"):
        checked(tmp_path, "output, repair", more)
    checked(tmp_path, "output, choose", more)
    checked(tmp_path, "repair", "allow_unsafe_code: true\nverify: {programs: {packages: [numpy]}}\n")


def test_a_file_that_may_hold_programs_counts_as_holding_them(bare: None, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="kind 'fill', 'humaneval', 'mbpp', 'repair', 'synthesis'"):
        checked(tmp_path, "{path: mine.jsonl}")
