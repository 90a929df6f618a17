"""`chartered stress-reward`: what a model could earn from a domain's rewards without solving anything."""

import json
from collections.abc import Sequence
from dataclasses import asdict

import click

from chartered.common.errors import UsageError, nearest
from chartered.domains import load_domain
from chartered.domains.checking.pool import Pool
from chartered.domains.rewards.stress import attempts_table, stress
from chartered.pipeline.prepare import stratified


def stress_reward(name: str, rewards: Sequence[str], *, per_kind: int, everything: bool, as_json: bool) -> int:
    """Print what pays; returns 0 when nothing does, else 2.

    Raises:
        UsageError: a reward that the domain does not have.
        DataError: the domain ships no problems.
    """
    domain = load_domain(name)
    for reward in rewards:
        if reward not in domain.rewards:
            raise UsageError(f"domain {domain.name!r} has no reward {reward!r}; {nearest(reward, domain.rewards)}")
    tried = {reward: domain.rewards[reward] for reward in rewards or domain.rewards}
    problems = list(domain.shipped_problems())
    some = stratified(problems, per_kind * len({problem.kind for problem in problems}))
    with Pool(domain) as pool:
        attempts = stress(domain, some, tried, pool)
    if as_json:
        click.echo(json.dumps([asdict(attempt) for attempt in attempts], indent=1))
    else:
        click.echo(attempts_table(attempts, everything))
    return 2 if any(attempt.pays for attempt in attempts) else 0
