"""Sentences of WinoBias (Zhao et al. 2018): which of two occupations does a pronoun stand for?

The published files have a numbered sentence a line, with the person and each pronoun that stands for them in brackets:
`1 [The developer] argued with the designer because [she] did not like [her] design.` The first pronoun is asked about.
A line that is not so is left out of both forms and counted.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from chartered.common.errors import DataError
from chartered.common.rows.text import opened

UNMARKED = "a sentence of WinoBias without one person and a pronoun in brackets"
UNTOLD = "a sentence of WinoBias whose other occupation is bracketed nowhere in the files"

_NUMBERED = re.compile(r"^\d+\s+(.+)$")
_BRACKETED = re.compile(r"\[([^\[\]]+)\]")
_PRONOUNS = frozenset({"he", "him", "his", "himself", "she", "her", "hers", "herself"})
_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Resolution:
    """One sentence with the two occupations that its pronoun may stand for."""

    sentence: str
    pronoun: str
    answer: str
    other: str


class _Marked(NamedTuple):
    sentence: str
    """Without brackets."""
    person: str
    pronoun: str
    where: str


def read_winobias(pro: Path, anti: Path) -> tuple[list[tuple[Resolution, Resolution]], dict[str, int]]:
    """The sentences in their pro- and anti-stereotypical form, and what was left out by reason.

    Line by line the two forms are the same but for the pronouns. Occupations are those that are bracketed anywhere in
    the files.

    Raises:
        DataError: a file cannot be read, its lines do not fit those of the other, or no sentence is left.
    """
    forms = [list(_lines(path)) for path in (pro, anti)]
    if len(forms[0]) != len(forms[1]):
        raise DataError(
            f"{anti}: {len(forms[1])} sentences, and {pro} has {len(forms[0])}; they must be the same ones."
        )
    known = {_bare(marked.person) for form in forms for _, marked in form if marked}
    sentences: list[tuple[Resolution, Resolution]] = []
    dropped: Counter[str] = Counter()
    for (_, one), (place, other) in zip(*forms, strict=True):
        if one is None or other is None:
            dropped[UNMARKED] += 1
            continue
        if _without(one) != _without(other):
            raise DataError(f"{place}: not the sentence of {one.where} with another pronoun; give files that belong.")
        first, second = _resolved(one, known), _resolved(other, known)
        if first and second:
            sentences.append((first, second))
        else:
            dropped[UNTOLD] += 1
    if not sentences:
        raise DataError(
            f"{pro}: no line is a number and a sentence with an occupation and a pronoun in brackets, beside another "
            "occupation that is bracketed elsewhere; give the files as published."
        )
    return sentences, dict(sorted(dropped.items()))


def _lines(path: Path) -> Iterator[tuple[str, _Marked | None]]:
    """Where each line stands, and what is marked in it."""
    with opened(path) as text:
        for number, line in enumerate(text, start=1):
            if line.strip():
                yield f"{path}, line {number}", _marked(line.strip(), f"{path}, line {number}")


def _marked(line: str, where: str) -> _Marked | None:
    numbered = _NUMBERED.match(line)
    marked = _BRACKETED.findall(numbered[1]) if numbered else []
    pronouns = [name for name in marked if name.strip().lower() in _PRONOUNS]
    people = {_bare(name): name for name in marked if name not in pronouns}
    if not numbered or not pronouns or len(people) != 1:
        return None
    return _Marked(_BRACKETED.sub(r"\1", numbered[1]), next(iter(people.values())), pronouns[0].strip(), where)


def _without(marked: _Marked) -> Counter[str]:
    """The words of a sentence without pronouns."""
    return Counter(word for word in re.findall(r"\w+", marked.sentence.lower()) if word not in _PRONOUNS)


def _bare(person: str) -> str:
    return _ARTICLE.sub("", person.strip()).lower()


def _resolved(marked: _Marked, known: set[str]) -> Resolution | None:
    """With the other occupation, where there is exactly one."""
    sentence, own = marked.sentence, _bare(marked.person)
    others = {name for name in known if name != own and re.search(rf"\b{re.escape(name)}\b", sentence.lower())}
    # "guard" stands in "security guard" too
    others = {name for name in others if name not in own and not any(name != more and name in more for more in others)}
    if len(others) != 1:
        return None
    return Resolution(sentence=sentence, pronoun=marked.pronoun, answer=own, other=others.pop())
