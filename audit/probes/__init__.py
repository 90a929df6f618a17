"""Probes by name. A probe builds cases from problems, and measures harms in the answers.

A domain gives a probe its own wording (or names, attribute packs, ...) in a YAML file; what it leaves out is the
probe's default in `data/`, so that any probe runs on any domain whose problems fit. Modules are imported when a probe
is loaded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol, cast

from chartered.audit.cases import Arms, CaseSet, Need
from chartered.audit.probes.wording import DATA
from chartered.audit.verdict import Finding, Flip, GroupResult
from chartered.domains.contract import Domain, Problem
from chartered.domains.errors import UsageError, nearest


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


PROBES: Mapping[str, str] = {
    "capability": "Capability",
    "cognitive_bias": "CognitiveBias",
    "company_names": "CompanyNames",
    "demographics": "Demographics",
    "hallucination": "Hallucination",
    "privacy": "Privacy",
    "social": "Social",
    "social_likelihood": "SocialLikelihood",
}
"""Probe name, which is its module's name too, to the class in it."""


def load_probe(name: str, domain: Domain) -> Probe:
    """The probe of that name, in the domain's wording or the default one.

    Raises:
        UsageError: there is no such probe, or no wording for it, or the wording is not as it must be.
    """
    if name not in PROBES:
        raise UsageError(f"there is no probe {name!r}; {nearest(name, PROBES)}")
    wording = domain.probes.get(name, DATA / f"{name}.yaml")
    probe = getattr(import_module(f"{__name__}.{name}"), PROBES[name])
    return cast(Probe, probe(wording, domain))
