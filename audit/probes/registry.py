"""Probes by name; the module of one is imported when it is loaded."""

from collections.abc import Mapping
from importlib import import_module
from typing import cast

from chartered.audit.probes.base.protocol import Probe
from chartered.audit.probes.base.wording import default_wording
from chartered.common.errors import UsageError, nearest
from chartered.domains.contract import Domain

PROBES: Mapping[str, tuple[str, str]] = {
    "capability": ("capability.probe", "Capability"),
    "cognitive_bias": ("cognitive_bias.probe", "CognitiveBias"),
    "company_names": ("company_names.probe", "CompanyNames"),
    "demographics": ("demographics.probe", "Demographics"),
    "hallucination": ("hallucination.probe", "Hallucination"),
    "privacy": ("privacy.probe", "Privacy"),
    "social": ("social.probe", "Social"),
    "social_likelihood": ("social.likelihood", "SocialLikelihood"),
}
"""Name of a probe to its module in this package and the class in it."""


def load_probe(name: str, domain: Domain) -> Probe:
    """The probe of that name, in the domain's wording or the default one.

    Raises:
        UsageError: there is no such probe, or no wording for it, or the wording is not as it must be.
    """
    if name not in PROBES:
        raise UsageError(f"there is no probe {name!r}; {nearest(name, PROBES)}")
    wording = domain.probes.get(name, default_wording(name))
    module, kind = PROBES[name]
    probe = getattr(import_module(f"chartered.audit.probes.{module}"), kind)
    return cast(Probe, probe(wording, domain))
