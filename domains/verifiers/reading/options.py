"""The options that a text names, by letter, by text or by place, and those that it denies.

An option is named by its whole text in other case and punctuation, by its letter where one can stand for an option, by
its place ("the second option"), or nearly word for word (`similar`). What a denial reaches over ("not B", "A and C are
ruled out"), what somebody else is said to believe, and a longer term that only contains an option ("low molecular
weight heparin" for "heparin") names nothing. Not covered: synonyms and abbreviations.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, dropwhile, islice
from string import ascii_uppercase

from chartered.domains.verifiers.reading.similarity import most_similar
from chartered.domains.verifiers.reading.statements import denials, held_by_others, is_denied_after
from chartered.domains.verifiers.reading.tokens import folded, plain, tokens

_FRAME = " \t\r\n*_`\"'$#"
_BULLET = re.compile(r"(?:[>-]\s+)*")  # a sign before a number is none
_FONT = re.compile(r"\\(?:text|textbf|textrm|mathrm|mathbf|mathsf|boxed)\s?\{([^{}]*)\}[.\s]*")
_BARE_LETTER = re.compile(r"[(\[{]?\s*([a-z])\s*[)\]}]?\s*[.:,;]*", re.IGNORECASE)
_LETTER_AND_REST = re.compile(r"[(\[]?([a-z])\s*(?:[)\]][.:]?|[.:])[\s*_]*(\S.*)", re.IGNORECASE | re.DOTALL)
_LETTER_AND_TEXT = re.compile(r"([A-Z])\s*[,;(\u2013\u2014-]\s*(\S.*)", re.DOTALL)
"""A letter with another mark, which counts where the text of its option follows."""
_BEFORE_LETTER = (
    r"(?:(?<![^\n])[ \t*_(\[]{0,9}|(?<=[.!?]\s)"
    r"|\b(?i:is|be|option|choice|answer|letter|or|and|both|either|but|nor|with|leaves|leaving|therefore|thus|hence|so|pick"
    r"|choose|select|chose|recommend|eliminate|exclude|eliminating|excluding|not)[\s:*_]+[(\[]?|[(\[]|[,/&;:]\s*)"
)
_LETTER = re.compile(_BEFORE_LETTER + r"([A-Z])(?![\w'\u2019-])")

_SMALL_LETTER = re.compile(
    r"\b(?i:option|choice|letter)\s+[(\[*_]{0,3}([a-z])"
    r"(?=[)\]*_]{0,3}(?:[.,;:!?)\n]|\Z|\s+(?:is|because|since)\b))"
)
_ARTICLE = re.compile(r"\s+(?!or\b|and\b|because\b|since\b|as\b|is\b)[\w\0]", re.IGNORECASE)
_ARTICLES = {"a", "an", "the"}
_ABBREVIATION = re.compile(r"\s?\([A-Z][A-Za-z]{1,7}\)")
"""An abbreviation in brackets within a term that it stands for."""
_MOST_LABELLED = 50
_MOST_MENTIONS = 1_000
_GREETING = re.compile(
    r"(?:hello|hi|hey|sure|certainly|of course|absolutely|great|good|thank|thanks|happy|okay|ok)\b[^\n]{0,60}\Z",
    re.IGNORECASE,
)
_LIST = re.compile(r"[\s)\]*_]{0,4}(?:,\s*(?:and|or|nor)|,|and|or|nor|&|/)[\s(\[*_]{0,4}(?:options?\s+|choices?\s+)?")
"""What stands between the members of a list of options."""

_PLACES = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]
_PLACE = re.compile(
    rf"\b(?:(?P<word>{'|'.join(_PLACES)}|last)|(?P<figure>\d{{1,2}})(?:st|nd|rd|th))\s+(?:option|choice|answer|alternative|one|statement)\b"
    r"|\b(?:option|choice|answer|alternative|number)\s+(?:number\s+|no\.?\s+|#\s?)?(?P<number>\d{1,2})\b(?![.,]?\d|\s?%)",
    re.IGNORECASE,
)
_LENGTHENED_BEFORE = re.compile(
    r"low|high|non|anti|pre|post|pseudo|sub|hyper|hypo|weight|type|unfractionated|semi|quasi|counter|ex|para|peri|inter"
)
_LENGTHENED_AFTER = re.compile(
    r"like|induced|associated|resistan(?:t|ce)|sensitiv(?:e|ity)|receptors?|(?:ant)?agonists?|inhibitors?|antibod(?:y|ies)"
    r"|analog(?:ue)?s?|deficiency|toxicity|overdose|poisoning|withdrawal|allergy|free|binding|releasing|stimulating"
    r"|dependent|producing|type|mimetic"
)
"""Words that make another term of an option beside them."""


def named_option(options: Sequence[str], value: str) -> str | None:
    """The one option that a piece of text names, or None."""
    value = framed(value)
    said = value.casefold()
    exact = {option for option in options if _plain(option) == said}
    exact = exact or {option for option in options if _words(option) and _words(option) == _words(value)}
    if bare := _BARE_LETTER.fullmatch(value):
        exact |= {option for option in [of_letter(options, bare[1])] if option is not None}
    if exact:
        return exact.pop() if len(exact) == 1 else None
    if (led := _LETTER_AND_REST.fullmatch(value)) and (option := of_letter(options, led[1])) is not None:
        asserted, denied = mentioned(options, led[2])
        agrees = asserted <= {option} or _restates(options, option, led[2])
        return option if agrees and option not in denied else None
    if (led := _LETTER_AND_TEXT.fullmatch(value)) and (option := of_letter(options, led[1])) is not None:
        rest = [word for word in _words(led[2]) if word not in _ARTICLES]
        if _leads([word for word in _words(option) if word not in _ARTICLES], rest):
            return option
    asserted, denied = mentioned(options, value)
    if asserted or denied:
        return asserted.pop() if len(asserted) == 1 and not asserted & denied else None
    spelled = _ABBREVIATION.sub("", value)
    if spelled != value:
        return named_option(options, spelled)
    return _placed(options, value) or most_similar(options, value)


def opening(response: str) -> list[str]:
    """The first line, when it begins with a letter and a mark; the same of further lines, which may contradict it."""
    lines = dropwhile(_GREETING.match, (line for raw in response.split("\n") if (line := framed(raw))))
    first = next(lines, "")
    if not _is_labelled(first):
        return []
    return [first, *islice(filter(_is_labelled, lines), _MOST_LABELLED)]


def _is_labelled(line: str) -> bool:
    return any(led.fullmatch(line) for led in (_BARE_LETTER, _LETTER_AND_REST, _LETTER_AND_TEXT))


def remaining_option(options: Sequence[str], text: str) -> str | None:
    """The one option that is left when a text denies all others and names none."""
    asserted, denied = mentioned(options, text)
    left = [option for option in options if option not in denied]
    return left[0] if len(left) == 1 and not asserted and len(options) > 2 else None


def mentioned(options: Sequence[str], value: str) -> tuple[set[str], set[str]]:
    """The options that are named by text or letter: those that are asserted, and those that are not."""
    spans = list(_texts(options, value))
    masked = _masked(value, [(start, end) for _, start, end in spans])
    for pattern in (_LETTER, _SMALL_LETTER):
        for match in islice(pattern.finditer(masked), _MOST_MENTIONS):
            option = of_letter(options, match[1])
            if option is not None and (pattern is _SMALL_LETTER or not _is_article(match[1], masked, match.end())):
                spans.append((option, match.start(1), match.end(1)))
    if len(spans) >= _MOST_MENTIONS:
        return set(options), set()  # nobody answers so
    found: tuple[set[str], set[str]] = (set(), set())
    for (option, _, _), denied in zip(spans, _denied(masked, spans), strict=True):
        found[denied].add(option)
    return found


def framed(value: str) -> str:
    """The text without emphasis, quotes, bullets and a command of LaTeX for its font around it."""
    value = value.strip(_FRAME).removeprefix("\\[").removesuffix("\\]").strip(_FRAME)
    bullet = _BULLET.match(value)
    value = value[bullet.end() :].strip(_FRAME) if bullet else value
    while font := _FONT.fullmatch(value):
        value = font[1].strip(_FRAME)
    return value


def of_letter(options: Sequence[str], letter: str) -> str | None:
    """The option of a letter, in either case; None where there is none."""
    place = ascii_uppercase.find(letter.upper()) if letter else -1
    return options[place] if 0 <= place < len(options) else None


def _denied(text: str, spans: Sequence[tuple[str, int, int]]) -> list[bool]:
    """Of each span whether it is denied, or held by others, where it stands or where its list ends."""
    reach = sorted([*denials(text), *held_by_others(text)]) if spans else []
    ends = list(accumulate((end for _, end in reach), max))
    denied = [is_denied_after(text, end) or _is_within(reach, ends, start) for _, start, end in spans]
    order = sorted(range(len(spans)), key=lambda i: spans[i][1])
    for i, following in zip(order[-2::-1], order[:0:-1], strict=True):
        if denied[following] and _LIST.fullmatch(text, spans[i][2], spans[following][1]):
            denied[i] = True
    return denied


def _is_within(reach: Sequence[tuple[int, int]], ends: Sequence[int], place: int) -> bool:
    """Whether a place lies in a span; `ends` holds the furthest end so far."""
    before = bisect_right(reach, (place, 1 << 60))
    return before > 0 and place < ends[before - 1]


def _restates(options: Sequence[str], option: str, rest: str) -> bool:
    """Whether what follows a letter is the text of its option alone, whole or broken off, and of no longer one."""
    said = _words(rest)
    begun = " ".join(said)
    fitting = [o for o in options if begun and (" ".join(_words(o)).startswith(begun) or _leads(_words(o), said))]
    return bool(fitting) and max(fitting, key=lambda o: len(_words(o))) == option


def _leads(words: Sequence[str], said: Sequence[str]) -> bool:
    return bool(words) and tuple(said[: len(words)]) == tuple(words)


def _masked(value: str, spans: Sequence[tuple[int, int]]) -> str:
    characters = list(value)
    for start, end in spans:
        characters[start:end] = "\0" * (end - start)
    return "".join(characters)


def _texts(options: Sequence[str], value: str) -> Iterator[tuple[str, int, int]]:
    """Options whose words stand in the text, the longest first; words that are taken do not count again."""
    lower = value.lower()
    # few characters change their length in lower case; spans must fit the text that they are used on
    found = [token for token in tokens(lower if len(lower) == len(value) else value) if token[0] not in _ARTICLES]
    words, taken = [token for token, _, _ in found], [False] * len(found)
    present = set(words)
    for option, needle in _needles(tuple(options)):
        for i in range(len(words) - len(needle) + 1 if needle and needle[0] in present else 0):
            end = i + len(needle)
            if words[i:end] == needle and not any(taken[i:end]):
                taken[i:end] = [True] * len(needle)
                if not _is_lengthened(words[i - 1 : i], words[end : end + 1]):
                    yield option, found[i][1], found[end - 1][2]


def _is_lengthened(before: Sequence[str], after: Sequence[str]) -> bool:
    return any(map(_LENGTHENED_BEFORE.fullmatch, before)) or any(map(_LENGTHENED_AFTER.fullmatch, after))


def _is_article(letter: str, value: str, end: int) -> bool:
    return letter in "AI" and _ARTICLE.match(value, end) is not None


def _placed(options: Sequence[str], value: str) -> str | None:
    """The option that is named by its place, where no other place is named."""
    places = {_place(match, len(options)) for match in _PLACE.finditer(value)}
    if len(places) != 1 or denials(value):
        return None
    place = places.pop()
    return options[place - 1] if 1 <= place <= len(options) else None


def _place(match: re.Match[str], last: int) -> int:
    if match["word"]:
        word = match["word"].lower()
        return last if word == "last" else _PLACES.index(word) + 1
    return int(match["figure"] or match["number"])


@lru_cache(maxsize=4096)  # the options of an item are asked for in all its arms
def _needles(options: tuple[str, ...]) -> tuple[tuple[str, list[str]], ...]:
    """Each option and its words without articles, the longest first."""
    ordered = sorted(options, key=lambda o: len(_words(o)), reverse=True)
    return tuple((option, [word for word in _words(option) if word not in _ARTICLES]) for option in ordered)


@lru_cache(maxsize=4096)
def _plain(option: str) -> str:
    return plain(option).casefold()


@lru_cache(maxsize=4096)
def _words(value: str) -> tuple[str, ...]:
    return tuple(token for token, _, _ in tokens(folded(value)))
