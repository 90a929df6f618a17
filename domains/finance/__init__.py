"""The finance domain: table arithmetic, ratios, interest, bonds and the sentiment of news. See CARD.md for its data."""

from pathlib import Path

from chartered.domains import API_VERSION, Domain
from chartered.domains.finance.corpus import HANDBOOK
from chartered.domains.finance.facts import DOMAIN, LICENCE
from chartered.domains.finance.problems import PROBLEM_SETS
from chartered.domains.finance.published import REPORTS
from chartered.domains.finance.verifier import figure
from chartered.domains.rewards import correct, format
from chartered.domains.verifiers import ByGold, amount, choice, text

HERE = Path(__file__).parent

domain = Domain(
    name=DOMAIN,
    api_version=API_VERSION,
    description="arithmetic on small tables with scale and sign, ratios, interest, bonds, sentiment of company news",
    licence=LICENCE,
    corpora=(HANDBOOK, REPORTS),
    problem_sets=PROBLEM_SETS,
    verifiers={
        "table": figure,
        "reading": choice,
        "ratio": figure,
        "interest": figure,
        "bond": figure,
        "sentiment": choice,
        "amount": ByGold(amount),
        "span": text,
        "fiqa": choice,
    },
    rewards={"correct": correct, "format": format},
    probes={name: HERE / "probes" / f"{name}.yaml" for name in ("cognitive_bias", "company_names")},
    policy=HERE / "policy.yaml",
    recipes={name: HERE / "recipes" / f"{name}.yaml" for name in ("pocket", "smollm2", "published")},
)
