"""Installed packages that programs may import: which folders of this machine a sandbox lets them see.

A package is taken with all that it requires, without extras. A sandbox sees those folders, read-only, and no others.
"""

import importlib.metadata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from packaging.requirements import Requirement

from chartered.common.errors import UsageError

TESTING = "pytest"
"""What runs tests that are functions or classes; programs are not given it."""


@dataclass(frozen=True, kw_only=True)
class Packages:
    """Folders and files that hold packages."""

    modules: tuple[str, ...] = ()
    """Names to import."""
    paths: tuple[Path, ...] = ()


NO_PACKAGES = Packages()


@lru_cache(maxsize=32)
def installed(names: tuple[str, ...]) -> Packages:
    """Where packages of these names are, as they are called on PyPI or when they are imported.

    Raises:
        UsageError: one is not installed.
    """
    paths: dict[str, Path] = {}
    modules: list[str] = []
    for name in names:
        distribution = _distribution(name)
        own = list(_top(distribution))
        modules += [path.stem for path in own if path.suffix in ("", ".py") and not path.name.startswith("_")]
        paths |= {path.name: path for part in _with_required(distribution) for path in _top(part)}
    return Packages(modules=tuple(dict.fromkeys(modules)), paths=tuple(paths.values()))


def testing() -> tuple[Path, ...]:
    """Where pytest is; nothing if it is not installed."""
    try:
        return installed((TESTING,)).paths
    except UsageError:
        return ()


def _distribution(name: str) -> importlib.metadata.Distribution:
    try:
        return importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        named = importlib.metadata.packages_distributions().get(name)
    if not named:
        raise UsageError(
            f"programs may use the package {name!r}, which is not installed here; run `pip install {name}`, or take it "
            "from the packages that programs may use (verify.programs.packages in a recipe)."
        )
    return importlib.metadata.distribution(named[0])


def _with_required(distribution: importlib.metadata.Distribution) -> Iterator[importlib.metadata.Distribution]:
    """The distribution, and those that it requires here and that are installed."""
    waiting, seen = [distribution], {distribution.metadata["Name"].lower()}
    while waiting:
        yield (part := waiting.pop())
        for name in _required(part.requires or ()):
            if name.lower() not in seen:
                seen.add(name.lower())
                waiting += _if_installed(name)


def _required(lines: Iterable[str]) -> Iterator[str]:
    for requirement in map(Requirement, lines):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name


def _if_installed(name: str) -> list[importlib.metadata.Distribution]:
    try:
        return [importlib.metadata.distribution(name)]
    except importlib.metadata.PackageNotFoundError:
        return []


def _top(distribution: importlib.metadata.Distribution) -> Iterator[Path]:
    """The files and folders of a distribution that lie where packages are installed."""
    names = {file.parts[0] for file in distribution.files or () if file.suffix != ".pth"} - {"..", "__pycache__"}
    for name in sorted(names):
        yield Path(str(distribution.locate_file(name))).resolve()
