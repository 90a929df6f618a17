"""Rules of the house as tests: sizes, names, light imports, and what the wheel carries."""

import ast
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.paths import ROOT

ROOMS = ("domains", "annotation", "adapt", "audit")
FOLDERS = (*ROOMS, "src/chartered")
LONGEST_FILE, LONGEST_BODY = 400, 50
HEAVY = {"torch", "transformers", "trl", "datasets", "pandas", "openai", "peft"}


def sources() -> list[Path]:
    """The Python files of the five source folders, each under its real path."""
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    return sorted({path.relative_to(ROOT) for path in found if path == path.resolve()})


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


def _pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.mark.parametrize("target", ["sdist", "wheel"])
def test_pyproject_lists_each_real_file_of_the_package(target: str) -> None:
    listed = set(_pyproject()["tool"]["hatch"]["build"]["targets"][target]["only-include"])
    missing = [str(path) for path in _kept() if path.parts[:2] == ("src", "chartered") and not _covered(path, listed)]
    assert not missing, f"add to only-include under tool.hatch.build.targets.{target}: {', '.join(missing)}"
    gone = sorted(name for name in listed if not (ROOT / name).exists())
    assert not gone, f"only-include under tool.hatch.build.targets.{target} names what is not there: {', '.join(gone)}"


def _covered(path: Path, listed: set[str]) -> bool:
    return any(str(part) in listed for part in (path, *path.parents))


def _kept() -> list[Path]:
    """What git keeps, or would keep, of the five source folders; the links in `src/chartered` are left out."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *FOLDERS]
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
