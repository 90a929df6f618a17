"""The strategy without an endpoint: the domain's own worked solutions are the traces, as far as its verifier agrees."""

from collections.abc import Sequence

from chartered.annotation.summary import Fate, Summary, fate_of, summarise
from chartered.annotation.traces import Trace, solved
from chartered.domains.contract import Check, Checks, Domain, Problem

STRATEGY = "worked"


def worked_traces(
    domain: Domain, problems: Sequence[Problem], checker: Checks | None = None
) -> tuple[list[Trace], Summary]:
    """The traces of all problems that have a worked solution which the verifier accepts, in order, and the counts."""
    items = [(problem, problem.solution) for problem in problems if problem.solution is not None]
    checks = (checker or domain).check(items)
    fates: list[Fate] = ["no_solution"] * (len(problems) - len(items))
    traces = [
        _trace(domain, *item, check) for item, check in zip(items, checks, strict=True) if fate_of(check) == "kept"
    ]
    return traces, summarise(STRATEGY, [*fates, *map(fate_of, checks)])


def _trace(domain: Domain, problem: Problem, solution: str, check: Check) -> Trace:
    return solved(
        problem,
        solution,
        check,
        teacher=domain.name,
        strategy=STRATEGY,
        temperature=None,
        label_leaked=True,
    )
