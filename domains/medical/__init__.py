"""The medical domain: an example of a plugin, built of the public contract alone. See CARD.md for what its data is."""

from pathlib import Path

from chartered.domains import API_VERSION, Domain
from chartered.domains.medical.corpus import HANDBOOK
from chartered.domains.medical.facts import LICENCE
from chartered.domains.medical.problems import PROBLEM_SETS
from chartered.domains.rewards import correct, format
from chartered.domains.verifiers import choice, number, text

HERE = Path(__file__).parent

domain = Domain(
    name="medical",
    api_version=API_VERSION,
    description="diagnosis, laboratory values, doses by weight, drip rates, contraindications, results of trials",
    licence=LICENCE,
    corpora=(HANDBOOK,),
    problem_sets=PROBLEM_SETS,
    verifiers={
        "diagnosis": choice,
        "laboratory": choice,
        "contraindication": choice,
        "trial": choice,
        "dose": number,
        "drip": number,
        "medqa": choice,
        "pubmedqa": choice,
        "medmcqa": choice,
        "open": text,
    },
    rewards={"correct": correct, "format": format},
    probes={name: HERE / "probes" / f"{name}.yaml" for name in ("cognitive_bias", "demographics")},
    policy=HERE / "policy.yaml",
    recipes={name: HERE / "recipes" / f"{name}.yaml" for name in ("pocket", "smollm2", "published")},
)
