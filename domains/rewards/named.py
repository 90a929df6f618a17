"""Named rewards: functions of (problem, response, check) with a value in [0, 1], or None where they do not apply.

A reward that reads `check` is None after a time-out or an error, which says nothing about the response. Names in
lower case are rewards; those that end in a preposition make one (`graded_by(tagged("think", "answer"))`). None of
the rewards for form says that an answer is right: give them small weights beside `correct`, and see what pays with
`chartered.domains.rewards.stress`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from unicodedata import normalize

from chartered.common.errors import UsageError, nearest
from chartered.domains.contract import Check, Problem, Reward
from chartered.domains.prompts import answer_lines, final_answer

# letters and digits of scripts that put spaces between words; one character at a time for those that do not
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")


def correct(problem: Problem, response: str, check: Check) -> float | None:
    """The verifier's score."""
    return None if check.failed else check.score


def format(problem: Problem, response: str, check: Check) -> float | None:
    """1 if the response has exactly one answer line, which says something and stands last; else 0."""
    last = next((line for line in reversed(response.splitlines()) if line.strip()), "")
    return float(len(answer_lines(response)) == 1 and answer_lines(last) not in ([], [""]))


def tagged(*tags: str) -> Reward:
    """1 if the response is one block `<tag>...</tag>` for each tag, in order, each with content, and nothing else.

    With the tags "think" and "answer" this is R_fmt of Fin-R1 (arXiv 2503.16252, reward function). Tags are compared as
    written. Not covered: verifiers read a line "Answer: ..." first, wherever it stands, and the answer block after it.
    """
    if not tags or any(not re.fullmatch(r"[\w-]+", tag) for tag in tags):
        raise UsageError(f"the tags {tags!r} of a format reward must be names such as 'think', without brackets.")

    def tagged(problem: Problem, response: str, check: Check) -> float | None:
        return float(_in_blocks(response, tags))

    return tagged


def headed(*headings: str) -> Reward:
    """1 if each heading stands exactly once, in order, the first one first, with text after each; else 0.

    With "## Thinking" and "## Final Response" this is the format that HuatuoGPT-o1 asks for (arXiv 2412.18925;
    its code counts the headings and not their order or content).
    """
    if not headings or not all(heading.strip() for heading in headings):
        raise UsageError(f"the headings {headings!r} of a format reward must not be empty.")

    def headed(problem: Problem, response: str, check: Check) -> float | None:
        rest = response
        for heading in headings:
            before, present, rest = rest.partition(heading)
            if not present or (bool(before.strip()) == (heading == headings[0])) or response.count(heading) != 1:
                return 0.0
        return float(bool(rest.strip()))

    return headed


def graded(problem: Problem, response: str, check: Check) -> float | None:
    """1 for a right answer, 0.1 for a wrong one that can be read, 0 for none.

    ReFT (arXiv 2401.08967, terminal reward), so that the first thing to learn is to answer at all. Where rewards are
    divided by their spread in a group (TRL: `scale_rewards="group"`), a group of 0.1 and 0 pulls as hard as one of 1
    and 0; use "batch" or "none".
    """
    return {"correct": 1.0, "wrong": 0.1, "no_answer": 0.0}.get(check.status)


def graded_by(form: Reward) -> Reward:
    """0 where `form` does not hold, else 1 for a right answer and 0.1 for any other.

    HuatuoGPT-o1 (arXiv 2412.18925, second stage), whose `form` is `headed("## Thinking", "## Final Response")`.
    """

    def graded(problem: Problem, response: str, check: Check) -> float | None:
        if check.failed:
            return None
        if form(problem, response, check) != 1:
            return 0.0
        return 1.0 if check.status == "correct" else 0.1

    return graded


def format_and_accuracy_by(form: Reward) -> Reward:
    """Half of `form` plus half of the verifier's score.

    Fin-R1 (arXiv 2503.16252, reward function) adds R_fmt and R_acc, each 0 or 1, with
    `form = tagged("think", "answer")`; halved here, so that the sum stays in [0, 1].
    """

    def format_and_accuracy(problem: Problem, response: str, check: Check) -> float | None:
        held = form(problem, response, check)
        return None if check.failed or held is None else (held + check.score) / 2

    return format_and_accuracy


format_and_accuracy = format_and_accuracy_by(format)
"""The same with the answer line as the form."""


def length_within(soft: int, hard: int) -> Reward:
    """1 for an answer in up to `soft` characters, falling in a straight line to 0 at `hard`; 0 without an answer.

    The soft punishment of overlong responses of DAPO (arXiv 2503.14476, section 3.4, equation 13; there in tokens,
    from 0 down to -1). Short responses are not paid for being shorter.
    """
    if not 0 < soft < hard:
        raise UsageError(f"a reward for length has soft = {soft} and hard = {hard}; give 0 < soft < hard.")

    def length(problem: Problem, response: str, check: Check) -> float | None:
        return _of_answered(check, min(1.0, max(0.0, (hard - len(response)) / (hard - soft))))

    return length


