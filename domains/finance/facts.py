"""What problems and corpus are written from: the files of `data/`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chartered.domains.authoring import shipped_facts

DATA = Path(__file__).parent / "data"
DOMAIN = "finance"
LICENCE = "Apache-2.0"
ONE_IN = 5
"""One combination of figures in so many is held out."""


def facts(name: str) -> Mapping[str, Any]:
    """The content of one file of `data/`."""
    content: Mapping[str, Any] = shipped_facts(DATA / f"{name}.yaml")
    return content
