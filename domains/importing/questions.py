"""Question, options and answer in rows whose fields have any of the usual names; the whole file decides which.

A person's own mapping (`question=stem`) comes first: then the row has fields named `question`, `options`, `answer`.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from string import ascii_lowercase
from typing import Any, NamedTuple

from chartered.common.rows import Row, Unusable, dotted, missing, plain_text
from chartered.domains.importing.answers import Answered, fitting
from chartered.domains.importing.options import Options, cleaned, read_options

QUESTIONS = (
    "question question.stem stem questionstem query problem problemtext questiontext sent1 prompt input instruction "
    "task goal text sentence"
)
CONTEXTS = "context passage article paragraph story background"
OPTIONS = (
    "options choices question.choices question.options answerchoices answeroptions alternatives candidates endings "
    "mc1targets optionlist answers"
)
ANSWERS = (
    "answer answeridx answerindex answerkey correctoption correctanswer correctanswerindex correctidx cop gold "
    "goldindex goldlabel label target correct key groundtruth finalanswer answernumber expectedanswer expected "
    "reference finaldecision bestanswer answers solution output"
)
"""Names that fields have, in lower case without marks, those first that come first on equal terms."""

_COLUMN = re.compile(r"(option|opt|op|choice|answer|ans|ending|alternative|candidate|solution|sol|)(10|[a-j]|\d)")
_DISTRACTOR = re.compile(r"(?:distractor|incorrectanswer|wronganswer|incorrect)s?\d*")
_RIGHT = ("correctanswer", "bestanswer", "correct", "rightanswer")

Getter = Callable[[Row], Any]


class Fields(NamedTuple):
    """Where a file has what, and in words."""

    question: str
    context: str | None
    options: Getter
    options_from: str
    answer: str | None


class Question(NamedTuple):
    """What a row asks."""

    where: str
    text: str
    options: Options | None
    answer: Any


def find_fields(rows: Sequence[Row], mapped: Iterable[str] = ()) -> Fields:
    """The fields of some rows that hold question, options and answer; `mapped` are those that a person named.

    Raises:
        Unusable: no field has the name of a question.
    """
    own = set(mapped)
    question = "question" if "question" in own else _fullest(rows, QUESTIONS.split(), _is_asked)
    if question is None:
        names = ", ".join(list(dict.fromkeys(key for row in rows for key in row))[:12])
        raise Unusable(
            "no question", f"no field is named like a question; say which with --map question=NAME ({names})"
        )
    context = (
        None if "question" in own else _fullest(rows, CONTEXTS.split(), lambda value: plain_text(value) is not None)
    )
    options, name = (_at("options"), "options") if "options" in own else _options(rows)
    taken = {question, context, name}
    answer = "answer" if "answer" in own else _answer(rows, options, taken)
    return Fields(question, context, options, name, answer)


def read_question(row: Row, where: str, fields: Fields) -> Question:
    """What a row asks.

    Raises:
        Unusable: there is no question, or its options cannot be used.
    """
    text = _asked(dotted(row, fields.question))
    if not text:
        raise Unusable("no question")
    context = plain_text(dotted(row, fields.context)) if fields.context else None
    asked = f"{cleaned(context)}\n{text}" if context else text
    options = read_options(fields.options(row))
    answer = dotted(row, fields.answer) if fields.answer else None
    return Question(where, asked, options, answer)


def _asked(value: Any) -> str:
    """The text of a question; of several mapped columns, one below the other."""
    if isinstance(value, list):
        return "\n".join(filter(None, map(_asked, value)))
    return cleaned(plain_text(value) or "")


def _is_asked(value: Any) -> bool:
    return isinstance(value, str) and not missing(value)


def _name(key: str) -> str:
    return re.sub(r"[\W_]+", "", key).lower()


def _paths(rows: Iterable[Row]) -> dict[str, str]:
    """Plain name to the key or dotted path that has it; `question.stem` for a key within an object."""
    found: dict[str, str] = {}
    for row in rows:
        for key, value in row.items():
            found.setdefault(_name(str(key)), str(key))
            if isinstance(value, Mapping) and _name(str(key)) == "question":
                for inner in value:
                    found.setdefault(f"question.{_name(str(inner))}", f"{key}.{inner}")
    return found


def _fullest(rows: Sequence[Row], names: Sequence[str], fits: Callable[[Any], bool]) -> str | None:
    """Of the fields with these names the one that fits the most rows, the first name on equal terms."""
    paths = _paths(rows)
    known = [paths[name] for name in names if name in paths]
    counts = {path: sum(fits(dotted(row, path)) for row in rows) for path in known}
    best = max(known, key=lambda path: counts[path], default=None)
    return best if best is not None and counts[best] else None


def _at(path: str) -> Getter:
    return lambda row: dotted(row, path)


def _options(rows: Sequence[Row]) -> tuple[Getter, str]:
    """The one field, or the columns, that give options in the most rows."""
    paths = _paths(rows)
    known: list[tuple[Getter, str]] = [(_at(paths[name]), paths[name]) for name in OPTIONS.split() if name in paths]
    known += [(_columns(keys), f"{keys[0]} to {keys[-1]}") for keys in _families(rows)]
    wrong = [key for name, key in paths.items() if _DISTRACTOR.fullmatch(name)]
    right = next((paths[name] for name in _RIGHT if name in paths), None)
    if wrong and right:
        known.append((_beside(right, wrong), f"{right} and {', '.join(wrong)}"))
    best = max(known, key=lambda each: sum(_holds_options(each[0](row)) for row in rows), default=None)
    if best is None or not any(_holds_options(best[0](row)) for row in rows):
        return (lambda row: None), ""
    return best


def _holds_options(value: Any) -> bool:
    try:
        return read_options(value) is not None
    except Unusable as reason:
        return reason.reason in ("the same option twice", "a blank option")


def _families(rows: Sequence[Row]) -> list[list[str]]:
    """Columns such as A to E, opa to opd, option_1 to option_4: those of one name that begin at a, 0 or 1."""
    families: dict[str, dict[str, str]] = defaultdict(dict)
    for name, key in _paths(rows).items():
        if match := _COLUMN.fullmatch(name):
            families[match[1] + ("#" if match[2].isdigit() else "")].setdefault(match[2], key)
    found = []
    for ends in families.values():
        for order in ([*map(str, range(10))], [*map(str, range(1, 11))], ascii_lowercase[:10]):
            if order[0] in ends and order[1] in ends:
                found.append([ends[end] for end in order if end in ends])
                break
    return found


def _columns(keys: Sequence[str]) -> Getter:
    """Columns as options; those that end in letters bring these as keys."""
    lettered = all(key[-1:].isalpha() for key in keys)

    def get(row: Row) -> Any:
        values = [row.get(key) for key in keys]
        return {key[-1]: value for key, value in zip(keys, values, strict=True)} if lettered else values

    return get


def _beside(right: str, wrong: Sequence[str]) -> Getter:
    """The right answer among the wrong ones, in the order of the alphabet, so that its place says nothing."""

    def get(row: Row) -> Any:
        lists = [value if isinstance(value, list) else [value] for value in (row.get(key) for key in wrong)]
        others = [value for values in lists for value in values if not missing(value)]
        known = [(row.get(right), True), *((value, False) for value in others)]
        if missing(row.get(right)) or not others:
            return None
        return [{"text": text, "correct": is_right} for text, is_right in sorted(known, key=lambda pair: str(pair[0]))]

    return get


def _answer(rows: Sequence[Row], options: Getter, taken: set[str | None]) -> str | None:
    """The field that names an option in the most rows, by letter or text rather than by number; else the first one."""
    paths = _paths(rows)
    known = [paths[name] for name in ANSWERS.split() if name in paths and paths[name] not in taken]
    asked = [(row, read) for row in rows if (read := _tried(options(row))) is not None]
    best = max(
        known,
        key=lambda path: fitting([Answered("", read, dotted(row, path)) for row, read in asked]),
        default=None,
    )
    if asked or best is None:
        return best
    return _fullest(
        rows, [name for name in ANSWERS.split() if paths.get(name) in known], lambda value: not missing(value)
    )


def _tried(value: Any) -> Options | None:
    try:
        return read_options(value)
    except Unusable:
        return None
