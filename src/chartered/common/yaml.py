"""YAML files that people edit, read into strict pydantic models: what is wrong is named with its key and line."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from chartered.common.errors import UsageError, nearest


class Strict(BaseModel):
    """A block of a YAML file; unknown keys are refused, and nothing changes after it is made."""

    model_config = ConfigDict(extra="forbid", frozen=True)


_Block = TypeVar("_Block", bound=BaseModel)


class _Loader(yaml.SafeLoader):
    """Reads 1e-3 as a number, as YAML 1.2 does; PyYAML alone takes it for text."""


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float", re.compile(r"^[-+]?[0-9]+[eE][-+]?[0-9]+$"), list("-+0123456789")
)


def read_yaml(path: Path, block: type[_Block], noun: str, *, defaults: Path | None = None) -> _Block:
    """The file as a `block`; `noun` says in messages what the file is.

    `defaults` is a file of the same form; its keys hold where the file leaves them out.

    Raises:
        UsageError: no such file, no YAML, an unknown key (with the nearest and its line), a missing key, a key given
            twice, or a bad value.
    """
    if not path.is_file():
        raise UsageError(f"{path}: there is no such {noun}; check the path.")
    node, given = _parsed(path)
    lines = dict(_lines(node, path))
    if not isinstance(given, dict):
        raise UsageError(f"{path}: a {noun} is a block of keys, and this is {type(given).__name__}.")
    try:
        return block.model_validate({**_parsed(defaults)[1], **given} if defaults else given)
    except ValidationError as error:
        raise UsageError(_explained(error, path, block, lines)) from error


def key_lines(path: Path) -> dict[str, int]:
    """The line of each dotted key of a YAML file.

    Raises:
        UsageError: no YAML, or a key given twice.
    """
    return dict(_lines(_parsed(path)[0], path))


def _parsed(path: Path) -> tuple[yaml.Node | None, Any]:
    """The file's nodes, which know their lines, and its values."""
    try:
        text = path.read_text(encoding="utf-8")
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_Loader)):
            raise UsageError(f"{path}: it uses an alias (*name), which is not read here; write the value out.")
        return yaml.compose(text, Loader=_Loader), yaml.load(text, Loader=_Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date or number that cannot be
        raise UsageError(f"{path}: not a YAML file: {' '.join(str(error).split())}") from error


def _lines(node: yaml.Node | None, path: Path, prefix: str = "") -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for name, line, value in _children(node):
        key = f"{prefix}{name}"
        if any(key == before for before, _ in found):
            raise UsageError(f"{path}, line {line}: the key {key!r} is given twice; keep one.")
        found.append((key, line))
        found += _lines(value, path, f"{key}.")
    return found


def _children(node: yaml.Node | None) -> list[tuple[str, int, yaml.Node]]:
    if isinstance(node, yaml.MappingNode):
        return [(str(key.value), key.start_mark.line + 1, value) for key, value in node.value]
    if isinstance(node, yaml.SequenceNode):
        return [(str(index), item.start_mark.line + 1, item) for index, item in enumerate(node.value)]
    return []


def _explained(error: ValidationError, path: Path, block: type[BaseModel], lines: Mapping[str, int]) -> str:
    # a misspelt key comes before the missing one that it was meant to be
    first = min(error.errors(), key=lambda found: found["type"] != "extra_forbidden")
    key = ".".join(map(str, first["loc"]))
    place = f"{path}, line {_line(key, lines)}"
    if first["type"] == "extra_forbidden":
        known = _block(block, first["loc"][:-1]).model_fields
        return f"{place}: unknown key {key!r}; {nearest(str(first['loc'][-1]), known)}"
    if first["type"] == "missing":
        return f"{place}: the key {key!r} is missing; add it."
    what = f"{key} is {first['input']!r}: " if key else ""
    return f"{place}: {what}{first['msg'].removeprefix('Value error, ')}."


def _line(key: str, lines: Mapping[str, int]) -> int:
    while key and key not in lines:
        key = key.rpartition(".")[0]
    return lines.get(key, 1)


def _block(block: type[BaseModel], location: tuple[Any, ...]) -> type[BaseModel]:
    """The model at that place, looking through tuples, mappings and optional blocks."""
    for part in location:
        if part in block.model_fields:
            annotation = block.model_fields[part].annotation
            inner = [annotation, *getattr(annotation, "__args__", ())]
            block = next((t for t in inner if isinstance(t, type) and issubclass(t, BaseModel)), block)
    return block
