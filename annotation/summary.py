"""What an annotation did, in counts: every problem is in exactly one of kept and the reasons for leaving it out."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal

from chartered.common.uncertainty import standard_error
from chartered.domains.contract import Check, Status

Fate = Literal["kept", "wrong", "no_answer", "cut", "unchecked", "no_solution", "failed", "unusable"]

_FATES: dict[Status, Fate] = dict(
    correct="kept", wrong="wrong", no_answer="no_answer", timeout="unchecked", error="unchecked"
)


def fate_of(check: Check) -> Fate:
    """What becomes of a response by the verifier's finding: the one place where a trace is kept or left out."""
    return _FATES[check.status]


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """Counts of one annotation.

    `kept + wrong + no_answer + cut + unchecked + no_solution + failed + unusable == problems`.
    """

    strategy: str
    problems: int
    kept: int = 0
    wrong: int = 0
    no_answer: int = 0
    """Replies in which the verifier found no answer."""
    cut: int = 0
    """Replies that ended at the token limit; never kept, since half a number may be a right answer by chance."""
    unchecked: int = 0
    """The verifier timed out or broke; says nothing of the reply."""
    no_solution: int = 0
    """Problems for which the domain has no worked solution."""
    failed: int = 0
    """Problems for which the endpoint gave no reply."""
    unusable: int = 0
    """Rows of one's own that are no trace, or hold a held-out question."""
    as_they_are: int = 0
    """Of those kept, rows of one's own, which no verifier has seen."""
    asked: int = 0
    """Problems put to the endpoint now; `failed` of them came back empty."""
    reused: int = 0
    """Problems whose reply was there from an earlier, interrupted run."""
    torn: int = 0
    """Half-written replies (0 or 1) that a killed run left behind; cut away and asked again."""
    tokens_in: int = 0
    """Prompt tokens as the endpoint reports them, over asked and reused replies."""
    tokens_out: int = 0
    without_usage: int = 0
    """Replies for which the endpoint reported no tokens."""
    filtered: int = 0
    """Replies that a filter of the endpoint kept back; they have no answer."""
    from_reasoning: int = 0
    """Replies without text, whose answer was read out of what the model thought."""
    left_out: tuple[str, ...] = ()
    """Settings that the endpoint does not take, so that it was asked without them."""
    streamed: bool = False
    """Whether replies came in pieces, since it was said so or the endpoint refuses other calls."""
    failures: tuple[str, ...] = ()
    """What the first few failures said."""

    @property
    def judged(self) -> int:
        """Replies that count for the accuracy."""
        return self.kept - self.as_they_are + self.wrong + self.no_answer + self.cut

    @property
    def accuracy(self) -> float | None:
        """Share of judged replies that were right, in [0, 1]; None when there are none."""
        return (self.kept - self.as_they_are) / self.judged if self.judged else None

    @property
    def standard_error(self) -> float | None:
        """Of the accuracy; None when fewer than two replies were judged."""
        return standard_error(self.kept - self.as_they_are, self.judged)

    def row(self) -> dict[str, Any]:
        """The counts with accuracy and its standard error, for a ledger."""
        figures = {"judged": self.judged, "accuracy": self.accuracy, "standard_error": self.standard_error}
        lists = {"failures": list(self.failures), "left_out": list(self.left_out)}
        return {**asdict(self), **figures, **lists}


def summarise(strategy: str, fates: Iterable[Fate], **counts: Any) -> Summary:
    """The summary of what became of each problem."""
    counted = Counter(fates)
    by_fate: dict[str, Any] = {str(fate): count for fate, count in counted.items()}
    return Summary(strategy=strategy, problems=counted.total(), **by_fate, **counts)
