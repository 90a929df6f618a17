"""Where things are in the repository, for tests in any folder."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
TOY = ROOT / "tests" / "toy_domain.py"
MEDICAL = ROOT / "domains" / "medical"
POCKET = ROOT / "adapt" / "pocket" / "weights"
