r"""From a response to the stretch of it that answers, stage by stage (see `stages`).

Thoughts are removed first (`thoughts`). The last answer line decides, with its value behind it, on the next line or in
display maths; where there is none, the last answer tags, then the last box, then the last closing sentence that the
response says for itself. A sentence in which somebody else is said to hold an answer, a condition, a question and a
denial close nothing. What a response corrects after its answer ("Wait, ... the answer is B") outranks it.
"""

import re
from typing import NamedTuple

from chartered.domains.verifiers.reading.boxes import last_box
from chartered.domains.verifiers.reading.closing import closings, mendings, taken_back, without_announcement
from chartered.domains.verifiers.reading.markers import bare, marked
from chartered.domains.verifiers.reading.stages import WORDS, Stage, allowed
from chartered.domains.verifiers.reading.thoughts import without_thoughts

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
NO_ANSWER = "no answer line, tags, box or closing sentence stands in the response"
_SHORT_MARKER = re.compile(r"^(?:[ \t*>]{0,9}A[ \t*]{0,4}:|####[ \t]+(?=[-+$.\d]))([^\n]*)$", re.MULTILINE)
"""The answers of "Q: ... A: ..." and of GSM8K ("#### 18"), where nothing else is marked."""
_TAGS = re.compile(r"<(/?)\s*(?:final[_ ]?)?answer\s*>", re.IGNORECASE)
_WORD = re.compile(r"\w")
_LONG = 12
"""Characters of an answer line from which on it may hold a correction too ("D. Sorry, I meant B")."""


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
    if "marker" in stages and (short := _SHORT_MARKER.findall(text)) and bare(short[-1]):
        return Stretch(bare(short[-1]), "marker")
    return closing(text) if "closing" in stages else None


def written(text: str, stages: frozenset[Stage]) -> Stretch | None:
    """What a visible text says in the strict stages, or how it corrects that later."""
    found = _written(text, stages)
    if found is None:
        return None
    stretch, end = found
    said = stretch.text
    within = _corrected(said, stages) if len(said) > _LONG and taken_back(said) else None  # not where it begins
    return _corrected(text[end:], stages) or within or stretch


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
    return [value for value, _ in marked(text)]


def closing(text: str) -> Stretch | None:
    """What the last closing sentence of a text says that the text says for itself."""
    said = closings(text)
    return _unboxed(said[-1][0], "closing") if said else None


def _written(text: str, stages: frozenset[Stage]) -> tuple[Stretch, int] | None:
    """The answer of the strict stages, and where it ends."""
    if "marker" in stages:
        lines = list(marked(text))
        if lines and lines[-1][0]:
            return _unboxed(lines[-1][0], "marker"), lines[-1][1]
    if "tags" in stages and "<" in text and (tagged := _tagged(text)):
        return Stretch(tagged[0], "tags"), tagged[1]
    if "box" in stages and "\\" in text and (box := last_box(text)) and box.content.strip():
        return Stretch(box.content.strip(), "box", box.after), box.end
    return None


def _unboxed(value: str, stage: Stage) -> Stretch:
    """The stretch of a value; where that is one box, after an equals sign or so, its content."""
    value = without_announcement(value)
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
    value = found[0].text if found else bare(content if len(lines) == 1 else "")
    return (value, len(text) if end is None else end) if value else None


def _corrected(tail: str, stages: frozenset[Stage]) -> Stretch | None:
    """The answer that a response gives after it takes one back; None where it does not."""
    cue = taken_back(tail) if tail.strip() else None
    if cue is None:
        return None
    rest = tail[cue:]
    if found := _written(rest, stages & {"tags", "box"}):
        return found[0]
    if (last := closing(rest)) or "closing" not in stages:
        return last
    mended = mendings(rest)
    return Stretch(mended[-1], "closing") if mended else None
