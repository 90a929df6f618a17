"""A domain whose verifiers run in a pool of killable processes, and whose failures stop a run."""

from dataclasses import dataclass, field
from threading import Lock

from chartered.domains.checking.pool import Pool
from chartered.domains.checking.tally import Tally, too_many
from chartered.domains.contract import Check, Domain, Problem


@dataclass(frozen=True, kw_only=True)
class Guarded(Domain):
    """A domain to be used in place of the pool's: each check is made in the pool, and failures are counted."""

    pool: Pool
    share: float
    """Of the responses, 0 to 1, that may be time-outs or errors."""
    tally: Tally = field(default_factory=Tally)
    lock: Lock = field(default_factory=Lock, repr=False)

    def verify(self, problem: Problem, response: str) -> Check:
        """Check a response in the pool.

        Raises:
            PluginError: no verifier is registered for the problem's kind.
            TrainingError: more than `share` of the responses were time-outs or errors.
        """
        (check,) = self.pool.check([(problem, response)])
        with self.lock:
            self.tally.add(problem, response, check)
            too_many(self.tally, self.share)
        return check


def guarded(pool: Pool, share: float = 0.05) -> Guarded:
    """The pool's domain with its checks made in the pool."""
    return Guarded(**vars(pool.domain), pool=pool, share=share)
