"""The house in figures: Python files per folder, lines, directions of imports, circles. `make house` prints it."""

import ast
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("domains", "annotation", "adapt", "audit")
SOURCES = (*ROOMS, "src/chartered")
MOST_FILES = 14
"""Python files in any folder: what one can take in at a glance."""


def sources() -> list[Path]:
    """The Python files of the five source folders, each under its real path."""
    found = [path for folder in SOURCES for path in (ROOT / folder).rglob("*.py")]
    return sorted({path.relative_to(ROOT) for path in found if path == path.resolve()})


def module_of(path: Path) -> str:
    """The name that a source file is imported by."""
    parts = path.with_suffix("").parts
    names = parts[1:] if parts[0] == "src" else ("chartered", *parts)
    return ".".join(names).removesuffix(".__init__")


def files_per_folder() -> Counter[str]:
    """Python files of each source folder, those of its own folders not counted."""
    return Counter(str(path.parent) for path in sources())


def imports() -> dict[str, set[str]]:
    """Each module with the modules of ours that it imports, at its head, in a function, or for types alone."""
    modules = {module_of(path): path for path in sources()}
    return {name: set(_imported(ROOT / path, modules)) - {name} for name, path in modules.items()}


def _imported(path: Path, modules: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from (name for name in inner if name in modules)
            if node.module in modules and not all(name in modules for name in inner):
                yield node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in modules)


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """A circle of imports, the first module again at its end; empty where there is none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def directions(graph: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """Each room with the rooms that it imports."""
    rooms: dict[str, set[str]] = defaultdict(set)
    for name, imported in graph.items():
        rooms[_room(name)] |= {_room(other) for other in imported} - {_room(name)}
    return dict(rooms)


def _room(module: str) -> str:
    return module.split(".")[1] if "." in module else module


def main() -> None:
    """Print the figures."""
    graph = imports()
    for folder, count in sorted(files_per_folder().items()):
        print(f"{count:>4}  {folder}{'   more than a dozen or so' if count > MOST_FILES else ''}")
    lines = sum(len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in sources())
    print(f"{len(sources()):>4}  files, {lines:,} lines")
    for room, imported in sorted(directions(graph).items()):
        print(f"{room:>12} -> {', '.join(sorted(imported)) or 'nothing of ours'}")
    print("circle: " + " -> ".join(circle(graph)) if circle(graph) else "no circles")


if __name__ == "__main__":
    main()
