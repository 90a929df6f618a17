"""Rewards: named functions of (problem, response, check); what tricks earn of them; other trainers' signatures.

`named` holds the rewards, `stress` tries to cheat them, `adapters` gives them to TRL, verl, OpenRLHF and verifiers, and
`rollouts` keeps what was sampled. Rewards are imported from here.
"""

from chartered.domains.rewards.named import (
    citation_exists,
    consistency_with,
    consistent,
    correct,
    format,
    format_and_accuracy,
    format_and_accuracy_by,
    graded,
    graded_by,
    headed,
    length,
    length_within,
    repetition,
    repetition_within,
    tagged,
    units_present,
    weighted,
)

__all__ = [
    "citation_exists",
    "consistency_with",
    "consistent",
    "correct",
    "format",
    "format_and_accuracy",
    "format_and_accuracy_by",
    "graded",
    "graded_by",
    "headed",
    "length",
    "length_within",
    "repetition",
    "repetition_within",
    "tagged",
    "units_present",
    "weighted",
]
