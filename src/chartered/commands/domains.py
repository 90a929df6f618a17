"""What `chartered domains` shows."""

from typing import Any

from chartered.common.errors import CharteredError
from chartered.domains import Corpus, Domain, ProblemSet, domain_names, load_domain


def describe_domains() -> list[dict[str, Any]]:
    """One record for each installed plugin; one that cannot be loaded has `problem` in place of its parts."""
    return [_described(name) for name in domain_names()]


def _described(name: str) -> dict[str, Any]:
    try:
        return {"name": name, **_parts(load_domain(name))}
    except CharteredError as error:
        return {"name": name, "problem": str(error)}


def _parts(domain: Domain) -> dict[str, Any]:
    sources: list[Corpus | ProblemSet] = [*domain.corpora, *domain.problem_sets]
    return {
        "description": domain.description,
        "licence": domain.licence,
        "corpora": [corpus.name for corpus in domain.corpora],
        "problem_sets": [found.name for found in domain.problem_sets],
        "licences": {source.name: source.licence for source in sources},
        "sources": {source.name: source.source for source in sources},
        "rewards": sorted(domain.rewards),
        "probes": sorted(domain.probes),
        "recipes": list(domain.recipes),
    }


def domains_table(found: list[dict[str, Any]]) -> str:
    """The records for people: a paragraph for each plugin."""
    return "\n\n".join(map(_paragraph, found)) or "no domain plugin is installed"


def _paragraph(record: dict[str, Any]) -> str:
    if "problem" in record:
        return f"{record['name']}\n  {record['problem']}"
    lines = [f"{record['name']}  {record['description']}"]
    lines += [
        f"  {label:<12} {', '.join(record[label.replace(' ', '_')])}" for label in ("recipes", "rewards", "probes")
    ]
    sets = [(noun, name) for noun in ("corpora", "problem_sets") for name in record[noun]]
    lines += [
        f"  {noun.replace('corpora', 'corpus').replace('problem_sets', 'problems'):<12} {name:<20} "
        f"{record['licences'][name]:<18} {record['sources'][name]}"
        for noun, name in sets
    ]
    return "\n".join(lines)
