"""Verifiers, one a file: pure functions (Problem, response) -> Check. A plugin maps each kind of its problems to one.

Options: choice; `categories` (label, labels as a set, yes_no). Numbers: quantity (`number` for doses, `measure` for
science), amount (money), expression. Words and codes: text, citation, clinical_code, smiles. Programs: code. A model's
view: judge. Several: cascade (one after another), by_gold (the one that fits the gold answer).
How an answer is read, apart from what is right, is in the folder `reading`; programs and their tests in `programs`.
"""

from chartered.domains.verifiers.amount import amount
from chartered.domains.verifiers.by_gold import ByGold
from chartered.domains.verifiers.cascade import Cascade
from chartered.domains.verifiers.categories.label import label
from chartered.domains.verifiers.categories.labels import labels
from chartered.domains.verifiers.categories.yes_no import yes_no
from chartered.domains.verifiers.choice import choice, first_letter, read_choice
from chartered.domains.verifiers.citation import citation, citation_in
from chartered.domains.verifiers.clinical_code import clinical_code
from chartered.domains.verifiers.code import Code, code
from chartered.domains.verifiers.expression import expression
from chartered.domains.verifiers.judge import Judge
from chartered.domains.verifiers.quantity import measure, measure_within, number
from chartered.domains.verifiers.smiles import smiles
from chartered.domains.verifiers.text import text

__all__ = [
    "ByGold",
    "Cascade",
    "Code",
    "Judge",
    "amount",
    "choice",
    "citation",
    "citation_in",
    "clinical_code",
    "code",
    "expression",
    "first_letter",
    "label",
    "labels",
    "measure",
    "measure_within",
    "number",
    "read_choice",
    "smiles",
    "text",
    "yes_no",
]
