"""One label of a closed set, such as Entailment, Contradiction and NotMentioned.

The set is `problem.options`. Case, spaces, hyphens and the joints of CamelCase do not count. The letter of an option
is read too, since `prompts.render` letters the options. Two labels, a denied one ("not an entailment") and a word
outside the set are no answer. Not covered: synonyms of a label.
"""

import re

from chartered.domains.contract import Check, Problem
from chartered.domains.verifiers.reading.numbers.numerals import LONGEST_LINE
from chartered.domains.verifiers.reading.response import read_answer, visible
from chartered.domains.verifiers.reading.tokens import name_words, plain

_LETTERED = re.compile(r"[(\[]?([A-Za-z])(?:[)\].:]+|\Z)\s*(.*)", re.DOTALL)
_DENIAL = {"not", "no", "never", "neither", "nor", "isnt", "t", "cannot", "except", "without", "non", "or"}


def label(problem: Problem, response: str) -> Check:
    """Compare the label at the answer line, or the label that is the whole response, with the gold one."""
    if problem.answer not in problem.options:
        reason = f"the gold answer {problem.answer[:80]!r} is none of the {len(problem.options)} options"
        return Check(status="error", score=0.0, reason=reason)
    stretch = read_answer(response)
    said = visible(response) if stretch is None else stretch.text
    where = stretch.where if stretch else "read from the whole response"
    named = read_label(problem.options, said, whole=stretch is None)
    if named is None:
        return Check(status="no_answer", score=0.0, reason="no single label of the set can be read from the response")
    if named == problem.answer:
        return Check(status="correct", score=1.0, answer=named, reason=where)
    return Check(status="wrong", score=0.0, answer=named, reason=f"the label is not {problem.answer}; {where}")


def read_label(options: tuple[str, ...], said: str, *, whole: bool = False) -> str | None:
    """The one label that a text names, or None; with `whole` the text must be the label and nothing else."""
    if len(said) > LONGEST_LINE:
        return None
    said = plain(said).strip(" \t\r\n*_`\"'.")
    lettered = _LETTERED.fullmatch(said)
    if lettered and _is_letter(options, lettered[1]):
        named = options[ord(lettered[1].upper()) - ord("A")]
        return named if not lettered[2] or name_words(lettered[2]) == name_words(named) else None
    words = name_words(said)
    exact = [option for option in options if "".join(name_words(option)) == "".join(words)]
    if exact or whole:
        return exact[0] if len(exact) == 1 else None
    return _only(options, list(words))


def _is_letter(options: tuple[str, ...], letter: str) -> bool:
    """Whether a letter stands for an option; where labels are single letters themselves it is the label."""
    return ord(letter.upper()) - ord("A") < len(options) and all(len(option) > 1 for option in options)


def _only(options: tuple[str, ...], words: list[str]) -> str | None:
    """The label whose words stand in the text, when it is the only one and is not denied."""
    found = set()
    for option in sorted(options, key=lambda o: len(name_words(o)), reverse=True):
        needle = list(name_words(option))
        for i in range(len(words) - len(needle) + 1 if needle else 0):
            if words[i : i + len(needle)] == needle:
                if _DENIAL & set(words[max(0, i - 3) : i]):
                    return None
                found.add(option)
                words[i : i + len(needle)] = [""] * len(needle)
    return found.pop() if len(found) == 1 else None
