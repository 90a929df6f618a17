"""Which option is right, of a file as a whole: its answers are letters, texts of options, or numbers of them.

One reading is taken for all rows, the one that fits the most of them; where two fit and differ, it is asked for. From
what numbers count is found by `chartered.common.rows.index`.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, get_args

from chartered.common.errors import DataError
from chartered.common.rows import Unusable, index_base, plain_text, whole_number
from chartered.domains.importing.options import Options, cleaned

AnswerForm = Literal["letter", "text", "index"]
NONE = "an answer that is none of the options"
_LETTER = re.compile(r"\(?\s*([A-Za-z])\s*[).:]?", re.DOTALL)
_LED = re.compile(r"\(?([A-Za-z])[).:]\s+(\S.*)", re.DOTALL)


class Answered(NamedTuple):
    """The options of one question and what the file says is right."""

    where: str
    options: Options
    answer: Any


def right_options(
    rows: Sequence[Answered], source: object, *, form: AnswerForm | None = None, base: int | None = None
) -> tuple[list[int | Unusable], str]:
    """The place of each right option, or why there is none; and in words how the answers are given.

    Raises:
        DataError: two readings fit and differ, or numbers that do not show from what they count.
    """
    marked = [row.options.right for row in rows]
    asked = [row for row, right in zip(rows, marked, strict=True) if right is None]
    if not asked:
        return [right if right is not None else Unusable(NONE) for right in marked], "marked among the options"
    form = form or ("index" if base is not None else _form(asked, source))
    places, said = _by_index(asked, source, base) if form == "index" else (_by_name(asked, form), f"{form}s")
    rest = iter(places)
    return [next(rest) if right is None else right for right in marked], said


def fitting(rows: Sequence[Answered]) -> tuple[int, int]:
    """How many answers name an option by letter or text, and how many could be its number."""
    counts = _counts(rows)
    named = sum(_letter(row) is not None or _text(row) is not None for row in rows)
    return named, counts["index"]


def _form(rows: Sequence[Answered], source: object) -> AnswerForm:
    counts = _counts(rows)
    best = max(counts.values())
    tied: list[AnswerForm] = [form for form in get_args(AnswerForm) if counts[form] == best]
    if "letter" in tied and "index" in tied and all(row.options.own for row in rows):
        tied.remove("index")  # the row numbers its options itself
    if best and len(tied) > 1:
        other = next((row.where for row in rows if "index" in tied or _letter(row) != _text(row)), None)
        if other:
            words = {"letter": "letters", "text": "texts of options", "index": "numbers of options"}
            ways = " and as ".join(words[form] for form in tied)
            raise DataError(
                f"{source}: the answers can be read as {ways} (as at {other}); "
                f"say which with --answers {' or '.join(tied)}."
            )
    return tied[0]


def _counts(rows: Sequence[Answered]) -> Mapping[AnswerForm, int]:
    return {
        "letter": sum(_letter(row) is not None for row in rows),
        "text": sum(_text(row) is not None for row in rows),
        "index": sum(_number(row) is not None for row in rows),
    }


def _by_name(rows: Sequence[Answered], form: AnswerForm) -> list[int | Unusable]:
    """By letter or text; an answer that the file's own form cannot read is read in the other one."""
    places: list[int | Unusable] = []
    for row in rows:
        first, second = (_letter(row), _text(row)) if form == "letter" else (_text(row), _letter(row))
        place = second if first is None else first
        places.append(_unread(row) if place is None else place)
    return places


def _by_index(rows: Sequence[Answered], source: object, base: int | None) -> tuple[list[int | Unusable], str]:
    numbers = [whole_number(_single(row.answer)) for row in rows]
    given = [
        (row.where, number, len(row.options.texts)) for row, number in zip(rows, numbers, strict=True)
        if number is not None
    ]  # fmt: skip
    found = index_base(given, source, base)
    places: list[int | Unusable] = []
    for row, number in zip(rows, numbers, strict=True):
        place = -1 if number is None else number - found.base
        places.append(place if 0 <= place < len(row.options.texts) else _unread(row))
    return places, f"numbers, {found.why}"


def _unread(row: Answered) -> Unusable:
    answer = _single(row.answer)
    if isinstance(answer, list):
        return Unusable("several right answers")
    return Unusable("no answer" if plain_text(answer) in (None, "-1") else NONE)


def _single(answer: Any) -> Any:
    """The one element of a list, or the text or label of an object."""
    if isinstance(answer, list) and len(answer) == 1:
        return _single(answer[0])
    if isinstance(answer, Mapping):
        return next((_single(answer[key]) for key in ("label", "key", "text", "value") if key in answer), None)
    return answer


def _letter(row: Answered) -> int | None:
    """By the key of an option; a letter may have brackets, and its text after it."""
    text = plain_text(_single(row.answer))
    if text is None:
        return None
    keys = [key.casefold() for key in row.options.keys]
    if text.casefold() in keys:
        return keys.index(text.casefold())
    if match := _LETTER.fullmatch(text):
        return keys.index(match[1].casefold()) if match[1].casefold() in keys else None
    if (led := _LED.fullmatch(text)) and led[1].casefold() in keys:
        place = keys.index(led[1].casefold())
        return place if _folded(led[2]) == _folded(row.options.texts[place]) else None
    return None


def _text(row: Answered) -> int | None:
    answer = _single(row.answer)
    text = str(answer) if isinstance(answer, bool) else plain_text(answer)
    if text is None:
        return None
    wanted = _folded(text)
    return next((place for place, option in enumerate(row.options.texts) if _folded(option) == wanted), None)


def _number(row: Answered) -> int | None:
    number = whole_number(_single(row.answer))
    return number if number is not None and 0 <= number <= len(row.options.texts) else None


def _folded(text: str) -> str:
    return " ".join(cleaned(text).casefold().split())
