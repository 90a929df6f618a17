"""Probes by name. A probe builds cases from problems, and findings from the answers."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from chartered.audit.cases import Arms, CaseSet
from chartered.audit.probes.cognitive_bias import CognitiveBias
from chartered.audit.verdict import Finding
from chartered.domains.contract import Domain, Problem
from chartered.domains.errors import UsageError, nearest


class Probe(Protocol):
    """A probe with a domain's wording."""

    @property
    def name(self) -> str:
        """The name in policies, recipes and finding ids."""

    @property
    def arms(self) -> tuple[str, ...]:
        """Every arm, in the order of the report."""

    @property
    def wording_sha256(self) -> str:
        """Hash over the wording and the version of the code that inserts it."""

    def cases(self, problems: Sequence[Problem], *, seed: int) -> CaseSet:
        """Every problem that fits, in all arms."""

    def findings(self, arms: Arms, *, level: float) -> tuple[Finding, ...]:
        """Every finding of the probe, without an estimate where an arm was not asked."""


PROBES: Mapping[str, Callable[[Path], Probe]] = {"cognitive_bias": CognitiveBias}
"""Probe name to the probe's class, which takes the path of the wording."""


def load_probe(name: str, domain: Domain) -> Probe:
    """The probe of that name, in the domain's wording.

    Raises:
        UsageError: there is no such probe, or the domain has no wording for it, or the wording is not as it must be.
    """
    if name not in PROBES:
        raise UsageError(f"there is no probe {name!r}; {nearest(name, PROBES)}")
    if name not in domain.probes:
        raise UsageError(
            f"the domain {domain.name!r} has no wording for the probe {name!r}; {nearest(name, domain.probes)}"
        )
    return PROBES[name](domain.probes[name])
