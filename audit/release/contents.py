"""What of a model's folder goes into a release, and what must not be in it.

Covered: pickled weights, Python files, configuration that asks for code, damaged safetensors files. Not covered:
what a chat template says, which transformers renders in a sandbox.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from chartered.common.models import CONFIGURATION, PICKLED, is_part

UNSAFE = (*PICKLED, ".joblib", ".dill", ".py", ".pyc", ".so", ".npz")
"""Endings of files that may run a program when they are opened, or are one."""


def model_files(folder: Path) -> tuple[list[Path], tuple[str, ...]]:
    """The files that a release takes, and the names of what it leaves out (folders with a slash at the end)."""
    listed = sorted(folder.iterdir(), key=lambda path: path.name)
    taken = [path for path in listed if is_part(path)]
    kept = set(taken)
    left_out = (f"{path.name}/" if path.is_dir() else path.name for path in listed if path not in kept)
    return taken, tuple(left_out)


def unsafe_reasons(folder: Path) -> list[str]:
    """Why the files directly in a folder must not be released; empty when they may."""
    reasons = []
    for path in sorted(folder.iterdir(), key=lambda path: path.name):
        reasons += _unsafe(path, path.name) if path.is_file() else []
    if not (folder / "config.json").is_file() and not (folder / "adapter_config.json").is_file():
        reasons.append("there is no config.json")
    return reasons


def extra_reasons(extra: Mapping[str, Path], taken: Iterable[str]) -> list[str]:
    """Why files that are to go along must not: their name or their kind."""
    reasons = []
    for name, path in extra.items():
        own = name in taken or name in CONFIGURATION or name.endswith(".safetensors")
        if own or name != Path(name).name or name.startswith(".") or not name.isprintable():
            reasons.append(f"{name!r} cannot be the name of a further file")
        elif not path.is_file():
            reasons.append(f"there is no file {path} to go along as {name}")
        else:
            reasons += _unsafe(path, name)
    return reasons


def _unsafe(path: Path, name: str) -> list[str]:
    suffix = Path(name).suffix.lower()
    if suffix in UNSAFE:
        return [f"{name} may run a program when it is opened; only safetensors and plain text are released"]
    if suffix == ".npy":
        return _objects(path, name)
    if suffix == ".safetensors":
        return _damaged(path, name)
    return _code_asked(path, name) if suffix == ".json" else []


def _objects(path: Path, name: str) -> list[str]:
    import numpy

    try:
        numpy.load(path, mmap_mode="r", allow_pickle=False)
    except (ValueError, OSError, EOFError) as error:
        return [f"{name} holds pickled objects or is not an array ({type(error).__name__})"]
    return []


def _damaged(path: Path, name: str) -> list[str]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            list(file.keys())
    except (SafetensorError, OSError) as error:
        return [f"{name} is not a whole safetensors file ({' '.join(str(error).split())[:120]})"]
    return []


def _code_asked(path: Path, name: str) -> list[str]:
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        return [f"{name} is not JSON ({type(error).__name__})"]
    return [f"{name} has 'auto_map', so loading the model would run code"] if _has_auto_map(content) else []


def _has_auto_map(content: Any) -> bool:
    """Whether a configuration, or a part of it, names code to load; deep parts are looked at without recursion."""
    waiting = [content]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            if part.get("auto_map"):
                return True
            waiting += part.values()
        elif isinstance(part, list):
            waiting += part
    return False
