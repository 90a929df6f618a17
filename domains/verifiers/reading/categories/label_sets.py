"""Which labels of a closed set a list names; nothing where a word of it is neither a label nor joins two.

A label is named by its words in any case, by its letter, or by both where they agree. A remark ("..., since ...",
"Arbitration: disputes go to ...") may stand behind a list or a line of it, as long as it begins with no denial and
mentions no other label. An alternative ("A or B"), a denial and an unknown label make the whole unreadable.
"""

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from string import ascii_uppercase

from chartered.domains.verifiers.reading.categories.lists import BULLET
from chartered.domains.verifiers.reading.options import framed
from chartered.domains.verifiers.reading.tokens import name_words, plain

LONGEST = 4_000
"""Characters of a list that are looked at."""
_MOST_CUTS = 12
_THESE = r"(?:them|these|those|the\s+above|(?:the|these)\s+(?:(?:given|listed|above)\s+)?(?:labels|options|categories))"
_APPLY = r"(?:\s+(?:of\s+)?(?:applies|apply|fits?|(?:is|are)\s+(?:present|applicable|met)))?"
EMPTY = re.compile(
    rf"(?:there\s+(?:is|are)\s+)?(?:none|nothing|no\s+(?:such\s+|applicable\s+)?(?:labels?|options?|categor(?:y|ies)))"
    rf"(?:\s+(?:of\s+)?{_THESE})?{_APPLY}|(?:the\s+)?empty\s+set|\u2205|\\(?:emptyset|varnothing)",
    re.IGNORECASE,
)
"""How the empty set is written."""
_ALL = re.compile(rf"all(?:\s+(?:of\s+)?{_THESE}|\s+(?:labels|options|categories))?{_APPLY}", re.IGNORECASE)
_LETTERS = re.compile(
    r"[(\[{]?[A-Za-z][)\]}.]?(?:(?:\s*[,;/&|+]\s*(?:and\s+)?|\s+and\s+|\s+)[(\[{]?[A-Za-z][)\]}.]?)*[.,;]?"
)
_TOGETHER = re.compile(r"[A-Z]{2,}")
_TOKEN = re.compile(r"\.\.+|[^\W_]+(?:\+(?!\w))?|_|[^\w\s]")
_FRAME = re.compile(r"\\(?:text|textbf|textrm|mathrm|mathbf|boxed|fbox)\s?\{|\\[{}]|\$")
_CHOSEN, _LEFT = (
    re.compile(r"\s*(?:\[[xX\u2713\u2714]\]|[\u2713\u2714\u2705\u2611])"),
    re.compile(r"\s*(?:\[\s?\]|[\u2717\u2718\u274c\u2610])"),
)
_AS_WELL = re.compile(r"\s(?:as\s+well\s+as|along\s+with|together\s+with)\s", re.IGNORECASE)
_NOTE = re.compile(r"\([^()]{2,200}\)")
_REMARK = re.compile(
    r"\s[-\u2013\u2014]+\s|:\s|[.!]\s|\s\(|\s(?:->|\u2192)\s"
    r"|,?\s(?:because|since|as|due to|given that|where|which|for)\b",
    re.IGNORECASE,
)
_ONLY_REMARK = re.compile(r"\W*(?:because|since|reason(?:ing)?|explanation|this is|these are)\b", re.IGNORECASE)
_DENIED = re.compile(
    r"\W*(?:no|not|none|false|absent|n/?a|never|(?:it|this)?\s*(?:is|are|does|do)(?:\s+not|n't))\b|\W*[\u2717\u2718\u274c]",
    re.IGNORECASE,
)
_DENIAL = re.compile(r"\b(?:no|not|none|nor|neither|without|never)\b|n't\b", re.IGNORECASE)
_SEPARATORS = frozenset(",;/&|+") | {"and", "plus"}
_FILLERS = (
    "a an the label labels category categories option options both is are following these apply applies also only"
)
_NEUTRAL = frozenset("()[]{}.:!\"'*`\u2018\u2019\u201c\u201d") | frozenset(_FILLERS.split())

Names = tuple[tuple[tuple[str, ...], str], ...]


def read_labels(options: Sequence[str], lines: Sequence[str]) -> frozenset[str] | None:
    """The labels that the lines of an answer name together, empty where they say that there are none; else None."""
    if sum(map(len, lines)) > LONGEST:
        return None
    if len(lines) == 1 and (given := listed(lines[0])):
        lines = given
    boxed = any(_CHOSEN.match(_unbulleted(line)) for line in lines)
    found: list[frozenset[str]] = []
    remarks: list[str] = []
    for line in map(_unbulleted, lines):
        if (boxed and _LEFT.match(line)) or (len(lines) > 1 and _is_heading(line)):
            continue
        if found and _ONLY_REMARK.match(line):
            remarks.append(line)
            continue
        for piece in filter(str.strip, _CHOSEN.sub("", line, count=1).split(";")):
            named, remark = _piece(tuple(options), piece)
            if named is None:
                return None
            found.append(named)
            remarks.append(remark)
    together = frozenset().union(*found)
    if not found or (len(found) > 1 and not all(found)) or not all(_agrees(options, together, r) for r in remarks):
        return None
    return together


def _is_heading(line: str) -> bool:
    """Whether a line only announces the labels below it."""
    return line.rstrip(" *_").endswith(":") and all(word in _NEUTRAL for word in name_words(line))


