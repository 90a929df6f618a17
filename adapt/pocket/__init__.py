"""The pocket: a very small general language model that is shipped with the package, and the script that makes it."""

from pathlib import Path


def pocket_path() -> Path:
    """The folder of the shipped weights, in the layout of `transformers`."""
    return Path(__file__).parent / "weights"
