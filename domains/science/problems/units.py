"""Multiple choice: the unit of a product or quotient of two quantities.

Three quantities that are bound by a product make three questions, all in the same split, so that no held-out question
turns one of training round.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from chartered.domains.authoring import Level, generator, split_of, worked_problem
from chartered.domains.contract import Problem
from chartered.domains.science.facts import DOMAIN, Quantity, quantities

KIND = "units"
RELATIONS = 90
"""Relations taken, each for three questions."""
ONE_IN = 3
"""One relation in so many is held out: an audit needs more than a hundred questions with options."""

TIMES = (
    "A quantity is found by multiplying {a} by {b}. Which unit does it have?",
    "Multiply {a} by {b}. In which unit is the result?",
)
OVER = (
    "A quantity is found by dividing {a} by {b}. Which unit does it have?",
    "Divide {a} by {b}. In which unit is the result?",
)


@dataclass(frozen=True, kw_only=True)
class Relation:
    """The unit of the product is the unit of `first` times that of `second`."""

    product: Quantity
    first: Quantity
    second: Quantity


def problems() -> Iterator[Problem]:
    """The problems, relation by relation."""
    for relation in generator(KIND).sample(relations(), min(RELATIONS, len(relations()))):
        yield _problem(relation, relation.product, TIMES, relation.first, relation.second)
        yield _problem(relation, relation.second, OVER, relation.product, relation.first)
        yield _problem(relation, relation.first, OVER, relation.product, relation.second)


@cache
def relations() -> tuple[Relation, ...]:
    """Every relation among the quantities; a quantity times itself is left out."""
    by_powers = {_key(quantity.powers): quantity for quantity in quantities()}
    return tuple(
        Relation(product=by_powers[key], first=first, second=second)
        for first, second in combinations(quantities(), 2)
        if (key := _key(combined(first.powers, second.powers, 1))) in by_powers
    )


def combined(first: Mapping[str, int], second: Mapping[str, int], sign: int) -> dict[str, int]:
    """The base units of a product (sign 1) or quotient (sign -1)."""
    powers = {base: first.get(base, 0) + sign * second.get(base, 0) for base in [*first, *second]}
    return {base: power for base, power in powers.items() if power}


def _problem(relation: Relation, right: Quantity, templates: Sequence[str], a: Quantity, b: Quantity) -> Problem:
    sign = "x" if templates is TIMES else "/"
    rng = generator(KIND, a.name, sign, b.name)
    asked = rng.choice(templates).format(a=_article(a.name), b=_article(b.name))
    work = f"({a.base}) {sign} ({b.base}) = {right.base}, the {right.unit}."
    options = [right.unit, *_others(right, a, b)]
    return worked_problem(
        domain=DOMAIN,
        kind=KIND,
        split=split_of(KIND, relation.product.name, relation.first.name, relation.second.name, one_in=ONE_IN),
        asked=asked,
        work=work,
        answer=right.unit,
        level=_level(relation),
        options=tuple(generator("options", KIND, a.name, sign, b.name).sample(options, len(options))),
    )


def _others(right: Quantity, a: Quantity, b: Quantity) -> list[str]:
    """Three other units: what the wrong operation gives where it has a name, and units near in their base units."""
    sign = -1 if _key(combined(a.powers, b.powers, 1)) == _key(right.powers) else 1
    slip = _key(combined(a.powers, b.powers, sign))
    others = [quantity for quantity in quantities() if quantity not in (right, a, b)]
    slips = [quantity for quantity in others if _key(quantity.powers) == slip]
    near = sorted((q for q in others if q not in slips), key=lambda q: (_distance(q, right), q.name))[:8]
    return [q.unit for q in [*slips, *generator(KIND, right.name, a.name, b.name).sample(near, 3)]][:3]


def _distance(one: Quantity, other: Quantity) -> int:
    return sum(abs(power) for power in combined(one.powers, other.powers, -1).values())


def _level(relation: Relation) -> Level:
    """By the number of base units that take part."""
    taking_part = {base for q in (relation.product, relation.first, relation.second) for base in q.powers}
    return "easy" if len(taking_part) <= 2 else "medium" if len(taking_part) == 3 else "hard"


def _key(powers: Mapping[str, int]) -> frozenset[tuple[str, int]]:
    return frozenset(powers.items())


def _article(name: str) -> str:
    return f"an {name}" if name[0] in "aeio" else f"a {name}"
