"""Multiple choice: how a result changes when what it depends on is changed by a factor."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from math import isqrt, prod

from chartered.domains.authoring import Level, generator, split_of, worked_problem
from chartered.domains.contract import Problem
from chartered.domains.science.facts import DOMAIN, PowerLaw, power_laws

KIND = "scaling"
EACH = 10
"""Changes taken for each law, or as many as there are."""
ONE_IN = 3
"""One combination of law and factors in so many is held out, as for units."""

FACTORS = tuple(Fraction(factor) for factor in ("2", "3", "4", "5", "6", "1/2", "1/3", "1/4"))
SQUARES = tuple(Fraction(factor) for factor in ("4", "9", "16", "25", "36", "1/4", "1/9", "1/16"))
_MOST = 1500
_WORDS = {Fraction(2): "doubled", Fraction(3): "tripled", Fraction(1, 2): "halved"}

Changes = Mapping[str, Fraction]


def problems() -> Iterator[Problem]:
    """The problems, law by law."""
    for law in power_laws():
        every = [changes for changes in _changes(law) if _fits(change(law, changes))]
        for changes in generator(KIND, law.result).sample(every, min(EACH, len(every))):
            yield _problem(law, changes)


def change(law: PowerLaw, changes: Changes) -> Fraction:
    """The factor by which the result changes."""
    return prod((_power(changes[name], power) for name, power in law.by.items()), start=Fraction(1))


def _changes(law: PowerLaw) -> Iterator[Changes]:
    """Every choice of factors; those under a root are squares."""
    grids = [FACTORS if power.denominator == 1 else SQUARES for power in law.by.values()]
    for factors in product(*grids):
        yield dict(zip(law.by, factors, strict=True))


def _fits(factor: Fraction) -> bool:
    return max(factor.numerator, factor.denominator) <= _MOST


def _power(factor: Fraction, power: Fraction) -> Fraction:
    """The exact power; a root is one of a square."""
    if power.denominator == 2:
        factor = Fraction(isqrt(factor.numerator), isqrt(factor.denominator))
    return factor**power.numerator


def _problem(law: PowerLaw, changes: Changes) -> Problem:
    factor = change(law, changes)
    key = (law.result, *map(str, changes.values()))
    changed = " and ".join(f"{name} is {_changed(by)}" for name, by in changes.items())
    rng = generator(KIND, *key)
    asked = rng.choice(
        (
            f"Consider {law.result}. {changed[0].upper() + changed[1:]}, and all else stays the same. "
            "What does it become?",
            f"How does {law.result} change when {changed}, and all else stays the same?",
        )
    )
    powers = " x ".join(_raised(changes[name], power) for name, power in law.by.items())
    options = [_in_words(factor), *_others(law, changes, factor)]
    return worked_problem(
        domain=DOMAIN,
        kind=KIND,
        split=split_of(KIND, *key, one_in=ONE_IN),
        asked=asked,
        work=f"It changes by the factor {powers} = {factor}.",
        answer=_in_words(factor),
        level=_level(law),
        options=tuple(generator("options", *key).sample(options, len(options))),
    )


def _others(law: PowerLaw, changes: Changes, factor: Fraction) -> list[str]:
    """Three wrong factors: exponents left out, turned round or forgotten first, then multiples of the right one."""
    names = list(law.by)
    slips = [
        prod(changes.values(), start=Fraction(1)),
        1 / factor,
        *(change(PowerLaw(result="", by={**law.by, name: -law.by[name]}), changes) for name in names),
        *(change(PowerLaw(result="", by={**law.by, name: Fraction(0)}), changes) for name in names),
        *(factor * by for by in (2, Fraction(1, 2), 4, Fraction(1, 4))),
    ]
    wrong = [slip for slip in dict.fromkeys(slips) if slip != factor]
    return [_in_words(slip) for slip in wrong[:3]]


def _raised(factor: Fraction, power: Fraction) -> str:
    base = str(factor) if factor.denominator == 1 else f"({factor})"
    if power == 1:
        return base
    return f"{base}^{power}" if power.denominator == 1 and power > 0 else f"{base}^({power})"


def _in_words(factor: Fraction) -> str:
    if factor == 1:
        return "unchanged"
    return f"{factor} times as large" if factor > 1 else f"{factor} as large"


def _changed(factor: Fraction) -> str:
    if factor in _WORDS:
        return _WORDS[factor]
    return f"multiplied by {factor}" if factor > 1 else f"reduced to {factor} of what it was"


def _level(law: PowerLaw) -> Level:
    """Easy where one thing changes, hard where two do and one of them enters by another power than 1 or -1."""
    if len(law.by) == 1:
        return "easy"
    return "medium" if all(abs(power) == 1 for power in law.by.values()) else "hard"
