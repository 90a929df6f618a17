"""The model under audit, however it is reached.

`chartered.audit.respondents.local.Local` answers with weights on this machine,
`chartered.audit.respondents.recorded.choices.Recorded` with answers that were logged elsewhere. Anything else with
`info` and `answer` is a respondent too.
"""

from collections.abc import Sequence
from typing import Protocol

from chartered.audit.cases import Answer, Case, Need
from chartered.audit.verdict import RespondentInfo


class OnProgress(Protocol):
    """Told how many are done, and how many there are."""

    def __call__(self, done: int, total: int, /) -> None: ...


class Respondent(Protocol):
    """Answers cases, each on its own and all in the same way."""

    @property
    def info(self) -> RespondentInfo:
        """Which model it is and how it is asked; two respondents of the same info answer alike."""

    @property
    def gives(self) -> frozenset[Need]:
        """What it can be asked for; a probe that needs more is not run."""

    def answer(self, cases: Sequence[Case], on_progress: OnProgress | None = None) -> list[Answer]:
        """One answer for each case, in order."""


def silent(done: int, total: int) -> None:
    """Progress that nobody watches."""
