"""One name in many spellings: accents composed, decomposed or left out, curly apostrophes, long hyphens, `and`."""

import re
import unicodedata
from collections.abc import Iterable

APOSTROPHES = "'\N{RIGHT SINGLE QUOTATION MARK}\N{MODIFIER LETTER APOSTROPHE}"
HYPHENS = "-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{EN DASH}"
MARKS = "\u0300-\u036f"
"""Combining accents, as in a character class."""

_LIKE = {**dict.fromkeys(APOSTROPHES, "'"), **dict.fromkeys(HYPHENS, "-")}
_CLASSES = {"'": f"[{APOSTROPHES}]", "-": f"[{HYPHENS}]", " ": r"[ \t\u00a0]+", "&": r"(?:&amp;|&|\band\b)"}


def folded(name: str) -> str:
    """The same for all spellings of a name: no accents, plain signs, single spaces, small letters."""
    plain = "".join(_LIKE.get(sign, sign) for sign in unaccented(name)).casefold().replace("&amp;", "&")
    return " ".join(re.sub(r"\band\b", "&", plain).split())


def unaccented(text: str) -> str:
    """Letters without their accents; other signs stay."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))


def letters(text: str) -> int:
    """How many letters."""
    return sum(sign.isalpha() for sign in text)


def spelled(names: Iterable[str]) -> str:
    """A pattern for any of the names in any spelling, the longest first."""
    listed = sorted(set(names), key=lambda name: (-len(name), name))
    return "|".join("".join(map(_sign, unicodedata.normalize("NFC", _one_and(name)))) for name in listed) or "(?!)"


def _one_and(name: str) -> str:
    return re.sub(r"\band\b", "&", name)


def _sign(sign: str) -> str:
    plain = _LIKE.get(sign, sign)
    if plain in _CLASSES:
        return _CLASSES[plain]
    apart, base = unicodedata.normalize("NFD", sign), unaccented(sign)
    return (
        re.escape(sign) if apart == sign else f"(?:{re.escape(apart)}|{re.escape(sign)}|{re.escape(base)}(?![{MARKS}]))"
    )
