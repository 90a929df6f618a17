"""What a plugin makes itself: problem sets, corpora, problems with their working, and the facts these are made from."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from chartered.common.errors import DataError
from chartered.domains.authoring.splits import Level
from chartered.domains.contract import GENERATED, Corpus, Document, Problem, ProblemSet, Split
from chartered.domains.prompts import answer_line


def generated(name: str, description: str, make: Callable[[], Iterable[Problem]], licence: str) -> ProblemSet:
    """The set of the problems that `make` gives; it ships with the plugin, and a `path` in a recipe is refused."""

    def load(path: Path | None) -> Iterable[Problem]:
        _refuse(path, f"problem set {name!r}")
        return make()

    return ProblemSet(name=name, description=description, licence=licence, source=GENERATED, load=load)


def generated_corpus(name: str, description: str, make: Callable[[], Iterable[Document]], licence: str) -> Corpus:
    """The corpus of the documents that `make` gives; it ships with the plugin, and a `path` in a recipe is refused."""

    def load(path: Path | None) -> Iterable[Document]:
        _refuse(path, f"corpus {name!r}")
        return make()

    return Corpus(name=name, description=description, licence=licence, source=GENERATED, load=load)


def worked_problem(
    *,
    domain: str,
    kind: str,
    split: Split,
    asked: str,
    answer: str,
    work: str,
    groups: Mapping[str, str] = MappingProxyType({}),
    level: Level | None = None,
    unit: str | None = None,
    options: tuple[str, ...] = (),
) -> Problem:
    """A problem of one turn; its solution is the working and then the answer line, with the unit where there is one.

    The level is the group `difficulty`, beside any other groups.
    """
    return Problem(
        prompt=({"role": "user", "content": asked},),
        answer=answer,
        kind=kind,
        domain=domain,
        split=split,
        options=options,
        unit=unit,
        groups={**groups, **({"difficulty": level} if level else {})},
        solution=f"{work}\n{answer_line(f'{answer} {unit}' if unit else answer)}",
    )


@cache
def shipped_facts(path: Path) -> Any:
    """What a YAML file of the plugin holds, read once; a file of a user's is read by `chartered.common.yaml`."""
    import yaml  # the registry imports plugins for a listing, which needs no facts

    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _refuse(path: Path | None, what: str) -> None:
    if path is not None:
        raise DataError(f"{path}: the {what} is generated and reads no file; leave out `path`.")
