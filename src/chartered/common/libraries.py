"""The libraries that this package requires: what is installed, what it takes, and what it was tested with."""

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from importlib.resources import files
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CONSTRAINTS = Path(str(files("chartered"))) / "constraints.txt"
"""The versions that this release was tested with, for `pip install -c`."""


@dataclass(frozen=True, kw_only=True)
class Library:
    """A library by its normalised name; a version is None where it is not installed, or was not tested."""

    name: str
    installed: str | None
    tested: str | None
    fits: bool

    @property
    def as_tested(self) -> bool:
        """Whether it is the version of the tests, in whichever build."""
        return self.installed is not None and self.installed.partition("+")[0] == self.tested


def required_libraries(package: str = "chartered") -> list[Library]:
    """What an installed package requires by its own metadata, without its extras."""
    wanted = [Requirement(line) for line in requires(package) or ()]
    tested = constrained_versions()
    return [
        _library(requirement, tested)
        for requirement in wanted
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""})
    ]


def constrained_versions() -> dict[str, str]:
    """Every library of the tests, by its normalised name."""
    lines = (line for line in CONSTRAINTS.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    return {canonicalize_name(name): number for name, number in (line.split("==") for line in lines)}


def _library(requirement: Requirement, tested: dict[str, str]) -> Library:
    name = canonicalize_name(requirement.name)
    try:
        installed = version(name)
    except PackageNotFoundError:
        installed = None
    fits = installed is not None and requirement.specifier.contains(installed, prereleases=True)
    return Library(name=name, installed=installed, tested=tested.get(name), fits=fits)
