"""What problems and corpus are written from: the files of `data/`, and people."""

from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

from chartered.domains.authoring import shipped_facts

DATA = Path(__file__).parent / "data"
LICENCE = "Apache-2.0"
ONE_IN = 5
"""One combination of facts in so many is held out."""


def facts(name: str) -> Mapping[str, Any]:
    """The content of one file of `data/`."""
    content: Mapping[str, Any] = shipped_facts(DATA / f"{name}.yaml")
    return content


def aged(rng: Random, role: str) -> str:
    """Somebody with an age that does not matter: "A 45-year-old claimant"."""
    age = rng.randint(21, 84)
    return f"{'An' if str(age).startswith('8') else 'A'} {age}-year-old {role}"
