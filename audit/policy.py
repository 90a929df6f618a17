"""The policy: which findings are required, how much harm each tolerates, and how findings become a verdict.

The audit passes only when every required finding passes, each at confidence 1 - alpha. This is an intersection-union
test, so the chance of a wrongful pass stays at most alpha with no correction for the number of findings (Berger 1982,
Technometrics 24:295).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator

from chartered.audit.statistics.harms import SHARE
from chartered.audit.statistics.multiplicity import with_holm
from chartered.audit.statistics.power import minimum_detectable
from chartered.audit.statistics.proportions import needed_n_paired, needed_n_share
from chartered.audit.verdict import Finding, Interval, Outcome, PolicyInfo, Waiver
from chartered.common.yaml import Strict, read_yaml

NO_RESPONSE = "*/control/no_response"
"""The findings that the policy's `no_response` block decides."""

NOT_WAIVED = "since what was not measured cannot be waived"

Harm = Annotated[float, Field(ge=-1, le=1, allow_inf_nan=False)]
Reason = Annotated[str, Field(min_length=1)]


class Tolerance(Strict):
    """The largest harm tolerated, and why."""

    limit: Harm
    reason: Reason


class Requirement(Tolerance):
    """A tolerance for every finding whose id fits the pattern."""

    finding: Annotated[str, Field(min_length=1)]
    """Finding id, or a pattern of one such as `cognitive_bias/*/accuracy_drop`; the first rule that fits decides."""


class Policy(Strict):
    """What an audit must show."""

    name: Reason
    version: Annotated[int, Field(ge=1)]
    alpha: Annotated[float, Field(gt=0, lt=0.5, allow_inf_nan=False)] = 0.05
    """Each bound of an interval holds with confidence 1 - alpha."""
    minimum_n: Annotated[int, Field(ge=2)]
    """Findings on fewer items are inconclusive."""
    minimum_group: Annotated[int, Field(ge=2)] = 30
    """Groups with fewer items are marked small."""
    roles: tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], ...] = ()
    """Roles that must sign a release off; none where the signature of the release is enough."""
    distinct_people: bool = True
    """Whether each role needs a person, and a key, of its own."""
    valid_days: Annotated[int, Field(ge=1)] | None = None
    """Days after the audit for which its verdict opens the gate; without it there is no end."""
    no_response: Tolerance
    """Share of untouched items whose response cannot be read; above it nothing was measured."""
    required: Annotated[tuple[Requirement, ...], Field(min_length=1)]

    @field_validator("required")
    @classmethod
    def _each_once(cls, given: tuple[Requirement, ...]) -> tuple[Requirement, ...]:
        patterns = [rule.finding for rule in given]
        for pattern in patterns:
            if patterns.count(pattern) > 1:
                raise ValueError(f"the finding {pattern!r} has two rules; keep one")
            if len(pattern.split("/")) != 3:
                raise ValueError(f"{pattern!r} is not a finding; it reads probe/arm/metric, where a part may be *")
            if fnmatchcase(pattern, NO_RESPONSE):
                raise ValueError(f"{pattern!r} is decided by the block no_response; put the limit there")
        return given

    @property
    def level(self) -> float:
        """Coverage of the two-sided intervals whose bounds hold with 1 - alpha each."""
        return 1 - 2 * self.alpha

    @property
    def sha256(self) -> str:
        """Hash over what the policy says; comments, order of keys and defaults that are spelt out do not count."""
        return hashlib.sha256(self.model_dump_json(exclude_defaults=True).encode()).hexdigest()

    @property
    def info(self) -> PolicyInfo:
        """What the verdict keeps of the policy."""
        return PolicyInfo(
            name=self.name,
            sha256=self.sha256,
            alpha=self.alpha,
            minimum_n=self.minimum_n,
            minimum_group=self.minimum_group,
            roles=self.roles,
            distinct_people=self.distinct_people,
            valid_days=self.valid_days,
        )

    def rule(self, finding_id: str) -> Tolerance | None:
        """The rule that decides a finding, or None where it is reported only."""
        if fnmatchcase(finding_id, NO_RESPONSE):
            return self.no_response
        return next((rule for rule in self.required if fnmatchcase(finding_id, rule.finding)), None)


def load_policy(path: Path) -> Policy:
    """Read a policy.

    Raises:
        UsageError: no such file, no YAML, an unknown key (with the nearest and its line) or a bad value.
    """
    return read_yaml(path, Policy, "policy")


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """What a policy makes of findings."""

    outcome: Outcome
    findings: tuple[Finding, ...]
    reasons: tuple[str, ...]
    """One sentence for each required finding that did not pass and is not waived."""
    not_measured: tuple[str, ...]
    """Required findings, or patterns, without an estimate."""


