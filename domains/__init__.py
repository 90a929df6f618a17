"""Domain plugins: the contract, the registry, verifiers and rewards, and the domains that are shipped."""

from chartered.domains.contract import (
    API_VERSION,
    Check,
    Corpus,
    Document,
    Domain,
    Message,
    Problem,
    ProblemSet,
    Reward,
    Verifier,
)
from chartered.domains.registry import domain_names, load_domain

__all__ = [
    "API_VERSION",
    "Check",
    "Corpus",
    "Document",
    "Domain",
    "Message",
    "Problem",
    "ProblemSet",
    "Reward",
    "Verifier",
    "domain_names",
    "load_domain",
]
