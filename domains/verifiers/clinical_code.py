"""A clinical code: is the ICD-10-CM code at the answer line that of the gold answer?

Limits first. ICD-10-CM alone, the clinical modification of the United States, in the release that `simple-icd-10-cm`
carries (1.5.0: fiscal year 2026, the update of 1 April 2026): not the WHO's ICD-10 nor that of other countries, no
procedures (ICD-10-PCS), no SNOMED. It compares two codes; whether a code fits a patient, may be billed, or was in force
on some day is not checked. One code is read; two different ones are no answer. Beside a code, what merely looks like
one (vitamin B12, vertebra T12) does not count.
"""

import importlib
import re
from functools import cache
from typing import Any

from chartered.domains.contract import Check, Problem
from chartered.domains.verifiers.answered import answered

_MISSING = (
    "the verifier clinical_code needs simple-icd-10-cm, which is not installed; pip install 'chartered[clinical]'."
)
# a letter, two characters, then up to four with or without the dot; X fills places up to the seventh. QA0 is the one
# category with two letters first. A range such as E08-E13 is no code. Each quantifier is bounded, so time is linear.
_CODE = re.compile(r"(?<![\w.-])((?:[A-Z]\d|QA)[0-9A-Z](?:\.?[0-9A-Z]{1,4})?)(?!\w|\.\w|-[A-Z]?\d)", re.I | re.A)


def clinical_code(problem: Problem, response: str) -> Check:
    """Compare the code at the answer line with the gold one; the reason says how far off a wrong one is."""
    return answered(response, lambda line: _compared(problem, line))


def _compared(problem: Problem, line: str) -> Check:
    if _classification() is None:
        return Check(status="error", score=0.0, reason=_MISSING)
    gold = _known(problem.answer.strip())
    if gold is None:
        return Check(status="error", score=0.0, reason=f"the gold answer {problem.answer[:80]!r} is no ICD-10-CM code")
    said = read_codes(line)
    if len(said) != 1:
        return Check(status="no_answer", score=0.0, reason=f"{len(said)} codes can be read from {line[:80]!r}")
    if said[0] == gold:
        return Check(status="correct", score=1.0, answer=gold)
    return Check(status="wrong", score=0.0, answer=said[0], reason=_how_far(said[0], gold))


def read_codes(line: str) -> list[str]:
    """The different codes in a line, with their dots, in order; an unknown one without a dot only if alone."""
    found = [match[1].upper() for match in _CODE.finditer(line)]
    meant = [code for code in found if "." in code or _exists(code)] or found
    bare = [code.replace(".", "") for code in meant]
    return list(dict.fromkeys(code if len(code) == 3 else f"{code[:3]}.{code[3:]}" for code in bare))


def _how_far(said: str, gold: str) -> str:
    """In what a wrong code differs, from nothing of the kind to a level too few."""
    codes = _classification()
    if not _exists(said):
        return f"{said} is no ICD-10-CM code"
    if said in codes.get_ancestors(gold):
        return f"{said} is less specific than {gold}"
    if gold in codes.get_ancestors(said):
        return f"{said} is more specific than {gold}"
    if said[:3] == gold[:3]:
        return f"{said} is of the right category, {gold[:3]}, and another code"
    return f"{said} is of another category than {gold}"


def _known(text: str) -> str | None:
    """The code as the classification writes it, or None: chapters and blocks are no codes."""
    codes = read_codes(text)
    return codes[0] if len(codes) == 1 and _exists(codes[0]) else None


def _exists(code: str) -> bool:
    codes = _classification()
    return codes is not None and bool(codes.is_valid_item(code))


@cache
def _classification() -> Any:
    """The library, or None. Loading takes some three seconds and 190 MiB, so not with this module."""
    try:
        return importlib.import_module("simple_icd_10_cm")
    except ImportError:
        return None
