"""`chartered report` and `chartered compare`: verdicts on the page, over stages, and side by side."""

from pathlib import Path

from chartered.common.errors import UsageError


def draw_report(
    verdict_path: Path, *, output: Path | None, formats: str, stages: tuple[str, ...], eval_results: str | None
) -> list[Path]:
    """Draw the report of a verdict again; returns the files that were written.

    `stages` are verdicts of other checkpoints, `NAME=FILE` or a file whose name is the stage's, in order; the verdict
    itself is one of them. `eval_results` names a data set of the hub under which the findings are to be shown there.

    Raises:
        UsageError: an unknown form, or stages that cannot be compared.
        AuditError: a file is no verdict.
    """
    from chartered.audit.report import FORMATS, write_report
    from chartered.audit.report.trajectory import build_trajectory
    from chartered.audit.verdict import read_verdict

    wanted = _formats(formats, FORMATS)
    verdict = read_verdict(verdict_path)
    found = [(name, read_verdict(path)) for name, path in map(_stage, stages)]
    if found and all(stage != verdict for _, stage in found):
        raise UsageError(
            f"{verdict_path}: the trajectory {', '.join(name for name, _ in found)} does not contain this verdict; "
            "name it as one of the stages."
        )
    folder = output or verdict_path.parent
    trajectory = build_trajectory(found) if found else None
    # only a release vouches for the files beside the report
    shipped = {path.name for path in folder.iterdir()} if (folder / "manifest.json").is_file() else set()
    write_report(verdict, folder, formats=wanted, trajectory=trajectory, shipped=shipped)
    written = [folder / FORMATS[form] for form in wanted]
    return written + ([_hub(verdict, folder, eval_results)] if eval_results else [])


def compare_files(first: Path, second: Path, *, as_json: bool, html: Path | None) -> str:
    """Two verdicts side by side, as text, JSON, or a page whose path is returned.

    Raises:
        AuditError: a file is no verdict.
    """
    from chartered.audit.report.forms.comparison import pair_html, pair_json, pair_text, pair_verdicts
    from chartered.audit.verdict import read_verdict
    from chartered.common.files import write_whole

    pair = pair_verdicts(read_verdict(first), read_verdict(second))
    if html is not None:
        write_whole(html, pair_html(pair))
    if as_json:
        return pair_json(pair)
    return str(html) if html is not None else pair_text(pair)


def _formats(given: str, known: dict[str, str]) -> list[str]:
    wanted = list(dict.fromkeys(part.strip() for part in given.split(",") if part.strip()))
    unknown = [form for form in wanted if form not in known]
    if unknown or not wanted:
        raise UsageError(f"--format {given!r}: choose from {', '.join(known)}, with commas between them.")
    return wanted


def _stage(given: str) -> tuple[str, Path]:
    """A stage's name and its verdict; without a name the folder of a `verdict.json` names it."""
    name, equals, path = given.partition("=")
    if equals and name and path:
        return name, Path(path)
    found = Path(given)
    return (found.parent.name if found.name == "verdict.json" else found.stem) or found.stem, found


def _hub(verdict: object, folder: Path, dataset: str) -> Path:
    from chartered.audit.report.forms.hub import FILE, render_eval_results
    from chartered.audit.verdict import Verdict
    from chartered.common.files import write_whole

    assert isinstance(verdict, Verdict)
    write_whole(folder / FILE, render_eval_results(verdict, dataset))
    return folder / FILE
