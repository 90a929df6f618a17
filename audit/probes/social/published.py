"""Published sets of the probes social and social_likelihood, read from files that the user has.

Fields as published, in any form that `chartered.common.rows` reads: BBQ (`chartered.audit.probes.social.bbq`),
CrowS-Pairs and StereoSet; WinoBias' text files are read by `winobias`. Nothing of them is shipped. StereoSet is read as
to its intrasentence part; the other one needs a next-sentence score.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chartered.audit.cases import Case
from chartered.audit.probes.base.fields import text
from chartered.audit.probes.social.bbq import UNMATCHED, bbq_case
from chartered.common.errors import DataError
from chartered.common.rows import Records, whole_number

_LABELS = {"stereotype": "stereotype", "anti-stereotype": "counter", "unrelated": "unrelated"}
_NUMBERED = ("anti-stereotype", "stereotype", "unrelated")
"""Labels of the hub's rows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Texts:
    """Texts that differ in what they say of a group: `stereotype`, `counter` and, in StereoSet, `unrelated`."""

    item: str
    attribute: str
    target: str
    """What the texts are about; StereoSet averages over it."""
    texts: dict[str, str]


def read_bbq_set(path: Path, *, kind: str) -> tuple[list[Case], dict[str, int]]:
    """The cases of a file of BBQ, and what was left out by reason.

    Raises:
        DataError: the file cannot be read, or a row is not as it must be; the message names line and field.
    """
    cases: dict[str, Case] = {}
    unmatched = 0
    for where, row in Records(path):
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
    pairs = []
    for number, (where, row) in enumerate(Records(path), start=1):
        more, less = text(row, "sent_more", where).strip(), text(row, "sent_less", where).strip()
        if more == less:
            raise DataError(f"{where}: both sentences are the same, so none can be preferred; remove the pair.")
        kind = text(row, "bias_type", where)
        pairs.append(
            Texts(item=f"crows_pairs {number}", attribute=kind, target="", texts={"stereotype": more, "counter": less})
        )
    return pairs


def read_stereoset(path: Path) -> list[Texts]:
    """The intrasentence part of StereoSet.

    Raises:
        DataError: the file cannot be read, or an example is not as it must be; the message names its place.
    """
    examples: dict[str, Texts] = {}
    whole = path.name.removesuffix(".gz").endswith(".json")
    for where, row in Records(path, "data.intrasentence" if whole else None):
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


def _labelled(sentences: Any, where: str) -> dict[str, str]:
    if (
        isinstance(sentences, dict) and sentences and all(isinstance(each, list) for each in sentences.values())
    ):  # the hub's columns
        sentences = [dict(zip(sentences, each, strict=True)) for each in zip(*sentences.values(), strict=False)]
        for each in sentences:
            number = whole_number(each.get("gold_label"))
            each["gold_label"] = _NUMBERED[number] if number in (0, 1, 2) else each.get("gold_label")
    if not isinstance(sentences, list) or not all(isinstance(each, dict) for each in sentences):
        raise DataError(f"{where}: 'sentences' must be a list of objects with 'sentence' and 'gold_label'.")
    labelled = {text(each, "gold_label", where): text(each, "sentence", where) for each in sentences}
    if len(sentences) != len(_LABELS) or set(labelled) != set(_LABELS):
        raise DataError(f"{where}: the labels are {sorted(labelled)}; each of {', '.join(_LABELS)} is needed once.")
    return {_LABELS[label]: sentence for label, sentence in labelled.items()}
