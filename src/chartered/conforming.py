"""`chartered check-domain`: the conformance kit, and what needs the audit: probes, policy and recipes."""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase

import click

from chartered.checks import check_recipe
from chartered.domains import Domain, load_domain
from chartered.domains.conformance import Complaint, conformance
from chartered.domains.errors import CharteredError
from chartered.recipe import load_recipe


def check_domain(name: str, *, as_json: bool) -> int:
    """Print what to mend in a plugin; returns 0 when there is nothing, else 2.

    Raises:
        CharteredError: the plugin cannot be loaded.
    """
    domain = load_domain(name)
    found = complaints(domain)
    if as_json:
        click.echo(json.dumps([{"rule": each.rule, "what": each.what} for each in found], indent=1))
    else:
        click.echo("\n".join(f"{each.rule:<14}{each.what}" for each in found) or f"{domain.name} conforms")
    return 2 if found else 0


def complaints(domain: Domain) -> tuple[Complaint, ...]:
    """Everything to mend in a plugin; a plugin's own tests may call this."""
    return (*conformance(domain), *_probes(domain), *_policy(domain), *_recipes(domain))


def _probes(domain: Domain) -> Iterator[Complaint]:
    from chartered.audit.probes import load_probe

    shipped = [part for part in domain.problem_sets if part.source == "generated"]
    heldout = [p for part in shipped for p in part.load(None) if p.split == "heldout"]
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
            check_recipe(load_recipe(path), domain)
        except CharteredError as error:
            yield Complaint(rule="recipes", what=f"{name}: {error}")
