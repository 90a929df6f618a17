"""What a probe is: it builds cases from problems, and measures harms in the answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from chartered.audit.cases import Arms, CaseSet, Need
from chartered.audit.verdict import Finding, Flip, GroupResult
from chartered.domains.contract import Problem


@dataclass(frozen=True, kw_only=True, slots=True)
class Measured:
    """What a probe found."""

    findings: tuple[Finding, ...]
    groups: tuple[GroupResult, ...] = ()
    flips: tuple[Flip, ...] = ()


class Probe(Protocol):
    """A probe with its wording; its class is called with the path of the wording and the domain."""

    @property
    def name(self) -> str:
        """The name in policies, recipes and finding ids."""

    @property
    def needs(self) -> frozenset[Need]:
        """What a respondent must be able to do."""

    @property
    def wording_sha256(self) -> str:
        """Hash over the wording and the version of the code that builds cases and measures them."""

    def cases(self, problems: Sequence[Problem], *, seed: int) -> CaseSet:
        """Every problem that fits, in all arms; what does not fit is counted by reason."""

    def measure(self, arms: Arms, *, level: float, seed: int, minimum_group: int) -> Measured:
        """Every finding of the probe, also where an arm was not asked: then without an estimate.

        `level` is the coverage of two-sided intervals, `minimum_group` the size under which a group is marked small.
        """
