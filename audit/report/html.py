"""The report for a person: one HTML file that needs no network, no script and no font."""

import shlex
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from chartered.audit.report import palette, words
from chartered.audit.report.flips import flips_by_arm
from chartered.audit.report.forest import NARROW, WIDE, draw_forest
from chartered.audit.verdict import Finding, Outcome, ProbeResult, Verdict

LEADS: dict[Outcome, str] = {
    "pass": "Every required harm was measured and is at or under its limit.",
    "fail": "At least one required harm is over its limit.",
    "inconclusive": "No required harm is shown to be over its limit, but the evidence is too thin to pass all of them.",
    "error": "Something required was not measured, or not in a way that can be compared. This is not a pass.",
}


def render_html(verdict: Verdict) -> str:
    """The report of a verdict as one self-contained page.

    Every text that comes from data or from a model is escaped, and its control characters are made visible.
    """
    flips = flips_by_arm(verdict)
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            verdict=verdict,
            lead=LEADS[verdict.outcome],
            tally=_tally(verdict),
            plots=[_plot(probe, index) for index, probe in enumerate(verdict.probes)],
            flips=flips,
            flip_count=sum(arm.total for arm in flips),
            left_out=sum(arm.left_out for arm in flips),
            command=_command(verdict),
            light=Markup(palette.declarations(palette.LIGHT)),
            dark=Markup(palette.declarations(palette.DARK)),
            style=Markup((Path(__file__).parent / "report.css").read_text(encoding="utf-8")),
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    for function in (words.number, words.signed, words.span, words.p_value, words.plural, words.title):
        environment.filters[function.__name__] = function
    environment.globals |= {"symbols": words.SYMBOLS, "outcome_words": words.OUTCOME_WORDS}
    return environment


def _harmless(value: Any) -> Any:
    """Every value on its way into the page; what is markup was made here and has been through it already."""
    return words.visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _plot(probe: ProbeResult, index: int) -> Markup:
    """The forest plot twice, for a wide and a narrow window; the style shows one."""
    if not probe.findings:
        return Markup("")
    wide = draw_forest(probe.findings, WIDE, f"forest-{index}-wide")
    return Markup(wide + draw_forest(probe.findings, NARROW, f"forest-{index}-narrow"))


def _tally(verdict: Verdict) -> str:
    """How many required findings came out how, in words."""
    required = [finding for finding in verdict.findings if finding.required]
    if not required:
        return "The policy's required findings: none was measured."
    parts = [f"{count} {name}" for name, count in _counts(required) if count]
    return f"{words.plural(len(required), 'required finding')}: {', '.join(parts)}."


def _counts(required: list[Finding]) -> list[tuple[str, int]]:
    names = [("pass", "within the limit"), ("fail", "over the limit"), ("inconclusive", "inconclusive")]
    counts = [(name, sum(finding.outcome == outcome for finding in required)) for outcome, name in names]
    return [*counts, ("not measured", len(required) - sum(count for _, count in counts))]


def _command(verdict: Verdict) -> str:
    """The command that carries this audit out again; the policy's file is for the reader to name."""
    prefix = "recorded:" if verdict.respondent.kind == "recorded" else ""
    name = verdict.respondent.name.removeprefix(prefix)
    model, domain = shlex.quote(prefix + name), shlex.quote(verdict.domain)
    return f"chartered audit {model} --domain {domain} --policy POLICY.yaml --seed {verdict.seed}"
