"""Reading the wording of a probe: a domain's file laid over the default one, so that it holds only what it changes."""

import hashlib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from chartered.common.files import sha256_file
from chartered.common.yaml import read_yaml

_PROBES = Path(__file__).parents[1]
_BESIDE = {"social_likelihood": "social/likelihood.yaml"}
"""Default wording that is not `NAME/wording.yaml`."""

_Wording = TypeVar("_Wording", bound=BaseModel)


def default_wording(name: str) -> Path:
    """The file with the default wording of a probe."""
    return _PROBES / _BESIDE.get(name, f"{name}/wording.yaml")


def read_wording(name: str, path: Path, block: type[_Wording]) -> _Wording:
    """The wording of a probe; a key that the file leaves out is that of the default, whole.

    Raises:
        UsageError: the file is not as it must be; the message names key and line.
    """
    return read_yaml(path, block, f"wording of the probe {name}", defaults=default_wording(name))


def wording_hash(code: int, wording: BaseModel, *files: Path) -> str:
    """Hash over the version of a probe's code, what its wording says, and files that the wording names.

    Comments and the order of keys do not count.
    """
    parts = [str(code), wording.model_dump_json(), *map(sha256_file, files)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
