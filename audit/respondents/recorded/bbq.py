"""Recorded answers to BBQ (Parrish et al. 2022) as cases of the probe social.

Rows in the published layout (`chartered.audit.probes.social.bbq`), with the answers as text in columns
`MODEL_pred_FORM` or `MODEL_pred`, or in `response` with the model's name in `model`.

Of several forms of the prompt, `race` (or the first one) stands in the arms `ambiguous` and `disambiguated`, another in
`ambiguous.FORM` and `disambiguated.FORM`. The form `qonly` leaves the context out, so it is neither, and is dropped.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from chartered.audit.cases import Answer, Case
from chartered.audit.probes.base.fields import Record, field, text
from chartered.audit.probes.social.bbq import UNMATCHED, bbq_case
from chartered.audit.probes.social.scheme import NAME, slug
from chartered.common.errors import DataError
from chartered.common.rows import Records, Row, missing, plain_text

QUESTION_ONLY = "qonly"
MAIN_FORM = "race"

_PREDICTED = re.compile(r"^(?P<model>.+?)_pred(?:_(?P<form>\w+))?$")


def read_bbq(
    path: Path, rows: Iterable[tuple[str, Row]] | None = None
) -> tuple[str, str, list[Case], list[Answer], dict[str, int]]:
    """Name of the model, probe, cases, responses that are not read yet, and what was left out by reason.

    Raises:
        DataError: a row is not as it must be; the message names line and field.
    """
    answered: list[tuple[Case, Answer]] = []
    dropped: Counter[str] = Counter()
    seen: set[str] = set()
    models: set[str] = set()
    columns: Mapping[str, str] = {}
    for where, row in rows or Records(path):
        columns = columns or _columns(row, where)
        models.add(_model(row, columns, where))
        if len(models) > 1:
            raise DataError(f"{where}: the file mixes the models {sorted(models)}; give each model its own file.")
        case = bbq_case(row, where, kind="recorded", tags={"recorded": "yes"})
        if case is None:
            dropped[UNMATCHED] += 1
            continue
        if case.item in seen:
            raise DataError(f"{where}: the example {case.item!r} stands twice; remove one.")
        seen.add(case.item)
        answered += _answered(row, case, columns, where)
        dropped.update(["answers to the question without its context"] if QUESTION_ONLY in columns else [])
    cases, answers = [case for case, _ in answered], [answer for _, answer in answered]
    return models.pop(), NAME, cases, answers, dict(sorted(dropped.items()))


def _columns(row: Record, where: str) -> dict[str, str]:
    """Form of the prompt to the column of its answers, the main one first; "" where a form has no name."""
    if "response" in row:
        return {"": "response"}
    matches = [match for key in row if (match := _PREDICTED.match(key))]
    forms = {match["form"] or "": match[0] for match in matches}
    if not set(forms) - {QUESTION_ONLY}:
        raise DataError(
            f"{where}: no answers to questions with their context; give them in 'response', with the model in 'model', "
            "or in a column MODEL_pred or MODEL_pred_FORM."
        )
    models = {match["model"] for match in matches}
    if len(models) > 1:
        raise DataError(f"{where}: the file mixes the models {sorted(models)}; give each model its own file.")
    return dict(sorted(forms.items(), key=lambda item: (item[0] == QUESTION_ONLY, item[0] != MAIN_FORM)))


def _model(row: Record, columns: Mapping[str, str], where: str) -> str:
    column = next(iter(columns.values()))
    if column == "response":
        return text(row, "model", where)
    return column[: column.rindex("_pred")]


def _answered(row: Record, case: Case, columns: Mapping[str, str], where: str) -> Iterator[tuple[Case, Answer]]:
    """The case with its answer, in every form of the prompt."""
    forms = [form for form in columns if form != QUESTION_ONLY]
    for form in forms:
        asked = case
        if form != forms[0]:
            tags = {**case.tags, "form": slug(form)}
            asked = replace(case, arm=f"{case.arm}.{slug(form)}", tags=tags)
        yield asked, Answer(choice=None, response=_response(row, columns[form], where))


def _response(row: Record, column: str, where: str) -> str:
    """What was answered; a number is that of an option."""
    value = field(row, column, where)
    text_of = plain_text(value)
    if text_of is None and not missing(value):
        raise DataError(f"{where}: the field {column!r} is {value!r:.80}; it must be text, or null where none came.")
    return text_of or ""
