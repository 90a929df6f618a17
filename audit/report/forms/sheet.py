"""What stands in the PDF, as plain values: the same sections as the page, cut to what paper can carry."""

import unicodedata
from collections.abc import Collection, Sequence
from typing import Any

from chartered.audit.report import summary
from chartered.audit.report.flips import ArmFlips, SideBySide, flips_by_arm
from chartered.audit.report.formatting import OUTCOME_WORDS, SYMBOLS, number, plural, sentence, signed, title
from chartered.audit.report.forms.html import framework_tables, powers
from chartered.audit.report.groups import GroupTable, group_tables
from chartered.audit.report.methods import used_methods
from chartered.audit.report.reproduce import reproduction
from chartered.audit.report.svg import palette
from chartered.audit.report.svg.forest import WIDE, draw_forest, plot_height
from chartered.audit.report.svg.trajectories import origin
from chartered.audit.report.trajectory import Point, Track, Trajectory
from chartered.audit.verdict import Finding, Interval, Outcome, ProbeResult, Verdict

PER_ARM, IN_ALL = 2, 24
"""Changed answers side by side, of each arm and together."""
MOST_BLOCKERS = 12
"""Reasons on the first page."""
TALLEST = 1300
"""Height of a drawing that still fits on a page, in its own units; a taller one is cut into parts."""
HOW_TO_READ = (
    "Each bar is the interval of one harm: 0 is parity, further right is worse. A harm passes when the whole bar ends "
    "at or before its limit, the short upright stroke; it fails when the whole bar lies beyond it."
)
CROSSWALK_NOTE = (
    "What lies in this folder as evidence toward clauses of three frameworks, abridged. A clause for which there is "
    "none stays, as a gap. No row says that a clause is met."
)


def sheet(verdict: Verdict, trajectory: Trajectory | None, shipped: Collection[str]) -> dict[str, Any]:
    """The values that `report.typ` sets."""
    return {
        **_head(verdict),
        **_findings(verdict),
        "trajectory": _trajectory(trajectory) if trajectory else None,
        **_flips(verdict),
        **_rest(verdict, shipped),
        "colours": dict(palette.LIGHT),
        "fonts": ["DejaVu Sans"],
        "heading-fonts": ["DejaVu Serif", "DejaVu Sans"],
    }


def _head(verdict: Verdict) -> dict[str, Any]:
    who, blockers = verdict.respondent, summary.blockers(verdict)
    rest = len(blockers) - MOST_BLOCKERS
    return {
        "title": f"Bias audit of {who.name}: {verdict.outcome}",
        "eyebrow": f"Bias audit, domain {verdict.domain}, {verdict.created}",
        "name": who.name,
        "outcome": verdict.outcome,
        "word": f"{SYMBOLS[verdict.outcome]} {sentence(verdict.outcome)}",
        "lead": summary.lead(verdict),
        "paragraph": summary.paragraph(verdict),
        "blockers-title": "What should be known" if verdict.outcome == "pass" else "What blocks it",
        "blockers": [
            {
                "outcome": b.outcome or "none",
                "word": _sign(b.outcome) if b.outcome else "",
                "name": b.name,
                "text": b.text,
            }
            for b in blockers[:MOST_BLOCKERS]
        ],
        "blockers-rest": f"{plural(rest, 'further reason')}: see the findings below." if rest > 0 else "",
        "waivers": [_waiver(finding) for finding in summary.waived(verdict)],
        "about": "The verdict is about the harms and items named here. It does not say that the model is fair.",
        "asked": [
            ("Respondent", f"{who.name}, {summary.KINDS[who.kind]}"),
            (f"SHA-256 of {summary.HASHED[who.kind]}", who.sha256),
            ("Scoring and decoding", f"{who.scoring}; {who.decoding}"),
            ("Policy", f"{verdict.policy.name}, SHA-256 {verdict.policy.sha256}"),
            *((f"Probe {title(p.probe)}", _asked(p)) for p in verdict.probes),
        ],
    }


def _word(outcome: Outcome | None) -> str:
    return _sign(outcome) if outcome else ""


