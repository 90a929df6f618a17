"""Finding domain plugins: by entry point, or `file.py:name` for drafts. Nothing is imported before it is asked for."""

import importlib.util
import sys
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from itertools import count
from pathlib import Path
from traceback import extract_tb
from types import ModuleType

from chartered.common.errors import PluginError, UsageError, nearest
from chartered.common.files import sha256_files
from chartered.domains.contract import API_VERSION, Domain, Origin

GROUP = "chartered.domains"
"""Entry point group: `medical = "chartered.domains.medical:domain"`."""
MOVED = {
    "adapters": "domains.rewards.adapters",
    "conformance": "domains.authoring.conformance",
    "draws": "domains.authoring",
    "errors": "common.errors",
    "files": "common.files",
    "generated": "domains.authoring",
    "perturb": "domains.authoring.perturbations",
    "rollouts": "domains.rewards.rollouts",
    "sources": "domains.authoring",
    "strict_yaml": "common.yaml",
    "stress": "domains.rewards.stress",
    "workers": "domains.checking.pool",
}
"""Modules of `chartered.domains` that a plugin may have been written for, and where in `chartered` their names are."""
_PLUGIN_FILES = {".py", ".yaml", ".yml", ".json", ".jsonl", ".gz", ".csv", ".txt", ".parquet"}


def domain_names() -> list[str]:
    """Names of the installed plugins, sorted; none is imported."""
    return sorted({point.name for point in entry_points(group=GROUP)})


def load_domain(name: str) -> Domain:
    """The plugin of that name, or the object at `path/to/file.py:name`.

    Raises:
        UsageError: no such plugin or file.
        PluginError: it cannot be imported, is not a `Domain`, or was written for another version of the contract.
    """
    plugin, origin = _from_file(name) if ".py:" in name else _from_entry_point(name)
    domain = _accepted(plugin, name)
    return replace(domain, origin=Origin(origin, domain.verifiers))


def plugin_sha256(domain: Domain) -> str:
    """Hash over the code and data files of the folder that the plugin keeps its policy in.

    Recipes, runs and hidden folders do not count: they change nothing of what the plugin does.
    """
    folder = domain.policy.parent
    files = (path for path in folder.rglob("*") if path.suffix in _PLUGIN_FILES and path.is_file())
    return sha256_files((path for path in files if not _apart(path.relative_to(folder))), folder)


def _apart(path: Path) -> bool:
    return any(part in ("recipes", "runs") or part.startswith(".") for part in path.parts)


def _from_entry_point(name: str) -> tuple[object, str]:
    """The object and its place, as `module:object`."""
    points = {point.name: point for point in entry_points(group=GROUP)}
    if name not in points:
        raise UsageError(
            f"there is no domain {name!r} installed; {nearest(name, points)} "
            "For a draft give its file and object, as in my_domain.py:domain."
        )
    return _imported(name, points[name]), points[name].value


def _imported(name: str, point: EntryPoint) -> object:
    try:
        return point.load()
    except Exception as error:  # a plugin may raise anything while it is imported
        raise PluginError(f"domain {name!r} ({point.value}) cannot be imported: {_reason(error)}") from error


def _from_file(name: str) -> tuple[object, str]:
    """The object and its place, as `file.py:object`."""
    file, _, attribute = name.rpartition(":")
    path = Path(file).resolve()
    if not path.is_file():
        raise UsageError(f"there is no file {file!r} to load the domain {attribute!r} from; check the path.")
    try:
        module = _module(path)
    except Exception as error:  # as above
        raise PluginError(f"{_line(file, path, error)} cannot be imported: {_reason(error)}") from error
    if not hasattr(module, attribute):
        raise PluginError(f"{file} has no object {attribute!r}; {nearest(attribute, _public(module))}")
    return getattr(module, attribute), f"{path}:{attribute}"


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(_new_name(f"chartered_draft_{path.stem}"), path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[spec.name]
        raise
    return module


def _new_name(stem: str) -> str:
    """A draft that is loaded again, or another file of that name, leaves those before it where they can be found."""
    taken = (f"{stem}_{number}" for number in count(2))
    return stem if stem not in sys.modules else next(name for name in taken if name not in sys.modules)


def _accepted(plugin: object, name: str) -> Domain:
    version = getattr(plugin, "api_version", None)
    if version is not None and version != API_VERSION:
        raise PluginError(
            f"domain {name!r} is written for version {version} of the plugin contract, not {API_VERSION}; "
            f"install a release of the plugin for version {API_VERSION}, or the chartered release that it names."
        )
    if not isinstance(plugin, Domain):
        raise PluginError(f"{name!r} is a {type(plugin).__name__}; a plugin is a chartered.domains.Domain.")
    return plugin


def _reason(error: Exception) -> str:
    """What stopped the import; for a module that was moved, where its names are now."""
    package, _, module = str(getattr(error, "name", "")).rpartition(".")
    if isinstance(error, ModuleNotFoundError) and package == "chartered.domains" and module in MOVED:
        return f"what was in {package}.{module} is in chartered.{MOVED[module]} now; change that import."
    return f"{type(error).__name__}: {error}"


def _line(file: str, path: Path, error: Exception) -> str:
    """The file, with the line that it got to; a syntax error names its own."""
    reached = [frame.lineno for frame in extract_tb(error.__traceback__) if Path(frame.filename) == path]
    return f"{file}, line {reached[-1]}," if reached else file


def _public(module: ModuleType) -> list[str]:
    return [attribute for attribute in vars(module) if not attribute.startswith("_")]
