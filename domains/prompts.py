"""How a problem is put to a model, and where the answer stands in what comes back.

Every room renders problems here, so that training, evaluation and audit ask in the same words.
"""

import re
from string import ascii_uppercase

from chartered.common.errors import DataError
from chartered.domains.contract import Message, Problem

ANSWER_MARKER = "Answer:"
"""A response ends with a line that starts so and gives the answer."""

# matched line by line: a pattern that may run over line ends takes quadratic time on hostile text
_MARKER = re.compile(r"[\s*#>_-]*(?:final\s+)?answer[\s*_]*:(.*)", re.IGNORECASE)
_BOXED = re.compile(r"\\boxed\s*\{")
_LONGEST_BOX = 4_000


def render(problem: Problem) -> list[Message]:
    """The chat turns that put a problem to a model: the prompt, then lettered options and the answer format.

    Options that an earlier turn has listed are not listed again.
    """
    *before, last = problem.prompt
    listed = "".join(f"{letter}) {text}\n" for letter, text in lettered(problem.options).items())
    if any(listed in turn["content"] for turn in before):
        listed = ""
    return [*before, {"role": last["role"], "content": f"{last['content']}\n{listed}{_format(problem)}"}]


def lettered(options: tuple[str, ...]) -> dict[str, str]:
    """Letter to option text, in order.

    Raises:
        DataError: there are more options than the 26 letters.
    """
    if len(options) > len(ascii_uppercase):
        raise DataError(f"a problem has {len(options)} options; at most {len(ascii_uppercase)} can be lettered.")
    return dict(zip(ascii_uppercase, options, strict=False))


def answer_line(answer: str) -> str:
    """The line that ends a response with this answer."""
    return f"{ANSWER_MARKER} {answer}"


def final_answer(response: str) -> str | None:
    r"""The text after the last answer marker at the start of a line, or None; an empty one is None too.

    Without a marker, what the last block `<answer>...</answer>` of a single line holds, or else the last `\boxed{}`.
    """
    lines = answer_lines(response)
    if lines:
        return lines[-1] or None
    block = _block(response)
    if block is None:
        return boxed(response) or None
    lines = answer_lines(block)
    return (lines[-1] if lines else boxed(block) or block.strip(" \t*_")) or None


def boxed(text: str) -> str | None:
    r"""What the last `\boxed{}` holds, to its own closing brace; None where there is none, or it is over 4,000 long."""
    starts = [match.end() for match in _BOXED.finditer(text)]
    if not starts:
        return None
    depth, start = 1, starts[-1]
    for end in range(start, min(len(text), start + _LONGEST_BOX)):
        depth += {"{": 1, "}": -1}.get(text[end], 0)
        if depth == 0:
            return text[start:end]
    return None


def answer_lines(response: str) -> list[str]:
    """The text after each answer marker at the start of a line, without emphasis; it may be empty."""
    matches = map(_MARKER.match, response.splitlines())
    return [match[1].strip().removesuffix("</answer>").strip(" \t*_") for match in matches if match]


def _block(response: str) -> str | None:
    """The line within the last pair of answer tags; None where there is no pair, or it holds more than one line."""
    before, end, _ = response.rpartition("</answer>")
    _, start, content = before.rpartition("<answer>")
    return content.strip() if end and start and len(content.strip().splitlines()) == 1 else None


def _format(problem: Problem) -> str:
    if problem.options:
        return f'End with "{ANSWER_MARKER}" and the option.'
    unit = f" in {problem.unit}" if problem.unit else ""
    return f'End with "{ANSWER_MARKER}" and the result{unit}.'