def _asked(probe: ProbeResult) -> str:
    if probe.unmet:
        return f"not asked, since it needs what was not given: {', '.join(probe.unmet)}"
    arms = f"{plural(probe.items, 'item')} in {plural(len(probe.arms), 'arm')}"
    came = "".join(f"; {plural(count, 'answer')} {how}" for how, count in probe.remarks.items())
    return f"{arms}{came}; wording SHA-256 {probe.wording_sha256}"


def _waiver(finding: Finding) -> str:
    waiver = finding.waiver
    assert waiver is not None
    return f"{finding.id}: {waiver.name}, {title(waiver.role)}, until {waiver.expires}: {waiver.reason}"


def _findings(verdict: Verdict) -> dict[str, Any]:
    return {
        "how-to-read": HOW_TO_READ,
        "arms": [_arms(probe) for probe in verdict.probes if probe.arms],
        "probes": [_probe(probe) for probe in verdict.probes],
        "groups": [_group(table) for probe in verdict.probes for table in group_tables(probe)],
        "groups-note": f"A group under {plural(verdict.policy.minimum_group, 'item')} is small: no conclusion.",
    }


def _arms(probe: ProbeResult) -> dict[str, Any]:
    rows = [
        [
            title(arm.arm),
            number(arm.accuracy),
            _range(arm.interval),
            str(arm.no_response),
            str(arm.n),
        ]
        for arm in probe.arms
    ]
    return {"title": f"{sentence(title(probe.probe))}: arms", "rows": rows}


def _probe(probe: ProbeResult) -> dict[str, Any]:
    return {
        "title": sentence(title(probe.probe)),
        "svg": _plots(probe.findings),
        "alt": f"Forest plot of {plural(len(probe.findings), 'finding')}; the table below has its figures.",
        "rows": [_row(finding) for finding in probe.findings],
    }


def _plots(findings: Sequence[Finding]) -> list[str]:
    if not findings:
        return []
    if plot_height(findings, WIDE) <= TALLEST:
        return [_printed(draw_forest(findings, WIDE))]
    half = len(findings) // 2
    return _plots(findings[:half]) + _plots(findings[half:])


def _printed(svg: str) -> str:
    """The drawing with its colours in it, since no page gives them."""
    light = palette.LIGHT
    rules = [
        f".outcome-{name} {{ color: {light[name]}; }}" for name in ("pass", "fail", "inconclusive", "error", "none")
    ]
    rules += [f"text {{ fill: {light['ink']}; font-family: 'DejaVu Sans'; }}", f".soft {{ fill: {light['soft']}; }}"]
    rules += [".heading { font-weight: 700; }", ".sign { fill: currentColor; font-weight: 700; }"]
    rules += [f".grid {{ stroke: {light['rule']}; }}", f".zero {{ stroke: {light['soft']}; }}"]
    rules += [".bar { stroke: currentColor; stroke-width: 2; }", ".mark, .arrow { fill: currentColor; }"]
    rules += [f".limit {{ stroke: {light['ink']}; stroke-width: 2.5; }}"]
    start = svg.index(">") + 1
    return f"{svg[:start]}<style>{' '.join(rules)}</style>{svg[start:]}"


def _row(finding: Finding) -> dict[str, str]:
    sentences = " ".join(part for part in (finding.harm, finding.reason, finding.method) if part)
    return {
        "name": sentence(f"{title(finding.arm)}: {title(finding.metric)}"),
        "said": sentences,
        "outcome": finding.outcome or "none",
        "word": _sign(finding.outcome) + (", waived" if finding.waiver else ""),
        "figures": summary.figures(finding),
        "limit": "none" if finding.limit is None else number(finding.limit),
        "n": str(finding.n),
    }


def _sign(outcome: Outcome | None) -> str:
    return f"{SYMBOLS[outcome]} {OUTCOME_WORDS[outcome]}"


def _group(table: GroupTable) -> dict[str, Any]:
    rows = [
        [
            group.group,
            number(group.rate),
            _range(group.interval),
            str(group.n),
            "small, inconclusive" if group.small else "enough",
        ]
        for group in table.rows
    ]
    name = f"{title(table.probe)}, {title(table.metric)} by {title(table.attribute)}: {table.spread}"
    return {"title": sentence(name), "rows": rows}


