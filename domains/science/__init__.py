"""The science domain: school and first-year physics, chemistry and genetics. See CARD.md for what its data is."""

from pathlib import Path

from chartered.domains import API_VERSION, Domain
from chartered.domains.rewards import correct, format
from chartered.domains.science.corpus import PRIMER
from chartered.domains.science.facts import DOMAIN, LICENCE
from chartered.domains.science.problems import PROBLEM_SETS
from chartered.domains.science.published import PAPERS
from chartered.domains.verifiers import choice, expression, measure

HERE = Path(__file__).parent

domain = Domain(
    name=DOMAIN,
    api_version=API_VERSION,
    description="mechanics, stoichiometry, thermodynamics, genetics, units and scaling laws",
    licence=LICENCE,
    corpora=(PRIMER, PAPERS),
    problem_sets=PROBLEM_SETS,
    verifiers={
        "mechanics": measure,
        "stoichiometry": measure,
        "thermodynamics": measure,
        "genetics": expression,
        "units": choice,
        "scaling": choice,
        "scibench": measure,
    },
    rewards={"correct": correct, "format": format},
    probes={"cognitive_bias": HERE / "probes" / "cognitive_bias.yaml"},
    policy=HERE / "policy.yaml",
    recipes={name: HERE / "recipes" / f"{name}.yaml" for name in ("pocket", "smollm2", "published")},
)
