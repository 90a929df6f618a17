"""How a problem is put to a model, and where the answer stands in what comes back.

Every room renders problems here, so that training, evaluation and audit ask in the same words.
"""

import re
from string import ascii_uppercase

from chartered.domains.contract import Message, Problem
from chartered.domains.errors import DataError

ANSWER_MARKER = "Answer:"
"""A response ends with a line that starts so and gives the answer."""

# matched line by line: a pattern that may run over line ends takes quadratic time on hostile text
_MARKER = re.compile(r"[\s*#>_-]*(?:final\s+)?answer[\s*_]*:(.*)", re.IGNORECASE)


def render(problem: Problem) -> list[Message]:
    """The chat turns that put a problem to a model: the prompt, then lettered options and the answer format."""
    *before, last = problem.prompt
    return [*before, {"role": last["role"], "content": f"{last['content']}\n{_request(problem)}"}]


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
    """The text after the last answer marker at the start of a line, or None; an empty one is None too."""
    found = answer_lines(response)
    return (found[-1] or None) if found else None


def answer_lines(response: str) -> list[str]:
    """The text after each answer marker at the start of a line, without emphasis; it may be empty."""
    matches = map(_MARKER.match, response.splitlines())
    return [match[1].strip(" \t*_") for match in matches if match]


def _request(problem: Problem) -> str:
    if problem.options:
        listed = "\n".join(f"{letter}) {text}" for letter, text in lettered(problem.options).items())
        return f'{listed}\nEnd with "{ANSWER_MARKER}" and the option.'
    unit = f" in {problem.unit}" if problem.unit else ""
    return f'End with "{ANSWER_MARKER}" and the result{unit}.'
