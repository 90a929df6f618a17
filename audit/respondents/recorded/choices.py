"""Recorded multiple choice in arms, one case a line.

`model`, `arm`, `item`, `question`, `options` (letter to text, or a list), `answer` and `target` (letters; no target in
control), `response`. The arm `none` is the control; the others are named as in the probe cognitive_bias.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from string import ascii_uppercase
from typing import Literal

from chartered.audit.cases import CONTROL, DUPLICATE, PLACEBO, POSITIVE_CONTROL, Answer, Case, same_items
from chartered.audit.probes.base.fields import Record, field, text
from chartered.audit.probes.cognitive_bias.probe import ARMS, REBUTTAL, REPEAT
from chartered.audit.respondents.reading import Reading, counted, read
from chartered.common.errors import DataError, nearest
from chartered.common.rows import Records, Row
from chartered.domains.contract import Problem
from chartered.domains.prompts import lettered
from chartered.domains.verifiers.choice import first_letter

ChoiceScoring = Literal["first_letter", "extracted"]
"""`first_letter` is how the authors of BiasMedQA scored; `extracted` reads the option out of free text."""

Read = tuple[str, str, Sequence[Case], Sequence[Answer], Mapping[str, int]]
"""Model, probe, cases, their answers, and what was left out by reason."""

_NAMES = {"none": CONTROL} | {arm: arm for arm in ARMS}
_UNTARGETED = (CONTROL, DUPLICATE, PLACEBO, REPEAT, REBUTTAL)


def read_choices(path: Path, scoring: ChoiceScoring, rows: Iterable[tuple[str, Row]] | None = None) -> tuple[Read, str]:
    """Model, probe, cases, answers and what was left out; and how many responses could not be read, in words.

    Raises:
        DataError: the file cannot be read, or a row is not as it must be; the message names the line.
    """
    models: set[str] = set()
    answered: dict[tuple[str, str], tuple[Case, Answer]] = {}
    items: dict[str, Problem] = {}
    readings: list[Reading] = []
    for where, row in rows or Records(path):
        case, response = _case(row, where)
        _refuse_second_model(models, text(row, "model", where), where)
        _refuse_other_item(items.setdefault(case.item, case.problem), case, where)
        if (case.arm, case.item) in answered:
            raise DataError(f"{where}: item {case.item} stands twice in the arm {row['arm']!r}; remove one.")
        choice = first_letter(case.problem.options, response)
        if scoring == "extracted":
            readings.append(read(case.problem.options, response))
            choice = readings[-1].choice
        answered[case.arm, case.item] = case, Answer(choice=choice, response=response)
    if not any(arm == CONTROL for arm, _ in answered):
        raise DataError(f"{path}: no row has the arm 'none', and without a control nothing can be compared.")
    cases, unpaired = same_items(case for case, _ in answered.values())
    answers = [answered[case.arm, case.item][1] for case in cases]
    dropped = {"not in every arm": unpaired} if unpaired else {}
    return (models.pop(), "cognitive_bias", cases, answers, dropped), f"; {counted(readings)}" if readings else ""


def _case(row: Record, where: str) -> tuple[Case, str]:
    arm = _arm(row, where)
    options = _options(row, where)
    answer = _option(row, "answer", options, where)
    question = text(row, "question", where)
    problem = Problem(
        prompt=({"role": "user", "content": question},),
        answer=answer,
        kind="recorded",
        domain="recorded",
        split="heldout",
        options=tuple(options.values()),
    )
    target = None if arm in _UNTARGETED else _target(row, arm, options, answer, where)
    return Case(item=_item(row, where), arm=arm, problem=problem, target=target), _response(row, where)


def _response(row: Record, where: str) -> str:
    """An empty or absent response (null) is one that cannot be read, not an error of the file."""
    value = field(row, "response", where)
    if value is not None and not isinstance(value, str):
        raise DataError(f"{where}: the response is {type(value).__name__}; it must be text, or null where none came.")
    return value or ""


def _arm(row: Record, where: str) -> str:
    arm = text(row, "arm", where)
    if arm not in _NAMES:
        raise DataError(f"{where}: unknown arm {arm!r}; {nearest(arm, _NAMES)}")
    return _NAMES[arm]


def _item(row: Record, where: str) -> str:
    item = field(row, "item", where)
    if isinstance(item, bool) or not isinstance(item, int | str) or item == "":
        raise DataError(f"{where}: the item is {item!r}; it must be a number or a name, the same in all arms.")
    return str(item)


def _options(row: Record, where: str) -> dict[str, str]:
    given = field(row, "options", where)
    options = lettered(tuple(given)) if isinstance(given, list) and len(given) <= len(ascii_uppercase) else given
    if not isinstance(options, dict) or not all(isinstance(option, str) and option for option in options.values()):
        raise DataError(f"{where}: the options must be a list of at most 26 texts, or letters with their texts.")
    if len(options) < 2 or list(options) != list(ascii_uppercase[: len(options)]):
        raise DataError(f"{where}: the options are lettered {list(options)}; at least A and B, in order, are needed.")
    if len(set(options.values())) < len(options):
        raise DataError(f"{where}: two options read the same, so a choice cannot be told; remove the item.")
    return options


def _option(row: Record, key: str, options: Mapping[str, str], where: str) -> str:
    letter = field(row, key, where)
    if not isinstance(letter, str) or letter not in options:
        raise DataError(f"{where}: the {key} {letter!r} is none of the options {', '.join(options)}; give its letter.")
    return options[letter]


def _target(row: Record, arm: str, options: Mapping[str, str], answer: str, where: str) -> str:
    target = _option(row, "target", options, where)
    if (target == answer) != (arm == POSITIVE_CONTROL):
        rule = "must be" if arm == POSITIVE_CONTROL else "must not be"
        raise DataError(
            f"{where}: in the arm {row['arm']!r} the target {rule} the right answer; it is {row['target']!r}."
        )
    return target


def _refuse_second_model(models: set[str], model: str, where: str) -> None:
    models.add(model)
    if len(models) > 1:
        one, other = sorted(models)
        raise DataError(f"{where}: the file mixes the models {one!r} and {other!r}; give each model its own file.")


def _refuse_other_item(first: Problem, case: Case, where: str) -> None:
    if (first.options, first.answer) != (case.problem.options, case.problem.answer):
        raise DataError(
            f"{where}: item {case.item} has other options or another right answer than in an earlier line; "
            "arms can only be compared over the same items."
        )
