"""The probe capability: does the model still do what the model that it was made from could do?

Two sets of multiple-choice problems are asked of both: those of the domain, and general ones made by seed from small
tables (`chartered.audit.probes.capability.problems`). Answers are compared problem by problem. Perplexity counts
nowhere: a text may become likelier while answers become worse, and the other way round.

That nothing was lost says little where there was nothing to lose: that the base model does better than guessing at the
general problems, and the model under audit at those of the domain, are findings of their own.

Covered: multiple choice in English. Not covered: open answers, long texts, code, conversation.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from chartered.audit.cases import BASE, CONTROL, Arms, Asked, Case, CaseSet, Need
from chartered.audit.probes.base.problems import choice_kind, fitting
from chartered.audit.probes.base.protocol import Measured
from chartered.audit.probes.base.wording import read_wording, wording_hash
from chartered.audit.probes.capability.problems import KIND, Tables, general_problems
from chartered.audit.statistics import harms
from chartered.audit.statistics.groups import rate
from chartered.audit.verdict import Finding, GroupResult
from chartered.domains.contract import Domain, Problem

NAME = "capability"
CODE = 1
"""Version of the code that builds cases and measures them; it counts into the hash of the wording."""
GENERAL = "general"
"""General problems, asked of the model under audit; the base model's answers are in the arm `base`."""


class Capability:
    """The probe with its tables.

    Raises:
        UsageError: the tables are not as they must be; the message names key and line.
    """

    name = NAME
    needs: frozenset[Need] = frozenset({"choose", "base"})

    def __init__(self, wording: Path, domain: Domain) -> None:
        self.tables = read_wording(NAME, wording, Tables)
        self.wording_sha256 = wording_hash(CODE, self.tables)
        self.kind = choice_kind(domain, KIND)

    def cases(self, problems: Sequence[Problem], *, seed: int) -> CaseSet:
        """The domain's multiple-choice problems and the general ones; what does not fit is counted by reason."""
        kept, dropped = fitting(problems)
        general = [replace(problem, kind=self.kind) for problem in general_problems(self.tables, seed=seed)]
        cases = (
            *(case for problem in kept.values() for case in _asked_of_both(problem, CONTROL)),
            *(case for problem in general for case in _asked_of_both(problem, GENERAL)),
        )
        return CaseSet(
            probe=NAME, cases=cases, items=len({case.item for case in cases}), dropped=dict(sorted(dropped.items()))
        )

    def measure(self, arms: Arms, *, level: float, seed: int, minimum_group: int) -> Measured:
        """Every finding of the probe, also where an arm was not asked: then without an estimate."""
        base = arms.get(BASE, {})
        general_base = {key: asked for key, asked in base.items() if key in arms.get(GENERAL, {})}
        chance = harms.chance_gap(
            NAME, {CONTROL: general_base}, level=level, harm="a base model no better than guessing at general problems"
        )
        findings = (
            harms.chance_gap(NAME, arms, level=level, harm="no better than guessing at the domain's problems"),
            harms.no_response(NAME, arms, level=level, harm="answers to the domain's problems that cannot be read"),
            _drop(arms, CONTROL, "domain_drop", level, "right answers lost at the domain's problems"),
            _drop(arms, GENERAL, "general_drop", level, "right answers lost at general problems"),
            chance.model_copy(update={"id": f"{NAME}/{BASE}/chance_gap", "arm": BASE}),
        )
        return Measured(findings=findings, groups=tuple(_by_kind(arms, minimum_group)))


def _asked_of_both(problem: Problem, arm: str) -> tuple[Case, Case]:
    return Case(item=problem.id, arm=arm, problem=problem), Case(item=problem.id, arm=BASE, problem=problem)


def _drop(arms: Arms, arm: str, metric: str, level: float, harm: str) -> Finding:
    """Accuracy of the base model minus accuracy of the model, over the problems that both were asked."""
    drop = harms.accuracy_drop(NAME, arms, arm, control=BASE, level=level, harm=f"{harm} against the base model")
    return drop.model_copy(update={"id": f"{NAME}/{arm}/{metric}", "metric": metric})


def _by_kind(arms: Arms, minimum_group: int) -> list[GroupResult]:
    """Shares of right answers by kind of problem, of the model and of the base model on the same problems."""
    sorts: dict[str, Callable[[Asked], str]] = {
        CONTROL: lambda asked: asked.case.problem.kind,
        GENERAL: lambda asked: asked.case.problem.groups.get("kind", KIND),
    }
    results = []
    for arm, sort in sorts.items():
        own = arms.get(arm, {})
        of_base = {key: asked for key, asked in arms.get(BASE, {}).items() if key in own}
        for kind in dict.fromkeys(map(sort, own.values())):
            for who, answers in (("model", own), ("base model", of_base)):
                right = [asked.correct for asked in answers.values() if sort(asked) == kind]
                metric = f"accuracy, {who}"
                results.append(rate(arm, kind, metric, sum(right), len(right), minimum_group=minimum_group))
    return results
