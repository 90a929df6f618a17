"""The report on paper: a tagged PDF (PDF/UA-1) with the same sections as the page, more compact.

Typst sets it: no browser, no system library, no font of the machine, so that one verdict always gives the same bytes.
Texts reach it as JSON strings. Its fonts are the DejaVu fonts that come with matplotlib; a character that they lack is
written as its code point, and the last section counts those.
"""

import json
from collections.abc import Collection
from datetime import datetime
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from chartered.audit.report.formatting import plural, visible
from chartered.audit.report.forms.sheet import sheet
from chartered.audit.report.trajectory import Trajectory
from chartered.audit.verdict import Verdict

FACES = ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
"""The faces of the body; a character counts as there when all of them have it."""


def render_pdf(verdict: Verdict, trajectory: Trajectory | None = None, shipped: Collection[str] = ()) -> bytes:
    """The report of a verdict as a PDF file, whose text can be selected and read aloud."""
    # imported here: 30 MB of a compiled program that no other form of the report needs
    import typst

    missing: dict[str, int] = {}
    content = _printable(sheet(verdict, trajectory, shipped), missing)
    content["missing"] = _told(missing)
    made = typst.Compiler(
        input=(Path(__file__).parent / "report.typ").read_bytes(),
        font_paths=typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_folder())]
        ),
        sys_inputs={"data": json.dumps(content, ensure_ascii=False)},
    ).compile(format="pdf", pdf_standards="ua-1", timestamp=_moment(verdict.created))
    assert isinstance(made, bytes)
    return made


def _printable(value: Any, missing: dict[str, int]) -> Any:
    """Every text in a structure with its controls made visible, and what the fonts lack as code points."""
    if isinstance(value, dict):
        return {name: part if name == "svg" else _printable(part, missing) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(part, missing) for part in value]
    return _with_glyphs(value, missing) if isinstance(value, str) else value


def _with_glyphs(text: str, missing: dict[str, int]) -> str:
    known = _characters()
    shown = []
    for character in visible(text):
        if character in "\n\t" or ord(character) in known:
            shown.append(character)
        else:
            missing[character] = missing.get(character, 0) + 1
            shown.append(f"⟨U+{ord(character):04X}⟩")
    return "".join(shown)


def _told(missing: dict[str, int]) -> str:
    if not missing:
        return ""
    example = f"⟨U+{ord(next(iter(missing))):04X}⟩"
    return (
        f"{plural(sum(missing.values()), 'character')} ({len(missing)} different ones) are written as code points, "
        f"such as {example}, because the fonts of this file lack them. report.html has them as they are."
    )


def font_folder() -> Path:
    """Where the fonts of the PDF are: those that matplotlib brings along."""
    spec = find_spec("matplotlib")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf"


@cache
def _characters() -> frozenset[int]:
    """The code points that all faces of the body have."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    covered: list[frozenset[int]] = []
    for name in FACES:
        with TTFont(font_folder() / name, lazy=True) as font:
            covered.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*covered)


def _moment(created: str) -> datetime | None:
    try:
        return datetime.fromisoformat(created)
    except ValueError:
        return None
