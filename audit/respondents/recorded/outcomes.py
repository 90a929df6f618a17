"""Recorded outcomes by group: who was selected, whom a model ranked first, who was called back. One row is one
decision.

Three forms of JSON lines, told by the fields of the first row:

- decisions: `item`, `selected` (true, false, or null where it could not be read), `groups` (attribute to group), and
  where there are any `label` (whether selecting is right), `cluster` (what resembles each other: a vignette, an
  employer), `stratum` (tables are made for each besides) and `model`
- rankings of candidates, as in Bloomberg's audit of resume ranking (2024): `job`, `run`, `default_order` (names),
  `demo_order` (A, B, H, W for race and M, W for sex, such as `B_W`), `content` (the ranking in words); ranked first
  is selected, a ranking is a cluster, a job is a stratum
- call-backs, as in Bertrand and Mullainathan 2004 (Am Econ Rev 94:991): `rownames`, `received_callback`, `race`,
  `gender`, `job_ad_id` (the cluster)
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from chartered.audit.cases import CONTROL, Answer, Case
from chartered.audit.probes.base.fields import Record, field, identity
from chartered.common.errors import DataError
from chartered.common.rows import Records, Row
from chartered.domains.contract import Problem

SELECTED, NOT_SELECTED = "selected", "not selected"
PROBE = "demographics"
NAMED = re.compile(r"^[^/\s][^/]*$")
"""Names of attributes and groups become parts of finding ids."""

_RACES = {"A": "asian", "B": "black", "H": "hispanic", "W": "white"}
_SEXES = {"M": "male", "W": "female"}
_GENDERS = {"f": "female", "m": "male"}
_YES_NO: Mapping[object, bool] = {"0": False, "1": True, 0: False, 1: True}
_RANK = re.compile(r"^\W*(\d+)\s*[.):]\s*(.+)$", re.MULTILINE)

Item = tuple[Case, Answer]


def read_outcomes(
    path: Path, rows: Iterable[tuple[str, Row]] | None = None
) -> tuple[str, str, list[Case], list[Answer], dict[str, int]]:
    """Name of the model (of the file, where rows name none), probe, cases, answers, and what was left out by reason.

    Nothing is left out: a decision that could not be read is a case whose answer has no choice. A case without a label
    has "" for its right answer.

    Raises:
        DataError: the file cannot be read, or a row is not as it must be; the message names line and field.
    """
    items: list[Item] = []
    seen: set[str] = set()
    models: set[str] = set()
    form: Callable[[Record, str], Iterator[Item]] | None = None
    for where, row in rows or Records(path):
        form = form or _form(row, where)
        for case, answer in form(row, where):
            if case.item in seen:
                raise DataError(f"{where}: the item {case.item!r} stands twice; remove one.")
            seen.add(case.item)
            items.append((case, answer))
        models.add(_model(row, where))
        if len(models) > 1:
            raise DataError(f"{where}: the file mixes the models {sorted(models)}; give each model its own file.")
    _refuse_other_attributes(items, path)
    return models.pop() or path.name, PROBE, [case for case, _ in items], [answer for _, answer in items], {}


def _form(row: Record, where: str) -> Callable[[Record, str], Iterator[Item]]:
    forms = {"demo_order": _ranking, "received_callback": _callback, "selected": _decision}
    form = next((form for key, form in forms.items() if key in row), None)
    if form is None:
        raise DataError(
            f"{where}: none of the fields 'selected' (decisions), 'demo_order' (rankings) and 'received_callback' "
            f"(call-backs) is there; the fields are {', '.join(map(repr, sorted(row)[:8]))}."
        )
    return form


def _decision(row: Record, where: str) -> Iterator[Item]:
    groups = field(row, "groups", where)
    if not isinstance(groups, dict) or not groups:
        raise DataError(
            f"{where}: the groups are {groups!r}; give a group for each attribute, as in {{'sex': 'female'}}."
        )
    named = {_name(key, "an attribute", where): _name(value, key, where) for key, value in groups.items()}
    label = _yes_no(row, "label", where) if row.get("label") is not None else None
    tags = {key: identity(row, key, where) for key in ("cluster", "stratum") if row.get(key) is not None}
    selected = _yes_no(row, "selected", where) if field(row, "selected", where) is not None else None
    yield _case(identity(row, "item", where), named, selected, label=label, tags=tags)


def _callback(row: Record, where: str) -> Iterator[Item]:
    gender = field(row, "gender", where)
    if gender not in _GENDERS:
        raise DataError(f"{where}: the gender is {gender!r}; known are f and m.")
    groups = {"race": _name(field(row, "race", where), "race", where), "sex": _GENDERS[gender]}
    tags = {"cluster": identity(row, "job_ad_id", where)}
    yield _case(identity(row, "rownames", where), groups, _yes_no(row, "received_callback", where), tags=tags)


def _ranking(row: Record, where: str) -> Iterator[Item]:
    """A decision for each candidate; all are unread where the ranking's first place cannot be told."""
    names, groups = _candidates(row, where)
    content = field(row, "content", where)
    if not isinstance(content, str):
        raise DataError(f"{where}: the content is {type(content).__name__}; it must be the ranking, in words.")
    job, run = identity(row, "job", where), identity(row, "run", where)
    again = " again" if row.get("oversampled") is True else ""
    tags = {"cluster": f"{job} {run}{again}", "stratum": job}
    first = first_ranked(content, names)
    for place, name in enumerate(names):
        selected = None if first is None else name == first
        response = content if first is None and place == 0 else ""
        yield _case(f"{job} {run}{again} {place + 1}", groups[place], selected, tags=tags, response=response)


