r"""From a response to the stretch of it that answers, stage by stage (see `stages`).

Thoughts are removed first (`thoughts`). The last answer line decides, with its value behind it, on the next line or in
display maths; where there is none, the last answer tags, then the last box, then the last closing sentence that the
response says for itself. A sentence in which somebody else is said to hold an answer, a condition, a question and a
denial close nothing. What a response corrects after its answer ("Wait, ... the answer is B") outranks it.
"""

import re
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple

from chartered.domains.verifiers.reading.boxes import last_box
from chartered.domains.verifiers.reading.languages import LANGUAGES
from chartered.domains.verifiers.reading.stages import WORDS, Stage, allowed
from chartered.domains.verifiers.reading.thoughts import without_thoughts

LONGEST = 300
"""Characters of one sentence that are looked at, so that hostile text costs linear time."""
MOST = 50
"""Closing sentences of one response that are looked at."""
_BEFORE = 160
_LINES = 12  # of display maths or a block of code

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_BLANK = r"[^\S\n]"
NO_ANSWER = "no answer line, tags, box or closing sentence stands in the response"
_EDGE = " \t\r*_`"
_LATIN = "|".join(language.marker for language in LANGUAGES.values() if not language.joined)
_JOINED = "|".join(language.marker for language in LANGUAGES.values() if language.joined)
_MARKER = re.compile(
    r"^(?P<decoration>[^\w\n(\[{\"'$\\]{0,30})(?:(?:step\s)?\d{1,2}[.):][^\w\n(\[{\"'$\\]{0,9})?"
    rf"(?:(?:{_LATIN})(?!\w)|(?:{_JOINED}))"
    rf"(?:{_BLANK}?\([^()\n]{{0,40}}\))?[ \t*_`]{{0,6}}"
    r"(?:(?:(?:is|ist|lautet|est|es|\u662f|\u4e3a|\u70ba)[ \t*_]{0,4})?[:\uff1a=]"
    rf"|(?:[-=]>|[\u2192\u21d2\u279c\u2013\u2014-]){_BLANK}|(?P<bare>[ \t*_]{{0,6}}$))"
    r"(?P<rest>[^\n]*)$",
    re.IGNORECASE | re.MULTILINE,
)
_SHORT_MARKER = re.compile(r"^[ \t*>]{0,9}A[ \t*]{0,4}:([^\n]*)$", re.MULTILINE)
"""The answer of "Q: ... A: ...", where nothing else is marked."""
_TAGS = re.compile(r"<(/?)\s*(?:final[_ ]?)?answer\s*>", re.IGNORECASE)
_HTML = re.compile(r"</?(?:b|strong|i|em|u|p|span|code|mark|br|div|answer)\s?/?>", re.IGNORECASE)
_REMARK = re.compile(
    r"\s*\((?:see|as|from|because|since|rounded|approx|approximately|i\.e|e\.g|note|option|choice|final|correct)\b"
    r"[^()\n]{0,80}\)\s*\.?\Z",
    re.IGNORECASE,
)
_WORD = re.compile(r"\w")
_OPENERS = {"$$": "$$", "\\[": "\\]", "```": "```", "\\begin{": "\\end{", "$": "$", "\\(": "\\)"}

