"""Verifiers one after another: the first that reaches correct or wrong decides."""

from chartered.domains.contract import Check, Problem, Verifier


class Cascade:
    """A verifier that asks each in turn, so put the strict and cheap ones first; `verifiers` names them.

    No answer goes on to the next. An error or a time-out goes on too, and is told: in the reason of the check that
    decides, and as the outcome itself where none decides, since "no answer" would then be a guess.

    Raises:
        ValueError: there is no verifier to ask.
    """

    def __init__(self, *verifiers: Verifier) -> None:
        if not verifiers:
            raise ValueError("a cascade needs at least one verifier.")
        self.verifiers = verifiers

    def __call__(self, problem: Problem, response: str) -> Check:
        """The first check that is correct or wrong."""
        failed: list[Check] = []
        silent: list[Check] = []
        for verifier in self.verifiers:
            check = _asked(verifier, problem, response)
            if check.status in ("correct", "wrong"):
                return _telling(check, failed)
            (silent if check.status == "no_answer" else failed).append(check)
        return _telling(failed[0], failed[1:]) if failed else silent[-1]


def _asked(verifier: Verifier, problem: Problem, response: str) -> Check:
    try:
        return verifier(problem, response)
    except Exception as error:  # a plugin's own code may raise anything
        reason = f"{getattr(verifier, '__name__', type(verifier).__name__)} failed: {type(error).__name__}: {error}"
        return Check(status="error", score=0.0, reason=reason)


def _telling(check: Check, failed: list[Check]) -> Check:
    """The check, with what failed besides it in its reason."""
    told = [check.reason, *(f"{other.status}: {other.reason}" for other in failed)]
    reason = "; ".join(filter(None, told))
    return Check(status=check.status, score=check.score, answer=check.answer, reason=reason)
