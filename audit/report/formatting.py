"""Text and numbers as the report shows them: text from data made harmless to look at, numbers with a fixed width."""

import re

from chartered.audit.verdict import Interval, Outcome

NOT_JUDGED = "not judged"

OUTCOME_WORDS: dict[Outcome | None, str] = {
    "pass": "pass",
    "fail": "fail",
    "inconclusive": "inconclusive",
    "error": "error",
    None: NOT_JUDGED,
}
SYMBOLS: dict[Outcome | None, str] = {"pass": "✓", "fail": "✕", "inconclusive": "?", "error": "!", None: "–"}
"""A sign for each outcome, so that nothing is told by colour alone."""

# C0 controls but tab and line feed, DEL, C1, surrogates, non-characters; then what makes a line read otherwise than it
# is written (marks, embeddings, overrides, isolates) or is not seen at all (zero-width signs, soft hyphens, tags)
_ILLEGAL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_HIDDEN = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)


def visible(text: str) -> str:
    """The text with each control character replaced by a sign for it; what comes out is legal in XML too.

    U+0000 to U+001F become control pictures, other illegal characters U+FFFD, and characters that reorder a line or are
    not seen their code point, as in `⟨U+202E⟩`. Joiners (U+200C, U+200D) stay, since Persian and emoji need them.
    """
    shown = _ILLEGAL.sub(_picture, text.replace("\r\n", "\n"))
    return _HIDDEN.sub(lambda found: f"⟨U+{ord(found[0]):04X}⟩", shown)


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "⟨U+007F⟩" if code == 0x7F else "�"


def number(value: float | None) -> str:
    """Three decimals with a true minus sign; what is not defined is said to be so."""
    return "not defined" if value is None else f"{round(value, 3) + 0.0:.3f}".replace("-", "−")


def signed(value: float | None) -> str:
    """As `number`, with a plus sign where it is above zero."""
    return f"+{number(value)}" if value is not None and round(value, 3) > 0 else number(value)


def p_value(value: float | None) -> str:
    """Three decimals, `< 0.001` below them."""
    if value is None:
        return "–"
    return "< 0.001" if value < 0.001 else number(value)


def span(interval: Interval | None) -> str:
    """Both ends of an interval of harm, signed."""
    return "not defined" if interval is None else f"{signed(interval.low)} to {signed(interval.high)}"


def plural(count: int, noun: str) -> str:
    """`1 item`, `2 items`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def title(name: str) -> str:
    """A name from the code as words: `cognitive_bias` is `cognitive bias`."""
    return name.replace("_", " ")


def sentence(text: str) -> str:
    """The text with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def percent(share: float) -> str:
    """`0.95` is `95 %`."""
    return f"{100 * share:g} %"


def cut(text: str, most: int) -> str:
    """The text, or its beginning and an ellipsis where it is longer than `most` characters."""
    return text if len(text) <= most else text[: most - 1] + "…"
