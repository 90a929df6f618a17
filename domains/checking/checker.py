"""The checker of a stage: responses are checked in batches; failures are counted, and too many stop the run."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

from chartered.common.errors import TrainingError
from chartered.domains.contract import Check, Checks, Item, Status
from chartered.domains.verifiers.reading.stages import Stage, given, reading

OnChecks = Callable[[Sequence[Item], Sequence[Check]], None]
TOLERANCE = 0.05
"""Share of the responses that may end in a time-out or an error, unless a recipe says otherwise."""
_LEAST = 20  # fewer checks say nothing about a share
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

    def __str__(self) -> str:
        more = f" ... ({self.length} characters)" if self.length > len(self.response) else ""
        reason = f" ({self.check.reason})" if self.check.reason else ""
        return f"- {self.check.status}{reason}: problem {self.problem}, {self.kind}: {self.response!r}{more}"

    @property
    def cause(self) -> tuple[str, str]:
        """What failures have in common that are told once."""
        return self.check.status, self.check.reason


class Checker:
    """Checks responses through `checks`, a `Pool` in a run or a plain domain elsewhere; safe for threads.

    Args:
        checks: what finds them.
        tolerance: share of all responses so far, 0 to 1, that may be time-outs or errors.
        stages: ways to say an answer that are read (`verifiers.reading.stages`); None leaves it to the verifiers.
    """

    def __init__(self, checks: Checks, *, tolerance: float = TOLERANCE, stages: frozenset[Stage] | None = None) -> None:
        self._checks, self.tolerance, self.stages = checks, tolerance, stages
        self.counts: Counter[Status] = Counter()
        self.failures: list[Failure] = []
        """Up to five examples: one for each reason before a second for any."""
        self._lock = Lock()

    def check(self, items: Sequence[Item], on_checks: OnChecks | None = None) -> list[Check]:
        """The checks of these problems and responses, in order; `on_checks` gets them before too many stop the run.

        Raises:
            PluginError: a problem is of a kind that the domain has no verifier for.
            TrainingError: more than `tolerance` of the responses were time-outs or errors; with counts and examples.
        """
        with reading(self.stages if self.stages is not None else given()):
            checks = self._checks.check(items)
        with self._lock:
            for item, check in zip(items, checks, strict=True):
                self.counts[check.status] += 1
                if check.failed:
                    self._keep(item, check)
            if on_checks and items:
                on_checks(items, checks)
            self._stop_at_too_many()
        return checks

    @property
    def total(self) -> int:
        """How many responses were checked."""
        return self.counts.total()

    @property
    def failed(self) -> int:
        """How many of them the verifier failed on."""
        return self.counts["timeout"] + self.counts["error"]

    def _keep(self, item: Item, check: Check) -> None:
        problem, response = item
        failure = Failure(
            problem=problem.id, kind=problem.kind, response=response[:_SHOWN], length=len(response), check=check
        )
        causes = Counter(known.cause for known in self.failures)
        if len(self.failures) == _EXAMPLES:
            repeated = next((known for known in reversed(self.failures) if causes[known.cause] > 1), None)
            if repeated is None or causes[failure.cause]:
                return
            self.failures.remove(repeated)
        self.failures.append(failure)

    def _stop_at_too_many(self) -> None:
        if self.total < _LEAST or self.failed <= self.tolerance * self.total:
            return
        raise TrainingError(
            f"the verifier failed on {self.failed} of {self.total} responses ({self.counts['timeout']} time-outs, "
            f"{self.counts['error']} errors), more than the share of {self.tolerance:.3g} that is tolerated; such "
            "responses have no reward. Mend the verifier, give it more seconds, or raise the share (verify.failures in "
            "a recipe). Examples:\n" + "\n".join(map(str, self.failures))
        )
