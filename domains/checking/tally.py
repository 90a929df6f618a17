"""Counting what verifiers found, so that failures stop a run and are not trained on."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from chartered.common.errors import TrainingError
from chartered.domains.contract import Check, Problem, Status

_EXAMPLES = 5
_SHOWN = 120  # characters of a response


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """A response that the verifier failed on."""

    problem: str
    """Id of the problem."""
    kind: str
    response: str
    """The beginning of it."""
    length: int
    """Of the whole response, in characters."""
    check: Check


@dataclass(kw_only=True, slots=True)
class Tally:
    """Counts of statuses, and up to five failures: one for each reason before a second for any."""

    counts: Counter[Status] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)

    def add(self, problem: Problem, response: str, check: Check) -> None:
        """Count one check."""
        self.counts[check.status] += 1
        if check.failed:
            self._keep(problem, response, check)

    def add_all(self, items: Iterable[tuple[Problem, str]], checks: Iterable[Check]) -> None:
        """Count the checks of these items, in order."""
        for (problem, response), check in zip(items, checks, strict=True):
            self.add(problem, response, check)

    @property
    def total(self) -> int:
        """How many checks were counted."""
        return self.counts.total()

    @property
    def failed(self) -> int:
        """How many of them were time-outs or errors."""
        return self.counts["timeout"] + self.counts["error"]

    def _keep(self, problem: Problem, response: str, check: Check) -> None:
        reasons = Counter(_reason(failure.check) for failure in self.failures)
        if len(self.failures) == _EXAMPLES:
            repeated = next((f for f in reversed(self.failures) if reasons[_reason(f.check)] > 1), None)
            if repeated is None or reasons[_reason(check)]:
                return
            self.failures.remove(repeated)
        self.failures.append(
            Failure(
                problem=problem.id, kind=problem.kind, response=response[:_SHOWN], length=len(response), check=check
            )
        )


def too_many(tally: Tally, share: float = 0.05, least: int = 20) -> None:
    """Stop when more than `share` of the checks, 0 to 1, were time-outs or errors.

    Fewer than `least` checks say nothing about a share, and pass.

    Raises:
        TrainingError: with the counts and up to five examples.
    """
    if tally.total < least or tally.failed <= share * tally.total:
        return
    lines = [_line(failure) for failure in tally.failures]
    raise TrainingError(
        f"the verifier failed on {tally.failed} of {tally.total} responses ({tally.counts['timeout']} time-outs, "
        f"{tally.counts['error']} errors), more than the share of {share:.3g} that is let pass; such responses have no "
        "reward. Mend the verifier, give it more seconds, or raise the share. Examples:\n" + "\n".join(lines)
    )


def _line(failure: Failure) -> str:
    more = f" ... ({failure.length} characters)" if failure.length > len(failure.response) else ""
    reason = f" ({failure.check.reason})" if failure.check.reason else ""
    return f"- {failure.check.status}{reason}: problem {failure.problem}, {failure.kind}: {failure.response!r}{more}"


def _reason(check: Check) -> tuple[str, str]:
    return check.status, check.reason
