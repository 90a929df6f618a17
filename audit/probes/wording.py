"""Reading the wording of a probe: a domain's file laid over the default one, so that it holds only what it changes."""

import hashlib
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from chartered.domains.files import sha256_file
from chartered.domains.strict_yaml import read_yaml

DATA = Path(__file__).parent / "data"
"""Default wording: `NAME.yaml` for each probe."""

_Wording = TypeVar("_Wording", bound=BaseModel)


def read_wording(name: str, path: Path, block: type[_Wording]) -> _Wording:
    """The wording of a probe; a key that the file leaves out is that of the default, whole.

    Raises:
        UsageError: the file is not as it must be; the message names key and line.
    """
    return read_yaml(path, block, f"wording of the probe {name}", defaults=DATA / f"{name}.yaml")


def wording_hash(code: int, wording: BaseModel, *files: Path) -> str:
    """Hash over the version of a probe's code, what its wording says, and files that the wording names.

    Comments and the order of keys do not count.
    """
    parts = [str(code), wording.model_dump_json(), *map(sha256_file, files)]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
