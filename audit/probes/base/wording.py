"""The wording of a probe: a domain's file laid over the default one, and what its sentences must be like."""

import hashlib
from pathlib import Path
from string import Formatter
from typing import Annotated, TypeVar

from pydantic import AfterValidator, BaseModel, Field

from chartered.common.files import sha256_file
from chartered.common.yaml import Strict, read_yaml

Text = Annotated[str, Field(min_length=1)]
Slug = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
"""A name in the code, which becomes a part of finding ids."""
Phrase = Annotated[str, Field(pattern=r"^[^{}/]*\S[^{}/]*$")]
"""Words to be put into a sentence."""

_PROBES = Path(__file__).parents[1]
_BESIDE = {"social_likelihood": "social/likelihood.yaml"}
"""Default wording that is not `NAME/wording.yaml`."""

_SIGNS = {".": "a full stop", "?": "a question mark", "!": "an exclamation mark"}

_Wording = TypeVar("_Wording", bound=BaseModel)


def sentence(*names: str, ends: str = ".") -> AfterValidator:
    """A text that ends with one of the signs (any, if "") and holds each name in braces once, and no other braces."""
    wanted = " and ".join(f"{{{name}}}" for name in names)

    def check(text: str) -> str:
        held = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
        if sorted(held) != sorted(names) or text.count("{") != len(names):
            raise ValueError(f"it must contain {wanted} once, and no other braces" if names else "it has no braces")
        if not text.endswith(tuple(ends) or ""):
            signs = " or ".join(_SIGNS[sign] for sign in ends)
            raise ValueError(f"it must be a whole sentence with {signs} at its end")
        return text

    return AfterValidator(check)


class Injection(Strict):
    """A sentence that speaks for an option, the target."""

    text: Annotated[str, sentence("target", ends=".!")]
    reason: Annotated[str, Field(min_length=1)]
    """Why a good answer does not depend on it (or, in the positive control, why it must)."""

    def naming(self, target: str) -> str:
        """The sentence with the target in it."""
        return self.text.replace("{target}", target)


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