def decide(findings: Sequence[Finding], policy: Policy, waivers: Sequence[Waiver] = ()) -> Judgement:
    """Judge every finding, and all of them together: fail before error before inconclusive before pass.

    A required finding that is waived keeps its outcome and no longer stands in the way; what was not measured cannot be
    waived. That the waivers still hold is the caller's to check (`chartered.audit.waivers`).
    """
    held = {waiver.finding: waiver for waiver in waivers}
    judged = tuple(_waived(judge(finding, policy), held.get(finding.id)) for finding in with_holm(findings))
    required = [finding for finding in judged if finding.required]
    standing = [finding for finding in required if finding.waiver is None]
    absent = [rule.finding for rule in policy.required if not any(fnmatchcase(f.id, rule.finding) for f in judged)]
    outcomes = [finding.outcome for finding in standing] + ["error" for _ in absent]
    order: tuple[Outcome, ...] = ("fail", "error", "inconclusive")
    return Judgement(
        outcome=next((outcome for outcome in order if outcome in outcomes), "pass" if required else "error"),
        findings=judged,
        reasons=(
            *(f"{f.id}: {f.reason}" for outcome in order for f in standing if f.outcome == outcome),
            *(f"{pattern}: required by the policy, and no probe that was run measures it." for pattern in absent),
        ),
        not_measured=(*(f.id for f in required if f.estimate is None), *absent),
    )


def _waived(finding: Finding, waiver: Waiver | None) -> Finding:
    if waiver is None or finding.outcome not in ("fail", "inconclusive", "error"):
        return finding.model_copy(update={"waiver": None})
    if finding.outcome == "error":
        return finding.model_copy(update={"reason": f"{finding.reason} Its waiver does not hold, {NOT_WAIVED}."})
    return finding.model_copy(update={"waiver": waiver})


def judge(finding: Finding, policy: Policy) -> Finding:
    """The finding with its limit and outcome; unchanged where the policy has no rule for it.

    `pass` when the upper bound of harm is at or under the limit, `fail` when the lower bound is over it, else
    `inconclusive` with the n that would settle it. A no-response rate over its limit is an `error`: what could not be
    read was not measured.
    """
    rule = policy.rule(finding.id)
    if rule is None:
        return finding
    outcome, reason = _outcome(finding, rule.limit, policy.minimum_n)
    if outcome == "fail" and rule is policy.no_response:
        outcome = "error"
    needed = _needed_n(finding, rule.limit, policy.minimum_n) if outcome == "inconclusive" else None
    if needed:
        reason += f"; about {needed} items would settle it"
    update = {
        "required": True,
        "limit": rule.limit,
        "outcome": outcome,
        "needed_n": needed,
        "minimum_detectable": minimum_detectable(finding, rule.limit),
    }
    return finding.model_copy(update={**update, "reason": f"{reason}." if reason else ""})


def _outcome(finding: Finding, limit: float, minimum_n: int) -> tuple[Outcome, str]:
    if finding.estimate is None or finding.interval is None:
        return "error", f"not measured, since no item was answered in the arm {finding.arm!r}"
    if finding.n < minimum_n:
        return "inconclusive", f"{finding.n} items were compared and the policy asks for at least {minimum_n}"
    figures = f"{finding.harm}: {_bounds(finding.estimate, finding.interval)} on {finding.n} items, limit {limit:.3f}"
    if finding.interval.high <= limit:
        return "pass", ""
    if finding.interval.low > limit:
        return "fail", figures
    return "inconclusive", f"{figures} lies inside the interval"


def _bounds(estimate: float, interval: Interval) -> str:
    return f"{estimate:.3f} [{interval.low:.3f}, {interval.high:.3f}]"


def _needed_n(finding: Finding, limit: float, minimum_n: int) -> int | None:
    """Items that would settle the finding if they came out in the observed shares; None when no number would."""
    if finding.estimate is None or finding.interval is None:
        return None
    level = finding.interval.level
    if finding.lost is not None and finding.gained is not None and finding.clusters is None:
        needed = needed_n_paired(finding.lost, finding.gained, finding.n, limit=limit, level=level)
    elif finding.clusters is None and finding.method in ("", SHARE) and finding.metric != "chance_gap":
        needed = needed_n_share(finding.estimate, limit=limit, level=level)
    else:
        needed = _scaled(finding.estimate, finding.interval, finding.n, limit)
    return max(needed, minimum_n) if needed else None


def _scaled(estimate: float, interval: Interval, n: int, limit: float) -> int | None:
    """As the half-width shrinks with the square root of n; for a finding that is not itself a share."""
    distance = abs(limit - estimate)
    half = interval.high - estimate if estimate <= limit else estimate - interval.low
    return None if distance == 0 else int(n * (half / distance) ** 2) + 1
