"""Sentences that close a response with its answer, as far as the response says them for itself.

A sentence in which somebody else is said to hold an answer, a condition, a question and a denial close nothing.
"""

import re
from collections import deque
from functools import lru_cache

from chartered.domains.verifiers.reading.languages import LANGUAGES
from chartered.domains.verifiers.reading.markers import EDGE, HEADED, LONGEST, bare, opens, value_behind

MOST = 50
"""Closing sentences of one response that are looked at."""
_BEFORE = 160
_ENDS = re.compile("[.!?] |[\u3002\n]")
_CLOSING = re.compile(
    rf"(?<!\w)(?:{'|'.join(one.closing for one in LANGUAGES.values() if not one.joined)})(?!\w)[*_ \t]*[:\uff1a,]?"
    rf"|(?:{'|'.join(one.closing for one in LANGUAGES.values() if one.joined)})[*_ \t]*[:\uff1a]?",
    re.IGNORECASE,
)
_KEYWORD = re.compile("|".join(one.keywords for one in LANGUAGES.values()), re.IGNORECASE)
"""A word of every closing sentence: most texts hold none, and are done with at once."""
_SENTENCE_END = re.compile(r"[.!?](?=[*_\"')\]]{0,4}(?:\s|\Z))|[\u3002\uff1b\uff0c]|\n")
_QUESTION = re.compile(r"[^.!\n]{0,200}[?\uff1f]")
_COPULA = re.compile("(?:です|である|となります|になります|입니다|이다)\\Z")
"""What ends a sentence of a language that puts its verb last."""
_DENIED = re.compile(r"(?:not|neither|never|no longer|unknown|unclear|uncertain|n't)\b|\u4e0d", re.IGNORECASE)
_ADVERBS = re.compile(
    r"(?:\s|[*_:]|(?:thus|therefore|hence|clearly|simply|obviously|indeed|actually|then|again|definitely|now|that|likely"
    r"|most likely|probably|option|choice)\b(?=[\s*_:]))+",
    re.IGNORECASE,
)
_HELD_BY_OTHERS = re.compile(
    r"\b(?:if|whether|unless|suppos\w+|assum\w+|claim\w*|says?|said|saying|suggest\w*|told|tells|believ\w+|thinks?|thought"
    r"|convinced|insist\w*|argu\w+|hear[ds]?|feels?|felt|opinion|although|though|even|imagin\w+|pretend\w*|guess\w*|seem\w*"
    r"|according|answer(?:s|ed)|responded|most people|many|some|others?|colleagues?|mistakenly|incorrectly|wrongly|why"
    r"|tempt\w+|might|could|end with|write|format)\b",
    re.IGNORECASE,
)
_OWN = re.compile(
    r"\b(?:I|we)(?:'d|'m| would| am| are| can| could| do)?\s+(?:(?:now|also|still|confidently)\s+)?"
    r"(?:say|believe|think|argue|suggest|guess|feel|convinced)\b|\bseems? (?:clear|right|evident)\b",
    re.IGNORECASE,
)
_CORRECTION = re.compile(
    r"\b(?:wait|actually|correction|corrected|scratch that|sorry|apolog\w+|mistake\w*|misread|hold on|hmm+|oops"
    r"|let me (?:correct|revise|reconsider|re-?check|re-?think|fix|re-?do)"
    r"|on (?:second thoughts?|reflection|closer look)"
    r"|i was wrong|revised?|instead|in fact|strike that|no, )"
    r"|\u7b49\u7b49|\u66f4\u6b63|\u4e0d\u5bf9|\u4e0d\u5c0d",
    re.IGNORECASE,
)
_RETRACTION = re.compile(
    r"wait|correct|scratch|sorry|apolog|mistake|misread|hold on|hmm|oops|let me|on |i was|revise|strike"
    r"|\u7b49\u7b49|\u66f4\u6b63|\u4e0d\u5bf9|\u4e0d\u5c0d",
    re.IGNORECASE,
)
"""The beginnings of a correction after which a bare "it is ..." is the new answer."""
_MENDED = re.compile(
    r"\b(?:it|this|that)(?:'s| is| should be| must be| has to be| ought to be)\s|\b(?:i mean|i meant|make that|make it"
    r"|should be|should have been|i (?:now )?(?:choose|pick|select|go with))\s",
    re.IGNORECASE,
)


def closings(text: str) -> list[tuple[str, int]]:
    """What each closing sentence says and where, in order, as far as the text says it for itself; the last `MOST`."""
    if not _KEYWORD.search(text):
        return []
    matches = deque(_CLOSING.finditer(text), maxlen=MOST)
    found = ((said_behind(text, match.start(), match.end()), match.start()) for match in matches)
    return [(value, start) for value, start in found if value]


def taken_back(text: str) -> int | None:
    """Where a text takes back what was said before; None where it does not."""
    cue = _CORRECTION.search(text)
    return cue.start() if cue else None


def mendings(text: str) -> list[str]:
    """What stands in place of what a text begins by taking back, as in "Sorry, it should be 13"."""
    if _RETRACTION.match(text) is None:
        return []
    found = (said_behind(text, match.start(), match.end()) for match in _MENDED.finditer(text))
    return [value for value in found if value and len(value) < HEADED]


def without_announcement(value: str) -> str:
    """A value without the words of a closing sentence that it begins with."""
    said = _CLOSING.match(value)
    return (said_behind(value, 0, said.end()) if said else "") or value


def is_held_by_others(text: str, start: int) -> bool:
    """Whether the sentence before a place says that somebody else, or a condition, has what follows."""
    return _is_held(text[_sentence_start(text, start) : start])


@lru_cache(maxsize=4096)  # the beginnings of sentences are alike in the answers of a model
def _is_held(before: str) -> bool:
    return _HELD_BY_OTHERS.search(before) is not None and _HELD_BY_OTHERS.search(_OWN.sub("", before)) is not None


def _sentence_start(text: str, place: int) -> int:
    first = max(0, place - _BEFORE)
    for end in _ENDS.finditer(text, first, place):
        first = end.end()
    return first


def said_behind(text: str, start: int, end: int) -> str:
    """What a closing sentence says; empty where others say it, it is denied, or it is a question."""
    if is_held_by_others(text, start) or text[start - 1 : start] in ('"', "\u201c"):
        return ""
    if skipped := _ADVERBS.match(text, end):
        end = skipped.end()
    if _DENIED.match(text, end):
        return ""
    line = text[end : end + LONGEST]
    if not line.split("\n", 1)[0].strip(EDGE):
        return value_behind(text, "", text.find("\n", end) if "\n" in line else len(text), LONGEST)[0]
    if opens(line.split("\n", 1)[0]):
        return value_behind(text, line.split("\n", 1)[0], end + len(line.split("\n", 1)[0]), LONGEST)[0]
    skip = line.find("$", 1) + 1 if line.startswith("$") else 0
    stop = _SENTENCE_END.search(line, skip)
    if stop and stop[0] in "?\uff1f":
        return ""
    return _COPULA.sub("", bare(line[: stop.start() if stop else None])).strip(" :\uff1a\"'\u201c\u201d")
