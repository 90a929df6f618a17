"""One pass: a teacher is asked once for each problem, and its reply is a trace when the verifier says correct."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing
from pathlib import Path

from chartered.annotation.engine.replies import ReplyStore
from chartered.annotation.engine.teacher import Teacher
from chartered.annotation.summary import Fate, Summary, fate_of, summarise
from chartered.annotation.traces import Trace, solved, template_sha
from chartered.common.endpoint import Outcome, Request, run_async
from chartered.common.errors import CharteredError, EndpointError
from chartered.common.reply import FILTERED, Reply
from chartered.domains.contract import Check, Checks, Problem
from chartered.domains.prompts import render

STRATEGY = "one_pass"

FIRST = 3
"""Problems asked one by one at the start; when none of them gets a reply, no more are asked."""

TOLERATED = 0.2
"""Largest share of problems without a reply."""

SETTLED = 20
"""Problems that must be through before that share is looked at."""

Progress = Callable[[int, int], None]


def distil(
    checker: Checks, problems: Sequence[Problem], teacher: Teacher, store: Path, on_progress: Progress | None = None
) -> tuple[list[Trace], Summary]:
    """Ask the teacher for every problem that `store` has no reply to, and judge all replies.

    Raises:
        EndpointError: the endpoint cannot be used at all: nobody there, key refused, no such model.
        CharteredError: none of the first calls got a reply, or more than a fifth of the problems did not; replies
            that came are in `store`.
        UsageError: the key is missing.
        DataError: `store` is damaged, other than in a half-written last line.
    """
    with ReplyStore(store, teacher.asked_sha(template_sha())) as replies:
        asking = _Asking(problems, teacher, replies, on_progress)
        if asking.todo:
            run_async(asking.run())
        return _checked(checker, problems, teacher, asking)


class _Asking:
    """The asking of one run."""

    def __init__(
        self, problems: Sequence[Problem], teacher: Teacher, replies: ReplyStore, on_progress: Progress | None
    ) -> None:
        by_id = {problem.id: problem for problem in problems}
        self.todo = [problem for problem in by_id.values() if replies.get(problem.id) is None]
        self.total = len(by_id)
        self.reused = self.total - len(self.todo)
        self.teacher, self.replies, self.on_progress = teacher, replies, on_progress
        self.failures: list[EndpointError] = []
        self.answered = 0

    async def run(self) -> None:
        """Ask for all that is to do, or until that is pointless; what was asked by then is waited for and kept."""
        async with aclosing(self.teacher.outcomes(self._requests())) as outcomes:
            async for problem, outcome in outcomes:
                self._take(problem, outcome)
        if fault := self._fault():
            raise fault

    def _requests(self) -> Iterator[tuple[Problem, Request]]:
        for problem in self.todo:
            if self._fault(first=FIRST, settled=SETTLED):
                return
            yield problem, self.teacher.request(render(problem))

    def _take(self, problem: Problem, outcome: Outcome) -> None:
        if isinstance(outcome, EndpointError):
            self.failures.append(outcome)
        else:
            self.replies.add(problem.id, outcome)
            self.answered += 1
        if self.on_progress is not None:
            self.on_progress(self.reused + self.answered + len(self.failures), self.total)

    def _fault(self, first: int = 1, settled: int = 1) -> CharteredError | None:
        """Why no more should be asked; looked at from so many problems on that are through."""
        failures, kept = self.failures, self.reused + self.answered
        through = self.answered + len(failures)
        still = f"the {kept} replies are kept in {self.replies.path}, run again to go on"
        hopeless = next((failure for failure in failures if failure.hopeless), None)
        if hopeless:
            return EndpointError(f"{hopeless} So far, {still}.", hopeless=True) if kept else hopeless
        # a refusal of one problem says nothing of the others: the endpoint was seen to answer them
        silent = [failure for failure in failures if not failure.refused]
        if not kept and len(silent) >= first:
            return CharteredError(
                f"the teacher replied to none of the first {len(failures)} problems, so no more were asked; "
                f"the first failure: {silent[0]}"
            )
        if through >= settled and len(failures) > TOLERATED * (kept + len(failures)):
            return CharteredError(
                f"the teacher failed on {len(failures)} of {kept + len(failures)} problems, more than {TOLERATED:.0%}; "
                f"{still}. The first failures: {'; '.join(map(str, failures[:FIRST]))}"
            )
        return None


def _checked(
    checker: Checks, problems: Sequence[Problem], teacher: Teacher, asking: _Asking
) -> tuple[list[Trace], Summary]:
    """The traces of the replies that the verifier accepts, all checked in one batch, and the counts."""
    replies = [asking.replies.get(problem.id) for problem in problems]
    pairs = list(zip(problems, replies, strict=True))
    whole = [(problem, reply) for problem, reply in pairs if reply and reply.finish != "length"]
    checks = checker.check([(problem, reply.answer) for problem, reply in whole])
    fates: list[Fate] = [
        "failed" if reply is None else "cut" for _, reply in pairs if not reply or reply.finish == "length"
    ]
    given = [reply for reply in replies if reply is not None]
    summary = summarise(
        STRATEGY,
        [*fates, *map(fate_of, checks)],
        asked=asking.answered + len(asking.failures),
        reused=asking.reused,
        torn=asking.replies.torn,
        tokens_in=sum(reply.tokens_in or 0 for reply in given),
        tokens_out=sum(reply.tokens_out or 0 for reply in given),
        without_usage=sum(reply.tokens_out is None for reply in given),
        filtered=sum(reply.finish == FILTERED for reply in given),
        from_reasoning=sum(reply.from_reasoning for reply in given),
        left_out=tuple(sorted({name for reply in given for name in reply.left_out})),
        streamed=any(reply.streamed for reply in given),
        failures=tuple(map(str, asking.failures[:FIRST])),
    )
    accepted = [(*pair, check) for pair, check in zip(whole, checks, strict=True) if fate_of(check) == "kept"]
    return [_trace(teacher, *each) for each in accepted], summary


def _trace(teacher: Teacher, problem: Problem, reply: Reply, check: Check) -> Trace:
    return solved(
        problem,
        reply.answer,
        check,
        teacher=teacher.model,
        strategy=STRATEGY,
        temperature=None if "temperature" in reply.left_out else teacher.temperature,
        label_leaked=False,
    )
