"""The audit: a respondent meets probes; findings become a verdict; the verdict gates the release.

`run` carries it out over `cases`, `policy` decides, `verdict` is what is stored, `waivers` excuse by name. Rooms:
`respondents`, `probes`, `statistics`, `report`, `release`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chartered.audit.release.verify import load_release as load_release

__all__ = ["load_release"]


def __getattr__(name: str) -> object:
    """Import what is exported when it is asked for: verifying needs libraries that reading a verdict does not."""
    if name == "load_release":
        from chartered.audit.release.verify import load_release

        return load_release
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
