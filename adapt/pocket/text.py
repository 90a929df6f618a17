"""The whole of the pocket's text: an endless, seeded stream of dialogues, exercise sheets and paragraphs."""

import random
from collections.abc import Callable, Iterator, Mapping

from chartered.adapt.pocket import arithmetic, choices, prose
from chartered.domains.contract import Message, Problem
from chartered.domains.prompts import render

SKILLS: Mapping[str, Callable[[random.Random], Problem]] = {
    "stated": choices.stated,
    "looked_up": choices.looked_up,
    "associated": choices.associated,
    "acted": choices.acted,
    "ranged": choices.ranged,
    "ruled": choices.ruled,
    "multiply": arithmetic.multiply,
    "divide": arithmetic.divide,
    "two_steps": arithmetic.two_steps,
}
"""A generator of problems for each skill; the skill is the problem's `kind`."""

SHARES: Mapping[str, float] = {
    "stated": 0.06,
    "looked_up": 0.03,
    "associated": 0.12,
    "acted": 0.03,
    "ranged": 0.14,
    "ruled": 0.06,
    "multiply": 0.12,
    "divide": 0.08,
    "two_steps": 0.02,
    "drill": 0.18,
    "compared": 0.10,
    "repeated": 0.03,
    "prose": 0.03,
}
"""Share of the documents."""

_HELD_OUT = 16
_SYSTEM = ("Answer in one short sentence.", "You are a careful helper.", "Think, then answer.")


def held_out(problem: Problem) -> bool:
    """Whether a problem is kept from training: one in sixteen, by its id."""
    return int(problem.id, 16) % _HELD_OUT == 0


def problems(skill: str, count: int, seed: int) -> list[Problem]:
    """So many different held-out problems of one skill; none of them is ever trained on."""
    rng, found = random.Random(f"{seed} {skill}"), dict[str, Problem]()
    while len(found) < count:
        problem = SKILLS[skill](rng)
        if held_out(problem):
            found[problem.id] = problem
    return list(found.values())


_PLAIN: Mapping[str, Callable[[random.Random], str]] = {
    "drill": arithmetic.drill,
    "compared": choices.compared,
    "repeated": prose.repeated,
    "prose": prose.paragraph,
}


def documents(seed: int) -> Iterator[str | list[Message]]:
    """Endless training text: plain text as a string, dialogues as messages."""
    rng = random.Random(seed)
    names, weights = list(SHARES), list(SHARES.values())
    while True:
        name = rng.choices(names, weights)[0]
        yield _PLAIN[name](rng) if name in _PLAIN else _dialogue(rng, name)


def _dialogue(rng: random.Random, skill: str) -> list[Message]:
    """A problem and its solution, now and then after a system turn or another problem."""
    before: list[Message] = []
    if rng.random() < 0.05:
        before.append({"role": "system", "content": rng.choice(_SYSTEM)})
    if rng.random() < 0.05:
        before += _turns(_trained(rng, rng.choice(list(SKILLS))))
    return before + _turns(_trained(rng, skill))


def _trained(rng: random.Random, skill: str) -> Problem:
    problem = SKILLS[skill](rng)
    while held_out(problem):
        problem = SKILLS[skill](rng)
    return problem


def _turns(problem: Problem) -> list[Message]:
    return [*render(problem), {"role": "assistant", "content": problem.solution or ""}]
