"""The model under audit, however it is reached.

`chartered.audit.respondents.local.Local` answers with weights on this machine, `endpoint.Endpoint` from an address,
`recorded.choices.Recorded` with answers that were logged elsewhere. A respondent of your own inherits from `Respondent`
and has `info`, `gives` and `answer`; the rest is for those that are not asked in the usual way.
"""

from collections.abc import Sequence
from typing import Protocol

from chartered.audit.cases import CONTROL, Answer, Case, CaseSet, Need
from chartered.audit.verdict import RespondentInfo
from chartered.domains.contract import Problem


class OnProgress(Protocol):
    """Told how many are done, and how many there are."""

    def __call__(self, done: int, total: int, /) -> None: ...


class Respondent(Protocol):
    """Answers cases, each on its own and all in the same way."""

    info: RespondentInfo
    """Which model it is and how it is asked; two respondents of the same info answer alike."""
    probes: tuple[str, ...] = ()
    """The probes of which it brings the cases along; empty where it answers any case."""
    wording_sha256: str | None = None
    """Hash of the wording of the cases that it brings along; None where the probes' own wording is asked."""
    packages: tuple[str, ...] = ()
    """Installed packages whose versions its answers depend on."""

    @property
    def gives(self) -> frozenset[Need]:
        """What it can be asked for; a probe that needs more is not run."""

    def answer(self, cases: Sequence[Case], on_progress: OnProgress | None = None) -> list[Answer]:
        """One answer for each case, in order."""

    def described(self, answers: Sequence[Answer]) -> RespondentInfo:
        """Its info in the light of its answers, where they show that it was asked otherwise than it should be."""
        return self.info

    def cases_of(self, probe: str) -> CaseSet | None:
        """The cases of a probe that it brings along, perhaps none; None where the probe builds them."""
        return None

    def check_lengths(self, cases: Sequence[Case]) -> None:
        """Refuse cases that it cannot read, before anything is asked; what cannot be known yet is left to `answer`.

        Raises:
            AuditError: naming the problem and what to do.
        """
        return None


def written(respondent: Respondent, problems: Sequence[Problem], on_progress: OnProgress | None = None) -> list[str]:
    """What a respondent writes to each problem, of any kind, in order.

    Raises:
        AuditError: a problem cannot be asked.
    """
    cases = [
        Case(item=str(number), arm=CONTROL, problem=problem, ask="write") for number, problem in enumerate(problems)
    ]
    return [answer.response for answer in respondent.answer(cases, on_progress)]


def silent(done: int, total: int) -> None:
    """Progress that nobody watches."""
