"""How a problem is put to a model; where the answer stands in what comes back is read in `verifiers.reading`.

Every room renders problems here, so that training, evaluation and audit ask in the same words.
"""

from string import ascii_uppercase

from chartered.common.errors import DataError
from chartered.domains.contract import Message, Problem
from chartered.domains.verifiers.reading.boxes import boxed
from chartered.domains.verifiers.reading.response import answer_lines, final_answer

__all__ = ["ANSWER_MARKER", "answer_line", "answer_lines", "boxed", "final_answer", "lettered", "render"]

ANSWER_MARKER = "Answer:"
"""A response ends with a line that starts so and gives the answer."""


def render(problem: Problem) -> list[Message]:
    """The chat turns that put a problem to a model: the prompt, then lettered options and the answer format.

    Options that an earlier turn has listed are not listed again. Where the answer is a JSON list of options, all that
    apply are asked for.
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


def _format(problem: Problem) -> str:
    if problem.options:
        is_set = problem.answer.startswith("[") and problem.answer not in problem.options
        asked = 'every option that applies, separated by semicolons, or "none"' if is_set else "the option"
        return f'End with "{ANSWER_MARKER}" and {asked}.'
    unit = f" in {problem.unit}" if problem.unit else ""
    return f'End with "{ANSWER_MARKER}" and the result{unit}.'
