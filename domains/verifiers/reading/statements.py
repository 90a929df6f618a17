"""Where a free-text answer states its conclusion, and what it only takes up or denies.

A response such as "Based on the history of gout, the most likely diagnosis is cellulitis, not erysipelas." has a
premise (gout), a claim (cellulitis) and a denial (erysipelas). Only the claim is an answer. The patterns are for
English and look at the form of a sentence, never at its subject.
"""

import re
from collections.abc import Iterator

from chartered.domains.verifiers.reading.closing import is_held_by_others

Span = tuple[int, int]

LONGEST = 300
"""Characters of one sentence that are looked at, so that hostile text costs linear time."""

_CLAIM = re.compile(
    r"\b(?:most|more|best|next|first|initial|correct|right|ideal|preferred|optimal|likely|appropriate|cause|diagnosis)"
    r"\b[^.:\n]{0,140}?(?:\b(?:is|are|be|likely|show|reveal)\b(?:\s+(?:that|to|the|due to))?:?|:)[:\s]*"
    r"|\bI (?:would|will|'d)?\s*(?:also )?(?:recommend|choose|select|suggest|go with|pick|expect)\b[:\s]*",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"\n|(?<=[\w)*])\.\s+(?=[A-Z])")
_PREMISE = re.compile(
    r"(?:\A|(?<=[.,:\n]))[\s*]{0,9}(?:based on|given|considering|in (?:light|view) of)\b", re.IGNORECASE
)
_MAIN_CLAUSE = re.compile(
    r",\s+(?=(?:(?:the|it|i|this|there|we|you|he|she|they|my|their|his|her|option|answer)\b)[^,\n]{0,160}?"
    r"(?:\b(?:is|are|was|would|should|will|may|can|could|must|appears?|seems?|suggests?|recommend|choose|select"
    r"|believe|think|corresponds?|represents?|indicates?)\b|:|'d\b|'s\s+likely)|(?-i:[A-Z]\b))"
    r"|\s(?=the (?:most|best|correct|right|next|answer|diagnosis|appropriate)\b)|\n|(?<=[\w)*])\.\s+(?=(?-i:[A-Z]))",
    re.IGNORECASE,
)
_RESTATED = re.compile(
    r"\b(?:recent(?:ly)?|similar|previous|last)\b[^.:\n]{0,80}?\bdiagnos\w+ (?:with|as)\b[^.,\n]{0,120}"
)
_DENIED = re.compile(
    r"\b(?:not|never|neither|nor|except|cannot|unlike|unlikely|instead of|rather than|rul(?:e|es|ed|ing) out"
    r"|(?:advis|argu|speak|decid|vot|recommend|caution|warn)(?:e|es|s|ed|ing)? against"
    r"|(?:exclud|eliminat|discard)(?:e|es|ed|ing))\b|n't\b",
    re.IGNORECASE,
)
_DENIED_AFTER = re.compile(
    r"\s*(?:\([^)\n]{0,40}\)\s*)?(?:(?:is|are|was|were|would|does|do|can|could|should|seems?|appears?)\s*)?(?:be\s+)?"
    r"(?:(?:all|both|also|clearly|therefore|thus)\s+)?"
    r"(?:not\b|n't\b|unlikely\b|less likely\b|incorrect\b|wrong\b|false\b|ruled out\b|excluded\b|eliminated\b"
    r"|neither\b|contraindicated\b)",
    re.IGNORECASE,
)
_ASIDE = re.compile(r"(?:unlike|instead of|rather than)\Z", re.IGNORECASE)
_CLAUSE_END = re.compile(
    r"[.;\n]|\bbut\b|,\s+(?:we|I|it|this|that|the|so|therefore|thus|hence|leaving|which|only)\b", re.IGNORECASE
)
_OTHERS = re.compile(
    r"\b(?:patient|colleague|student|doctor|physician|attending|resident|nurse|friend|mother|father|wife|husband|lawyer"
    r"|client|analyst|teacher|people|others?|some|many|most|they|he|she|who|everyone|somebody|someone)s?\b[^.!?\n]{0,60}?"
    r"\b(?:believ|think|thought|say|said|claim|convinced|insist|argu|suggest|feel|felt|assum|hold|guess|prefer)\w*\b",
    re.IGNORECASE,
)
_REACH = 120
"""Characters over which a denial reaches where its clause does not end before."""


def claims(response: str) -> list[str]:
    """What stands behind each "the most likely ... is", "the best ... would be", "I would recommend"."""
    return [
        _sentence(response, found.end())
        for found in _CLAIM.finditer(response)
        if not is_held_by_others(response, found.start())
    ]


def without_premises(response: str) -> str:
    """The response with every premise ("Based on ...,") and retold earlier case blanked out, at the same length."""
    spans = [*_premises(response), *(found.span() for found in _RESTATED.finditer(response))]
    if not spans:
        return response
    characters = list(response)  # a new text for each span would take quadratic time
    for start, end in spans:
        characters[start:end] = " " * (end - start)
    return "".join(characters)


def denials(text: str) -> list[Span]:
    """The spans that a denial reaches over: from its word to the end of the clause."""
    found = []
    for match in _DENIED.finditer(text):
        end = _clause_end(text, match.end())
        if _ASIDE.search(match[0]) and (comma := text.find(",", match.end(), end)) >= 0:
            end = comma
        found.append((match.start(), end))
    return found


def held_by_others(text: str) -> list[Span]:
    """The spans that somebody else is said to hold: from the one who does to the end of the clause."""
    return [(match.start(), _clause_end(text, match.end())) for match in _OTHERS.finditer(text)]


def _clause_end(text: str, start: int) -> int:
    end = _CLAUSE_END.search(text, start, start + _REACH)
    return end.start() if end else min(len(text), start + _REACH)


def is_denied_after(text: str, end: int) -> bool:
    """Whether what ends there is denied by the words behind it, as in "B is unlikely"."""
    return _DENIED_AFTER.match(text, end) is not None


def _sentence(response: str, start: int) -> str:
    return _SENTENCE_END.split(response[start : start + LONGEST], maxsplit=1)[0]


def _premises(response: str) -> Iterator[Span]:
    """From each opening word to the main clause; to the end where the response breaks off before one."""
    position = 0
    while found := _PREMISE.search(response, position):
        main = _MAIN_CLAUSE.search(response, found.end(), found.end() + 4 * LONGEST)
        position = main.end() if main else min(len(response), found.end() + 4 * LONGEST)
        yield found.start(), main.start() if main else position
