"""The report's colours, by day and by night; the tests compute their contrast."""

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "paper": "#fdfcfa",
    "panel": "#f5f3ee",
    "ink": "#1c2126",
    "soft": "#565d66",
    "rule": "#d9d5cc",
    "link": "#1f4e86",
    "pass": "#1d6b40",
    "fail": "#a32020",
    "inconclusive": "#7d5206",
    "error": "#663399",
    "none": "#565d66",
    "gone": "#f7dcd8",
    "new": "#d3ead9",
}
DARK: Mapping[str, str] = {
    "paper": "#15181c",
    "panel": "#1e2227",
    "ink": "#e9e6df",
    "soft": "#a9b0b8",
    "rule": "#3a4048",
    "link": "#9cc3f2",
    "pass": "#7fd0a0",
    "fail": "#f29a92",
    "inconclusive": "#e6b968",
    "error": "#c9a6f0",
    "none": "#a9b0b8",
    "gone": "#57282a",
    "new": "#1f4a33",
}
TEXT = ("ink", "soft", "link", "pass", "fail", "inconclusive", "error", "none")
"""Colours that text and signs are set in, on `paper` and on `panel`; `gone` and `new` lie under `ink`."""


def declarations(palette: Mapping[str, str]) -> str:
    """The palette as CSS custom properties."""
    return " ".join(f"--{name}: {colour};" for name, colour in palette.items())


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours `#rrggbb`, 1 to 21 (WCAG 2.2, relative luminance); text needs 4.5."""
    low, high = sorted((_luminance(first), _luminance(second)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
