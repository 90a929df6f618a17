"""Multiple choice: the option that a response names by letter or by text.

Two options named, a letter and a text that disagree, or an option that is only denied ("not B") are read as no answer:
nothing is guessed. Not covered: options named by position ("the second one") or by a synonym.
"""

import re
from collections.abc import Iterator, Sequence
from string import ascii_uppercase

from chartered.domains.contract import Check, Problem
from chartered.domains.prompts import final_answer
from chartered.domains.verifiers.text import folded, plain, tokens

_FRAME = " \t\r\n*_`\"'$#"
_BULLET = re.compile(r"(?:[>-]\s+)*")  # a sign before a number is none
_BARE_LETTER = re.compile(r"[(\[{]?\s*([a-z])\s*[)\]}]?\s*[.:,;]*", re.IGNORECASE)
_LETTER_AND_REST = re.compile(r"[(\[]?([a-z])\s*(?:[)\]][.:]?|[.:])[\s*_]*(\S.*)", re.IGNORECASE | re.DOTALL)
_CONCLUSION = re.compile(r"\b(?:answer|choice|option)\b[^.:\n]{0,80}?(?:\bis\b|\bbe\b|:)[:\s]*", re.IGNORECASE)
_BEFORE_LETTER = (
    r"(?:(?<![^\n])[ \t*_(\[]{0,9}|\b(?:is|be|option|choice|answer|letter|or|and|both)[\s:*_]+[(\[]?|[(\[]|[,/&;:]\s*)"
)
_LETTER = re.compile(_BEFORE_LETTER + r"([A-Z])(?![\w'\u2019-])")
_DENIED = re.compile(r"(?:\b(?:not|never|neither|nor|except|cannot|unlike)\b|n't\b|rather than|instead of)[^.;]{0,25}$")
_ARTICLE = re.compile(r"\s+(?!or\b|and\b|because\b|since\b|as\b|is\b)\w", re.IGNORECASE)


_SENTENCE_END = re.compile(r"\n|(?<=[\w)*])\.\s+(?=[A-Z])")
_LONGEST = 300
"""Characters of a sentence that are looked at."""


def choice(problem: Problem, response: str) -> Check:
    """Compare the option that the response names with the right one."""
    named = read_choice(problem.options, response)
    if named is None:
        return Check(status="no_answer", score=0.0, reason="no single option can be read from the response")
    if named == problem.answer:
        return Check(status="correct", score=1.0, answer=named)
    return Check(status="wrong", score=0.0, answer=named)


def read_choice(options: Sequence[str], response: str) -> str | None:
    """The text of the one option that a response names, or None.

    The last answer line decides. Without one: a statement such as "the answer is C", a letter that the response begins
    with, then the only option that is named anywhere.
    """
    response = plain(response)
    line = final_answer(response)
    if line is not None:
        return _single(options, line)
    for pieces in (_conclusions(response), _opening(response)):
        read = {_single(options, piece) for piece in dict.fromkeys(pieces)} - {None}
        if read:
            return read.pop() if len(read) == 1 else None
    return _single(options, response)


def first_letter(options: Sequence[str], response: str) -> str | None:
    """The option whose letter is the first character of the response, and None for anything else.

    This is how the authors of BiasMedQA scored (Schmidgall et al. 2024, arXiv 2402.08113); it undercounts free text.
    """
    return _of_letter(options, response.strip()[:1])


def _conclusions(response: str) -> list[str]:
    return [_sentence(response[found.end() : found.end() + _LONGEST]) for found in _CONCLUSION.finditer(response)]


def _opening(response: str) -> list[str]:
    """The first line, when it begins with a letter and a mark; the same of further lines, which may contradict it."""
    lines = [_framed(line) for line in response.splitlines()]
    labelled = [line for line in lines if _BARE_LETTER.fullmatch(line) or _LETTER_AND_REST.fullmatch(line)]
    return labelled if labelled and labelled[0] == next(filter(None, lines), None) else []


def _sentence(value: str) -> str:
    return _SENTENCE_END.split(value, maxsplit=1)[0]


def _framed(value: str) -> str:
    """The text without emphasis, quotes and bullets around it."""
    value = value.strip(_FRAME)
    bullet = _BULLET.match(value)
    return value[bullet.end() :].strip(_FRAME) if bullet else value


def _single(options: Sequence[str], value: str) -> str | None:
    """The one option named in a piece of text."""
    value = _framed(value)
    exact = {option for option in options if plain(option).casefold() == value.casefold()}
    exact = exact or {option for option in options if _words(option) and _words(option) == _words(value)}
    if bare := _BARE_LETTER.fullmatch(value):
        exact |= {option for option in [_of_letter(options, bare[1])] if option is not None}
    if exact:
        return exact.pop() if len(exact) == 1 else None
    if (led := _LETTER_AND_REST.fullmatch(value)) and (option := _of_letter(options, led[1])) is not None:
        named = _mentioned(options, led[2])
        return option if named in (set(), {option}) else None
    named = _mentioned(options, value)
    return named.pop() if len(named) == 1 else None


def _mentioned(options: Sequence[str], value: str) -> set[str]:
    """Every option named by text or letter; more than one, or a denied one, makes the text unreadable."""
    spans = list(_texts(options, value))
    masked = _masked(value, [(start, end) for _, start, end in spans])
    found = {option for option, _, _ in spans}
    starts = [start for _, start, _ in spans]
    for match in _LETTER.finditer(masked):
        option = _of_letter(options, match[1])
        if option is not None and not _is_article(match[1], masked, match.end()):
            found.add(option)
            starts.append(match.start(1))
    return set(options) if any(_is_denied(masked, start) for start in starts) else found


def _masked(value: str, spans: Sequence[tuple[int, int]]) -> str:
    characters = list(value)
    for start, end in spans:
        characters[start:end] = "\0" * (end - start)
    return "".join(characters)


def _is_denied(value: str, start: int) -> bool:
    return _DENIED.search(value[max(0, start - 40) : start].lower()) is not None


def _texts(options: Sequence[str], value: str) -> Iterator[tuple[str, int, int]]:
    """Options whose words stand in the text, the longest first; words that are taken do not count again."""
    lower = value.lower()
    # few characters change their length in lower case; spans must fit the text that they are used on
    found = list(tokens(lower if len(lower) == len(value) else value))
    words, taken = [token for token, _, _ in found], [False] * len(found)
    for option in sorted(options, key=lambda o: len(_words(o)), reverse=True):
        needle = _words(option)
        for i in range(len(words) - len(needle) + 1 if needle else 0):
            if words[i : i + len(needle)] == needle and not any(taken[i : i + len(needle)]):
                taken[i : i + len(needle)] = [True] * len(needle)
                yield option, found[i][1], found[i + len(needle) - 1][2]


def _is_article(letter: str, value: str, end: int) -> bool:
    return letter in "AI" and _ARTICLE.match(value, end) is not None


def _of_letter(options: Sequence[str], letter: str) -> str | None:
    place = ascii_uppercase.find(letter.upper()) if letter else -1
    return options[place] if 0 <= place < len(options) else None


def _words(value: str) -> list[str]:
    return [token for token, _, _ in tokens(folded(value))]
