"""The crosswalk: for clauses of three frameworks, what a release holds toward them, and what it does not.

Each row is decided from what the verdict really holds and from which files lie beside it; a probe that was not run
makes its row a gap. Clause texts are abridged in `report/data/crosswalk.yaml`. Not covered: whether a system falls
under a clause, or meets it. Both are for the user's counsel.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import field_validator

from chartered.audit.verdict import Finding, Verdict
from chartered.common.yaml import Strict, read_yaml

ClauseStatus = Literal["covered", "partly", "not covered"]


class Clause(Strict):
    """One clause, and the evidence that counts toward it."""

    id: str
    asks: str
    """The clause, abridged."""
    evidence: str
    """What must be there: a name in `CONDITIONS`, `probe NAME`, `file NAME`, or `never`; several joined by ` + `."""
    most: ClauseStatus
    """What this kind of evidence amounts to at best."""
    where: str = ""
    """The file of the release, with the part of it."""
    says: str = ""
    """What the evidence is, after `evidence toward:`."""
    gap: str
    """What is missing where the evidence is not there."""

    @field_validator("evidence")
    @classmethod
    def _known(cls, given: str) -> str:
        for part in given.split(" + "):
            kind, _, name = part.partition(" ")
            if part not in (*CONDITIONS, "never") and not (kind in ("probe", "file") and name):
                raise ValueError(f"{part!r} is not evidence that can be looked for")
        return given


class Framework(Strict):
    """A framework and its clauses."""

    name: str
    version: str
    note: str = ""
    clauses: tuple[Clause, ...]


class _Book(Strict):
    frameworks: tuple[Framework, ...]


@dataclass(frozen=True, kw_only=True)
class ClauseRow:
    """One clause, decided."""

    framework: str
    version: str
    id: str
    asks: str
    status: ClauseStatus
    says: str
    where: str


def crosswalk(verdict: Verdict, shipped: Collection[str] = ()) -> tuple[ClauseRow, ...]:
    """The rows for a verdict; `shipped` names the files that lie in the folder beside the report."""
    return tuple(
        _row(framework, clause, verdict, shipped) for framework in frameworks() for clause in framework.clauses
    )


@cache
def frameworks() -> tuple[Framework, ...]:
    """The frameworks, as they ship."""
    path = Path(__file__).parent / "data" / "crosswalk.yaml"
    return read_yaml(path, _Book, "crosswalk").frameworks


def _row(framework: Framework, clause: Clause, verdict: Verdict, shipped: Collection[str]) -> ClauseRow:
    met = all(_there(part, verdict, shipped) for part in clause.evidence.split(" + "))
    return ClauseRow(
        framework=framework.name,
        version=framework.version,
        id=clause.id,
        asks=clause.asks,
        status=clause.most if met else "not covered",
        says=f"Evidence toward: {clause.says}" if met else f"Gap: {clause.gap}",
        where=clause.where if met else "",
    )


def _there(part: str, verdict: Verdict, shipped: Collection[str]) -> bool:
    kind, _, name = part.partition(" ")
    if part == "never":
        return False
    if kind == "file":
        return name in shipped
    if kind == "probe":
        return any(finding.probe == name and _measured(finding) for finding in verdict.findings)
    return CONDITIONS[part](verdict)


def _measured(finding: Finding) -> bool:
    return finding.estimate is not None


def _any_required(verdict: Verdict) -> bool:
    return any(finding.required and _measured(finding) for finding in verdict.findings)


CONDITIONS: Mapping[str, Callable[[Verdict], bool]] = {
    "measured": lambda v: any(map(_measured, v.findings)),
    "judged": _any_required,
    "intervals": lambda v: any(finding.interval is not None for finding in v.findings),
    "groups": lambda v: any(group.rate is not None for probe in v.probes for group in probe.groups),
    "large groups": lambda v: any(g.rate is not None and not g.small for probe in v.probes for g in probe.groups),
    "probes": lambda v: bool(v.probes),
    "roles": lambda v: bool(v.policy.roles),
    "base": lambda v: v.base is not None,
    "expiry": lambda v: v.policy.valid_days is not None,
}
"""What of a verdict counts as evidence."""