length = length_within(4_000, 8_000)


def repetition_within(words: int) -> Reward:
    """The share of runs of so many words that are different ones: 1 repeats nothing; 0 without an answer.

    1 less the penalty of Yeo et al., "Demystifying Long Chain-of-Thought Reasoning in LLMs" (arXiv 2502.03373,
    algorithm 1), over words where that counts tokens. Characters count as words in Chinese and Japanese.
    """
    if words < 1:
        raise UsageError(f"a reward for repetition compares runs of {words} words; give 1 or more.")

    def repetition(problem: Problem, response: str, check: Check) -> float | None:
        spoken = _WORD.findall(response.casefold())
        runs = list(zip(*(spoken[start:] for start in range(words)), strict=False))
        return _of_answered(check, len(set(runs)) / len(runs) if runs else 1.0)

    return repetition


repetition = repetition_within(4)


def units_present(problem: Problem, response: str, check: Check) -> float | None:
    """1 if the answer line has a number and the problem's unit as it is written there, else 0.

    None for problems without a unit. Whether the number is right in that unit is the verifier's business.
    """
    if problem.unit is None:
        return None
    unit, answer = _spaced(problem.unit), _spaced((final_answer(response) or "").replace("**", ""))
    # "mg" is not in "mg/kg" nor in "mg*h"; "%" may touch a number and a word character may follow it
    before, after = (r"(?<![^\W\d])(?<![/*^·])", r"(?![\w/*^·])") if unit[-1:].isalnum() else (r"(?<![/*^·])", "")
    return float(bool(re.search(before + re.escape(unit) + after, answer)) and any(map(str.isdigit, answer)))


def citation_exists(known: Callable[[str], Sequence[bool]]) -> Reward:
    """The share of a response's citations that exist; None for a response that cites nothing.

    Args:
        known: gives, for the text of a response, whether each citation in it exists. What "exists" means is what this
            function looks up: in a table of reporters it says that such a citation is possible, not that the case is.
    """

    def citation_exists(problem: Problem, response: str, check: Check) -> float | None:
        citations = list(known(response))
        return sum(map(bool, citations)) / len(citations) if citations else None

    return citation_exists


def consistent(check: Check, other: Check, same: Callable[[str, str], bool] | None = None) -> float | None:
    """Whether two versions of a problem, alike but for what must not matter, got the same answer: 1, else 0.

    None if a verifier failed. No answer is not an agreement: two refusals have 0. Always giving the same wrong answer
    is consistent too, so this is not a reward to use alone.

    Args:
        check: of one version.
        other: of the other version.
        same: compares the answers; without it they are compared without regard to case and spaces.
    """
    if check.failed or other.failed:
        return None
    if check.answer is None or other.answer is None:
        return 0.0
    if same is not None:
        return float(same(check.answer, other.answer))
    return float(_spaced(check.answer).casefold() == _spaced(other.answer).casefold())


def consistency_with(twin: Callable[[Problem], Check | None]) -> Reward:
    """`consistent` as a reward. `twin` gives the check of a problem's other version; None where there is none."""

    def consistency(problem: Problem, response: str, check: Check) -> float | None:
        other = twin(problem)
        return None if other is None else consistent(check, other)

    return consistency


def weighted(rewards: Mapping[str, Reward], weights: Mapping[str, float]) -> Reward:
    """The weighted mean of the named rewards that apply, in [0, 1]; None if none does, or the verifier failed.

    For trainers that take one number. TRL takes the rewards one by one, and weighs them itself.

    Raises:
        UsageError: a name that is not known, a weight below 0, or none above 0.
    """
    for name, weight in weights.items():
        if name not in rewards:
            raise UsageError(f"there is no reward {name!r}; {nearest(name, rewards)}")
        if not 0 <= weight < float("inf"):
            raise UsageError(f"the reward {name!r} has the weight {weight!r}; give a number of 0 or more.")
    if not any(weights.values()):
        raise UsageError("no reward has a weight above 0; give one, such as correct: 1.")

    def total(problem: Problem, response: str, check: Check) -> float | None:
        if check.failed:
            return None
        values = [(rewards[name](problem, response, check), weight) for name, weight in weights.items()]
        counted = [(value, weight) for value, weight in values if value is not None and weight]
        return sum(value * weight for value, weight in counted) / sum(w for _, w in counted) if counted else None

    return total


def _of_answered(check: Check, value: float) -> float | None:
    # silence would have full marks for being short
    if check.failed:
        return None
    return 0.0 if check.status == "no_answer" else value


def _in_blocks(response: str, tags: Sequence[str]) -> bool:
    rest = response.strip()
    for tag in tags:
        start, end = f"<{tag}>", f"</{tag}>"
        if not rest.startswith(start) or response.count(start) != 1 or response.count(end) != 1:
            return False
        content, _, rest = rest.removeprefix(start).partition(end)
        if not content.strip():
            return False
        rest = rest.lstrip()
    return not rest


def _spaced(text: str) -> str:
    return " ".join(normalize("NFKC", text).split())
