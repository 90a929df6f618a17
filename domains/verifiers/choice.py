"""Multiple choice: the option that a response names by letter or by text.

Two options named, a letter and a text that disagree, or an option that is only denied ("not B") are read as no answer:
nothing is guessed. What names an option is told in `reading.options`.
"""

import re
from collections.abc import Sequence

from chartered.domains.contract import Check, Problem
from chartered.domains.verifiers.reading.closing import closings, taken_back
from chartered.domains.verifiers.reading.options import named_option, of_letter, opening, remaining_option
from chartered.domains.verifiers.reading.response import visible, written
from chartered.domains.verifiers.reading.stages import ALL, WORDS, Stage, allowed
from chartered.domains.verifiers.reading.statements import claims, without_premises
from chartered.domains.verifiers.reading.tokens import plain

_MARKUP = re.compile(
    r"</?(?:p|b|i|u|em|strong|span|div|br|code|li|ul|ol|h[1-6]|sup|sub|font|a|img|pre)\b[^<>]{0,80}>", re.IGNORECASE
)
_REACH = 200
"""Characters before a closing sentence in which an earlier answer may be taken back."""
_SENTENCE_START = re.compile(r"(?<=[.!?])\s|\n")
_CONCLUDES = re.compile(r"\b(?:therefore|thus|hence|so|in conclusion|in summary|overall|finally)\b", re.IGNORECASE)


def choice(problem: Problem, response: str) -> Check:
    """Compare the option that the response names with the right one."""
    if problem.answer not in problem.options:
        return Check(status="error", score=0.0, reason=f"the gold answer {problem.answer[:80]!r} is not an option")
    named, stage = _read(problem.options, response)
    if named is None:
        return Check(status="no_answer", score=0.0, reason="no single option can be read from the response")
    right = named == problem.answer
    return Check(
        status="correct" if right else "wrong", score=float(right), answer=named, reason=f"read from {WORDS[stage]}"
    )


def read_choice(options: Sequence[str], response: str) -> str | None:
    """The text of the one option that a response names, or None.

    What is written as an answer decides (see `reading.response`). Without that: the letter that the response begins
    with, unless it comes to another in its conclusion or takes it back; a closing sentence; a claim such as "the most
    likely cause is ..."; then the only option that is named anywhere. What the response only takes up as a premise
    ("Based on the history of ...,"), denies, or says that others hold, names nothing.
    """
    return _read(options, response)[0]


def _read(options: Sequence[str], response: str) -> tuple[str | None, Stage]:
    """The option that a response names, and the stage that it was read in."""
    stages, shown = allowed(ALL), visible(response)
    text = plain(_MARKUP.sub(" ", shown) if "<" in shown else shown)
    # tags of an answer are markup too
    line = written(shown, stages) or (written(text, stages) if text != shown else None)
    if line is not None:
        return named_option(options, line.text), line.stage
    stated = without_premises(text)
    first = opening(text)
    closed = _closed(options, stated, first) if "closing" in stages else None
    if closed is not None:
        return closed or None, "closing"
    if "conclusion" not in stages:
        return None, "closing"
    for pieces in (first, claims(stated)):
        read = {named_option(options, piece) for piece in dict.fromkeys(pieces)} - {None}
        if read:
            return read.pop() if len(read) == 1 else None, "conclusion"
    return named_option(options, stated) or remaining_option(options, stated), "conclusion"


def _closed(options: Sequence[str], text: str, labelled: Sequence[str]) -> str | None:
    """The option of the closing sentences; empty where they name several, None where they leave it to the rest.

    They do not outrank a letter that the response begins with, unless one is its conclusion or takes that back.
    """
    said = [(option, start) for value, start in closings(text) if (option := named_option(options, value)) is not None]
    first = {option for piece in labelled if (option := named_option(options, piece)) is not None}
    if len(first) == 1:
        said = [(next(iter(first)), 0), *((o, start) for o, start in said if _concludes(text, start))]
    if not said or (len(first) == 1 and len(said) == 1):
        return None
    (_, before), (last, start) = said[-2:] if len(said) > 1 else (said[0], said[0])
    if len({option for option, _ in said}) == 1 or taken_back(text[before:start]) is not None or len(first) == 1:
        return last
    return ""


def _concludes(text: str, start: int) -> bool:
    """Whether the sentence at a place is a conclusion of the response, or takes back what stands before it."""
    sentence = _SENTENCE_START.split(text[max(0, start - _REACH) : start])[-1]
    return _CONCLUDES.search(sentence) is not None or taken_back(text[max(0, start - _REACH) : start]) is not None


def first_letter(options: Sequence[str], response: str) -> str | None:
    """The option whose letter is the first character of the response, and None for anything else.

    This is how the authors of BiasMedQA scored (Schmidgall et al. 2024, arXiv 2402.08113); it undercounts free text.
    """
    return of_letter(options, response.strip()[:1])