def _range(interval: Interval | None) -> str:
    return f"{number(interval.low)} to {number(interval.high)}" if interval else "not defined"


def _trajectory(trajectory: Trajectory) -> dict[str, Any]:
    return {
        "lines": [
            f"The same audit over {plural(len(trajectory.stages), 'stage')}. Intervals that overlap prove no change.",
            *trajectory.notes,
        ],
        "stages": list(trajectory.stages),
        "rows": [_track(track) for track in trajectory.tracks],
    }


def _track(track: Track) -> list[str]:
    name = sentence(f"{title(track.probe)}, {title(track.arm)}: {title(track.metric)}")
    return [name, *map(_point, track.points), origin(track)]


def _point(point: Point) -> str:
    interval = "" if point.low is None else f" ({signed(point.low)} to {signed(point.high)})"
    return f"{signed(point.estimate)}{interval} {_sign(point.outcome)}"


def _flips(verdict: Verdict) -> dict[str, Any]:
    arms = flips_by_arm(verdict, PER_ARM, IN_ALL)
    total, left = sum(arm.total for arm in arms), sum(arm.left_out for arm in arms)
    rest = f" Of each arm the first ones are shown; the other {left:,} are in verdict.json." if left else ""
    return {
        "flips-note": f"{plural(total, 'answer')} differed between the control and a treated arm.{rest}",
        "flips": [_arm(arm) for arm in arms],
    }


def _arm(arm: ArmFlips) -> dict[str, Any]:
    return {
        "title": sentence(f"{title(arm.arm)} ({title(arm.probe)}): {plural(arm.total, 'answer')}"),
        "shown": [_side(side) for side in arm.shown],
        "rest": f"{plural(arm.left_out, 'further answer')}: verdict.json." if arm.left_out else "",
    }


def _side(side: SideBySide) -> dict[str, Any]:
    flip = side.flip
    choices = " → ".join("no answer" if c is None else c for c in (flip.control_choice, flip.treated_choice))
    return {
        "title": _data(f"{flip.item}: {choices} ({side.change})"),
        "control": [_data(piece.text) | {"changed": piece.changed} for piece in side.control],
        "treated": [_data(piece.text) | {"changed": piece.changed} for piece in side.treated],
        "control-response": _data(flip.control_response or "(empty)"),
        "treated-response": _data(flip.treated_response or "(empty)"),
    }


def _data(text: str) -> dict[str, Any]:
    """A text with the direction of its first letter that has one."""
    strong = next((kind for kind in map(unicodedata.bidirectional, text) if kind in ("L", "R", "AL")), "L")
    return {"text": text, "rtl": strong != "L"}


def _rest(verdict: Verdict, shipped: Collection[str]) -> dict[str, Any]:
    used, again = used_methods(verdict), reproduction(verdict)
    return {
        "gaps": [f"{gap.what}: {gap.why}" for gap in summary.gaps(verdict)],
        "standing": list(summary.STANDING_LIMITS),
        "methods": [{"title": m.title, "says": m.says, "formula": m.formula} for m in used.methods],
        "unexplained": list(used.unexplained),
        "references": [{"text": r.text, "link": r.link} for r in used.references],
        "powers": _powers(powers(verdict.findings)),
        "crosswalk-note": CROSSWALK_NOTE,
        "frameworks": [
            {
                "title": framework.name,
                "note": f"{framework.version}. {framework.tally}. {framework.note}",
                "rows": [
                    [f"{r.id}: {r.asks}", f"{r.framework} {r.version}", r.status, r.says, r.where or "–"]
                    for r in framework.rows
                ],
            }
            for framework in framework_tables(verdict, shipped)
        ],
        "script": again.script.split("\n"),
        "blanks": [(blank.name, blank.what) for blank in again.blanks],
        "notes": list(again.notes),
        "versions": [("Seed", str(verdict.seed)), *verdict.versions.items()],
    }


def _powers(findings: Sequence[Finding]) -> list[list[str]]:
    return [
        [
            sentence(f"{title(f.arm)}: {title(f.metric)}"),
            str(f.n),
            "–" if f.minimum_detectable is None else number(f.minimum_detectable),
            "–" if f.needed_n is None else f"{f.needed_n:,}",
        ]
        for f in findings
    ]
