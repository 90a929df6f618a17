"""Answers that were recorded elsewhere, as a respondent: JSON lines of one of three forms, told by the first row.

Multiple choice in arms, one case a line: `model`, `arm`, `item`, `question`, `options` (letter to text, or a list),
`answer` and `target` (letters; no target in control), `response`. The arm `none` is the control; the others are named
as in the probe cognitive_bias. The other two are BBQ with predictions (`chartered.audit.respondents.recorded.bbq`) and
outcomes by group (`chartered.audit.respondents.recorded.outcomes`).
"""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from string import ascii_uppercase
from typing import Any, Literal

from chartered.audit.cases import CONTROL, DUPLICATE, PLACEBO, POSITIVE_CONTROL, Answer, Case, Need, same_items
from chartered.audit.probes.cognitive_bias.probe import ARMS, REBUTTAL, REPEAT
from chartered.audit.respondents.protocol import OnProgress, silent
from chartered.audit.respondents.reading import Reading, counted, read
from chartered.audit.verdict import RespondentInfo
from chartered.common.errors import AuditError, DataError, UsageError, nearest
from chartered.common.files import read_rows, sha256_file
from chartered.domains.contract import Problem
from chartered.domains.prompts import lettered
from chartered.domains.verifiers.choice import first_letter

Scoring = Literal["first_letter", "extracted"]
"""`first_letter` is how the authors of BiasMedQA scored; `extracted` reads the option out of free text."""

Read = tuple[str, str, Sequence[Case], Sequence[Answer], Mapping[str, int]]
"""Model, probe, cases, their answers, and what was left out by reason."""

_BBQ = frozenset({"context_condition", "ans0"})
_CHOICES = frozenset({"arm", "options", "response", "target"})
_ALL: frozenset[Need] = frozenset({"choose", "write", "continue", "likelihood", "option scores"})

_NAMES = {"none": CONTROL} | {arm: arm for arm in ARMS}
_UNTARGETED = (CONTROL, DUPLICATE, PLACEBO, REPEAT, REBUTTAL)


class Recorded:
    """The respondent behind a file of recorded answers.

    `probe` is the one that was recorded. Items of multiple choice that are not in every arm of the file are left out
    and counted in `dropped`.

    Raises:
        DataError: the file cannot be read, or a row is not as it must be; the message names the line.
        UsageError: a scoring is given for answers that are not multiple choice in arms.
    """

    def __init__(self, path: Path, *, scoring: Scoring | None = None) -> None:
        form = _form(path)
        if form != "choices" and scoring:
            raise UsageError(f"{path}: these answers were read when they were recorded; leave --scoring out.")
        said = ""
        if form == "choices":
            (model, self.probe, cases, answers, dropped), said = _choices(path, scoring or "first_letter")
        else:
            # imported here: each form is read by a module of its own, and an audit needs one of them
            module = import_module(f"chartered.audit.respondents.recorded.{form}")
            model, self.probe, cases, answers, dropped = getattr(module, f"read_{form}")(path)
        self.path, self.cases, self.dropped = path, tuple(cases), dict(dropped)
        self.gives: frozenset[Need] = frozenset({"choose"}) if form == "choices" else _ALL
        self._answers = {(case.arm, *case.key): answer for case, answer in zip(cases, answers, strict=True)}
        self.info = RespondentInfo(
            kind="recorded",
            name=model,
            sha256=sha256_file(path),
            scoring=(scoring or "first_letter") if form == "choices" else "recorded",
            decoding=f"as recorded{said}",
        )

    def cases_of(self, probe: str) -> tuple[Case, ...]:
        """The cases that were recorded of a probe."""
        return self.cases if probe == self.probe else ()

    def answer(self, cases: Sequence[Case], on_progress: OnProgress | None = None) -> list[Answer]:
        """The recorded answer of each case.

        Raises:
            AuditError: a case was not recorded.
        """
        missing = [case for case in cases if (case.arm, *case.key) not in self._answers]
        if missing:
            raise AuditError(
                f"{self.path}: no answer was recorded for item {missing[0].item} in the arm {missing[0].arm!r}; "
                "recorded answers can only be asked for their own cases."
            )
        (on_progress or silent)(len(cases), len(cases))
        return [self._answers[(case.arm, *case.key)] for case in cases]


