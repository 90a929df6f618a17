"""A questionnaire that came back: the cases of an audit with the answers of a system that its owners asked."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from chartered.audit.cases import Answer, Case, CaseSet, Need, turns
from chartered.audit.questionnaire import WRITTEN, Line, Origin, case_id, case_sets, read_lines
from chartered.audit.respondents.protocol import OnProgress, Respondent, silent
from chartered.audit.respondents.written import Written, read_written
from chartered.audit.verdict import RespondentInfo
from chartered.common.errors import AuditError
from chartered.common.files import sha256_file
from chartered.domains.contract import Checks, Domain, Problem

UNANSWERED = "missing in the file of answers"
CHANGED = "to a prompt that was changed, and left out"
TWICE = "given twice and unlike, and left out"
_ID = "questionnaire id"
"""Tag under which a case carries its id."""


class Questionnaire(Respondent):
    """The respondent behind a questionnaire that was filled in.

    Its cases are built again and each gets the answer of its id, read by the domain's verifier as one of an endpoint
    is. A case without an answer, with two unlike ones, or with one to another prompt, has no response; how many there
    are is in the verdict. Nobody can know how the answers were decoded, or whether they are the system's.

    Raises:
        AuditError: no line has a response, or none belongs to a case of this audit.
        DataError: a line is not one of a questionnaire.
    """

    def __init__(
        self, path: Path, origin: Origin, domain: Domain, problems: Sequence[Problem], checker: Checks
    ) -> None:
        self.path, self.checker, self.origin, self.probes = path, checker, origin, origin.probes
        sets = case_sets(domain, origin.probes, problems, seed=origin.seed, limit=origin.limit)
        self._sets = {case_set.probe: _tagged(case_set) for case_set in sets}
        by_id: dict[str, list[Line]] = {}
        given = list(read_lines(path))
        for line in given:
            by_id.setdefault(line.id, []).append(line)
        cases = {case.tags[_ID]: case for case_set in self._sets.values() for case in case_set.cases}
        self._written = {name: _written(case, by_id.get(name, ())) for name, case in cases.items()}
        strange = sum(line.id not in cases for line in given)
        self._refuse(given, strange, origin)
        self.info = RespondentInfo(
            kind="recorded",
            name=_name(given) or path.name,
            sha256=sha256_file(path),
            scoring="generate",
            decoding=f"recorded elsewhere; how it was decoded is not known{_left_out(strange)}",
        )

    @property
    def gives(self) -> frozenset[Need]:
        """What can be asked by text."""
        return WRITTEN

    def cases_of(self, probe: str) -> CaseSet:
        """The cases of a probe, as they were written."""
        return self._sets.get(probe) or CaseSet(probe=probe, cases=(), items=0)

    def answer(self, cases: Sequence[Case], on_progress: OnProgress | None = None) -> list[Answer]:
        """The answer that was given to each case.

        Raises:
            AuditError: the verifier failed on one.
        """
        (on_progress or silent)(len(cases), len(cases))
        return read_written(self.checker, cases, [self._written[case.tags[_ID]] for case in cases])

    def _refuse(self, given: Sequence[Line], strange: int, origin: Origin) -> None:
        if not any(line.response.strip() for line in given):
            raise AuditError(f"{self.path}: no line has a response; fill in the field 'response', as text.")
        if strange == len(given):
            raise AuditError(
                f"{self.path}: none of its {len(given)} lines belongs to a case of this audit (domain {origin.domain}, "
                f"seed {origin.seed}); if problems, wording or version have changed since, write the cases again."
            )


def _tagged(case_set: CaseSet) -> CaseSet:
    probe = case_set.probe
    tagged = (replace(case, tags={**case.tags, _ID: case_id(probe, case)}) for case in case_set.cases)
    return replace(case_set, cases=tuple(tagged))


def _written(case: Case, given: Sequence[Line]) -> Written:
    """The one answer to a case, or why there is none."""
    answered = [line for line in given if line.response.strip()]
    if not answered:
        return Written(text="", whole=False, remarks=(UNANSWERED,))
    fitting = {line.response for line in answered if _fits(case, line)}
    if len(fitting) == 1:
        return Written(text=fitting.pop())
    return Written(text="", whole=False, remarks=(TWICE if fitting else CHANGED,))


def _fits(case: Case, line: Line) -> bool:
    """Whether a line still asks what the case asks; what it leaves out is vouched for by its id."""
    asked = {"messages": turns(case), "options": list(case.problem.options)}
    return all(line.asked.get(key, value) == value for key, value in asked.items())


def _name(given: Sequence[Line]) -> str:
    """The model that the lines name, where they name one."""
    named = {line.model for line in given}
    return named.pop() if len(named) == 1 else ""


def _left_out(strange: int) -> str:
    lines = "line that answers" if strange == 1 else "lines that answer"
    return f"; {strange} {lines} no case of this audit left out" if strange else ""
