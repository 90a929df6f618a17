"""The legal domain: rules that the questions state, applied to dates, sums, statements, clauses and citations."""

from pathlib import Path

from chartered.domains import API_VERSION, Domain
from chartered.domains.legal.corpus import HANDBOOK
from chartered.domains.legal.facts import LICENCE
from chartered.domains.legal.problems import PROBLEM_SETS
from chartered.domains.legal.published import NLI, TASKS, UNFAIR
from chartered.domains.legal.verifier import calendar_date
from chartered.domains.rewards import correct, format
from chartered.domains.verifiers import choice, citation, label, labels

HERE = Path(__file__).parent

domain = Domain(
    name="legal",
    api_version=API_VERSION,
    description="deadlines, limitation periods, jurisdiction, hearsay, contract clauses and citations by stated rules",
    licence=LICENCE,
    corpora=(HANDBOOK,),
    problem_sets=PROBLEM_SETS,
    verifiers={
        "deadline": calendar_date,
        "limitation": choice,
        "jurisdiction": choice,
        "hearsay": choice,
        "clause": label,
        "citation": citation,
        "reporter": choice,
        NLI: label,
        UNFAIR: labels,
        **{f"legalbench_{task}": choice for task in TASKS},
    },
    rewards={"correct": correct, "format": format},
    probes={name: HERE / "probes" / f"{name}.yaml" for name in ("cognitive_bias", "demographics")},
    policy=HERE / "policy.yaml",
    recipes={name: HERE / "recipes" / f"{name}.yaml" for name in ("pocket", "smollm2", "published")},
)