def _form(path: Path) -> Literal["choices", "bbq", "outcomes"]:
    """What kind of answers a file holds, by the fields of its first row."""
    fields = next((frozenset(row) for _, row in read_rows(path)), _CHOICES)
    if fields >= _BBQ:
        return "bbq"
    return "choices" if fields & _CHOICES else "outcomes"


def _choices(path: Path, scoring: Scoring) -> tuple[Read, str]:
    """Multiple choice in arms, and how many responses could not be read."""
    models: set[str] = set()
    found: dict[tuple[str, str], tuple[Case, Answer]] = {}
    items: dict[str, Problem] = {}
    readings: list[Reading] = []
    for number, row in read_rows(path):
        where = f"{path}, line {number}"
        case, response = _case(row, where)
        _refuse_second_model(models, _text(row, "model", where), where)
        _refuse_other_item(items.setdefault(case.item, case.problem), case, where)
        if (case.arm, case.item) in found:
            raise DataError(f"{where}: item {case.item} stands twice in the arm {row['arm']!r}; remove one.")
        choice = first_letter(case.problem.options, response)
        if scoring == "extracted":
            readings.append(read(case.problem.options, response))
            choice = readings[-1].choice
        found[case.arm, case.item] = case, Answer(choice=choice, response=response)
    if not any(arm == CONTROL for arm, _ in found):
        raise DataError(f"{path}: no row has the arm 'none', and without a control nothing can be compared.")
    cases, unpaired = same_items(case for case, _ in found.values())
    answers = [found[case.arm, case.item][1] for case in cases]
    dropped = {"not in every arm": unpaired} if unpaired else {}
    return (models.pop(), "cognitive_bias", cases, answers, dropped), f"; {counted(readings)}" if readings else ""


def _case(row: dict[str, Any], where: str) -> tuple[Case, str]:
    arm = _arm(row, where)
    options = _options(row, where)
    answer = _option(row, "answer", options, where)
    question = _text(row, "question", where)
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


def _field(row: dict[str, Any], key: str, where: str) -> Any:
    if key not in row:
        raise DataError(f"{where}: the field {key!r} is missing; {nearest(key, row)}")
    return row[key]


def _text(row: dict[str, Any], key: str, where: str) -> str:
    value = _field(row, key, where)
    if not isinstance(value, str) or not value.strip():
        raise DataError(f"{where}: the field {key!r} is {value!r}; it must be text.")
    return value


def _response(row: dict[str, Any], where: str) -> str:
    """An empty or absent response (null) is one that cannot be read, not an error of the file."""
    value = _field(row, "response", where)
    if value is not None and not isinstance(value, str):
        raise DataError(f"{where}: the response is {type(value).__name__}; it must be text, or null where none came.")
    return value or ""


def _arm(row: dict[str, Any], where: str) -> str:
    arm = _text(row, "arm", where)
    if arm not in _NAMES:
        raise DataError(f"{where}: unknown arm {arm!r}; {nearest(arm, _NAMES)}")
    return _NAMES[arm]


def _item(row: dict[str, Any], where: str) -> str:
    item = _field(row, "item", where)
    if isinstance(item, bool) or not isinstance(item, int | str) or item == "":
        raise DataError(f"{where}: the item is {item!r}; it must be a number or a name, the same in all arms.")
    return str(item)


def _options(row: dict[str, Any], where: str) -> dict[str, str]:
    given = _field(row, "options", where)
    options = lettered(tuple(given)) if isinstance(given, list) and len(given) <= len(ascii_uppercase) else given
    if not isinstance(options, dict) or not all(isinstance(text, str) and text for text in options.values()):
        raise DataError(f"{where}: the options must be a list of at most 26 texts, or letters with their texts.")
    if len(options) < 2 or list(options) != list(ascii_uppercase[: len(options)]):
        raise DataError(f"{where}: the options are lettered {list(options)}; at least A and B, in order, are needed.")
    if len(set(options.values())) < len(options):
        raise DataError(f"{where}: two options read the same, so a choice cannot be told; remove the item.")
    return options


def _option(row: dict[str, Any], key: str, options: Mapping[str, str], where: str) -> str:
    letter = _field(row, key, where)
    if not isinstance(letter, str) or letter not in options:
        raise DataError(f"{where}: the {key} {letter!r} is none of the options {', '.join(options)}; give its letter.")
    return options[letter]


def _target(row: dict[str, Any], arm: str, options: Mapping[str, str], answer: str, where: str) -> str:
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
