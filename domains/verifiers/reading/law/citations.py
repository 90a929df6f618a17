"""The citations of a text: cases and journals as `eyecite` finds them, statutes, and reporters that nobody knows."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from chartered.domains.verifiers.reading.law.statutes import Statute, statutes
from chartered.domains.verifiers.reading.numbers.numerals import folded_line

LONGEST = 20_000
"""Characters of a text that are searched for citations; the end of a longer one is kept, where answers stand."""
_LOOKS_CITED = re.compile(r"(?<![\w.])(\d{1,5})\s([A-Z][A-Za-z0-9.' ]{1,40}?)\s(\d{1,6})(?!\w)")
_SPACES = re.compile(r"\s+|(?<!\d)\.|\.(?!\d)")  # a point between digits matters: § 125.25 is not § 12.525
_LAW = re.compile(r"(\bPub\.?\s?L\.?)\s?No\.?")
_MARKS = re.compile(r"[*_\u200b\u200c\u200d\ufeff]")
_BLANKS = re.compile(r"[ \t]+")
_SECTION = re.compile(r"§+\s*|\b[Ss]ec(?:tion|\.)s?\s(?=[\d§])")
_REST = re.compile(r"[\w:-]*(?:[.:-]\d\w*)*")
_BELOW = re.compile(r"(?:\s?\((?!\d{4}\))\w{1,5}\))+")
_BESIDE = re.compile(r"(?:\s*,\s*(?:at\s+)?\d+(?:-\d+)?)*(?:\s*\(\d{4}\))?\s*[,=]?\s*")
_NEUTRAL = {"WL", "LEXIS", "U.S. LEXIS"}
_NOTHING = {"below": "", "pin": "", "year": ""}


@dataclass(frozen=True, kw_only=True, slots=True)
class Cited:
    """A citation as it stands in a text."""

    name: str
    """In the usual form."""
    key: str
    """What its forms share; without what may be added."""
    span: tuple[int, int]
    added: Mapping[str, str]
    """What may be added to it: subsections, a page within the case, a year."""
    source: Any
    """What eyecite found, a `Statute`, or None for an unknown reporter."""

    @property
    def reporter(self) -> str:
        """Where it is printed; nothing for statutes."""
        if self.source is None:
            return self.name.split(" ", 1)[1].rpartition(" ")[0]
        return self.source.corrected_reporter() if type(self.source).__name__ == "FullCaseCitation" else ""

    def fits(self, gold: "Cited") -> bool:
        """Whether it is the gold one, or that and something added."""
        if self.key != gold.key or self.added["below"] != gold.added["below"] != "":
            return False
        return all(not gold.added[part] or self.added[part] in ("", gold.added[part]) for part in ("pin", "year"))


def side_by_side(line: str) -> Iterator[list[Cited]]:
    """The citations of a text, those of one case together: next to each other, each in another reporter."""
    line, case = _plain(line), list[Cited]()
    for one in read_cited(line):
        between = line[case[-1].span[1] : one.span[0]] if case else ""
        if case and not (_BESIDE.fullmatch(between) and _of_one_case([*case, one])):
            yield case
            case = []
        case.append(one)
    if case:
        yield case


def _of_one_case(cited: Sequence[Cited]) -> bool:
    """Whether these may be one case in several reporters: each another one, those of the Supreme Court alone."""
    reporters = {one.reporter for one in cited}
    known = {one.reporter for one in cited if one.source is not None} - _NEUTRAL
    supreme = {bool(re.match(r"U\.S\.$|S\. Ct\.$|L\. Ed\.", name)) for name in known}
    return "" not in reporters and len(reporters) == len(cited) and len(supreme) < 2


def _compact(citation: str) -> str:
    """What two spellings of a citation share: "347 U. S. 483" and "347 U.S. 483"."""
    return _SPACES.sub("", citation).lower()


def _plain(text: str) -> str:
    """A text as it is searched: without emphasis, and with one sign for sections."""
    text = folded_line(_MARKS.sub("", text[-LONGEST:]))
    return _LAW.sub(r"\1", _SECTION.sub("§ ", _BLANKS.sub(" ", text)))


def read_cited(text: str) -> list[Cited]:
    """Each full citation of a text, in order."""
    text = _plain(text)
    found = [_statute(one) for one in statutes(text)]
    for start, end in [one.span for one in found]:
        text = f"{text[:start]}{';' * (end - start)}{text[end:]}"
    for one in _finder()(text):
        if type(one).__name__ in ("FullCaseCitation", "FullLawCitation", "FullJournalCitation"):
            found.append(_cited(one, text))
    return sorted([*found, *_unknown(text, [one.span for one in found])], key=lambda one: one.span)


def _unknown(text: str, taken: Sequence[tuple[int, int]]) -> Iterator[Cited]:
    """What looks like a citation, in a reporter that nobody knows."""
    for match in _LOOKS_CITED.finditer(text):
        here = any(start < match.end() and match.start() < end for start, end in taken)
        if "." in match[2] and not match[2].endswith(" at") and not here:
            name = " ".join(match[0].split())
            yield Cited(name=name, key=_compact(name), span=match.span(), added=_NOTHING, source=None)


def _statute(one: Statute) -> Cited:
    key = _compact(replace(one, below="").name)
    return Cited(name=one.name, key=key, span=one.span, added=_NOTHING | {"below": one.below}, source=one)


def _cited(one: Any, text: str) -> Cited:
    """A citation that eyecite found. Of a section it drops the subject of the code, and what follows a number."""
    start, end = one.span()
    name, pin, year = one.corrected_citation(), str(one.metadata.pin_cite or ""), str(one.metadata.year or "")
    if not one.groups.get("section"):
        added = _NOTHING | {"pin": pin, "year": year}
        return Cited(name=name, key=_compact(name), span=(start, end), added=added, source=one)
    rest = _REST.match(text, end)
    name = text[start : rest.end() if rest else end]
    below = _SPACES.sub("", match[0]) if (match := _BELOW.match(text, start + len(name))) else ""
    return Cited(
        name=name + below,
        key=_compact(name),
        span=(start, start + len(name)),
        added=_NOTHING | {"below": below.lower()},
        source=one,
    )


@cache
def _finder() -> Callable[[str], list[Any]]:
    """`eyecite.get_citations`; importing it reads the tables of reporters, half a second."""
    import eyecite

    return eyecite.get_citations
