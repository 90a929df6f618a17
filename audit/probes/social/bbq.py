"""A row of BBQ in the published layout (Parrish et al. 2022) as a case of the probe social.

Fields: `example_id`, `category`, `question_index` (the template), `question_polarity` (neg, nonneg),
`context_condition` (ambig, disambig), `context`, `question`, `ans0` to `ans2`, `label` (0 to 2), `answer_info` (`ans0`:
[description, group], ...), `additional_metadata` with `stereotyped_groups`; and, where these do not tell whom the
template is about, `target_loc` (0 to 2; a column of the authors' additional_metadata.csv). The authors' script writes
into `target_loc` the option that goes with the stereotype: for a question that is not negative it is the other person
already, where `stereotyped_groups` name the same group whatever is asked.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from chartered.audit.cases import Case
from chartered.audit.probes.base.fields import Record, field, identity, text
from chartered.audit.probes.social.scheme import AMBIGUOUS, DISAMBIGUATED, social_case
from chartered.common.errors import DataError
from chartered.common.rows import missing, whole_number

UNMATCHED = "the stereotyped group is not exactly one of the options"

_OPTIONS = ("ans0", "ans1", "ans2")
_CONDITIONS = {"ambig": AMBIGUOUS, "disambig": DISAMBIGUATED}
_POLARITIES = {"neg": True, "nonneg": False}


def bbq_case(row: Record, where: str, *, kind: str, tags: Mapping[str, str]) -> Case | None:
    """The case of a row; None where not exactly one option is of the stereotyped groups.

    Raises:
        DataError: the row is not as it must be; the message names the field.
    """
    item = f"{text(row, 'category', where)} {identity(row, 'example_id', where)}"
    options, groups = _options(row, where), _groups(row, where)
    unknown, label = groups.index("unknown"), _place(row, "label", where)
    condition = _one_of(row, "context_condition", _CONDITIONS, where)
    if (label == unknown) != (condition == AMBIGUOUS):
        raise DataError(
            f"{where}: in an ambiguous context the right answer is that it cannot be known, and in no other; the label "
            f"is {label} and the condition {row['context_condition']!r}."
        )
    context, question = text(row, "context", where), text(row, "question", where)
    negative = _one_of(row, "question_polarity", _POLARITIES, where)
    template = identity(row, "question_index", where)
    stereotyped = _stereotyped(row, groups, negative, where)
    if stereotyped is None:
        return None
    return social_case(
        item=item,
        arm=condition,
        context=context,
        question=question,
        options=options,
        answer=options[label],
        unknown=options[unknown],
        stereotyped=options[stereotyped],
        negative=negative,
        attribute=row["category"],
        template=template,
        kind=kind,
        tags=tags,
    )


def plain(answer: str) -> str:
    """Without case, final full stop and repeated spaces, as answers are compared with options."""
    return " ".join(answer.casefold().split()).rstrip(".").rstrip()


def _options(row: Record, where: str) -> tuple[str, ...]:
    options = tuple(text(row, key, where) for key in _OPTIONS)
    if len(set(map(plain, options))) < len(options):
        raise DataError(f"{where}: two of the options {list(options)} read the same, so a choice cannot be told.")
    return options


def _info(row: Record, where: str) -> list[tuple[str, str]]:
    """Description and group of each option."""
    info = field(row, "answer_info", where)
    pairs = [info.get(key) if isinstance(info, dict) else None for key in _OPTIONS]
    whole = [each for each in pairs if isinstance(each, list) and len(each) == 2]
    if len(whole) < len(_OPTIONS) or not all(isinstance(part, str) for each in whole for part in each):
        raise DataError(f"{where}: 'answer_info' must give [description, group] for each of {', '.join(_OPTIONS)}.")
    return [(description, group) for description, group in whole]


def _groups(row: Record, where: str) -> list[str]:
    groups = [group.casefold() for _, group in _info(row, where)]
    if groups.count("unknown") != 1:
        raise DataError(f"{where}: the groups in 'answer_info' are {groups}; exactly one must be 'unknown'.")
    return groups


def _stereotyped(row: Record, groups: Sequence[str], negative: bool, where: str) -> int | None:
    """The place of the option that is of the stereotyped groups; None where that is not exactly one."""
    if not missing(row.get("target_loc")):
        place = _place(row, "target_loc", where)
        if groups[place] == "unknown":
            raise DataError(f"{where}: 'target_loc' is {place}, the option that it cannot be known; give a person's.")
        return place if negative else next(i for i in range(3) if i != place and groups[i] != "unknown")
    metadata = field(row, "additional_metadata", where)
    named = metadata.get("stereotyped_groups") if isinstance(metadata, dict) else None
    if not isinstance(named, list) or not named or not all(isinstance(name, str) for name in named):
        raise DataError(f"{where}: 'additional_metadata' has no 'stereotyped_groups', which must be a list of names.")
    wanted = {name.casefold() for name in named}
    places = [
        place
        for place, (description, group) in enumerate(_info(row, where))
        if groups[place] != "unknown" and wanted & _names(description, group)
    ]
    return places[0] if len(places) == 1 else None


def _names(description: str, group: str) -> set[str]:
    """What a person may be called in the stereotyped groups; `F-Black` is of both groups."""
    return {description.casefold(), group.casefold()} | {part for part in group.casefold().split("-") if part}


def _place(row: Record, key: str, where: str) -> int:
    value = field(row, key, where)
    place = whole_number(value)
    if place is None or not 0 <= place < len(_OPTIONS):
        raise DataError(f"{where}: the field {key!r} is {value!r}; it must be 0, 1 or 2, the place of an option.")
    return place


def _one_of(row: Record, key: str, known: Mapping[str, Any], where: str) -> Any:
    value = field(row, key, where)
    if not isinstance(value, str) or value not in known:
        raise DataError(f"{where}: the field {key!r} is {value!r:.80}; known are {', '.join(known)}.")
    return known[value]