def listed(text: str) -> list[str] | None:
    """The texts of a list in JSON; None where it is something else."""
    try:
        given = json.loads(text) if text.lstrip().startswith("[") else None
    except (ValueError, RecursionError):
        return None
    return given if isinstance(given, list) and all(isinstance(each, str) for each in given) else None


def _unbulleted(line: str) -> str:
    bullet = BULLET.match(line)
    return line[bullet.end() :] if bullet else line


def _piece(options: tuple[str, ...], text: str) -> tuple[frozenset[str] | None, str]:
    """The labels of a line or a part of it, and the remark behind them."""
    text = _AS_WELL.sub(" and ", plain(_FRAME.sub(" ", text))).strip()
    if (named := _named(options, text)) is not None:
        return named, ""
    notes = " ".join(_NOTE.findall(text))
    if notes and (named := _named(options, _NOTE.sub(" ", text))) is not None:
        return named, notes
    for cut in reversed([*_REMARK.finditer(text)][:_MOST_CUTS]):
        if (named := _named(options, text[: cut.start()])) is not None:
            return named, text[cut.end() :]
    return None, ""


def _agrees(options: Sequence[str], named: frozenset[str], remark: str) -> bool:
    """Whether a remark takes nothing back: it does not begin with a denial, nor mention a label that is not named."""
    if _DENIED.match(remark):
        return False
    words = name_words(remark)
    others = [option for option in options if option not in named and not is_empty(option)]
    return not any(_holds(words, name_words(other)) for other in others) or (
        not named and _DENIAL.search(remark) is not None
    )


def _holds(words: tuple[str, ...], name: tuple[str, ...]) -> bool:
    return any(words[i : i + len(name)] == name for i in range(len(words) - len(name) + 1))


def is_empty(text: str) -> bool:
    """Whether a text says that there is no label."""
    return EMPTY.fullmatch(text.strip(" \t\n*_`\"'.()[]{}")) is not None


def _named(options: tuple[str, ...], text: str) -> frozenset[str] | None:
    """The labels of a text that holds nothing else."""
    text = framed(text).strip()
    if is_empty(text) or text in ("[]", "{}"):
        return frozenset()
    if _ALL.fullmatch(text.strip(" .*_")):
        return frozenset(option for option in options if not is_empty(option))
    if (lettered := _lettered(options, text)) is not None:
        return lettered
    found: list[str] = []
    item: str | None = None
    for kind, value in _items(options, text):
        if kind == "separator":
            item = None
        elif kind == "other" or (item is not None and item != value):
            return None
        else:
            item = value
            found.append(value)
    named = frozenset(each for each in found if not is_empty(each))
    return None if not found or (named and len(named) < len(set(found))) else named


def _lettered(options: tuple[str, ...], text: str) -> frozenset[str] | None:
    """The options of a list of letters ("A, C", "AC"); None where it is something else."""
    if any(len(option) == 1 for option in options):
        return None
    letters = text if _TOGETHER.fullmatch(text) and text.lower() not in _words_of(options) else ""
    if not letters and _LETTERS.fullmatch(text):
        letters = "".join(word for word in name_words(text) if word != "and")
    places = [ascii_uppercase.index(letter) for letter in letters.upper() if letter.isascii()]
    if not places or len(places) < len(letters) or max(places) >= len(options):
        return None
    if _TOGETHER.fullmatch(text) and places != sorted(set(places)):
        return None
    named = [options[place] for place in places]
    left = frozenset(each for each in named if not is_empty(each))
    return None if left and len(left) < len(set(named)) else left


@lru_cache(maxsize=1024)
def _words_of(options: tuple[str, ...]) -> frozenset[str]:
    return frozenset(word for option in options for word in name_words(option))


@lru_cache(maxsize=1024)
def _names(options: tuple[str, ...]) -> Names:
    """The words of each label, the longest first."""
    return tuple(sorted(((name_words(option), option) for option in options), key=lambda n: -len(n[0])))


def _items(options: tuple[str, ...], text: str) -> Iterator[tuple[str, str]]:
    """What a text is put together of: labels, separators between them, and other things."""
    tokens = [word for token in _TOKEN.findall(text) for word in (_camel(token) if token.isalnum() else [token])]
    lettered = all(len(option) > 1 for option in options)
    place = 0
    while place < len(tokens):
        token = tokens[place]
        option, length = _label_at(options, tokens, place)
        if option is not None:
            yield "label", option
        elif lettered and len(token) == 1 and token in ascii_uppercase[: len(options)]:
            yield "label", options[ascii_uppercase.index(token)]
        elif token.lower() in _SEPARATORS:
            yield "separator", token
        elif token.lower() not in _NEUTRAL:
            yield "other", token
        place += max(1, length)


def _camel(token: str) -> list[str]:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", token).split()


def _label_at(options: tuple[str, ...], tokens: Sequence[str], start: int) -> tuple[str | None, int]:
    """The longest label whose words stand at a place, and how many tokens it takes."""
    for words, option in _names(options):
        place = start
        for word in words:
            while place > start and place < len(tokens) and _joins(tokens[place], option):
                place += 1
            if place >= len(tokens) or tokens[place].lower() != word:
                break
            place += 1
        else:
            if words:
                return option, place - start
    return None, 0


def _joins(token: str, option: str) -> bool:
    """Whether a sign may stand between the words of a label."""
    return not token.isalnum() and (token in "-_'" or token in option)