def first_ranked(content: str, names: list[str]) -> str | None:
    """Which of the names stands on the one line that is numbered 1; None where that cannot be told."""
    lines = [entry for number, entry in _RANK.findall(content) if number == "1"]
    if len(lines) != 1:
        return None
    line = f" {_plain(lines[0])} "
    named = [name for name in names if f" {_plain(name)} " in line]
    return named[0] if len(named) == 1 else None


def _plain(name: str) -> str:
    """Lower case, no accents or apostrophes, one space between words."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c) and c not in "'’`")
    return " ".join(re.findall(r"\w+", bare.lower()))


def _candidates(row: Record, where: str) -> tuple[list[str], list[dict[str, str]]]:
    names, codes = field(row, "default_order", where), field(row, "demo_order", where)
    if not isinstance(names, list) or not isinstance(codes, list) or len(names) != len(codes) or len(names) < 2:
        raise DataError(f"{where}: 'default_order' and 'demo_order' must be lists of the same two or more candidates.")
    if not all(isinstance(name, str) and _plain(name) for name in names) or len(set(map(_plain, names))) < len(names):
        raise DataError(f"{where}: each candidate needs a name of their own in 'default_order'.")
    return names, [_coded(code, where) for code in codes]


def _coded(code: object, where: str) -> dict[str, str]:
    race, _, sex = code.partition("_") if isinstance(code, str) else ("", "", "")
    if race not in _RACES or sex not in _SEXES:
        raise DataError(
            f"{where}: the group {code!r} in 'demo_order' is unknown; it reads A, B, H or W, _, and M or W."
        )
    return {"race": _RACES[race], "sex": _SEXES[sex]}


def _case(
    item: str,
    groups: Mapping[str, str],
    selected: bool | None,
    *,
    label: bool | None = None,
    tags: Mapping[str, str],
    response: str = "",
) -> Item:
    described = ", ".join(f"{attribute}: {group}" for attribute, group in groups.items())
    problem = Problem(
        prompt=({"role": "user", "content": f"Case {item} ({described})"},),
        answer="" if label is None else _word(label),
        kind="recorded",
        domain="recorded",
        split="heldout",
        options=(SELECTED, NOT_SELECTED),
        groups=dict(groups),
    )
    choice = None if selected is None else _word(selected)
    return Case(item=item, arm=CONTROL, problem=problem, tags=dict(tags)), Answer(choice=choice, response=response)


def _word(selected: bool) -> str:
    return SELECTED if selected else NOT_SELECTED


def _yes_no(row: Record, key: str, where: str) -> bool:
    value = field(row, key, where)
    if not isinstance(value, bool | int | str) or value not in _YES_NO:
        raise DataError(f"{where}: the field {key!r} is {value!r}; it must be true or false.")
    return _YES_NO[value]


def _name(value: object, what: str, where: str) -> str:
    if not isinstance(value, str) or not NAMED.match(value):
        raise DataError(f"{where}: {value!r} names no group ({what}); it must be text without a slash.")
    return value


def _model(row: Record, where: str) -> str:
    value = row.get("model_id") or row.get("model") or ""
    if not isinstance(value, str):
        raise DataError(f"{where}: the model is {value!r}; it must be a name.")
    return value


def _refuse_other_attributes(items: list[Item], path: Path) -> None:
    """A row that lacks an attribute would fall out of its table without being counted."""
    first = items[0][0].problem.groups
    other = next((case for case, _ in items if set(case.problem.groups) != set(first)), None)
    if other:
        raise DataError(
            f"{path}: item {other.item!r} has the attributes {sorted(other.problem.groups)} and the first one has "
            f"{sorted(first)}; give all rows the same, with a group of its own for what is not stated."
        )
