"""The questionnaire: an audit's cases as a file, for a system that only its owners can ask.

One JSON line a case: `messages` is what is to be sent, in a conversation of its own, `response` is empty and to be
filled in. No line holds the right answer. Each line says under `audit` which audit it is of, so that lines may be split
over files, sorted or answered in part. An `id` is a hash over the case as it is asked: an answer whose id is that of a
case belongs to it.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from chartered.audit.cases import Case, CaseSet, Need, limited, turns
from chartered.audit.probes.registry import load_probe
from chartered.common.errors import DataError, UsageError
from chartered.common.files import read_rows
from chartered.common.protocol.content import read_content, read_message
from chartered.domains.contract import Domain, Problem

SCHEMA = "chartered.questionnaire/1"
WRITTEN: frozenset[Need] = frozenset({"choose", "write"})
"""What can be asked for by text alone."""


class Origin(BaseModel):
    """Which audit a questionnaire is of."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    schema_: Literal["chartered.questionnaire/1"] = Field(default="chartered.questionnaire/1", alias="schema")
    domain: str
    probes: tuple[str, ...]
    """As they were chosen, also those that cannot be asked by text."""
    seed: int
    limit: int | None
    problems: str | None
    """The file of the problems that were asked; None for those that the domain ships."""
    policy: str
    """Hash of the policy, which decides nothing about the cases."""
    cases: int
    sha256: str
    """Hash over the ids of all cases."""

    def row(self) -> dict[str, Any]:
        """As it stands in each line."""
        return self.model_dump(by_alias=True)


class Line(NamedTuple):
    """One line of a questionnaire that came back."""

    id: str
    response: str
    """Empty where none was given."""
    asked: Mapping[str, Any]
    """The fields `messages` and `options`, as far as they are there."""
    model: str


def case_sets(
    domain: Domain, probes: Sequence[str], problems: Sequence[Problem], *, seed: int, limit: int | None
) -> list[CaseSet]:
    """The cases of each probe, none of one that cannot be asked by text.

    Raises:
        UsageError: there is no such probe, or one is named twice.
    """
    if len(set(probes)) < len(probes):
        raise UsageError(f"the probes {', '.join(probes)} name one twice; name each once.")
    loaded = [load_probe(name, domain) for name in probes]
    return [
        limited(probe.cases(problems, seed=seed), limit, seed)
        if probe.needs <= WRITTEN
        else CaseSet(probe=probe.name, cases=(), items=0)
        for probe in loaded
    ]


def case_id(probe: str, case: Case) -> str:
    """Sixteen hex digits over a case as it is asked, and its place in the audit."""
    content = [probe, case.item, case.arm, case.variant, case.ask, turns(case), list(case.problem.options)]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:16]


def ids_of(sets: Sequence[CaseSet]) -> list[str]:
    """The ids of all cases, in order."""
    return [case_id(case_set.probe, case) for case_set in sets for case in case_set.cases]


def ids_sha256(ids: Sequence[str]) -> str:
    """Hash over the ids of all cases."""
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()


def lines(origin: Origin, sets: Sequence[CaseSet]) -> Iterator[dict[str, Any]]:
    """The rows of a questionnaire."""
    for case_set in sets:
        for case in case_set.cases:
            yield {
                "id": case_id(case_set.probe, case),
                "probe": case_set.probe,
                "item": case.item,
                "arm": case.arm,
                "variant": case.variant,
                "messages": turns(case),
                "options": list(case.problem.options),
                "response": "",
                "audit": origin.row(),
            }


def is_questionnaire(path: Path) -> bool:
    """Whether the first row of a file of answers says which audit it is of."""
    return path.is_file() and "audit" in next((row for _, row in read_rows(path)), {})


def is_bare(path: Path) -> bool:
    """Whether a file may be a questionnaire of which only ids and responses came back."""
    first = next((row for _, row in read_rows(path)), {}) if path.is_file() else {}
    return "id" in first and set(first) <= {"id", "response", "model"}


def read_origin(path: Path) -> Origin:
    """Which audit a questionnaire is of, by its first line.

    Raises:
        DataError: the file cannot be read, or that line does not say.
    """
    number, row = next(read_rows(path))
    try:
        return Origin.model_validate(row.get("audit"))
    except ValidationError as error:
        raise DataError(
            f"{path}, line {number}: its field 'audit' does not say which audit it is of; keep that field as "
            "`chartered cases` wrote it, or name the file that was written with --cases."
        ) from error


def read_lines(path: Path) -> Iterator[Line]:
    """The lines of a questionnaire that came back, in any order.

    Raises:
        DataError: a line has no id, or a response that holds no text.
    """
    for number, row in read_rows(path):
        where = f"{path}, line {number}"
        if not isinstance(row.get("id"), str):
            raise DataError(f"{where}: it has no 'id'; keep the one that `chartered cases` wrote.")
        asked: dict[str, Any] = {key: row[key] for key in ("messages", "options") if key in row}
        model = row.get("model")
        yield Line(row["id"], _response(row.get("response"), where), asked, model if isinstance(model, str) else "")


def _response(given: Any, where: str) -> str:
    """The text of a response: as such, in parts, or in a message."""
    try:
        whole = isinstance(given, Mapping) and "content" in given
        return (read_message(given) if whole else read_content(given)).text
    except ValueError as error:
        raise DataError(f"{where}: the response is {type(given).__name__}; it must be text, or null.") from error
