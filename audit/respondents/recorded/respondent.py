"""Answers that were recorded elsewhere, as a respondent: JSON lines of one of three forms, told by the first row.

Multiple choice in arms (`chartered.audit.respondents.recorded.choices`), BBQ with predictions (`bbq`) and outcomes by
group (`outcomes`), each read by a module of its own.
"""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Literal

from chartered.audit.cases import Answer, Case, CaseSet, Need
from chartered.audit.respondents.protocol import OnProgress, Respondent, silent
from chartered.audit.respondents.recorded.choices import RecordedScoring, read_choices
from chartered.audit.verdict import RespondentInfo
from chartered.common.errors import AuditError, UsageError
from chartered.common.files import read_rows, sha256_file

_BBQ = frozenset({"context_condition", "ans0"})
_CHOICES = frozenset({"arm", "options", "response", "target"})
_ALL: frozenset[Need] = frozenset({"choose", "write", "continue", "likelihood", "option scores"})


class Recorded(Respondent):
    """The respondent behind a file of recorded answers.

    `probe` is the one that was recorded. Items of multiple choice that are not in every arm of the file are left out
    and counted in `dropped`.

    Raises:
        DataError: the file cannot be read, or a row is not as it must be; the message names the line.
        UsageError: a scoring is given for answers that are not multiple choice in arms.
    """

    def __init__(self, path: Path, *, scoring: RecordedScoring | None = None) -> None:
        form = _form(path)
        if form != "choices" and scoring:
            raise UsageError(f"{path}: these answers were read when they were recorded; leave --scoring out.")
        unread = ""
        if form == "choices":
            (model, self.probe, cases, answers, dropped), unread = read_choices(path, scoring or "first_letter")
        else:
            # imported here: each form is read by a module of its own, and an audit needs one of them
            module = import_module(f"chartered.audit.respondents.recorded.{form}")
            model, self.probe, cases, answers, dropped = getattr(module, f"read_{form}")(path)
        self.path, self.cases, self.dropped = path, tuple(cases), dict(dropped)
        self._gives: frozenset[Need] = frozenset({"choose"}) if form == "choices" else _ALL
        self._answers = {(case.arm, *case.key): answer for case, answer in zip(cases, answers, strict=True)}
        self.info = RespondentInfo(
            kind="recorded",
            name=model,
            sha256=sha256_file(path),
            scoring=(scoring or "first_letter") if form == "choices" else "recorded",
            decoding=f"as recorded{unread}",
        )
        # the wording is the one in the file
        self.probes, self.wording_sha256 = (self.probe,), self.info.sha256

    @property
    def gives(self) -> frozenset[Need]:
        """What was recorded; for BBQ and outcomes anything, as the cases are those of their probe."""
        return self._gives

    def cases_of(self, probe: str) -> CaseSet:
        """The cases that were recorded of a probe."""
        cases = self.cases if probe == self.probe else ()
        return CaseSet(probe=probe, cases=cases, items=len({case.item for case in cases}), dropped=self.dropped)

    def answer(self, cases: Sequence[Case], on_progress: OnProgress | None = None) -> list[Answer]:
        """The recorded answer of each case.

        Raises:
            AuditError: a case was not recorded.
        """
        missing = [case for case in cases if (case.arm, *case.key) not in self._answers]
        if missing:
            raise AuditError(
                f"{self.path}: no answer was recorded for item {missing[0].item} in the arm {missing[0].arm!r}; "
                "recorded answers can only be asked for their own cases."
            )
        (on_progress or silent)(len(cases), len(cases))
        return [self._answers[(case.arm, *case.key)] for case in cases]


def _form(path: Path) -> Literal["choices", "bbq", "outcomes"]:
    """What kind of answers a file holds, by the fields of its first row."""
    fields = next((frozenset(row) for _, row in read_rows(path)), _CHOICES)
    if fields >= _BBQ:
        return "bbq"
    return "choices" if fields & _CHOICES else "outcomes"
