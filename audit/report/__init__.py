"""The report: projections of a verdict for a person (HTML, PDF), a pull request (Markdown), a build server (JUnit)."""

from collections.abc import Collection
from pathlib import Path

from chartered.audit.report.trajectory import Trajectory
from chartered.audit.verdict import Verdict, write_verdict
from chartered.common.errors import UsageError
from chartered.common.files import write_whole

FORMATS = {"html": "report.html", "pdf": "report.pdf", "md": "report.md", "junit": "junit.xml"}
"""Form of the report, and the name of its file."""


def write_report(
    verdict: Verdict,
    folder: Path,
    *,
    formats: Collection[str] = tuple(FORMATS),
    trajectory: Trajectory | None = None,
    shipped: Collection[str] = (),
) -> Path:
    """Write `verdict.json` and the report in all forms asked for, each whole or not at all; returns the page.

    `shipped` names the files that lie in the folder, or that the caller is about to put there: the crosswalk counts
    them as evidence. It is not read off the folder, where files of the same names may be anything.

    Raises:
        UsageError: an unknown form.
    """
    unknown = sorted(set(formats) - FORMATS.keys())
    if unknown:
        raise UsageError(f"there is no report in the form {unknown[0]!r}; choose from {', '.join(FORMATS)}.")
    write_verdict(verdict, folder / "verdict.json")
    for form in formats:
        write_whole(folder / FORMATS[form], render(form, verdict, trajectory=trajectory, shipped=shipped))
    return folder / FORMATS["html" if "html" in formats or not formats else next(iter(formats))]


def render(
    form: str, verdict: Verdict, *, trajectory: Trajectory | None = None, shipped: Collection[str] = ()
) -> str | bytes:
    """The report in one form, as text, or as bytes for PDF."""
    if form == "html":
        from chartered.audit.report.forms.html import render_html

        return render_html(verdict, trajectory, shipped)
    if form == "pdf":
        from chartered.audit.report.forms.pdf import render_pdf

        return render_pdf(verdict, trajectory, shipped)
    if form == "md":
        from chartered.audit.report.forms.markdown import render_markdown

        return render_markdown(verdict)
    from chartered.audit.report.forms.junit import render_junit

    return render_junit(verdict)
