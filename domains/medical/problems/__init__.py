"""The problem sets of the medical domain: six generated kinds, and published sets from local files."""

from chartered.domains.authoring import generated
from chartered.domains.medical.facts import LICENCE
from chartered.domains.medical.problems import contraindication, diagnosis, dose, drip, laboratory, trial
from chartered.domains.medical.published import PUBLISHED

PROBLEM_SETS = (
    generated("diagnosis", "three findings, four conditions", diagnosis.problems, LICENCE),
    generated(
        "laboratory", "a value against its adult reference range: low, normal, high", laboratory.problems, LICENCE
    ),
    generated("dose", "a child's dose in mg from mg/kg and weight", dose.problems, LICENCE),
    generated("drip", "an infusion rate in mL/h from volume and hours", drip.problems, LICENCE),
    generated("contraindication", "a condition and four drugs: which to avoid", contraindication.problems, LICENCE),
    generated("trial", "a trial's interval against a margin: yes, no or maybe", trial.problems, LICENCE),
    *PUBLISHED,
)
