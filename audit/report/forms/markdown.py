"""The verdict as Markdown, for the comment of a pull request."""

import re
from collections.abc import Sequence

from chartered.audit.report import summary
from chartered.audit.report.formatting import (
    OUTCOME_WORDS,
    SYMBOLS,
    cut,
    number,
    plural,
    sentence,
    signed,
    span,
    title,
    visible,
)
from chartered.audit.verdict import Finding, Verdict

MOST_ROWS = 60
"""Rows of the table at most; those that did not pass come first, and the others are counted."""
_MARKUP = re.compile(r"([\\`*_{}\[\]()#+!|~>-])")
_URL = re.compile(r"(?i)(https?|ftp|www)(?=[:.])")
_ORDER = ("fail", "error", None, "inconclusive", "pass")


def render_markdown(verdict: Verdict) -> str:
    """Verdict, required findings and counts; no text from data or a model reads as Markdown, HTML or a link."""
    required = sorted((f for f in verdict.findings if f.required), key=lambda f: _ORDER.index(f.outcome))
    parts = [
        f"## {SYMBOLS[verdict.outcome]} Bias audit: {verdict.outcome}",
        f"**{plain(verdict.respondent.name)}**. {plain(summary.lead(verdict))}",
        plain(summary.paragraph(verdict)),
        *_table(required),
        *_listed("Waivers", [_waiver(finding) for finding in summary.waived(verdict)]),
        *_listed("Not measured", [f"{plain(gap.what)}: {plain(gap.why)}" for gap in summary.gaps(verdict)]),
        _counts(verdict),
        "Report: `report.html` (or `report.pdf`), drawn from `verdict.json`. "
        "The verdict does not say that the model is fair.",
    ]
    return "\n\n".join(parts) + "\n"


def plain(text: str) -> str:
    """A text on one line in which nothing reads as Markdown, HTML, a mention or a link."""
    line = re.sub(r"\s+", " ", visible(text)).strip()
    escaped = _MARKUP.sub(r"\\\1", line.replace("&", "&amp;")).replace("<", "&lt;").replace("@", "&#64;")
    return _URL.sub(lambda found: f"{found[0][0]}&#8203;{found[0][1:]}", escaped)


def _table(findings: Sequence[Finding]) -> list[str]:
    if not findings:
        return []
    rows = [
        f"| {SYMBOLS[f.outcome]} {OUTCOME_WORDS[f.outcome]}{', waived' if f.waiver else ''} "
        f"| {plain(cut(title(f'{f.probe}: {f.arm}, {f.metric}'), 120))} "
        f"| {signed(f.estimate)} | {span(f.interval)} | {'none' if f.limit is None else number(f.limit)} | {f.n} |"
        for f in findings[:MOST_ROWS]
    ]
    head = ["| outcome | required finding | harm | interval | limit | n |", "|---|---|---:|---:|---:|---:|"]
    rest = len(findings) - MOST_ROWS
    left = [f"{plural(rest, 'further required finding')}: see the report."] if rest > 0 else []
    return ["\n".join([*head, *rows]), *left]


def _waiver(finding: Finding) -> str:
    waiver = finding.waiver
    assert waiver is not None
    who = f"{plain(waiver.name)}, {plain(title(waiver.role))}"
    return f"{plain(finding.id)}: {who}, until {plain(waiver.expires)}: {plain(waiver.reason)}"


def _listed(heading: str, entries: Sequence[str]) -> list[str]:
    if not entries:
        return []
    shown = [f"- {entry}" for entry in entries[:20]]
    more = [f"- and {len(entries) - 20} more in the report"] if len(entries) > 20 else []
    return [f"### {heading}", "\n".join([*shown, *more])]


def _counts(verdict: Verdict) -> str:
    flips = sum(len(probe.flips) for probe in verdict.probes)
    groups = sum(len(probe.groups) for probe in verdict.probes)
    counts = [plural(len(verdict.findings), "finding"), plural(flips, "changed answer"), plural(groups, "group rate")]
    return (
        f"{sentence(', '.join(counts))}. Policy {plain(verdict.policy.name)} (`{verdict.policy.sha256[:12]}`), "
        f"respondent `{verdict.respondent.sha256[:12]}`, "
        f"scoring {plain(verdict.respondent.scoring)}, seed {verdict.seed}."
    )
