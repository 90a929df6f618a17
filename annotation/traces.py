"""The trace: one problem solved in words, with where it came from and what the verifier said of it."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any, get_args

from chartered.common.errors import DataError, nearest
from chartered.common.files import read_rows, write_rows
from chartered.domains.contract import Check, Message, Problem, Status
from chartered.domains.prompts import render


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """A problem solved step by step."""

    problem_id: str
    kind: str
    messages: tuple[Message, ...]
    """The turns that put the problem, as `chartered.domains.prompts.render` words them, then the assistant's turn."""
    teacher: str
    """The model's name at its endpoint, or the domain's name for a worked solution."""
    strategy: str
    temperature: float | None
    """Of the teacher's sampling; None where nothing was sampled, or at the endpoint's own temperature."""
    label_leaked: bool
    """Whether the writer had the right answer beforehand, so that a right answer says nothing of the steps."""
    template_sha: str
    """`template_sha()` at the time of asking."""
    checks: tuple[Check, ...]
    """What the verifier found, one for each time it was asked."""


def solved(
    problem: Problem,
    response: str,
    check: Check,
    *,
    teacher: str,
    strategy: str,
    temperature: float | None,
    label_leaked: bool,
) -> Trace:
    """The trace of a problem and an accepted response."""
    return Trace(
        problem_id=problem.id,
        kind=problem.kind,
        messages=(*render(problem), {"role": "assistant", "content": response.strip()}),
        teacher=teacher,
        strategy=strategy,
        temperature=temperature,
        label_leaked=label_leaked,
        template_sha=template_sha(),
        checks=(check,),
    )


def sft_row(trace: Trace) -> dict[str, list[Message]]:
    """`prompt` and `completion`: TRL's conversational prompt-completion form, whose loss is on the completion alone."""
    return {"prompt": list(trace.messages[:-1]), "completion": [trace.messages[-1]]}


@cache
def template_sha() -> str:
    """Sixteen hex digits that change when the wording that puts problems to a model changes.

    Hashed is how one example of each form (options, a unit, neither) is rendered; the problem's own words are in its
    id already.
    """
    turn: tuple[Message, ...] = ({"role": "user", "content": "?"},)
    forms: tuple[dict[str, Any], ...] = ({}, {"unit": "u"}, {"options": ("a", "b")})
    rendered = [render(Problem(prompt=turn, answer="a", kind="k", domain="d", split="train", **form)) for form in forms]
    return hashlib.sha256(json.dumps(rendered).encode()).hexdigest()[:16]


def trace_row(trace: Trace) -> dict[str, Any]:
    """The row of a trace."""
    return asdict(trace)


def write_traces(path: Path, traces: Iterable[Trace]) -> int:
    """Write traces as JSON lines, whole or not at all; returns how many."""
    return write_rows(path, map(trace_row, traces))


def read_traces(path: Path) -> Iterator[Trace]:
    """The traces of a file of JSON lines.

    Raises:
        DataError: naming file, line and field, when a row is no trace: a field is missing or unknown, or the messages
            do not end with the assistant's turn.
    """
    for number, row in read_rows(path):
        yield _trace(row, f"{path}, line {number}")


def _trace(row: dict[str, Any], where: str) -> Trace:
    known = [field.name for field in fields(Trace)]
    for key in row:
        if key not in known:
            raise DataError(f"{where}: unknown field {key!r}; {nearest(key, known)}")
    for key in known:
        if key not in row:
            raise DataError(f"{where}: the trace has no {key!r}; annotate again, or give the field a value.")
    messages = _messages(row["messages"], where)
    return Trace(**{**row, "messages": messages, "checks": _checks(row["checks"], where)})


def _messages(given: Any, where: str) -> tuple[Message, ...]:
    good = isinstance(given, list) and all(
        isinstance(turn, dict) and isinstance(turn.get("role"), str) and isinstance(turn.get("content"), str)
        for turn in given
    )
    if not good or len(given) < 2 or given[-1]["role"] != "assistant":
        raise DataError(f"{where}: messages must be turns with role and content, the last one the assistant's.")
    return tuple({"role": turn["role"], "content": turn["content"]} for turn in given)


def _checks(given: Any, where: str) -> tuple[Check, ...]:
    try:
        checks = tuple(Check(**check) for check in given)
    except TypeError as error:
        raise DataError(f"{where}: checks must be a list of a verifier's findings ({error}).") from error
    for check in checks:
        if check.status not in get_args(Status):
            raise DataError(f"{where}: check status {check.status!r}; {nearest(str(check.status), get_args(Status))}")
    return checks
