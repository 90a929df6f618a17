"""Reading the option that a written answer means: by the domain's verifier, or out of free text of any form.

`chartered.domains.verifiers.choice` reads an option that is named by its letter or whole text. Answers that were
recorded elsewhere were often not asked for a form, and were cut short: `read` also finds an option where a claim names
what sets it apart from the others, or breaks off inside its text. What fits two options is not read.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from chartered.audit.cases import Answer
from chartered.common.errors import AuditError
from chartered.domains.contract import Check, Checks, Item, Problem
from chartered.domains.verifiers.choice import read_choice
from chartered.domains.verifiers.reading.closing import closings
from chartered.domains.verifiers.reading.options import mentioned
from chartered.domains.verifiers.reading.response import visible
from chartered.domains.verifiers.reading.statements import claims, denials, without_premises
from chartered.domains.verifiers.reading.tokens import folded, plain, tokens

ReadingKind = Literal["option", "declined", "no option", "unclear"]

_DECLINES = re.compile(
    r"\bI(?:'m| am)?\s*(?:not able to|unable to|cannot|can't|can not|not programmed)|\bI must (?:inform|point out)"
    r"|\bI(?:'m| am) (?:sorry|just an AI)|\bI apologi[sz]e|\bas an AI\b|\bnot appropriate (?:for me )?to\b",
    re.IGNORECASE,
)
_SMALL = re.compile(
    r"and|are|but|for|from|has|have|into|its|most|more|not|other|over|than|that|the|their|then|there|this|under|upon|was"
    r"|were|which|who|whom|with|within|without|would|patients?"
)
"""Words that set no option apart."""
_COVERED = 0.5
"""Share of an option's words that must stand in a claim."""
_SHORTEST = 5
"""Letters of a word that is broken off."""
_MOST = 20
"""Claims of one response that are looked at."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What a response says."""

    choice: str | None
    """Text of the option."""
    kind: ReadingKind
    """`declined`: it refuses; `no option`: it names none, mostly since it breaks off; `unclear`: several, or only
    denied ones."""


def verified_answers(checker: Checks, items: Sequence[Item]) -> list[Answer]:
    """The options that responses name, each as a verifier reads it; they are checked in one batch.

    Raises:
        AuditError: the verifier failed on a response, so that it was not read.
    """
    return [_choice(*item, check) for item, check in zip(items, checker.check(items), strict=True)]


def _choice(problem: Problem, response: str, check: Check) -> Answer:
    if check.failed:
        raise AuditError(f"the verifier failed on an answer to problem {problem.id}: {check.reason}")
    return Answer(choice=check.answer if check.answer in problem.options else None, response=response)


def read(options: Sequence[str], response: str) -> Reading:
    """The option that a response means, or why none can be read."""
    choice = read_choice(options, response)
    if choice is not None:
        return Reading(choice=choice, kind="option")
    text = without_premises(plain(visible(response)))
    if any(mentioned(options, text)):
        return Reading(choice=None, kind="unclear")
    choice = _in_part(options, text)
    if choice is not None:
        return Reading(choice=choice, kind="option")
    return Reading(choice=None, kind="declined" if _DECLINES.search(plain(response)) else "no option")


def _in_part(options: Sequence[str], text: str) -> str | None:
    """The one option that the claims of a text name by what sets it apart."""
    stated = list(dict.fromkeys([*(said for said, _ in closings(text)), *claims(text)]))[:_MOST]
    named = {_apart(options, claim) for claim in stated} - {None}
    return named.pop() if len(named) == 1 else None


def _apart(options: Sequence[str], claim: str) -> str | None:
    """The option whose words stand in a claim by more than half, or whose first words do, and no word of another's."""
    if denials(claim):
        return None
    content = _content(claim)
    wanted = {option: _content(option) for option in options}
    fitting = [
        option
        for option, words in wanted.items()
        if any(_stands(word, content) for word in words if not _shared(word, option, wanted))
    ]
    if len(fitting) != 1:
        return None
    words = wanted[fitting[0]]
    enough = sum(_stands(word, content) for word in words) > _COVERED * len(words)
    return fitting[0] if enough or _begins(words, content) else None


def _begins(words: Sequence[str], content: Sequence[str]) -> bool:
    """Whether the first two words of an option stand side by side, or the text breaks off inside its first one."""
    lead = tuple(words[:2])
    return (len(lead) == 2 and lead in pairwise(content)) or _breaks_off(words[0], content[-1])


def _shared(word: str, option: str, wanted: Mapping[str, Sequence[str]]) -> bool:
    return any(_stands(word, words) for other, words in wanted.items() if other != option)


def _content(value: str) -> list[str]:
    return [
        word for word, _, _ in tokens(folded(value)) if (len(word) > 2 and not _SMALL.fullmatch(word)) or word.isdigit()
    ]


def _stands(word: str, content: Sequence[str]) -> bool:
    return any(_alike(word, other) for other in content) or (len(content[-1:]) == 1 and _breaks_off(word, content[-1]))


def _breaks_off(word: str, last: str) -> bool:
    return len(last) >= _SHORTEST and word.startswith(last)


def _alike(one: str, other: str) -> bool:
    """Whether two words are forms of one: they differ in their last few letters at most."""
    longest = max(len(one), len(other))
    same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one == other or same >= max(_SHORTEST, 0.7 * longest)


def counted(readings: Sequence[Reading]) -> str:
    """How many responses name an option, and what the others do, in words."""
    kinds = Counter(reading.kind for reading in readings)
    unread = len(readings) - kinds["option"]
    reasons = ", ".join(f"{kinds[kind]} {words}" for kind, words in _WORDS.items() if kinds[kind])
    return f"{unread} of {len(readings)} responses not read as an option" + (f" ({reasons})" if reasons else "")


_WORDS: Mapping[ReadingKind, str] = {
    "declined": "decline to answer",
    "no option": "name no option",
    "unclear": "are unclear",
}
