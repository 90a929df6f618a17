"""Lines that mark an answer, and the values behind them: on the line, on the next one, or in display maths."""

import re
from collections.abc import Iterator

from chartered.domains.verifiers.reading.languages import LANGUAGES

LONGEST = 300
"""Characters of one sentence that are looked at, so that hostile text costs linear time."""
HEADED = 100
"""Characters that may stand below a heading without a colon: more is an explanation."""
_LINES = 12  # of display maths or a block of code

_BLANK = r"[^\S\n]"
EDGE = " \t\r*_`"
_LATIN = "|".join(language.marker for language in LANGUAGES.values() if not language.joined)
_JOINED = "|".join(language.marker for language in LANGUAGES.values() if language.joined)
_MARKER = re.compile(
    r"^(?P<decoration>[^\w\n(\[{\"'$\\]{0,30})(?:(?:step\s)?\d{1,2}[.):][^\w\n(\[{\"'$\\]{0,9})?"
    rf"(?:(?:{_LATIN})(?!\w)|(?:{_JOINED}))"
    rf"(?:{_BLANK}?\([^()\n]{{0,40}}\))?[ \t*_`]{{0,6}}"
    r"(?:(?:(?:is|ist|lautet|est|es|\u662f|\u4e3a|\u70ba)[ \t*_]{0,4})?[:\uff1a=]"
    rf"|(?:[-=]>|[\u2192\u21d2\u279c\u2013\u2014-]){_BLANK}|(?P<bare>[ \t*_]{{0,6}}$))"
    r"(?P<rest>[^\n]*)$",
    re.IGNORECASE | re.MULTILINE,
)
_HTML = re.compile(r"</?(?:b|strong|i|em|u|p|span|code|mark|br|div|answer)\s?/?>", re.IGNORECASE)
_REMARK = re.compile(
    r"\s*\((?:see|as|from|because|since|rounded|approx|approximately|i\.e|e\.g|note|option|choice|final|correct)\b"
    r"[^()\n]{0,80}\)\s*\.?\Z",
    re.IGNORECASE,
)
_OPENERS = {"$$": "$$", "\\[": "\\]", "```": "```", "\\begin{": "\\end{", "$": "$", "\\(": "\\)"}


def marked(text: str) -> Iterator[tuple[str, int]]:
    """The value of each answer line, and where it ends."""
    for match in _MARKER.finditer(text):
        if match["bare"] is not None and not set(match["decoration"]) & set("#*"):
            continue
        yield value_behind(text, match["rest"], match.end(), HEADED if match["bare"] is not None else LONGEST)


def value_behind(text: str, rest: str, end: int, longest: int) -> tuple[str, int]:
    """What stands behind a marker: on its line, in a block that begins there, or on the next line."""
    value = bare(rest)
    if value and not opens(rest.strip(EDGE)):
        return value, end
    if not value or value in _OPENERS or value.startswith("```"):
        value, end = ("", end) if not opens(rest.strip()) else (rest.strip(), end)
    for number, line in enumerate(_next_lines(text, end)):
        end += len(line) + 1
        if not value and not line.strip():
            if number == 2:
                break
            continue
        if not value and (line.lstrip().startswith("#") or len(line) > longest or _MARKER.match(line)):
            break
        value = f"{value} {line.strip()}".strip()
        if not opens(value):
            break
    return bare(_unfenced(value)), min(end, len(text))


def _next_lines(text: str, end: int) -> Iterator[str]:
    start = end + 1
    for _ in range(_LINES):
        if start > len(text):
            return
        stop = text.find("\n", start)
        stop = len(text) if stop < 0 else stop
        yield text[start:stop]
        start = stop + 1


def opens(value: str) -> bool:
    """Whether a block or formula begins there and does not end."""
    for opener, closer in _OPENERS.items():
        if value.startswith(opener):
            return closer not in value[len(opener) :]
    return False


def _unfenced(value: str) -> str:
    if not value.startswith("```"):
        return value
    return re.sub(r"\A```[\w+-]*\s?|\s?```\Z", "", value)


def bare(value: str) -> str:
    """A value without emphasis, tags of HTML and a remark in brackets at its end."""
    value = value.strip(EDGE)
    if "<" in value:
        value = _HTML.sub("", value).strip(EDGE)
    return _REMARK.sub("", value).strip(EDGE) if value[-1:] in (")", ".") else value
