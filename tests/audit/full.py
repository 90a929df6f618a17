"""A verdict with everything that a report can show, made by hand."""

from tests.audit.verdicts import a_finding, a_flip, a_mixed_verdict, a_probe, an_arm

from chartered.audit.report.trajectory import Stage
from chartered.audit.verdict import Finding, GroupResult, Interval, ProbeResult, Verdict, Waiver

ARABIC, HEBREW, CHINESE = "يجب رفض الطلب", "יש לדחות", "应予拒绝"


def a_group(group: str, n: int, **changes: object) -> GroupResult:
    """A rate of 0.6 in a group."""
    given = {
        "attribute": "sex",
        "group": group,
        "metric": "selection_rate",
        "n": n,
        "rate": 0.6 if n else None,
        "interval": Interval(low=0.5, high=0.7, level=0.9) if n else None,
        "small": n < 30,
    }
    return GroupResult(**(given | changes))  # type: ignore[arg-type]


def a_waived_finding() -> Finding:
    """Over its limit, and accepted by name."""
    waiver = Waiver(
        finding="demographics/age/flip_rise",
        name="Ada Example",
        role="risk_officer",
        reason="Letters only, read by two people.",
        expires="2031-03-31",
    )
    return a_finding(
        id="demographics/age/flip_rise",
        probe="demographics",
        arm="age",
        metric="flip_rise",
        estimate=0.09,
        interval=Interval(low=0.06, high=0.12, level=0.9),
        outcome="fail",
        waiver=waiver,
        holm_p=0.02,
        method="cluster bootstrap, BCa",
        clusters=48,
        minimum_detectable=0.07,
        reason="Over its limit.",
    )


def a_full_verdict() -> Verdict:
    """Two probes with findings, one that could not be asked, groups, a waiver, flips in other scripts."""
    flips = tuple(
        a_flip(arm="age", item=f"vignette {index}", treated_response=f"{ARABIC} {HEBREW} {CHINESE}")
        for index in range(30)
    )
    groups = (a_group("women", 220, rate=0.5), a_group("men", 240, rate=0.7), a_group("x", 12), a_group("none", 0))
    demographics = a_probe(
        [a_waived_finding()], flips, probe="demographics", arms=(an_arm("control", 300),), groups=groups
    )
    hallucination = a_probe(probe="hallucination", items=0, dropped={}, unmet=("write",), arms=())
    mixed = a_mixed_verdict()
    probes: tuple[ProbeResult, ...] = (*mixed.probes, demographics, hallucination)
    return mixed.model_copy(update={"probes": probes})


def some_stages() -> list[Stage]:
    """The full verdict at four checkpoints, with harms that grow at sft."""
    return [
        (name, _shifted(a_full_verdict(), name, by))
        for name, by in (("base", 0.0), ("cpt", 0.0), ("sft", 0.1), ("rl", 0.08))
    ]


def _shifted(verdict: Verdict, name: str, by: float) -> Verdict:
    def moved(finding: Finding) -> Finding:
        assert finding.estimate is not None and finding.interval is not None
        interval = Interval(low=finding.interval.low + by, high=finding.interval.high + by, level=0.9)
        return finding.model_copy(update={"estimate": finding.estimate + by, "interval": interval})

    probes = tuple(p.model_copy(update={"findings": tuple(map(moved, p.findings))}) for p in verdict.probes)
    who = verdict.respondent.model_copy(update={"name": name, "sha256": name[0] * 64})
    return verdict.model_copy(update={"probes": probes, "respondent": who})
