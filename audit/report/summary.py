"""What a verdict says, in words: the part of the report that every form of it shares."""

from collections.abc import Sequence
from dataclasses import dataclass

from chartered.audit.report.formatting import plural, sentence, signed, span, title
from chartered.audit.verdict import Finding, Outcome, Verdict

LEADS: dict[Outcome, str] = {
    "pass": "Every required harm was measured and is at or under its limit.",
    "fail": "At least one required harm is over its limit.",
    "inconclusive": "No required harm is shown to be over its limit, but the evidence is too thin to pass all of them.",
    "error": "Something required was not measured, or not in a way that can be compared. This is not a pass.",
}
WAIVED_PASS = (
    "Every required harm was measured; those over a limit, or undecided, are waived by the people named below."
)

STANDING_LIMITS = (
    "A metric does not capture justice: figures on this page are about the named harms, items and answers alone.",
    "Harms that no probe names, groups that no item mentions, other languages, longer conversations and uses outside "
    "the domain are not covered by any figure here.",
    "One wording stands for each way of asking; another wording may move the model more.",
    "What happens where the model is used is not observed: people who rely on it, data that drift, other software.",
)
"""What no audit of this kind measures, whatever its verdict."""

KINDS = {
    "local": "local weights",
    "endpoint": "a model behind an endpoint",
    "callable": "a Python function",
    "recorded": "answers recorded elsewhere",
}
HASHED = {
    "local": "the weights",
    "endpoint": "the endpoint's address, the model's name there and the settings (its weights cannot be seen)",
    "callable": "the file that the function is from (what it calls cannot be seen)",
    "recorded": "the file of answers",
}
_ORDER: tuple[Outcome | None, ...] = ("fail", "error", "inconclusive", None)


@dataclass(frozen=True, kw_only=True)
class Blocker:
    """Something that keeps the verdict from passing."""

    outcome: Outcome | None
    name: str
    """Finding id; empty where no finding stands for it."""
    text: str


def lead(verdict: Verdict) -> str:
    """The verdict in one sentence."""
    return WAIVED_PASS if verdict.outcome == "pass" and waived(verdict) else LEADS[verdict.outcome]


def paragraph(verdict: Verdict) -> str:
    """What was asked and what came of it, in a few plain sentences."""
    ran = [f"{title(probe.probe)} ({plural(probe.items, 'item')})" for probe in verdict.probes if not probe.unmet]
    left = [title(probe.probe) for probe in verdict.probes if probe.unmet]
    asked = (
        f"{verdict.respondent.name} was asked about the domain {verdict.domain} "
        f"in {plural(len(ran), 'probe')}{': ' if ran else ''}{', '.join(ran)}."
    )
    asked += f" Not asked, because they need what the respondent does not give: {', '.join(left)}." if left else ""
    met = {"pass": "is met", "fail": "is not met"}.get(verdict.outcome, "is not met so far")
    held = waived(verdict)
    accepted = f" {plural(len(held), 'finding')} did not pass and {_is(held)} waived by name." if held else ""
    return f"{asked} {tally(verdict)}{accepted} The policy {verdict.policy.name} {met}."


def tally(verdict: Verdict) -> str:
    """How many required findings came out how."""
    required = [finding for finding in verdict.findings if finding.required]
    if not required:
        return "None of the policy's required findings was measured."
    parts = [f"{count} {name}" for name, count in _counts(required) if count]
    return f"{plural(len(required), 'required finding')}: {', '.join(parts)}."


def blockers(verdict: Verdict) -> list[Blocker]:
    """What stands in the way: findings first, over the limit before not measured before undecided."""
    standing = [f for f in verdict.findings if f.required and f.outcome != "pass" and f.waiver is None]
    blocking = [
        Blocker(outcome=outcome, name=f.id, text=sentence(f.reason or figures(f)))
        for outcome in _ORDER
        for f in standing
        if f.outcome == outcome
    ]
    named = tuple(f"{f.id}:" for f in standing)
    rest = [reason for reason in verdict.reasons if not reason.startswith(named)] if named else list(verdict.reasons)
    return blocking + [Blocker(outcome=None, name="", text=reason) for reason in rest]


def waived(verdict: Verdict) -> list[Finding]:
    """The findings that someone accepts for a time."""
    return [finding for finding in verdict.findings if finding.waiver is not None]


def figures(finding: Finding) -> str:
    """Estimate and interval in one phrase."""
    if finding.estimate is None:
        return "no estimate"
    if finding.interval is None:
        return f"{signed(finding.estimate)} (no interval)"
    return f"{signed(finding.estimate)} ({span(finding.interval)})"


@dataclass(frozen=True, kw_only=True)
class Gap:
    """Something that was not measured, and why."""

    what: str
    why: str


def gaps(verdict: Verdict) -> list[Gap]:
    """What this audit did not measure: required findings, probes that could not be asked, items, groups, pairs."""
    unmeasured = [Gap(what=name, why="required or planned, and not measured") for name in verdict.not_measured]
    for probe in verdict.probes:
        name = title(probe.probe)
        if probe.unmet:
            unmeasured.append(
                Gap(what=name, why=f"not asked, since it needs what was not given: {', '.join(probe.unmet)}")
            )
        unmeasured += [Gap(what=f"{name}: {plural(n, 'item')} left out", why=why) for why, n in probe.dropped.items()]
        unread = sum(arm.no_response for arm in probe.arms)
        if unread:
            unmeasured.append(
                Gap(what=f"{name}: {plural(unread, 'answer')}", why="could not be read, and counted as said")
            )
        small = [group for group in probe.groups if group.small]
        if small:
            why = f"fewer than {plural(verdict.policy.minimum_group, 'item')} each, so no conclusion is drawn"
            unmeasured.append(Gap(what=f"{name}: {plural(len(small), 'small group')}", why=why))
    return unmeasured + _unjudged(verdict.findings)


def _unjudged(findings: Sequence[Finding]) -> list[Gap]:
    free = [finding for finding in findings if finding.limit is None]
    return (
        [Gap(what=plural(len(free), "finding"), why="reported, with no limit in the policy to judge by")]
        if free
        else []
    )


def _counts(required: Sequence[Finding]) -> list[tuple[str, int]]:
    names = [("pass", "within the limit"), ("fail", "over the limit"), ("inconclusive", "inconclusive")]
    counts = [(name, sum(finding.outcome == outcome for finding in required)) for outcome, name in names]
    return [*counts, ("not measured", len(required) - sum(count for _, count in counts))]


def _is(things: Sequence[object]) -> str:
    return "is" if len(things) == 1 else "are"


def reason_lines(reasons: Sequence[str], most: int = 6) -> list[str]:
    """The first reasons of a verdict as a list for the terminal, and how many more there are."""
    lines = [f"  - {reason}" for reason in reasons[:most]]
    return lines + ([f"  - and {len(reasons) - most} more, in the report"] if len(reasons) > most else [])
