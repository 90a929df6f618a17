"""The report for a person: one HTML file that needs no network, no script and no font."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from chartered.audit.report import formatting, summary
from chartered.audit.report.crosswalk import ClauseRow, crosswalk, frameworks
from chartered.audit.report.flips import flips_by_arm
from chartered.audit.report.groups import group_tables
from chartered.audit.report.methods import used_methods
from chartered.audit.report.reproduce import reproduction
from chartered.audit.report.svg import palette
from chartered.audit.report.svg.forest import NARROW, WIDE, draw_forest
from chartered.audit.report.svg.trajectories import draw_stages, drawn_tracks, origin
from chartered.audit.report.trajectory import Trajectory
from chartered.audit.verdict import Finding, ProbeResult, Verdict

TEMPLATES = Path(__file__).parent / "templates"
MOST_BLOCKERS = 8
"""Reasons that are seen at once; the others unfold."""
CONTENTS = (
    ("asked", "What was asked"),
    ("limits", "Findings"),
    ("groups", "Groups"),
    ("trajectory", "Trajectory"),
    ("flips", "Answers that changed"),
    ("unmeasured", "Not measured"),
    ("method", "Methods"),
    ("power", "What the items could show"),
    ("crosswalk", "Frameworks"),
    ("again", "Reproduce"),
)


@dataclass(frozen=True, kw_only=True)
class FrameworkTable:
    """The rows of one framework."""

    name: str
    version: str
    note: str
    rows: tuple[ClauseRow, ...]

    @property
    def tally(self) -> str:
        """How many rows have which status."""
        counts = Counter(row.status for row in self.rows)
        return ", ".join(f"{counts[status]} {status}" for status in ("covered", "partly", "not covered"))


def render_html(verdict: Verdict, trajectory: Trajectory | None = None, shipped: Collection[str] = ()) -> str:
    """The report of a verdict as one self-contained page.

    Every text that comes from data or from a model is escaped, and its control characters are made visible. `shipped`
    names the files that lie beside the page: the crosswalk counts them as evidence.
    """
    flips = flips_by_arm(verdict)
    drawn = drawn_tracks(trajectory) if trajectory else ()
    return page(
        "report.html.j2",
        verdict=verdict,
        lead=summary.lead(verdict),
        paragraph=summary.paragraph(verdict),
        blockers=summary.blockers(verdict),
        most_blockers=MOST_BLOCKERS,
        waived=summary.waived(verdict),
        contents=[entry for entry in CONTENTS if entry[0] != "trajectory" or trajectory],
        kinds=summary.KINDS,
        hashed=summary.HASHED,
        plots=[_plot(probe, index) for index, probe in enumerate(verdict.probes)],
        holm=any(finding.holm_p is not None for finding in verdict.findings),
        groups=[table for probe in verdict.probes for table in group_tables(probe)],
        trajectory=trajectory,
        drawn=drawn,
        panels=[Markup(svg) for svg in draw_stages(drawn)],
        flips=flips,
        flip_count=sum(arm.total for arm in flips),
        left_out=sum(arm.left_out for arm in flips),
        gaps=summary.gaps(verdict),
        standing_limits=summary.STANDING_LIMITS,
        methods=used_methods(verdict),
        powers=powers(verdict.findings),
        frameworks=framework_tables(verdict, shipped),
        again=reproduction(verdict),
    )


def page(template: str, **values: Any) -> str:
    """A template of this folder with values, all of which are escaped on their way in."""
    return (
        _environment()
        .get_template(template)
        .render(
            light=Markup(palette.declarations(palette.LIGHT)),
            dark=Markup(palette.declarations(palette.DARK)),
            style=Markup((TEMPLATES / "report.css").read_text(encoding="utf-8")),
            **values,
        )
        .lstrip()
    )


def framework_tables(verdict: Verdict, shipped: Collection[str]) -> tuple[FrameworkTable, ...]:
    """The crosswalk, one table for each framework."""
    rows = crosswalk(verdict, shipped)
    return tuple(
        FrameworkTable(
            name=framework.name,
            version=framework.version,
            note=framework.note,
            rows=tuple(row for row in rows if row.framework == framework.name),
        )
        for framework in frameworks()
    )


def powers(findings: Sequence[Finding]) -> list[Finding]:
    """The findings that state what their items could show."""
    return [f for f in findings if f.minimum_detectable is not None or f.needed_n is not None]


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_harmless,
    )
    shown = (
        formatting.number,
        formatting.signed,
        formatting.span,
        formatting.p_value,
        formatting.plural,
        formatting.title,
        formatting.sentence,
    )
    for function in (*shown, formatting.percent, summary.figures, origin):
        environment.filters[function.__name__] = function
    environment.globals |= {"symbols": formatting.SYMBOLS, "outcome_words": formatting.OUTCOME_WORDS}
    return environment


def _harmless(value: Any) -> Any:
    """Every value on its way into the page; what is markup was made here and has been through it already."""
    return formatting.visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _plot(probe: ProbeResult, index: int) -> Markup:
    """The forest plot twice, for a wide and a narrow window; the style shows one."""
    if not probe.findings:
        return Markup("")
    of = formatting.title(probe.probe)
    wide = draw_forest(probe.findings, WIDE, f"forest-{index}-wide", of)
    return Markup(wide + draw_forest(probe.findings, NARROW, f"forest-{index}-narrow", of))
