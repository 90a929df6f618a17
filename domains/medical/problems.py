"""The problem sets of the medical domain: six generated kinds, and published sets from local files."""

from collections.abc import Callable, Iterable
from pathlib import Path

from chartered.domains.contract import Problem, ProblemSet
from chartered.domains.errors import DataError
from chartered.domains.medical import contraindication, diagnosis, dosing, laboratory, trial
from chartered.domains.medical.facts import LICENCE
from chartered.domains.medical.real import REAL


def _generated(name: str, description: str, make: Callable[[], Iterable[Problem]]) -> ProblemSet:
    def load(path: Path | None) -> Iterable[Problem]:
        if path is not None:
            raise DataError(f"{path}: the problem set {name!r} is generated and reads no file; leave out `path`.")
        return make()

    return ProblemSet(name=name, description=description, licence=LICENCE, source="generated", load=load)


PROBLEM_SETS = (
    _generated("diagnosis", "three findings, four conditions", diagnosis.problems),
    _generated("laboratory", "a value against its adult reference range: low, normal, high", laboratory.problems),
    _generated("dose", "a child's dose in mg from mg/kg and weight", dosing.doses),
    _generated("drip", "an infusion rate in mL/h from volume and hours", dosing.drips),
    _generated("contraindication", "a condition and four drugs: which to avoid", contraindication.problems),
    _generated("trial", "a trial's interval against a margin: yes, no or maybe", trial.problems),
    *REAL,
)
