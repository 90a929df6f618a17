"""Multiple choice: the option that a response names by letter or by text.

Two options named, a letter and a text that disagree, or an option that is only denied ("not B") are read as no answer:
nothing is guessed. Not covered: options named by position ("the second one") or by a synonym.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from string import ascii_uppercase

from chartered.domains.contract import Check, Problem
from chartered.domains.prompts import final_answer
from chartered.domains.verifiers.reading.statements import (
    answers,
    claims,
    denials,
    is_denied_after,
    without_premises,
)
from chartered.domains.verifiers.text import folded, plain, tokens

_FRAME = " \t\r\n*_`\"'$#"
_BULLET = re.compile(r"(?:[>-]\s+)*")  # a sign before a number is none
_FONT = re.compile(r"\\(?:text|textbf|textrm|mathrm|mathbf|mathsf)\s?\{([^{}]*)\}[.\s]*")
_BARE_LETTER = re.compile(r"[(\[{]?\s*([a-z])\s*[)\]}]?\s*[.:,;]*", re.IGNORECASE)
_LETTER_AND_REST = re.compile(r"[(\[]?([a-z])\s*(?:[)\]][.:]?|[.:])[\s*_]*(\S.*)", re.IGNORECASE | re.DOTALL)
_BEFORE_LETTER = (
    r"(?:(?<![^\n])[ \t*_(\[]{0,9}"
    r"|\b(?i:is|be|option|choice|answer|letter|or|and|both|either|but)[\s:*_]+[(\[]?|[(\[]|[,/&;:]\s*)"
)
_MARKUP = re.compile(
    r"</?(?:p|b|i|u|em|strong|span|div|br|code|li|ul|ol|h[1-6]|sup|sub|font|a|img|pre)\b[^<>]{0,80}>", re.IGNORECASE
)
_DIRECTION = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LETTER = re.compile(_BEFORE_LETTER + r"([A-Z])(?![\w'\u2019-])")
_ARTICLE = re.compile(r"\s+(?!or\b|and\b|because\b|since\b|as\b|is\b)[\w\0]", re.IGNORECASE)
_ARTICLES = {"a", "an", "the"}


def choice(problem: Problem, response: str) -> Check:
    """Compare the option that the response names with the right one."""
    if problem.answer not in problem.options:
        return Check(status="error", score=0.0, reason=f"the gold answer {problem.answer[:80]!r} is not an option")
    named = read_choice(problem.options, response)
    if named is None:
        return Check(status="no_answer", score=0.0, reason="no single option can be read from the response")
    if named == problem.answer:
        return Check(status="correct", score=1.0, answer=named)
    return Check(status="wrong", score=0.0, answer=named)


def read_choice(options: Sequence[str], response: str) -> str | None:
    """The text of the one option that a response names, or None.

    The last answer line decides. Without one: a statement such as "the answer is C", a letter that the response begins
    with, a claim such as "the most likely cause is ...", then the only option that is named anywhere. What the response
    only takes up as a premise ("Based on the history of ...,") names nothing.
    """
    given, response = response, plain(_DIRECTION.sub("", _MARKUP.sub(" ", response)))
    line = final_answer(response) or final_answer(given)  # tags of an answer are markup too
    if line is not None:
        return _single(options, line)
    stated = without_premises(response)
    for pieces in (answers(stated), _opening(response), claims(stated)):
        read = {_single(options, piece) for piece in dict.fromkeys(pieces)} - {None}
        if read:
            return read.pop() if len(read) == 1 else None
    return _single(options, stated)


def first_letter(options: Sequence[str], response: str) -> str | None:
    """The option whose letter is the first character of the response, and None for anything else.

    This is how the authors of BiasMedQA scored (Schmidgall et al. 2024, arXiv 2402.08113); it undercounts free text.
    """
    return _of_letter(options, response.strip()[:1])


def named_options(options: Sequence[str], text: str) -> set[str]:
    """Every option that a text names by its letter or whole text, denied or not."""
    asserted, denied = _mentioned(options, text)
    return asserted | denied


def _opening(response: str) -> list[str]:
    """The first line, when it begins with a letter and a mark; the same of further lines, which may contradict it."""
    lines = [_framed(line) for line in response.splitlines()]
    labelled = [line for line in lines if _BARE_LETTER.fullmatch(line) or _LETTER_AND_REST.fullmatch(line)]
    return labelled if labelled and labelled[0] == next(filter(None, lines), None) else []


def _framed(value: str) -> str:
    """The text without emphasis, quotes, bullets and a command of LaTeX for its font around it."""
    value = value.strip(_FRAME)
    bullet = _BULLET.match(value)
    value = value[bullet.end() :].strip(_FRAME) if bullet else value
    font = _FONT.fullmatch(value)
    return font[1].strip(_FRAME) if font else value


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
        asserted, denied = _mentioned(options, led[2])
        agrees = asserted <= {option} or _restates(options, option, led[2])
        return option if agrees and option not in denied else None
    asserted, denied = _mentioned(options, value)
    return asserted.pop() if len(asserted) == 1 and not asserted & denied else None


def _restates(options: Sequence[str], option: str, rest: str) -> bool:
    """Whether what follows a letter is the text of its option alone, whole or broken off, and of no longer one."""
    said = _words(rest)
    begun = " ".join(said)
    fitting = [o for o in options if begun and (" ".join(_words(o)).startswith(begun) or _leads(_words(o), said))]
    return bool(fitting) and max(fitting, key=lambda o: len(_words(o))) == option


def _leads(words: Sequence[str], said: Sequence[str]) -> bool:
    return bool(words) and tuple(said[: len(words)]) == tuple(words)


def _mentioned(options: Sequence[str], value: str) -> tuple[set[str], set[str]]:
    """The options that are named by text or letter: those that are asserted, and those that are denied."""
    spans = list(_texts(options, value))
    masked = _masked(value, [(start, end) for _, start, end in spans])
    for match in _LETTER.finditer(masked):
        option = _of_letter(options, match[1])
        if option is not None and not _is_article(match[1], masked, match.end()):
            spans.append((option, match.start(1), match.end()))
    reach = denials(masked) if spans else []
    found: tuple[set[str], set[str]] = (set(), set())
    for option, start, end in spans:
        denied = is_denied_after(masked, end) or any(first <= start < last for first, last in reach)
        found[denied].add(option)
    return found


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
            if words[i : i + len(needle)] == needle and not any(taken[i : i + len(needle)]):
                taken[i : i + len(needle)] = [True] * len(needle)
                yield option, found[i][1], found[i + len(needle) - 1][2]


def _is_article(letter: str, value: str, end: int) -> bool:
    return letter in "AI" and _ARTICLE.match(value, end) is not None


def _of_letter(options: Sequence[str], letter: str) -> str | None:
    place = ascii_uppercase.find(letter.upper()) if letter else -1
    return options[place] if 0 <= place < len(options) else None


@lru_cache(maxsize=4096)  # the options of an item are asked for in all its arms
def _needles(options: tuple[str, ...]) -> tuple[tuple[str, list[str]], ...]:
    """Each option and its words without articles, the longest first."""
    ordered = sorted(options, key=lambda o: len(_words(o)), reverse=True)
    return tuple((option, [word for word in _words(option) if word not in _ARTICLES]) for option in ordered)


@lru_cache(maxsize=4096)
def _words(value: str) -> tuple[str, ...]:
    return tuple(token for token, _, _ in tokens(folded(value)))
