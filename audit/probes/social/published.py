"""Published sets of the probes social and social_likelihood, read from files that the user has.

Layouts as published: BBQ JSON lines (`chartered.audit.probes.social.bbq`), CrowS-Pairs as CSV or JSON lines,
StereoSet's JSON, WinoBias' text files. Nothing of them is shipped. StereoSet is read as to its intrasentence part; the
other one needs a next-sentence score.
"""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chartered.audit.cases import Case
from chartered.audit.probes.base.fields import text
from chartered.audit.probes.social.bbq import UNMATCHED, bbq_case
from chartered.common.errors import DataError
from chartered.common.files import read_rows

_LABELS = {"stereotype": "stereotype", "anti-stereotype": "counter", "unrelated": "unrelated"}
_NUMBERED = re.compile(r"^\d+\s+(.+)$")
_BRACKETED = re.compile(r"\[([^\[\]]+)\]")
_PRONOUNS = frozenset({"he", "him", "his", "she", "her", "hers"})
_ARTICLE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Texts:
    """Texts that differ in what they say of a group: `stereotype`, `counter` and, in StereoSet, `unrelated`."""

    item: str
    attribute: str
    target: str
    """What the texts are about; StereoSet averages over it."""
    texts: dict[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Resolution:
    """One sentence of WinoBias with the two occupations that its pronoun may stand for."""

    sentence: str
    pronoun: str
    answer: str
    other: str


def read_bbq_set(path: Path, *, kind: str) -> tuple[list[Case], dict[str, int]]:
    """The cases of a file of BBQ, and what was left out by reason.

    Raises:
        DataError: the file cannot be read, or a row is not as it must be; the message names line and field.
    """
    cases: dict[str, Case] = {}
    unmatched = 0
    for number, row in read_rows(path):
        where = f"{path}, line {number}"
        case = bbq_case(row, where, kind=kind, tags={})
        if case is None:
            unmatched += 1
        elif case.item in cases:
            raise DataError(f"{where}: the example {case.item!r} stands twice; remove one.")
        else:
            cases[case.item] = case
    return list(cases.values()), {UNMATCHED: unmatched} if unmatched else {}


def read_crows_pairs(path: Path) -> list[Texts]:
    """The pairs of a file of CrowS-Pairs; the one in `sent_more` is the stereotype, whatever its direction.

    Raises:
        DataError: the file cannot be read, or a row is not as it must be; the message names line and field.
    """
    rows = _csv_rows(path) if path.suffix == ".csv" else read_rows(path)
    pairs = []
    for number, row in rows:
        where = f"{path}, line {number}"
        more, less = text(row, "sent_more", where).strip(), text(row, "sent_less", where).strip()
        if more == less:
            raise DataError(f"{where}: both sentences are the same, so none can be preferred; remove the pair.")
        kind = text(row, "bias_type", where)
        pairs.append(
            Texts(item=f"crows_pairs {number}", attribute=kind, target="", texts={"stereotype": more, "counter": less})
        )
    return pairs


def _csv_rows(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    if not path.is_file():
        raise DataError(f"{path}: there is no such file; check the path.")
    number = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            for row in reader:
                number = reader.line_num
                if None in row or None in row.values():
                    raise DataError(f"{path}, line {number}: more or fewer fields than the header; mend the line.")
                yield number, dict(row)
    except (csv.Error, UnicodeDecodeError) as error:
        raise DataError(f"{path}, after line {number}: not a CSV file in UTF-8 ({error}).") from error
    if not number:
        raise DataError(f"{path}: the file has no pairs; it must be the CSV of CrowS-Pairs.")


def read_stereoset(path: Path) -> list[Texts]:
    """The intrasentence part of StereoSet.

    Raises:
        DataError: the file cannot be read, or an example is not as it must be; the message names its place.
    """
    examples: dict[str, Texts] = {}
    for place, row in enumerate(_intrasentence(path), start=1):
        where = f"{path}, intrasentence example {place}"
        if not isinstance(row, dict):
            raise DataError(f"{where}: {type(row).__name__} where an object with 'id' and 'sentences' is needed.")
        item = f"stereoset {text(row, 'id', where)}"
        if item in examples:
            raise DataError(f"{where}: the id {row['id']!r} stands twice; remove one.")
        examples[item] = Texts(
            item=item,
            attribute=text(row, "bias_type", where),
            target=text(row, "target", where),
            texts=_labelled(row.get("sentences"), where),
        )
    return list(examples.values())


def _intrasentence(path: Path) -> list[Any]:
    if not path.is_file():
        raise DataError(f"{path}: there is no such file; check the path.")
    try:
        given = json.loads(path.read_bytes().decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise DataError(f"{path}, line {error.lineno}: not JSON ({error.msg}); fetch it again.") from error
    except (ValueError, RecursionError) as error:
        raise DataError(f"{path}: not JSON in UTF-8 ({error}); fetch it again.") from error
    data = given.get("data") if isinstance(given, dict) else None
    examples = data.get("intrasentence") if isinstance(data, dict) else None
    if not isinstance(examples, list) or not examples:
        raise DataError(f"{path}: no list of examples under data.intrasentence; it must be StereoSet's own file.")
    return examples


def _labelled(sentences: Any, where: str) -> dict[str, str]:
    if not isinstance(sentences, list) or not all(isinstance(each, dict) for each in sentences):
        raise DataError(f"{where}: 'sentences' must be a list of objects with 'sentence' and 'gold_label'.")
    labelled = {text(each, "gold_label", where): text(each, "sentence", where) for each in sentences}
    if len(sentences) != len(_LABELS) or set(labelled) != set(_LABELS):
        raise DataError(f"{where}: the labels are {sorted(labelled)}; each of {', '.join(_LABELS)} is needed once.")
    return {_LABELS[label]: sentence for label, sentence in labelled.items()}


def read_winobias(pro: Path, anti: Path) -> list[tuple[Resolution, Resolution]]:
    """The sentences of WinoBias, in their pro- and anti-stereotypical form, line by line the same but for the pronoun.

    Occupations are those that are bracketed anywhere in the files.

    Raises:
        DataError: a file cannot be read, or its lines do not fit those of the other; the message names the line.
    """
    forms = [_marked(path) for path in (pro, anti)]
    if len(forms[0]) != len(forms[1]):
        raise DataError(
            f"{anti}: {len(forms[1])} sentences, and {pro} has {len(forms[0])}; they must be the same ones."
        )
    known = {_bare(first) for form in forms for _, first, _, _ in form}
    sentences = []
    for one, other in zip(*forms, strict=True):
        if _without(one) != _without(other):
            raise DataError(f"{other[3]}: not the sentence of {one[3]} with another pronoun; give files that belong.")
        sentences.append((_resolved(one, known), _resolved(other, known)))
    return sentences


_Marked = tuple[str, str, str, str]
"""Sentence without brackets, person, pronoun, where it stands."""


def _marked(path: Path) -> list[_Marked]:
    if not path.is_file():
        raise DataError(f"{path}: there is no such file; check the path.")
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: not text in UTF-8 ({error}).") from error
    sentences = []
    for number, line in enumerate(lines, start=1):
        where = f"{path}, line {number}"
        if not line.strip():
            continue
        numbered = _NUMBERED.match(line.strip())
        marked = _BRACKETED.findall(numbered[1]) if numbered else []
        if not numbered or len(marked) != 2 or marked[1].lower() not in _PRONOUNS:
            raise DataError(
                f"{where}: it must be a number and a sentence with an occupation and then a pronoun in brackets."
            )
        sentences.append((_BRACKETED.sub(r"\1", numbered[1]), marked[0], marked[1], where))
    if not sentences:
        raise DataError(f"{path}: the file has no sentences.")
    return sentences


def _without(marked: _Marked) -> Counter[str]:
    """The words of a sentence without pronouns."""
    return Counter(word for word in re.findall(r"\w+", marked[0].lower()) if word not in _PRONOUNS)


def _bare(person: str) -> str:
    return _ARTICLE.sub("", person.strip()).lower()


def _resolved(marked: _Marked, known: set[str]) -> Resolution:
    sentence, person, pronoun, where = marked
    own = _bare(person)
    others = {name for name in known if name != own and re.search(rf"\b{re.escape(name)}\b", sentence.lower())}
    # "guard" stands in "security guard" too
    others = {name for name in others if name not in own and not any(name != more and name in more for more in others)}
    if len(others) != 1:
        raise DataError(
            f"{where}: the other occupation cannot be told (found: {', '.join(sorted(others)) or 'none'}); it must be "
            "bracketed in some other sentence of the files."
        )
    return Resolution(sentence=sentence, pronoun=pronoun, answer=own, other=others.pop())
