"""A molecule written as SMILES: is it the same molecule as the gold answer, however it is written?

Compared by canonical SMILES with stereochemistry and isotopes (`rdkit`, the extra `chemistry`), never by text: `OCC`
is `CCO`. A molecule whose stereochemistry is left out is not the one that states it, nor the other way round. Charges
count, and so do hydrogens: a salt is not its free acid. Components, as of a salt, may stand in any order. Atom-map
numbers do not count. Kekulé and aromatic forms are one molecule as far as rdkit sees them so.

Not covered: tautomers and resonance forms (each is a molecule of its own here), names and formulas, reactions,
wildcards (a `*` at an end of the line is taken for emphasis), and molecules that rdkit refuses for their valences: one
in an answer is no answer, one in a gold answer an error. An answer of more than `LONGEST` characters is no answer.
"""

import importlib
import logging
import re
from functools import cache, lru_cache
from typing import Any

from chartered.domains.contract import Check, Problem
from chartered.domains.verifiers.answered import answered

LONGEST = 1_000
"""Characters of a SMILES that are read; a canonical form takes more than time in proportion."""
_MISSING = "the verifier smiles needs rdkit, which is not installed; pip install 'chartered[chemistry]'."
_DRESS = " \t`'\"$."
_LEAD = re.compile(r"(?:(?:the|smiles|molecule|structure|product|is|of)\b\s*|[=:]\s*)*", re.IGNORECASE)
_SMILES = re.compile(r"[A-Za-z0-9@+\-\[\]()=#$:.%/\\~]+")  # no wildcard and no arrow of a reaction


def smiles(problem: Problem, response: str) -> Check:
    """Compare the molecule at the answer line with the gold answer's."""
    return answered(response, lambda line: _compared(problem, line))


def _compared(problem: Problem, line: str) -> Check:
    if _chemistry() is None:
        return Check(status="error", score=0.0, reason=_MISSING)
    gold = canonical(problem.answer)
    if gold is None:
        return Check(status="error", score=0.0, reason=f"the gold answer {problem.answer[:80]!r} is no molecule")
    given = canonical(read_smiles(line))
    if given is None:
        return Check(status="no_answer", score=0.0, reason=f"no molecule can be read from {line[:80]!r}")
    if given != gold:
        return Check(status="wrong", score=0.0, answer=given, reason="the molecule is not that of the answer")
    return Check(status="correct", score=1.0, answer=given)


def read_smiles(line: str) -> str:
    """The SMILES of an answer line without quotation marks, code span, full stop, or a lead such as "The SMILES is"."""
    said = line.strip(_DRESS)
    lead = _LEAD.match(said)
    rest = said[lead.end() :] if lead else said
    return (rest or said).strip(_DRESS)


@lru_cache(maxsize=4096)
def canonical(text: str) -> str | None:
    """The canonical SMILES of a molecule, or None where it is none, has no atoms, or is longer than `LONGEST`.

    Raises:
        ImportError: rdkit is not installed.
    """
    chemistry = _chemistry()
    if chemistry is None:
        raise ImportError(_MISSING)
    text = text.strip()
    if len(text) > LONGEST or not _SMILES.fullmatch(text):
        return None
    molecule = chemistry.MolFromSmiles(text)
    if molecule is None or molecule.GetNumAtoms() == 0:
        return None
    for atom in molecule.GetAtoms():
        atom.SetAtomMapNum(0)
    # twice, since centres that are told apart by nothing but map numbers are found only when it is read again
    plain = chemistry.MolFromSmiles(chemistry.MolToSmiles(molecule))
    return None if plain is None else str(chemistry.MolToSmiles(plain))


@cache
def _chemistry() -> Any:
    """`rdkit.Chem`, quiet, or None; a tenth of a second to import, and an extra, so not with this module."""
    try:
        chemistry = importlib.import_module("rdkit.Chem")
    except ImportError:
        return None
    importlib.import_module("rdkit.RDLogger").DisableLog("rdApp.*")  # it writes each refused text to stderr
    logging.getLogger("rdkit").setLevel(logging.CRITICAL)
    return chemistry
