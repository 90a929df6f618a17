"""The code domain: small Python functions to write, mend, complete and read. See CARD.md for what its data is."""

from pathlib import Path

from chartered.domains import API_VERSION, Domain
from chartered.domains.code.corpus import MANUAL
from chartered.domains.code.functions import DOMAIN, LICENCE
from chartered.domains.code.problems import PROBLEM_SETS
from chartered.domains.code.verifier import form, value
from chartered.domains.rewards import correct
from chartered.domains.verifiers import choice
from chartered.domains.verifiers.code import code

HERE = Path(__file__).parent

domain = Domain(
    name=DOMAIN,
    api_version=API_VERSION,
    description="Python functions: to write, to mend, to fill in, and what they return",
    licence=LICENCE,
    corpora=(MANUAL,),
    problem_sets=PROBLEM_SETS,
    verifiers={
        "synthesis": code,
        "repair": code,
        "fill": code,
        "output": value,
        "choose": choice,
        "humaneval": code,
        "mbpp": code,
    },
    rewards={"correct": correct, "form": form},
    probes={"cognitive_bias": HERE / "probes" / "cognitive_bias.yaml"},
    policy=HERE / "policy.yaml",
    recipes={name: HERE / "recipes" / f"{name}.yaml" for name in ("pocket", "smollm2", "published")},
)
