"""Rules of the house as tests: sizes, names, light imports, and what the wheel carries."""

import ast
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import MOST_FILES, ROOMS, ROOT, SOURCES, circle, directions, files_per_folder, imports, sources

LONGEST_FILE, LONGEST_BODY = 300, 50
HEAVY = {"torch", "transformers", "trl", "datasets", "pandas", "openai", "peft"}
RETIRED = (
    "auditing calibrating components conforming counterfactual draws general guarded largest listing making needs "
    "nursery nursery_main observed packs paper releasing reporting rescoring scaffold seal shares shipping spelling "
    "stressing tally told widest words work worked"
)
"""Names of modules that did not say what they held."""


def test_no_folder_has_more_files_than_one_takes_in() -> None:
    full = {folder: count for folder, count in files_per_folder().items() if count > MOST_FILES}
    assert not full, f"more than {MOST_FILES} Python files: {full}; there is a second noun in each"


def test_imports_have_no_circle() -> None:
    assert not circle(imports())


def test_common_imports_nothing_of_ours() -> None:
    assert directions(imports())["common"] == set()


def test_no_module_has_a_retired_name() -> None:
    retired = RETIRED.split()
    assert not [str(path) for path in sources() if path.stem in retired or path.parent.name in retired]


@pytest.mark.parametrize("path", sources(), ids=str)
def test_no_file_is_too_long(path: Path) -> None:
    lines = len((ROOT / path).read_text().splitlines())
    assert lines <= LONGEST_FILE, f"{path} has {lines} lines; split it at {LONGEST_FILE} at the latest"


@pytest.mark.parametrize("path", sources(), ids=str)
def test_no_function_body_is_too_long(path: Path) -> None:
    long = [f"{name} ({lines} lines)" for name, lines in _bodies(path) if lines > LONGEST_BODY]
    assert not long, f"{path}: bodies of more than {LONGEST_BODY} lines: {', '.join(long)}"


def _bodies(path: Path) -> Iterator[tuple[str, int]]:
    """Name and lines of each function's body, the docstring left out."""
    for node in ast.walk(ast.parse((ROOT / path).read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            yield node.name, (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def _python(*arguments: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter in the root, where `import domains` would find the folder of that name."""
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=True)


def test_no_room_is_imported_under_its_folders_name() -> None:
    modules = ", ".join(("chartered.cli", "chartered.domains.medical", *(f"chartered.{room}" for room in ROOMS)))
    said = _python("-c", f"import sys, {modules}; print(sorted(set(sys.modules) & {set(ROOMS)}))")
    assert said.stdout == "[]\n"


@pytest.mark.parametrize("module", ["chartered", "chartered.cli"])
def test_importing_the_package_or_the_command_line_loads_nothing_heavy(module: str) -> None:
    said = _python("-X", "importtime", "-c", f"import {module}").stderr
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in said.splitlines()}
    assert "chartered" in loaded
    assert not loaded & HEAVY


def _kept() -> list[Path]:
    """What git keeps, or would keep, of the five source folders; the links in `src/chartered` are left out."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *SOURCES]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = {Path(name) for name in said.split("\0") if name}
    return sorted(path for path in paths if (ROOT / path).is_file() and not (ROOT / path).is_symlink())


def _shipped_as(path: Path) -> str:
    """The name in the wheel: `domains/x` is `chartered/domains/x`, `src/chartered/x` is `chartered/x`."""
    return str(path.relative_to("src") if path.parts[0] == "src" else Path("chartered") / path)


@pytest.mark.slow
def test_the_wheel_built_from_the_sdist_carries_what_git_keeps_and_nothing_else(tmp_path: Path) -> None:
    pytest.importorskip("build")
    kept = {_shipped_as(path): path for path in _kept()}
    _python("-m", "build", "--no-isolation", "--outdir", str(tmp_path), str(ROOT))
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name for name in archive.namelist() if ".dist-info/" not in name and not name.endswith("/")}
        changed = [n for n in sorted(shipped & kept.keys()) if archive.read(n) != (ROOT / kept[n]).read_bytes()]
    missing = sorted(str(kept[name]) for name in kept.keys() - shipped)
    assert not missing, f"not in the wheel; list them in only-include of sdist and wheel: {', '.join(missing)}"
    assert not shipped - kept.keys(), f"in the wheel and not kept by git: {', '.join(sorted(shipped - kept.keys()))}"
    assert not changed, f"other bytes in the wheel than in the tree: {', '.join(changed)}"
