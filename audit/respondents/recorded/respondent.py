"""Answers that were recorded elsewhere, as a respondent: JSON lines of one of three forms, told by the first row.

Multiple choice in arms (`chartered.audit.respondents.recorded.choices`), BBQ with predictions (`bbq`) and outcomes by
group (`outcomes`), each read by a module of its own.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from chartered.audit.cases import Answer, Case, CaseSet, Need
from chartered.audit.respondents.protocol import OnProgress, Respondent, silent
from chartered.audit.respondents.recorded.choices import ChoiceScoring, Read, read_choices
from chartered.audit.respondents.recorded.rows import RecordedFile
from chartered.audit.verdict import RespondentInfo
from chartered.common.errors import AuditError, UsageError
from chartered.common.files import sha256_file
from chartered.common.rows import Row
from chartered.common.rows.columns import Columns

RecordedScoring = Literal["first_letter", "extracted", "exact"]
"""`exact` takes answers that are options word for word; the others are as in `choices`."""

_BBQ = frozenset({"context_condition", "ans0"})
_CHOICES = frozenset({"arm", "options", "response", "target"})
_ALL: frozenset[Need] = frozenset({"choose", "write", "continue", "likelihood", "option scores"})


class Recorded(Respondent):
    """The respondent behind a file of recorded answers.

    `probe` is the one that was recorded. Items of multiple choice that are not in every arm of the file are left out
    and counted in `dropped`.

    Raises:
        DataError: the file cannot be read, or a row is not as it must be; the message names the line.
        UsageError: a scoring does not fit the form, or a mapped column is nowhere.
    """

    def __init__(
        self,
        path: Path,
        *,
        scoring: RecordedScoring | None = None,
        columns: Columns | None = None,
        base: int | None = None,
    ) -> None:
        rows, unused, evaluation = RecordedFile(path=path, columns=columns or {}, base=base).rows()
        form = _form(rows)
        if evaluation and form == "choices":
            scoring = scoring or "extracted"  # models were not asked to begin with a letter there
        if form == "outcomes" and scoring:
            raise UsageError(f"{path}: these answers were read when they were recorded; leave --scoring out.")
        if form == "choices" and scoring == "exact":
            raise UsageError(f"{path}: answers in arms are read by first_letter or extracted; give one of them.")
        (model, self.probe, cases, answers, dropped), read_as, unread = _read(path, form, rows, scoring, base)
        self.path, self.cases, self.dropped = path, tuple(cases), {**unused, **dropped}
        self._gives: frozenset[Need] = frozenset({"choose"}) if form == "choices" else _ALL
        self._answers = {(case.arm, *case.key): answer for case, answer in zip(cases, answers, strict=True)}
        self.info = RespondentInfo(
            kind="recorded",
            name=model,
            sha256=sha256_file(path),
            scoring=read_as,
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


def _form(rows: Sequence[tuple[str, Row]]) -> Literal["choices", "bbq", "outcomes"]:
    """What kind of answers a file holds, by the fields of its first row."""
    fields = frozenset(rows[0][1]) if rows else _CHOICES
    if fields >= _BBQ:
        return "bbq"
    return "choices" if fields & _CHOICES else "outcomes"


def _read(
    path: Path, form: str, rows: Sequence[tuple[str, Row]], scoring: RecordedScoring | None, base: int | None
) -> tuple[Read, str, str]:
    """What a file of that form holds, how its answers were read, and how many could not be, in words."""
    if form == "choices":
        by: ChoiceScoring = "extracted" if scoring == "extracted" else "first_letter"
        found, unread = read_choices(path, by, rows)
        return found, by, unread
    # imported here: each form is read by a module of its own, and an audit needs one of them
    if form == "outcomes":
        from chartered.audit.respondents.recorded.outcomes import read_outcomes

        return read_outcomes(path, rows), "recorded", ""
    from chartered.audit.respondents.recorded.bbq import read_bbq
    from chartered.audit.respondents.recorded.free_text import read_responses

    model, probe, cases, answers, dropped = read_bbq(path, rows)
    answers, read_by, unread = read_responses(cases, answers, path, scoring, base)
    return (model, probe, cases, answers, dropped), "recorded" if read_by == "exact" else read_by, unread
