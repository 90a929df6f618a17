"""The lines of an answer that is a list: what stands at the marker, in tags or boxes, and what goes on below."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from chartered.domains.verifiers.reading.closing import closings
from chartered.domains.verifiers.reading.markers import marked
from chartered.domains.verifiers.reading.response import Stretch, read_answer, visible
from chartered.domains.verifiers.reading.stages import WORDS, Stage, allowed

MOST_LINES = 60
"""Lines of a list that are looked at."""
_LETTERED = re.compile(r"\n[^\S\n]*\(?[A-Z][.)][^\S\n]")
_REACH = 8_000
_KNOWN_BY = 20
"""Characters by which a line is known to hold a value."""
BULLET = re.compile(r"[^\S\n]*(?:[-*+\u2022\u2013\u25e6\u25aa]|\(?\d{1,2}[.)])[^\S\n]+(?=\S)")
_TAGGED = re.compile(
    r"<(?:final[_ ]?)?answer\s*>((?:(?!</?(?:final[_ ]?)?answer).){0,4000})", re.IGNORECASE | re.DOTALL
)
_BOX = re.compile(r"\\(?:boxed|fbox)\s*\{[^{}\n]*(?:\{[^{}\n]*\}[^{}\n]*)*\}")


class Lines(NamedTuple):
    """An answer line by line."""

    lines: tuple[str, ...]
    where: str
    """The stage that it was read in, for the reason of a check."""


def read_lines(response: str) -> Lines | None:
    """The lines of the answer, or None: the stretch of `read_answer`, and what goes on from there as a list."""
    text, stages = visible(response), allowed()
    stretch = read_answer(response)
    content = (
        _of_tags(text) if "tags" in stages and "<" in text and (stretch is None or stretch.stage == "closing") else ()
    )
    if content:
        return _found(content, "tags")
    if stretch is None:
        return None
    if stretch.stage == "box":
        return _found((_boxes(text, stretch.text),), "box")
    return _found((stretch.text, *_below(text, stretch)), stretch.stage)


def _found(lines: tuple[str, ...], stage: Stage) -> Lines:
    return Lines(lines, f"read from {WORDS[stage]}")


def _of_tags(text: str) -> tuple[str, ...]:
    """What the last answer tags hold over several lines."""
    held = _TAGGED.findall(text)
    return tuple(line for line in held[-1].splitlines() if line.strip())[:MOST_LINES] if held else ()


def _boxes(text: str, content: str) -> str:
    """The boxes of the line that the last box stands on, as one text; its content where it is alone."""
    end = text.rfind("\\boxed")
    line = text[text.rfind("\n", 0, max(end, 0)) + 1 :].partition("\n")[0]
    boxes = list(_BOX.finditer(line))
    return line[boxes[0].start() : boxes[-1].end()] if len(boxes) > 1 else content


def _below(text: str, stretch: Stretch) -> tuple[str, ...]:
    """The lines that go on with a list: one that begins below its marker, or whose first line is left open."""
    end = _end(text, stretch)
    if end is None:
        return ()
    line = text[text.rfind("\n", 0, end) + 1 : end]
    is_open = stretch.text.endswith((",", ";", ":", " and")) or _LETTERED.match(text, end) is not None
    if not is_open and (next(marked(line), None) is not None or stretch.text[:_KNOWN_BY] not in line):
        return ()
    following = text[end + 1 : end + _REACH].split("\n")[:MOST_LINES]
    bulleted = any(BULLET.match(each) for each in ([line] if not is_open else following))
    return tuple(_run(following, bulleted))


def _run(lines: list[str], bulleted: bool) -> Iterator[str]:
    """The lines up to the end of the list: with bullets over blank lines, without them to the first one."""
    for line in lines:
        if line.strip() and (BULLET.match(line) is not None) == bulleted:
            yield line
        elif line.strip() or not bulleted:
            return


def _end(text: str, stretch: Stretch) -> int | None:
    """Where the line of a stretch ends; None where it is not known."""
    if stretch.stage == "marker":
        ends = [end for value, end in marked(text) if value == stretch.text]
        return ends[-1] if ends else None
    if stretch.stage != "closing" or not (said := closings(text)):
        return None
    place = text.find(stretch.text, said[-1][1])
    end = text.find("\n", place)
    if place < 0 or ("\n" not in text[said[-1][1] : place] and not stretch.text.endswith((",", ";", ":"))):
        return None
    return len(text) if end < 0 else end
