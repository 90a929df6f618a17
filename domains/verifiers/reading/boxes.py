r"""What stands in a `\boxed{}`, and around it."""

import re
from typing import NamedTuple

LONGEST_BOX = 4_000
"""Characters of a box; a longer one is not read."""
_BOX = re.compile(r"\\(?:boxed|fbox|framebox)\s*(?:(\{)|(\S))")
_AROUND = 60  # characters on a line before and after a box that may belong to it
_FORMULA_END = re.compile(r"\$|\\\)|\\\]|\n")
_SENTENCE_END = re.compile(r"\\\)|\\\]|\n|[.;:](?=\s|$|\Z)")
_SIGN = re.compile(r"(?<![\w)}\]])([-\u2212+])\s*\Z")
_PART = re.compile(r"(?:[\w)}\]^*/]|\\cdot|\\times)\s*\Z")
"""What makes a box a part of an expression when it stands right before it, in the same formula."""


class Box(NamedTuple):
    """A box in a text."""

    content: str
    """With the sign before it."""
    after: str
    """What stands behind it in the same formula or line."""
    end: int


def boxed(text: str) -> str | None:
    r"""What the last `\boxed{}` holds, to its own closing brace; None where there is none or it is too long."""
    found = last_box(text)
    return found.content if found else None


def last_box(text: str) -> Box | None:
    """The last box of a text; None where there is none, it is too long, or it is a factor of something larger."""
    boxes = list(_BOX.finditer(text))
    if not boxes:
        return None
    last = boxes[-1]
    end: int | None
    if last[1] is None:
        start, end = last.start(2), _token_end(text, last.start(2))
    else:
        start, end = last.end(), _closing(text, last.end())
    if end is None:
        return None
    before = _FORMULA_END.split(text[max(0, last.start() - _AROUND) : last.start()])[-1]
    sign = _SIGN.search(before)
    if not sign and _PART.search(before) and "=" not in before[-3:] and _in_formula(text, last.start()):
        return None
    close = end + (last[1] is not None)
    after = _SENTENCE_END.split(text[close : close + _AROUND], maxsplit=1)[0]
    return Box((sign[1] if sign else "") + text[start:end], after.replace("$", " ").strip(), close)


def _closing(text: str, start: int) -> int | None:
    depth = 1
    for end in range(start, min(len(text), start + LONGEST_BOX)):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        if depth == 0:
            return end
    return None


def _token_end(text: str, start: int) -> int:
    token = re.compile(r"[-+]?[\w.,]*\w|\S").match(text, start)
    return token.end() if token else start


def _in_formula(text: str, place: int) -> bool:
    """Whether a formula is open there: the line has an odd number of dollars before, or a bracket of LaTeX."""
    line = text[max(text.rfind("\n", 0, place) + 1, place - 4 * _AROUND) : place]
    return line.count("$") % 2 == 1 or line.rfind("\\(") > line.rfind("\\)") or line.rfind("\\[") > line.rfind("\\]")
