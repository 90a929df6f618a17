"""The options of a question, in the forms that files have them: a list, letters to texts, or texts beside labels."""

import ast
import html
import json
import re
from collections.abc import Mapping, Sequence
from string import ascii_uppercase
from typing import Any, NamedTuple

from chartered.common.rows import Unusable, missing, plain_text

_TEXTS = ("text", "texts", "value", "content", "option", "choice", "choices", "options", "answer")
_KEYS = ("label", "labels", "key", "keys", "letter", "letters", "id", "option_id", "no")
_RIGHT = ("is_correct", "iscorrect", "correct", "is_right")
_LED = re.compile(r"\(?([A-Za-z])[).:]\s+(\S.*)", re.DOTALL)
_LISTED = re.compile(r"(?:^|[\n,;|]\s*)\(?([A-Ja-j])\s?[).:]\s")
_FORMATTING = re.compile(r"</?(?:p|b|i|u|em|strong|span|div|br|font|li|ul|ol|sub)\b[^<>]{0,80}>", re.IGNORECASE)
_SUPERSCRIPT = re.compile(r"<sup>\s*([^<>]*?)\s*</sup>", re.IGNORECASE)


class Options(NamedTuple):
    """Options in order."""

    texts: tuple[str, ...]
    keys: tuple[str, ...]
    """Of each option: its own, or else the letters from A."""
    own: bool
    """Whether the keys stand in the row."""
    right: int | None = None
    """The place of the one that is marked as right among them."""


def cleaned(text: str) -> str:
    """The text without HTML that only sets its look; `10<sup>5</sup>` becomes 10^5."""
    if "<" in text:
        text = _FORMATTING.sub("", _SUPERSCRIPT.sub(r"^\1", text))
    return html.unescape(text).strip() if "&" in text else text.strip()


def read_options(given: Any) -> Options | None:
    """The options in a cell or in several; None where there are none.

    Raises:
        Unusable: one is blank or not text, two are the same, there are fewer than two, or more than 26.
    """
    if missing(given):
        return None
    pairs = _pairs(_literal(given) if isinstance(given, str) else given)
    while pairs and missing(pairs[-1][1]):
        pairs.pop()
    if not pairs:
        return None
    texts = [_text(value) for _, value, _ in pairs]
    keys = [plain_text(key) for key, _, _ in pairs]
    texts, keys = _without_letters(texts, keys)
    _refuse(texts)
    marked = [place for place, (_, _, right) in enumerate(pairs) if right]
    own = all(key is not None for key in keys)
    lettered = tuple(key or "" for key in keys) if own else tuple(ascii_uppercase[: len(texts)])
    return Options(tuple(texts), lettered, own, marked[0] if len(marked) == 1 else None)


def _refuse(texts: Sequence[str]) -> None:
    if any(not text for text in texts):
        raise Unusable("a blank option")
    if len(texts) < 2:
        raise Unusable("fewer than two options")
    if len(texts) > len(ascii_uppercase):
        raise Unusable("more than 26 options")
    if len({" ".join(text.lower().split()) for text in texts}) < len(texts):
        raise Unusable("the same option twice")


Pair = tuple[Any, Any, bool]
"""Key, text, and whether it is marked as right."""


def _pairs(given: Any) -> list[Pair]:
    if isinstance(given, Mapping):
        return [] if "answer_start" in given else _of_mapping(given)  # the spans of SQuAD are answers
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise Unusable("options that are neither a list nor letters with texts")
    return [_of_element(each) for each in given]


def _of_mapping(given: Mapping[Any, Any]) -> list[Pair]:
    """Texts beside labels (`{"text": [...], "label": [...]}`; 0 and 1 mark the right one), else texts by their key."""
    texts, labels = _field(given, _TEXTS), _field(given, _KEYS)
    if isinstance(texts, list):
        if isinstance(labels, list) and len(labels) == len(texts):
            if set(labels) == {0, 1} and sum(map(bool, labels)) == 1 and (len(labels) > 2 or labels[0] == 1):
                # in the order of the alphabet: where rows are so marked, the right one mostly stands first
                return sorted(((None, text, label == 1) for text, label in zip(texts, labels, strict=True)), key=str)
            return [(label, text, False) for text, label in zip(texts, labels, strict=True)]
        return [(None, text, False) for text in texts]
    keyed = [(key, text, False) for key, text in given.items() if not missing(text)]
    return sorted(keyed, key=lambda pair: str(pair[0])) if all(len(str(key)) == 1 for key, _, _ in keyed) else keyed


def _of_element(each: Any) -> Pair:
    if not isinstance(each, Mapping):
        return None, each, False
    return _field(each, _KEYS), _field(each, _TEXTS), any(each.get(name) is True for name in each if _is(name, _RIGHT))


def _field(given: Mapping[Any, Any], names: Sequence[str]) -> Any:
    by_name = {str(key).lower(): value for key, value in given.items()}
    return next((by_name[name] for name in names if name in by_name), None)


def _is(name: Any, names: Sequence[str]) -> bool:
    return str(name).lower() in names


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value)
    if missing(value):
        return ""
    text = plain_text(value)
    if text is None:
        raise Unusable("an option that is not text")
    return cleaned(text)


def _without_letters(texts: list[str], keys: list[str | None]) -> tuple[list[str], list[str | None]]:
    """The texts of `A) ash` and `B) birch` without the letters, which become the keys."""
    led = [_LED.fullmatch(text) for text in texts]
    if len(texts) < 2 or any(match is None for match in led):
        return texts, keys
    letters = [match[1] for match in led if match]
    if [letter.upper() for letter in letters] != list(ascii_uppercase[: len(letters)]):
        return texts, keys
    return [match[2].strip() for match in led if match], [*letters] if None in keys else keys


def _literal(text: str) -> Any:
    """What a cell of text says: a list or object as JSON or as Python writes it, or lettered options in a row."""
    if text.lstrip()[:1] in ("[", "{"):
        for read in (json.loads, ast.literal_eval):
            try:
                return read(text)
            except (ValueError, SyntaxError, RecursionError, MemoryError):
                continue
    starts = list(_LISTED.finditer(text))
    letters = [match[1].upper() for match in starts]
    if len(letters) < 2 or letters != list(ascii_uppercase[: len(letters)]):
        raise Unusable("options that are neither a list nor letters with texts")
    ends = [*(match.start() for match in starts[1:]), len(text)]
    return {letter: text[match.end() : end].strip() for letter, match, end in zip(letters, starts, ends, strict=True)}
