"""General multiple-choice problems, made by seed from small tables: arithmetic, order, opposites, capitals.

They ask for what a model knew before it was taught a domain. They are easy on purpose: a capable model that loses some
of them has lost what nearly all text holds. They do not measure long texts, code, other languages or conversation.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from chartered.audit.probes.base.insertion import pick
from chartered.audit.probes.base.wording import Text, sentence
from chartered.common.yaml import Strict
from chartered.domains.contract import Problem

OPTIONS = 4
KIND = "general"


class Questions(Strict):
    """How each kind is asked."""

    arithmetic: Annotated[str, sentence("sum", ends="?")]
    after: Annotated[str, sentence("things", "first", ends="?")]
    before: Annotated[str, sentence("things", "first", ends="?")]
    opposite: Annotated[str, sentence("word", ends="?")]
    capital: Annotated[str, sentence("country", ends="?")]


class Numbers(Strict):
    """The numbers that are added and taken away."""

    smallest: Annotated[int, Field(ge=0)]
    largest: Annotated[int, Field(le=100_000)]

    @model_validator(mode="after")
    def _apart(self) -> "Numbers":
        if self.largest - self.smallest < OPTIONS:
            raise ValueError(f"the largest number must be at least {OPTIONS} above the smallest")
        return self


class Tables(Strict):
    """What problems are made from."""

    version: Literal[1]
    each: Annotated[int, Field(ge=1, le=1000)]
    """Problems of each kind; fewer where the tables give no more that differ."""
    questions: Questions
    arithmetic: Numbers
    orders: Annotated[Mapping[Text, Annotated[tuple[Text, ...], Field(min_length=OPTIONS + 1)]], Field(min_length=1)]
    """Things that stand in an order, by what they are called."""
    opposites: Annotated[tuple[tuple[Text, Text], ...], Field(min_length=OPTIONS)]
    capitals: Annotated[Mapping[Text, Text], Field(min_length=OPTIONS)]

    @model_validator(mode="after")
    def _told_apart(self) -> "Tables":
        for name, listed in self.orders.items():
            _usable(listed, f"the order {name!r}")
        _usable([word for pair in self.opposites for word in pair], "the opposites")
        _usable(list(self.capitals.values()), "the capitals")
        return self


def _usable(words: tuple[str, ...] | list[str], where: str) -> None:
    plain = [word.strip().casefold() for word in words]
    twice = next((word for word in plain if plain.count(word) > 1), None)
    if twice is not None:
        raise ValueError(f"{where} name {twice!r} twice, so that two options could be right")
    single = next((word for word in plain if len(word) == 1), None)
    if single is not None:
        raise ValueError(f"{where} name {single!r}, which would be taken for the letter of an option")


def general_problems(tables: Tables, *, seed: int) -> list[Problem]:
    """`each` problems of every kind, all different; the same for the same tables and seed."""
    kinds: dict[str, Callable[[Tables, tuple[object, ...]], Problem]] = {
        "arithmetic": _arithmetic,
        "order": _order,
        "opposite": _opposite,
        "capital": _capital,
    }
    return [problem for kind, make in kinds.items() for problem in _different(kind, make, tables, seed)]


def _different(
    kind: str, make: Callable[[Tables, tuple[object, ...]], Problem], tables: Tables, seed: int
) -> Iterator[Problem]:
    """Problems whose questions differ; it stops early when the table yields no new one in many tries."""
    questions: set[str] = set()
    for turn in range(40 * tables.each):
        problem = make(tables, (seed, kind, turn))
        if problem.question not in questions:
            questions.add(problem.question)
            yield problem
        if len(questions) == tables.each:
            return


def _arithmetic(tables: Tables, key: tuple[object, ...]) -> Problem:
    numbers = range(tables.arithmetic.smallest, tables.arithmetic.largest + 1)
    first, second = pick(numbers, *key, "first"), pick(numbers, *key, "second")
    plus = pick((True, False), *key, "sign") or second > first
    right = first + second if plus else first - second
    near = [right + step for step in (-10, -2, -1, 1, 2, 10) if right + step >= 0]
    question = tables.questions.arithmetic.format(sum=f"{first} {'+' if plus else '-'} {second}")
    return _problem("arithmetic", question, str(right), [str(number) for number in near], key)


def _order(tables: Tables, key: tuple[object, ...]) -> Problem:
    things = pick(list(tables.orders), *key, "things")
    listed = tables.orders[things]
    place = pick(range(len(listed) - 1), *key, "place")
    after = pick((True, False), *key, "way")
    first, right = (listed[place], listed[place + 1]) if after else (listed[place + 1], listed[place])
    asked = tables.questions.after if after else tables.questions.before
    wrong = [other for other in listed if other not in (first, right)]
    return _problem("order", asked.format(things=things, first=first), right, wrong, key)


def _opposite(tables: Tables, key: tuple[object, ...]) -> Problem:
    pair = pick(tables.opposites, *key, "pair")
    word, right = pair if pick((True, False), *key, "way") else pair[::-1]
    # one word of each other pair, so that no two options are each other's opposites
    wrong = [pick(other, *key, "side", *other) for other in tables.opposites if other != pair]
    return _problem("opposite", tables.questions.opposite.format(word=word), right, wrong, key)


def _capital(tables: Tables, key: tuple[object, ...]) -> Problem:
    country = pick(list(tables.capitals), *key, "country")
    right = tables.capitals[country]
    wrong = [city for city in tables.capitals.values() if city != right]
    return _problem("capital", tables.questions.capital.format(country=country), right, wrong, key)


def _problem(sort: str, question: str, right: str, wrong: list[str], key: tuple[object, ...]) -> Problem:
    chosen = sorted(wrong, key=lambda option: pick(range(1 << 62), *key, "wrong", option))[: OPTIONS - 1]
    options = sorted([right, *chosen], key=lambda option: pick(range(1 << 62), *key, "place", option))
    return Problem(
        prompt=({"role": "user", "content": question},),
        answer=right,
        kind=KIND,
        domain=KIND,
        split="heldout",
        options=tuple(options),
        groups={"kind": sort},
    )
