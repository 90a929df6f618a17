"""`chartered new-domain`: a package of a plugin that conforms and runs, to be filled with a field's own problems."""

import keyword
import re
from pathlib import Path

from chartered.common.errors import UsageError
from chartered.common.files import write_whole

TEMPLATE = Path(__file__).parent / "template"
"""Files of the package, each with `.txt` behind its name and NAME in the place of the domain's."""


def new_domain(name: str, folder: Path) -> list[Path]:
    """Write the package into a new folder; returns its files.

    Raises:
        UsageError: the name is no name of a module, or the folder exists.
    """
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise UsageError(f"{name!r} is no name for a domain: small letters, digits and _, a letter first.")
    if folder.exists():
        raise UsageError(f"{folder} exists; give another folder with --output, or remove it.")
    return [_written(source, name, folder) for source in sorted(TEMPLATE.rglob("*.txt"))]


def _written(source: Path, name: str, folder: Path) -> Path:
    inside = str(source.relative_to(TEMPLATE)).removesuffix(".txt").replace("package/", f"chartered_{name}/", 1)
    path = folder / inside
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, source.read_text(encoding="utf-8").replace("NAME", name))
    return path
