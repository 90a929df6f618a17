"""One pass: a teacher is asked once for each problem, and its reply is a trace when the verifier says correct."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from chartered.annotation.engine.judging import judge
from chartered.annotation.engine.replies import Reply, ReplyStore
from chartered.annotation.engine.teacher import Answer, Connection, Failure, Teacher
from chartered.annotation.summary import Fate, Summary, summarise
from chartered.annotation.traces import Trace, solved, template_sha
from chartered.common.errors import CharteredError, UsageError
from chartered.domains.contract import Domain, Problem
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
    domain: Domain, problems: Sequence[Problem], teacher: Teacher, store: Path, on_progress: Progress | None = None
) -> tuple[list[Trace], Summary]:
    """Ask the teacher for every problem that `store` has no reply to, and judge all replies.

    Raises:
        UsageError: the endpoint cannot be used at all; found out at the first call.
        CharteredError: none of the first calls got a reply, or more than a fifth of the problems did not; replies
            that came are in `store`.
        DataError: `store` is damaged, other than in a half-written last line.
    """
    with ReplyStore(store, teacher.asked_sha(template_sha())) as replies:
        asking = _Asking(problems, teacher, replies, on_progress)
        if asking.todo:
            _finish(asking.run())
        return _judged(domain, problems, teacher, asking)


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
        self.failures: list[Failure] = []
        self.answered = 0

    async def run(self) -> None:
        """Ask for all that is to do; the first calls one by one, the rest at once."""
        waiting = iter(self.todo)
        async with self.teacher.connect() as connection:
            await self._begin(connection, waiting)
            await asyncio.gather(*(self._work(connection, waiting) for _ in range(self.teacher.concurrency)))
        if self._too_many():
            raise CharteredError(self._stopped())

    async def _begin(self, connection: Connection, waiting: Iterator[Problem]) -> None:
        for _, problem in zip(range(FIRST), waiting, strict=False):
            await self._ask(connection, problem)
            if self.answered:
                return
            if self.failures[-1].hopeless:
                raise UsageError(self.failures[-1].reason)
        if not self.reused:
            raise CharteredError(
                f"the teacher replied to none of the first {len(self.failures)} problems, so no more were asked; "
                f"the first failure: {self.failures[0].reason}"
            )

    async def _work(self, connection: Connection, waiting: Iterator[Problem]) -> None:
        for problem in waiting:
            if self.answered + len(self.failures) >= SETTLED and self._too_many():
                return
            await self._ask(connection, problem)

    async def _ask(self, connection: Connection, problem: Problem) -> None:
        outcome = await connection.ask(render(problem))
        if isinstance(outcome, Failure):
            self.failures.append(outcome)
        else:
            self.replies.add(_reply(problem, self.replies.asked_sha, outcome))
            self.answered += 1
        if self.on_progress is not None:
            self.on_progress(self.reused + self.answered + len(self.failures), self.total)

    def _too_many(self) -> bool:
        return len(self.failures) > TOLERATED * (self.reused + self.answered + len(self.failures))

    def _stopped(self) -> str:
        through = self.reused + self.answered + len(self.failures)
        first = "; ".join(failure.reason for failure in self.failures[:FIRST])
        return (
            f"the teacher failed on {len(self.failures)} of {through} problems, more than {TOLERATED:.0%}; "
            f"the {self.reused + self.answered} replies are kept in {self.replies.path}, run again to go on. "
            f"The first failures: {first}"
        )


def _reply(problem: Problem, asked_sha: str, answer: Answer) -> Reply:
    return Reply(
        problem_id=problem.id,
        asked_sha=asked_sha,
        text=answer.text,
        finish=answer.finish,
        tokens_in=answer.tokens_in,
        tokens_out=answer.tokens_out,
    )


def _finish(work: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine to its end, also from a notebook, whose thread has a loop that is running already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(work)
        return
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(asyncio.run, work).result()


def _judged(
    domain: Domain, problems: Sequence[Problem], teacher: Teacher, asking: _Asking
) -> tuple[list[Trace], Summary]:
    traces: list[Trace] = []
    fates: list[Fate] = []
    replies = [asking.replies.get(problem.id) for problem in problems]
    for problem, reply in zip(problems, replies, strict=True):
        fate, trace = _one(domain, problem, reply, teacher)
        fates.append(fate)
        if trace is not None:
            traces.append(trace)
    found = [reply for reply in replies if reply is not None]
    summary = summarise(
        STRATEGY,
        fates,
        asked=asking.answered + len(asking.failures),
        reused=asking.reused,
        torn=asking.replies.torn,
        tokens_in=sum(reply.tokens_in or 0 for reply in found),
        tokens_out=sum(reply.tokens_out or 0 for reply in found),
        without_usage=sum(reply.tokens_out is None for reply in found),
        failures=tuple(failure.reason for failure in asking.failures[:FIRST]),
    )
    return traces, summary


def _one(domain: Domain, problem: Problem, reply: Reply | None, teacher: Teacher) -> tuple[Fate, Trace | None]:
    if reply is None:
        return "failed", None
    if reply.finish == "length":
        return "cut", None
    fate, check = judge(domain, problem, reply.text)
    if fate != "kept":
        return fate, None
    trace = solved(
        problem,
        reply.text,
        check,
        teacher=teacher.model,
        strategy=STRATEGY,
        temperature=teacher.temperature,
        label_leaked=False,
    )
    return fate, trace
