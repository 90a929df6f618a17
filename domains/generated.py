"""Problem sets that a plugin makes itself."""

from collections.abc import Callable, Iterable
from pathlib import Path

from chartered.domains.contract import Problem, ProblemSet
from chartered.domains.errors import DataError


def generated(name: str, description: str, make: Callable[[], Iterable[Problem]], licence: str) -> ProblemSet:
    """The set of the problems that `make` gives; it ships with the plugin, and a `path` in a recipe is refused."""

    def load(path: Path | None) -> Iterable[Problem]:
        if path is not None:
            raise DataError(f"{path}: the problem set {name!r} is generated and reads no file; leave out `path`.")
        return make()

    return ProblemSet(name=name, description=description, licence=licence, source="generated", load=load)
