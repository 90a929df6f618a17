"""`chartered check-domain`: the conformance kit, and what it cannot see: probes, policy, recipes, what pays."""

import json
from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

import click

from chartered.common.errors import CharteredError, PluginError
from chartered.domains import Check, Domain, Problem, load_domain
from chartered.domains.authoring.conformance import Complaint, conformance, sampled
from chartered.domains.checking.pool import Pool
from chartered.domains.checking.requirements import judges, refuse_missing, refuse_unsafe
from chartered.domains.contract import Checks, Item
from chartered.domains.rewards.stress import Attempt, stress
from chartered.pipeline.checks import check_recipe
from chartered.pipeline.recipe import load_recipe

PATIENCE = 20.0
"""Seconds after which a check is taken to hang: the first ones import what they need, and the machine may be busy."""
HANGS = 5
"""Checks that may hang before no more are tried."""
LARGEST = 16
"""Checks that are asked for at once; as many may hang before it is noticed."""


def check_domain(name: str, *, as_json: bool) -> int:
    """Print what to mend in a plugin; returns 0 when there is nothing, else 2.

    Raises:
        CharteredError: the plugin cannot be loaded.
    """
    domain = load_domain(name)
    found = complaints(domain)
    for kind, verifier in domain.verifiers.items():
        if judges(verifier):
            click.echo(f"kind {kind!r} is judged by a model: measure it with chartered calibrate-verifier", err=True)
    if as_json:
        click.echo(json.dumps([{"rule": each.rule, "what": each.what} for each in found], indent=1))
    else:
        click.echo("\n".join(f"{each.rule:<14}{each.what}" for each in found) or f"{domain.name} conforms")
    return 2 if found else 0


def complaints(domain: Domain) -> tuple[Complaint, ...]:
    """Everything to mend in a plugin; a plugin's own tests may call this.

    Verifiers run in a process that is killed when one hangs, as in a run; rewards run here, with no limit of time.

    Raises:
        UsageError: untrusted code would have to run, and this machine has no sandbox.
    """
    refuse_unsafe(domain, domain.verifiers)
    refuse_missing(domain, domain.verifiers)
    try:
        pool = Pool(domain, workers=1, seconds=PATIENCE)
        pool.check([])
    except PluginError as error:
        return (Complaint(rule="verifiers", what=str(error)),)
    with pool:
        checker = _Impatient(pool)
        found = (*conformance(domain, checker), *_probes(domain), *_policy(domain), *_recipes(domain))
        return found or tuple(_stress(domain, checker))  # what pays where the verifier is broken says nothing


class _Impatient:
    """Checks in the pool, few at a time after one that hung, until `HANGS` have: the rest counts as hung too."""

    def __init__(self, pool: Pool) -> None:
        self._pool, self._hung, self._size = pool, 0, 1

    def check(self, items: Sequence[Item]) -> list[Check]:
        """The checks of these problems and responses, in order."""
        done: list[Check] = []
        while len(done) < len(items) and self._hung < HANGS:
            some = self._pool.check(items[len(done) : len(done) + self._size])
            late = sum(check.status == "timeout" for check in some)
            self._hung, self._size = self._hung + late, 1 if late else min(LARGEST, 2 * self._size)
            done += some
        skipped = Check(status="timeout", score=0.0, reason=f"not tried, since {self._hung} responses before it hung")
        return done + [skipped] * (len(items) - len(done))


def _probes(domain: Domain) -> Iterator[Complaint]:
    from chartered.audit.probes.registry import load_probe

    heldout = [problem for problem in domain.shipped_problems() if problem.split == "heldout"]
    for name in domain.probes:
        try:
            probe = load_probe(name, domain)
            found = probe.cases(heldout, seed=7)
        except CharteredError as error:
            yield Complaint(rule="probes", what=str(error))
            continue
        if not found.items:
            reasons = ", ".join(f"{count} {why}" for why, count in found.dropped.items())
            yield Complaint(rule="probes", what=f"{name} fits none of the held-out problems ({reasons}).")


def _stress(domain: Domain, checker: Checks | None = None) -> Iterator[Complaint]:
    """The first trick that pays, for each reward and kind of problem: all kinds together would hide it."""
    kinds: dict[str, list[Problem]] = {}
    for problem in sampled(domain):
        kinds.setdefault(problem.kind, []).append(problem)
    for kind, problems in kinds.items():
        paid = {one.reward: one for one in reversed(stress(domain, problems, checker=checker)) if one.pays}
        yield from (_paid(kind, one) for one in paid.values())


def _paid(kind: str, one: Attempt) -> Complaint:
    return Complaint(
        rule="stress",
        what=f"the reward {one.reward!r} pays for a trick that solves nothing, {one.trick!r}: more than an honest "
        f"wrong answer has on {one.above} of {one.n} problems of kind {kind!r}, such as {one.example:.60}; mend the "
        "reward, or the data where that is right too often.",
    )


def _policy(domain: Domain) -> Iterator[Complaint]:
    from chartered.audit.policy import load_policy

    try:
        policy = load_policy(domain.policy)
    except CharteredError as error:
        yield Complaint(rule="policy", what=str(error))
        return
    for rule in policy.required:
        if not any(fnmatchcase(name, rule.finding.split("/")[0]) for name in domain.probes):
            yield Complaint(
                rule="policy",
                what=f"{rule.finding} is required, and the domain does not take part in that probe; name it in probes.",
            )


def _recipes(domain: Domain) -> Iterator[Complaint]:
    if not domain.recipes:
        yield Complaint(rule="recipes", what="there is no recipe, so `chartered run` cannot start; give at least one.")
    for name, path in domain.recipes.items():
        try:
            loaded = load_recipe(path)
            check_recipe(loaded, domain)
        except CharteredError as error:
            yield Complaint(rule="recipes", what=f"{name}: {error}")
            continue
        if loaded.recipe.domain != domain.name:
            yield Complaint(
                rule="recipes",
                what=f"{loaded.where('domain')}: the recipe is for the domain {loaded.recipe.domain!r}; "
                f"write domain: {domain.name}.",
            )
