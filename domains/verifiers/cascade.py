"""Verifiers one after another: the first that reaches correct or wrong decides."""

from dataclasses import replace

from chartered.domains.contract import Check, Problem, Verifier, checked


class Cascade:
    """A verifier that asks each in turn, so put the strict and cheap ones first; `verifiers` names them.

    No answer goes on to the next. An error or a time-out goes on too, and is reported: in the reason of the check that
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
            name = getattr(verifier, "__name__", type(verifier).__name__)
            check = checked(verifier, problem, response, name=name)
            if check.status in ("correct", "wrong"):
                return _with_failures(check, failed)
            (failed if check.failed else silent).append(check)
        return _with_failures(failed[0], failed[1:]) if failed else silent[-1]


def _with_failures(check: Check, failed: list[Check]) -> Check:
    """The check, with what failed besides it in its reason."""
    reasons = [check.reason, *(f"{other.status}: {other.reason}" for other in failed)]
    return replace(check, reason="; ".join(filter(None, reasons)))
