"""Files of published sets that a person names on the command line, laid into the wording of their probe."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from chartered.audit.probes.base.wording import default_wording
from chartered.common.errors import UsageError, nearest
from chartered.common.files import write_whole
from chartered.domains.contract import Domain

PROBE_OF: Mapping[str, str] = {
    "bbq": "social",
    "winobias": "social",
    "crows_pairs": "social_likelihood",
    "stereoset": "social_likelihood",
}
"""Set to the probe that asks it."""


def with_published(domain: Domain, given: Iterable[str], probes: Iterable[str], folder: Path) -> Domain:
    """The domain whose wording names the files of `bbq=FILE`, `winobias=PRO,ANTI` and their like (`PROBE_OF`).

    That wording is written into `folder`, so that it is known later what was asked.

    Raises:
        UsageError: no such set or file, or its probe is not one of those that are used.
    """
    named: dict[str, dict[str, Any]] = {}
    for text in given:
        name, paths = _parsed(text)
        probe = PROBE_OF[name]
        if probe not in set(probes):
            raise UsageError(f"--published {text}: {name} is asked by the probe {probe}; add --probe {probe}.")
        keys = named.setdefault(probe, {})
        keys[name] = [*keys.get(name, ()), *paths] if name == "bbq" else _value(name, paths, text)
    wording = {probe: _written(domain, probe, keys, folder) for probe, keys in named.items()}
    return replace(domain, probes={**domain.probes, **wording}) if wording else domain


def _parsed(text: str) -> tuple[str, list[str]]:
    name, _, paths = text.partition("=")
    if name not in PROBE_OF:
        raise UsageError(f"--published {text}: there is no set {name!r}; {nearest(name, PROBE_OF)}")
    listed = [Path(path).expanduser().resolve() for path in paths.split(",") if path.strip()]
    missing = next((path for path in listed if not path.is_file()), None)
    if missing or not listed:
        raise UsageError(
            f"--published {text}: there is no such file{f' {missing}' if missing else ''}; check the path."
        )
    return name, [str(path) for path in listed]


def _value(name: str, paths: list[str], text: str) -> Any:
    if len(paths) != (2 if name == "winobias" else 1):
        example = "winobias=PRO,ANTI, two files" if name == "winobias" else f"{name}=FILE, one file"
        raise UsageError(f"--published {text}: {len(paths)} files are named; give {example}.")
    return {"pro": paths[0], "anti": paths[1]} if name == "winobias" else paths[0]


def _written(domain: Domain, probe: str, keys: dict[str, Any], folder: Path) -> Path:
    """The domain's own wording with the files, whose other paths are made whole, in a file of its own."""
    own = domain.probes.get(probe, default_wording(probe))
    wording: dict[str, Any] = yaml.safe_load(own.read_text(encoding="utf-8"))
    for name, value in wording.items():
        if name in PROBE_OF:
            wording[name] = _whole(value, own.parent)
    path = folder / "wording" / f"{probe}.yaml"
    write_whole(path, yaml.safe_dump({**wording, **keys}, allow_unicode=True, sort_keys=False))
    return path


def _whole(value: Any, folder: Path) -> Any:
    if isinstance(value, str):
        return str((folder / value).resolve())
    items = value.items() if isinstance(value, dict) else enumerate(value)
    whole = {key: _whole(each, folder) for key, each in items}
    return whole if isinstance(value, dict) else list(whole.values())
