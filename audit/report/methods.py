"""The methods behind the figures of a verdict: those that it used, each with its formula and references."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from chartered.audit.verdict import Finding, Verdict
from chartered.common.yaml import Strict, read_yaml


class Method(Strict):
    """One method, as the report explains it."""

    key: str
    title: str
    says: str
    formula: str
    words: tuple[str, ...] = ()
    """A finding whose stated method contains one of these used it; capitals do not count."""
    always: bool = False
    references: tuple[str, ...] = ()


class Reference(Strict):
    """A publication."""

    text: str
    link: str | None = None


class _Catalogue(Strict):
    methods: tuple[Method, ...]
    references: dict[str, Reference]


@dataclass(frozen=True, kw_only=True)
class Used:
    """What a verdict used."""

    methods: tuple[Method, ...]
    references: tuple[Reference, ...]
    unexplained: tuple[str, ...]
    """Methods that findings state and this catalogue does not have."""


def used_methods(verdict: Verdict) -> Used:
    """The methods that the findings of a verdict used, in the order of the catalogue."""
    catalogue = _catalogue()
    stated = list(dict.fromkeys(_stated(finding) for finding in verdict.findings if finding.estimate is not None))
    extra = _tests(verdict.findings)
    chosen = tuple(m for m in catalogue.methods if m.always or any(_fits(m, words) for words in [*stated, *extra]))
    keys = dict.fromkeys(key for method in chosen for key in method.references)
    return Used(
        methods=chosen,
        references=tuple(catalogue.references[key] for key in sorted(keys)),
        unexplained=tuple(s for s in stated if not any(_fits(m, s) for m in catalogue.methods)),
    )


def _stated(finding: Finding) -> str:
    """The finding's own word; the core's counts of pairs and shares are Tango's and Wilson's where it has none."""
    if finding.method:
        return finding.method
    return "Tango, paired" if finding.lost is not None else "Wilson"


def _tests(findings: Iterable[Finding]) -> list[str]:
    listed = list(findings)
    mcnemar = any(f.p_value is not None and f.lost is not None for f in listed)
    return ["mcnemar"] * mcnemar + ["holm"] * any(f.holm_p is not None for f in listed)


def _fits(method: Method, stated: str) -> bool:
    return any(word in stated.casefold() for word in method.words)


@cache
def _catalogue() -> _Catalogue:
    return read_yaml(Path(__file__).parent / "data" / "methods.yaml", _Catalogue, "catalogue of methods")
