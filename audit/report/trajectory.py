"""The trajectory: one audit over the checkpoints of a line (base, CPT, SFT, RL), to see where a harm came from.

Covered: the same findings at every stage, their change from the stage before, and where each rose most. Not covered:
whether a change is more than chance. The stages are compared by their intervals, not item by item, so intervals that
overlap prove neither a change nor its absence.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chartered.audit.verdict import Finding, Outcome, Verdict
from chartered.common.errors import UsageError

Stage = tuple[str, Verdict]
"""The stage's name and its verdict."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """A finding at one stage."""

    stage: str
    estimate: float | None
    low: float | None
    high: float | None
    n: int
    outcome: Outcome | None


@dataclass(frozen=True, kw_only=True)
class Track:
    """A finding over all stages, in their order."""

    id: str
    probe: str
    arm: str
    metric: str
    harm: str
    limit: float | None
    required: bool
    points: tuple[Point, ...]

    @property
    def rise(self) -> tuple[str, float] | None:
        """The stage at which the harm grew most over the stage before, and by how much; None where it never grew."""
        steps = [
            (after.stage, after.estimate - before.estimate)
            for before, after in zip(self.points, self.points[1:], strict=False)
            if before.estimate is not None and after.estimate is not None
        ]
        best = max(steps, key=lambda step: step[1], default=None)
        return best if best is not None and best[1] > 0 else None

    @property
    def rise_is_apart(self) -> bool:
        """Whether the intervals on both sides of the largest rise do not overlap."""
        if self.rise is None:
            return False
        index = [point.stage for point in self.points].index(self.rise[0])
        before, after = self.points[index - 1], self.points[index]
        return before.high is not None and after.low is not None and after.low > before.high


@dataclass(frozen=True, kw_only=True)
class Trajectory:
    """One audit over several stages."""

    stages: tuple[str, ...]
    hashes: tuple[str, ...]
    """SHA-256 of what answered at each stage."""
    outcomes: tuple[Outcome, ...]
    tracks: tuple[Track, ...]
    notes: tuple[str, ...]
    """What could not be checked, in sentences."""


def build_trajectory(stages: Sequence[Stage]) -> Trajectory:
    """Put the verdicts of several stages together; a finding that a stage lacks has no estimate there.

    Raises:
        UsageError: fewer than two stages, a name given twice, or verdicts that were not reached in the same way:
            another domain, policy, scoring, decoding, seed, set of probes, wording or code of a probe, or number of
            items.
    """
    if len(stages) < 2:
        raise UsageError(f"a trajectory needs at least two stages, and this has {len(stages)}; name more verdicts.")
    names = [name for name, _ in stages]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise UsageError(f"two stages are named {twice!r}; give each its own name.")
    first_name, first = stages[0]
    for name, verdict in stages[1:]:
        for what, before, after in differences(first, verdict):
            raise UsageError(
                f"the stages {first_name!r} and {name!r} cannot be compared: {what} is {before} in the one and {after} "
                "in the other; audit both in the same way."
            )
    recorded = first.respondent.kind == "recorded"
    note = "The answers were recorded elsewhere, so that all stages were asked in the same words could not be checked."
    return Trajectory(
        stages=tuple(names),
        hashes=tuple(verdict.respondent.sha256 for _, verdict in stages),
        outcomes=tuple(verdict.outcome for _, verdict in stages),
        tracks=_tracks(stages),
        notes=(note,) if recorded else (),
    )


def differences(first: Verdict, second: Verdict) -> list[tuple[str, str, str]]:
    """What was not the same in two audits: its name, and its value in each; empty where figures can be compared."""
    read: list[tuple[str, Callable[[Verdict], object]]] = [
        ("the domain", lambda v: v.domain),
        ("the policy", lambda v: f"{v.policy.name} {v.policy.sha256[:12]}"),
        ("the kind of respondent", lambda v: v.respondent.kind),
        ("the scoring", lambda v: v.respondent.scoring),
        ("the decoding", lambda v: v.respondent.decoding),
        ("the seed", lambda v: v.seed),
        ("the set of probes", lambda v: ", ".join(sorted(p.probe for p in v.probes)) or "none"),
        ("the model to compare with", lambda v: v.base.sha256[:12] if v.base else "none"),
    ]
    unequal = [(what, str(value(first)), str(value(second))) for what, value in read if value(first) != value(second)]
    other = {probe.probe: probe for probe in second.probes}
    for probe in first.probes:
        if probe.probe not in other:
            continue
        one, two = _wording(first, probe.wording_sha256), _wording(second, other[probe.probe].wording_sha256)
        unequal += [(f"the wording or code of the probe {probe.probe}", one[:12], two[:12])] * (one != two)
        counts = str(probe.items), str(other[probe.probe].items)
        unequal += [(f"the number of items of the probe {probe.probe}", *counts)] * (counts[0] != counts[1])
    return unequal


def _wording(verdict: Verdict, sha256: str) -> str:
    """Recorded answers bring their wording along, and have no version of it."""
    return "as recorded" if verdict.respondent.kind == "recorded" else sha256


def _tracks(stages: Sequence[Stage]) -> tuple[Track, ...]:
    by_stage = [(name, {finding.id: finding for finding in verdict.findings}) for name, verdict in stages]
    ids = dict.fromkeys(key for _, findings in by_stage for key in findings)
    return tuple(_track(key, [(name, findings.get(key)) for name, findings in by_stage]) for key in ids)


def _track(key: str, findings: Sequence[tuple[str, Finding | None]]) -> Track:
    known = next(finding for _, finding in findings if finding is not None)
    return Track(
        id=key,
        probe=known.probe,
        arm=known.arm,
        metric=known.metric,
        harm=known.harm,
        limit=known.limit,
        required=known.required,
        points=tuple(_point(name, finding) for name, finding in findings),
    )


def _point(stage: str, finding: Finding | None) -> Point:
    if finding is None:
        return Point(stage=stage, estimate=None, low=None, high=None, n=0, outcome=None)
    interval = finding.interval
    return Point(
        stage=stage,
        estimate=finding.estimate,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        n=finding.n,
        outcome=finding.outcome,
    )