_CLOSING = re.compile(
    rf"(?<!\w)(?:{'|'.join(one.closing for one in LANGUAGES.values() if not one.joined)})(?!\w)[*_ \t]*[:\uff1a,]?"
    rf"|(?:{'|'.join(one.closing for one in LANGUAGES.values() if one.joined)})[*_ \t]*[:\uff1a]?",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?](?=[*_\"')\]]{0,4}(?:\s|\Z))|[\u3002\uff1b\uff0c]|\n")
_QUESTION = re.compile(r"[^.!\n]{0,200}[?\uff1f]")
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
_MENDED = re.compile(
    r"\b(?:it|this|that)(?:'s| is| should be| must be| has to be| ought to be)\s|\b(?:i mean|i meant|make that|make it"
    r"|should be|should have been|i (?:now )?(?:choose|pick|select|go with))\s",
    re.IGNORECASE,
)


class Stretch(NamedTuple):
    """The part of a response that answers."""

    text: str
    """Without emphasis around it; never empty."""
    stage: Stage
    after: str = ""
    """Behind a box, in the same formula: a unit may stand there."""

    @property
    def where(self) -> str:
        """Where it was read, for the reason of a check."""
        return f"read from {WORDS[self.stage]}"


def read_answer(response: str) -> Stretch | None:
    """The stretch of a response that answers, or None; of the stages that are allowed (`stages`), the strict first."""
    stages, text = allowed(), visible(response)
    if found := written(text, stages):
        return found
    if "marker" in stages and (short := _SHORT_MARKER.findall(text)) and _bare(short[-1]):
        return Stretch(_bare(short[-1]), "marker")
    return closing(text) if "closing" in stages else None


def written(text: str, stages: frozenset[Stage]) -> Stretch | None:
    """What a visible text says in the strict stages, or how it corrects that later."""
    found = _written(text, stages)
    return (_corrected(text[found[1] :], stages) or found[0]) if found else None


def final_answer(response: str) -> str | None:
    """The text that answers a response, as `read_answer` finds it, or None."""
    stretch = read_answer(response)
    return stretch.text if stretch else None


def visible(response: str) -> str:
    """The response without thoughts and characters that nobody sees."""
    text = without_thoughts(response)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else _INVISIBLE.sub("", text)


def answer_lines(response: str) -> list[str]:
    """What stands at each answer line of a response, without emphasis; it may be empty."""
    text = visible(response)
    return [value for value, _ in _marked(text)]


def closing(text: str) -> Stretch | None:
    """What the last closing sentence of a text says that the text says for itself."""
    said = closings(text)
    return _unboxed(said[-1][0], "closing") if said else None


def closings(text: str) -> list[tuple[str, int]]:
    """What each closing sentence says and where, in order, as far as the text says it for itself; the last `MOST`."""
    matches = deque(_CLOSING.finditer(text), maxlen=MOST)
    found = ((_closed(text, match.start(), match.end()), match.start()) for match in matches)
    return [(value, start) for value, start in found if value]


def takes_back(text: str) -> bool:
    """Whether a text takes back what was said before it."""
    return _CORRECTION.search(text) is not None


def is_held_by_others(text: str, start: int) -> bool:
    """Whether the sentence before a place says that somebody else, or a condition, has what follows."""
    before = re.split(r"(?<=[.!?\u3002])\s|\n", text[max(0, start - _BEFORE) : start])[-1]
    return _HELD_BY_OTHERS.search(_OWN.sub("", before)) is not None


def _written(text: str, stages: frozenset[Stage]) -> tuple[Stretch, int] | None:
    """The answer of the strict stages, and where it ends."""
    if "marker" in stages:
        marked = list(_marked(text))
        if marked and marked[-1][0]:
            return _unboxed(marked[-1][0], "marker"), marked[-1][1]
    if "tags" in stages and "<" in text and (tagged := _tagged(text)):
        return Stretch(tagged[0], "tags"), tagged[1]
    if "box" in stages and "\\" in text and (box := last_box(text)) and box.content.strip():
        return Stretch(box.content.strip(), "box", box.after), box.end
    return None


def _marked(text: str) -> Iterator[tuple[str, int]]:
    """The value of each answer line, and where it ends."""
    for match in _MARKER.finditer(text):
        if match["bare"] is not None and not set(match["decoration"]) & set("#*"):
            continue
        yield _value(text, match["rest"], match.end(), _SENTENCE if match["bare"] is not None else LONGEST)


_SENTENCE = 100
"""Characters that may stand below a heading without a colon: more is an explanation."""


def _value(text: str, rest: str, end: int, longest: int) -> tuple[str, int]:
    """What stands behind a marker: on its line, in a block that begins there, or on the next line."""
    value = _bare(rest)
    if value and not _opens(rest.strip(_EDGE)):
        return value, end
    if not value or value in _OPENERS or value.startswith("```"):
        value, end = ("", end) if not _opens(rest.strip()) else (rest.strip(), end)
    for number, line in enumerate(_next_lines(text, end)):
        end += len(line) + 1
        if not value and not line.strip():
            if number == 2:
                break
            continue
        if not value and (line.lstrip().startswith("#") or len(line) > longest or _MARKER.match(line)):
            break
        value = f"{value} {line.strip()}".strip()
        if not _opens(value):
            break
    return _bare(_unfenced(value)), min(end, len(text))


def _next_lines(text: str, end: int) -> Iterator[str]:
    start = end + 1
    for _ in range(_LINES):
        if start > len(text):
            return
        stop = text.find("\n", start)
        stop = len(text) if stop < 0 else stop
        yield text[start:stop]
        start = stop + 1


def _opens(value: str) -> bool:
    """Whether a block or formula begins there and does not end."""
    for opener, closer in _OPENERS.items():
        if value.startswith(opener):
            return closer not in value[len(opener) :]
    return False


def _unfenced(value: str) -> str:
    if not value.startswith("```"):
        return value
    return re.sub(r"\A```[\w+-]*\s?|\s?```\Z", "", value)


def _bare(value: str) -> str:
    """A value without emphasis, tags of HTML and a remark in brackets at its end."""
    value = value.strip(_EDGE)
    if "<" in value:
        value = _HTML.sub("", value).strip(_EDGE)
    return _REMARK.sub("", value).strip(_EDGE) if value[-1:] in (")", ".") else value


def _unboxed(value: str, stage: Stage) -> Stretch:
    """The stretch of a value; where that is one box, after an equals sign or so, its content."""
    if (said := _CLOSING.match(value)) and (inner := _closed(value, 0, said.end())):
        value = inner
    box = last_box(value) if "\\boxed" in value else None
    if box is None or value.count("\\boxed") > 1 or _WORD.search(value.partition("\\boxed")[0].rpartition("=")[2]):
        return Stretch(value, stage)
    return Stretch(box.content.strip() or value, stage, box.after)


def _tagged(text: str) -> tuple[str, int] | None:
    """What the last answer tags hold, also where they are not closed; of several lines the answer line or the last."""
    start = end = None
    for tag in _TAGS.finditer(text):
        if not tag[1]:
            start, end = tag.end(), None
        elif start is not None:
            end = tag.start()
    if start is None:
        return None
    content = text[start:end].strip()
    found = _written(content, frozenset({"marker", "box"}))
    lines = content.splitlines()
    value = found[0].text if found else _bare(content if len(lines) == 1 else "")
    return (value, len(text) if end is None else end) if value else None


def _corrected(tail: str, stages: frozenset[Stage]) -> Stretch | None:
    """The answer that a response gives after it takes one back; None where it does not."""
    if not tail.strip():
        return None
    cue = _CORRECTION.search(tail)
    if cue is None:
        return None
    rest = tail[cue.start() :]
    if found := _written(rest, stages & {"tags", "box"}):
        return found[0]
    if (last := closing(rest)) or "closing" not in stages:
        return last
    mended = [value for match in _MENDED.finditer(rest) if (value := _closed(rest, match.start(), match.end()))]
    return Stretch(mended[-1], "closing") if mended and len(mended[-1]) < _SENTENCE else None


def _closed(text: str, start: int, end: int) -> str:
    """What a closing sentence says; empty where others say it, it is denied, or it is a question."""
    if is_held_by_others(text, start) or text[start - 1 : start] in ('"', "\u201c"):
        return ""
    if skipped := _ADVERBS.match(text, end):
        end = skipped.end()
    if _DENIED.match(text, end):
        return ""
    line = text[end : end + LONGEST]
    if not line.split("\n", 1)[0].strip(_EDGE):
        return _value(text, "", text.find("\n", end) if "\n" in line else len(text), LONGEST)[0]
    if _opens(line.split("\n", 1)[0]):
        return _value(text, line.split("\n", 1)[0], end + len(line.split("\n", 1)[0]), LONGEST)[0]
    skip = line.find("$", 1) + 1 if line.startswith("$") else 0
    stop = _SENTENCE_END.search(line, skip)
    if stop and stop[0] in "?\uff1f":
        return ""
    return _bare(line[: stop.start() if stop else None]).strip(" :\uff1a\"'\u201c\u201d")
