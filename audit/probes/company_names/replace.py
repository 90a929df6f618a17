"""Putting a placeholder or another company's name in the place of the names that `find` found.

Articles, possessives and capitals are made to fit, and nothing else of the text changes.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from chartered.audit.probes.company_names.companies import Named
from chartered.audit.probes.company_names.find import Mention
from chartered.audit.probes.company_names.ordinary_words import AROUND, starts
from chartered.audit.probes.company_names.spellings import APOSTROPHES, letters
from chartered.audit.probes.swaps.grammar import article_before, like

_BARE = re.compile(
    rf"(?:(?<![\w-])(?:an?|the|this|its|their|our|your|his|her)|\w[{APOSTROPHES}]s|s[{APOSTROPHES}])\s+$", re.I
)
_NEAR = 60
"""Signs before a name in which its article or determiner is looked for; a longer word is neither."""
_ARTICLE = re.compile(r"(?<![\w-])(an?)(\s+)$", re.IGNORECASE)
_SPOKEN_WITH_VOWEL = frozenset("AEFHILMNORSX")


@dataclass(frozen=True, kw_only=True, slots=True)
class Placeholder:
    """What stands in the place of a name."""

    phrase: str
    noun: str
    after: tuple[str, ...]
    """Words after which the noun stands alone."""


def masked(text: str, mentions: Sequence[Mention], placeholder: Placeholder) -> str:
    """The text with the placeholder for every name."""
    shouted = text.isupper()
    edits = []
    for each in mentions:
        if each.form == "aside":
            edits.append((each.start, each.end, ""))
            continue
        before = text[max(0, each.start - AROUND) : each.start]
        words = placeholder.noun if _bare(before, placeholder.after) else placeholder.phrase
        words = words[0].upper() + words[1:] if starts(before) else words
        ending = f"{each.possessive[0]}s" if each.possessive else ""
        edits.append((each.start, each.end, (words + ending).upper() if shouted else words + ending))
    return _spliced(text, edits, article_before)


def swapped(text: str, mentions: Sequence[Mention], other: Named) -> str:
    """The text with another company's names, in the forms in which it has those of its own."""
    return _spliced(text, [(each.start, each.end, _said(text, each, other)) for each in mentions], article_of)


def article_of(name: str) -> str:
    """`a` or `an` before a name; initials are spoken one by one."""
    word = re.match(r"[^\W_]+", name)
    if word and len(word[0]) <= 4 and word[0].isupper():
        return "an" if word[0][0] in _SPOKEN_WITH_VOWEL else "a"
    return article_before(name)


def _said(text: str, mention: Mention, other: Named) -> str:
    if mention.form in ("ticker", "aside") and other.ticker:
        lead = mention.lead
        if other.exchange and ":" in lead:
            lead = re.sub(r"[A-Za-z]+", other.exchange, lead)
        return f"{lead}{other.ticker}{')' if mention.form == 'aside' else ''}{mention.possessive}"
    if mention.form == "aside":
        return ""
    if mention.form == "full" and other.full:
        ends = text[mention.end : mention.end + 1] == "."
        name = other.full.rstrip(".") if ends else other.full
    else:
        name = _cased(other.name, mention)
    return name + _possessive(name, mention.possessive)


def _cased(name: str, mention: Mention) -> str:
    own = mention.company.name
    if mention.said.isupper() and letters(mention.said) > 1 and not own.isupper():
        return name if mention.said in mention.company.forms else name.upper()
    return name.lower() if mention.said.islower() else name


def _possessive(name: str, possessive: str) -> str:
    if not possessive or name.lower().endswith(tuple(f"{sign}s" for sign in APOSTROPHES)):
        return ""
    ending = "S" if name.isupper() and possessive.endswith("S") else "s"
    bare = name.endswith("s") or (name.endswith("S") and len(name) > 4)  # Barclays', BARCLAYS', but UBS's
    return possessive[0] + ("" if bare else ending)


def _bare(before: str, after: Sequence[str]) -> bool:
    near = before[-_NEAR:]
    word = re.search(r"([\w-]+)\s+$", near)
    return bool(_BARE.search(near)) or (word is not None and word[1].lower() in after)


def _spliced(text: str, edits: Iterable[tuple[int, int, str]], article: Callable[[str], str]) -> str:
    """The text with stretches replaced, each article before one made to fit."""
    parts, done = [], 0
    for start, end, new in sorted(edits):
        before = text[done:start]
        match = _ARTICLE.search(before, max(0, len(before) - _NEAR))
        if match and new:
            before = before[: match.start()] + like(article(new), match[1]) + match[2]
        parts += [before, new]
        done = end
    return "".join([*parts, text[done:]])
