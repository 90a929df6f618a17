"""Yes or no, with or without a sentence behind it; also true or false, and correct or incorrect.

The gold answer is one of those words. "true" and "correct" count as yes where the gold answer is such a word, or the
question asks with it. What says yes or no is told in `reading.categories`; both, neither, and a hedge are no answer.
"""

import re

from chartered.domains.contract import Check, Problem
from chartered.domains.verifiers.reading.categories.polarity import PAIRS, says_yes
from chartered.domains.verifiers.reading.closing import taken_back
from chartered.domains.verifiers.reading.numbers.numerals import LONGEST_LINE
from chartered.domains.verifiers.reading.options import framed, of_letter
from chartered.domains.verifiers.reading.response import read_answer, visible
from chartered.domains.verifiers.reading.stages import ALL, allowed

_LETTER = re.compile(r"[(\[]?([A-Za-z])(?:[)\].:]+|\Z)\s*(.*)", re.DOTALL)
_REACH = 2_000
"""Characters of a response without a marked answer that are looked at."""
_FIRST_SENTENCE = re.compile(r"(?<=[.!?])\s(?!\d)|\n")


def yes_no(problem: Problem, response: str) -> Check:
    """Compare the yes or no that a response answers with the gold one."""
    gold = gold_agrees(problem.answer)
    if gold is None:
        return Check(status="error", score=0.0, reason=f"the gold answer {problem.answer[:80]!r} is not yes or no")
    said, where = _said(response)
    agreed = _read(problem, said)
    if agreed is None:
        return Check(status="no_answer", score=0.0, reason=f"neither yes nor no can be read from {said[:80]!r}")
    right = agreed == gold
    answer = problem.answer if right else opposite(problem.answer)
    reason = where if right else f"the answer is not {problem.answer}; {where}"
    return Check(status="correct" if right else "wrong", score=float(right), answer=answer, reason=reason)


def gold_agrees(answer: str) -> bool | None:
    """Whether a gold answer says yes; None where it is another answer."""
    word = answer.strip().rstrip(".").casefold()
    return True if word in PAIRS else False if word in PAIRS.values() else None


def opposite(answer: str) -> str:
    """The contrary of a gold answer, in lower case."""
    word = answer.strip().rstrip(".").casefold()
    return (PAIRS | {no: yes for yes, no in PAIRS.items()})[word]


def _said(response: str) -> tuple[str, str]:
    """The part of a response that answers, and where it was read."""
    if stretch := read_answer(response):
        return stretch.text, stretch.where
    text = visible(response).strip()
    if "conclusion" not in allowed(ALL):
        return (text if len(text.split()) == 1 else ""), "read from the whole response"
    first, _, rest = _FIRST_SENTENCE.sub("\0", text[:_REACH], count=1).partition("\0")
    return ("" if taken_back(rest) is not None else first), "read from the first sentence"


def _read(problem: Problem, said: str) -> bool | None:
    if len(said) > LONGEST_LINE:
        return None
    said = framed(said)
    lettered = _LETTER.fullmatch(said)
    if lettered and (option := of_letter(problem.options, lettered[1])) is not None:
        agreed = gold_agrees(option)
        return agreed if not lettered[2] or says_yes(lettered[2], _pairs(problem)) == agreed else None
    return says_yes(said, _pairs(problem))


def _pairs(problem: Problem) -> frozenset[str]:
    """The words that count as yes, each with its contrary as no."""
    asked = set(re.findall("[a-z]+", f"{problem.answer} {problem.question}".lower()[-2_000:]))
    gold = problem.answer.strip().rstrip(".").casefold()
    return frozenset(yes for yes, no in PAIRS.items() if yes in asked or gold == no)
