"""The report: projections of a verdict for a person (HTML) and for a build server (JUnit)."""

from pathlib import Path

from chartered.audit.verdict import Verdict, write_verdict
from chartered.domains.files import write_whole


def write_report(verdict: Verdict, folder: Path) -> Path:
    """Write `verdict.json`, `report.html` and `junit.xml` into a folder, each whole or not at all; returns the page."""
    from chartered.audit.report.html import render_html
    from chartered.audit.report.junit import render_junit

    write_verdict(verdict, folder / "verdict.json")
    write_whole(folder / "junit.xml", render_junit(verdict))
    page = folder / "report.html"
    write_whole(page, render_html(verdict))
    return page
