"""The strategy without an endpoint: the domain's own worked solutions are the traces, as far as its verifier agrees."""

from collections.abc import Callable, Sequence

from chartered.annotation.summary import Fate, Summary, fate_of, summarise
from chartered.annotation.traces import Trace, solved
from chartered.domains.contract import Domain, Problem

STRATEGY = "worked"


def worked_traces(
    domain: Domain, problems: Sequence[Problem], on_progress: Callable[[int, int], None] | None = None
) -> tuple[list[Trace], Summary]:
    """The traces of all problems that have a worked solution which the verifier accepts, in order, and the counts."""
    traces: list[Trace] = []
    fates: list[Fate] = []
    for done, problem in enumerate(problems, start=1):
        fate, trace = _worked(domain, problem)
        fates.append(fate)
        if trace is not None:
            traces.append(trace)
        if on_progress is not None:
            on_progress(done, len(problems))
    return traces, summarise(STRATEGY, fates)


def _worked(domain: Domain, problem: Problem) -> tuple[Fate, Trace | None]:
    if problem.solution is None:
        return "no_solution", None
    check = domain.verify(problem, problem.solution)
    fate = fate_of(check)
    if fate != "kept":
        return fate, None
    trace = solved(
        problem,
        problem.solution,
        check,
        teacher=domain.name,
        strategy=STRATEGY,
        temperature=None,
        label_leaked=True,
    )
    return fate, trace
