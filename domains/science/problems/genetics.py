"""Genetics: the share of the offspring of a cross, as an exact fraction from its Punnett square.

Genes have two alleles with complete dominance and are unlinked; the questions say so. Fractions of several genes are
products, since unlinked genes are inherited independently.

The split is by the genes and what is asked of them, whatever the cross.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import combinations, product
from math import comb, prod

from chartered.domains.authoring import Level, generator, split_of, worked_problem
from chartered.domains.contract import Problem
from chartered.domains.science.facts import DOMAIN, Trait, traits

KIND = "genetics"
EACH: Mapping[str, int] = {"one": 64, "carrier": 18, "two": 64, "three": 32, "litter": 46}
"""Problems of each sort, or as many as there are."""

_CROSSES = (("Aa", "Aa"), ("Aa", "aa"), ("AA", "Aa"))
_MIXED = (("Aa", "Aa"), ("Aa", "aa"))


def problems() -> Iterator[Problem]:
    """The problems, sort by sort."""
    sorts = {"one": _one(), "carrier": _carriers(), "two": _several(2), "three": _several(3), "litter": _litters()}
    for name, made in sorts.items():
        every = list(made)
        yield from generator(KIND, name).sample(every, min(EACH[name], len(every)))


def offspring(first: str, second: str) -> Mapping[str, Fraction]:
    """Genotypes of the offspring of a cross at one gene, the capital allele first, with their shares."""
    square = Counter("".join(sorted(a + b)) for a, b in product(first, second))
    return {genotype: Fraction(count, 4) for genotype, count in square.items()}


def shown(first: str, second: str, recessive: bool) -> Fraction:
    """The share of offspring that show the dominant or the recessive form."""
    shares = offspring(first, second).items()
    return sum((share for genotype, share in shares if genotype.islower() == recessive), Fraction(0))


def _one() -> Iterator[Problem]:
    for trait, cross in product(traits(), _CROSSES):
        parents = _written(trait, cross)
        shares = offspring(*parents)
        targets = {
            f"have {trait.dominant}": shown(*parents, recessive=False),
            f"have {trait.recessive}": shown(*parents, recessive=True),
            "are heterozygous": shares.get(trait.letter + trait.letter.lower(), Fraction(0)),
            "are homozygous": sum((s for g, s in shares.items() if g[0] == g[1]), Fraction(0)),
        }
        for target, share in targets.items():
            if 0 < share < 1:
                asked = f"{_rules((trait,))} {_crossed(trait, parents)} What fraction of the offspring {target}?"
                work = f"The square of {parents[0]} x {parents[1]} gives {_listed(shares)}. {_counted(target, share)}"
                yield _made("easy", ("one", trait.letter, target), asked, work, share)


def _carriers() -> Iterator[Problem]:
    for trait in traits():
        big, small = trait.letter, trait.letter.lower()
        share = Fraction(2, 3)
        asked = (
            f"{_rules((trait,))} {_crossed(trait, (big + small, big + small))} One of the offspring has "
            f"{trait.dominant}. What is the probability that it is heterozygous?"
        )
        work = f"Of {big}{big} 1/4 and {big}{small} 1/2, which make up 3/4, {big}{small} is (1/2) / (3/4) = {share}."
        yield _made("medium", ("carrier", trait.letter), asked, work, share)


def _several(genes: int) -> Iterator[Problem]:
    level: Level = "medium" if genes == 2 else "hard"
    for group in _groups(genes):
        for crosses in product(_MIXED, repeat=genes):
            for forms in product((False, True), repeat=genes):
                yield _combined(level, group, crosses, forms)


def _combined(
    level: Level, group: tuple[Trait, ...], crosses: tuple[tuple[str, str], ...], forms: tuple[bool, ...]
) -> Problem:
    pairs = [_written(trait, cross) for trait, cross in zip(group, crosses, strict=True)]
    parents = ("".join(pair[0] for pair in pairs), "".join(pair[1] for pair in pairs))
    shares = [shown(*pair, recessive=form) for pair, form in zip(pairs, forms, strict=True)]
    looks = [trait.recessive if form else trait.dominant for trait, form in zip(group, forms, strict=True)]
    share = prod(shares, start=Fraction(1))
    asked = (
        f"{_rules(group)} The genes are not linked. {_crossed(group[0], parents)} "
        f"What fraction of the offspring have {_and(looks)}?"
    )
    parts = zip(pairs, shares, looks, strict=True)
    squares = "; ".join(f"{first} x {second}: {part} {look}" for (first, second), part, look in parts)
    work = f"{squares}. {' x '.join(map(str, shares))} = {share}."
    return _made(level, (*(t.letter for t in group), forms), asked, work, share)


def _litters() -> Iterator[Problem]:
    for trait, cross, size in product(traits(), _MIXED, (2, 3, 4, 5)):
        parents = _written(trait, cross)
        one = shown(*parents, recessive=True)
        start = f"{_rules((trait,))} {_crossed(trait, parents)}"
        none = (1 - one) ** size
        asked = f"{start} What is the probability that at least one of {size} offspring has {trait.recessive}?"
        work = f"One has none of it with {1 - one}, all {size} with {none}. 1 - {none} = {1 - none}."
        yield _made("hard", ("some", trait.letter, size), asked, work, 1 - none)
        for count in range(1, min(size, 3)):
            share = comb(size, count) * one**count * (1 - one) ** (size - count)
            counted = f"exactly {count} of {size} offspring {_has(count)} {trait.recessive}"
            asked = f"{start} What is the probability that {counted}?"
            work = f"{comb(size, count)} x ({one})^{count} x ({1 - one})^{size - count} = {share}."
            yield _made("hard", ("just", trait.letter, size, count), asked, work, share)


def _made(level: Level, combination: tuple[object, ...], asked: str, work: str, share: Fraction) -> Problem:
    return worked_problem(
        domain=DOMAIN,
        kind=KIND,
        split=split_of(KIND, *combination),
        asked=f"{asked} Give a fraction.",
        answer=str(share),
        work=work,
        level=level,
    )


def _groups(genes: int) -> list[tuple[Trait, ...]]:
    """Traits of one organism, together."""
    by_organism: dict[str, list[Trait]] = {}
    for trait in traits():
        by_organism.setdefault(trait.organism, []).append(trait)
    return [group for together in by_organism.values() for group in combinations(together, genes)]


def _written(trait: Trait, cross: tuple[str, str]) -> tuple[str, str]:
    """A cross of A and a in the letters of the trait."""
    letters = str.maketrans("Aa", trait.letter + trait.letter.lower())
    return cross[0].translate(letters), cross[1].translate(letters)


def _rules(group: tuple[Trait, ...]) -> str:
    rules = [f"{t.letter} ({t.dominant}) is dominant over {t.letter.lower()} ({t.recessive})" for t in group]
    return f"In {group[0].organism}, {_and(rules)}."


def _crossed(trait: Trait, parents: tuple[str, str]) -> str:
    return f"Two {trait.organism}, {parents[0]} and {parents[1]}, are crossed."


def _and(parts: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))


def _listed(shares: Mapping[str, Fraction]) -> str:
    return ", ".join(f"{genotype} {share}" for genotype, share in shares.items())


def _counted(target: str, share: Fraction) -> str:
    return f"So {share} {target}."


def _has(count: int) -> str:
    return "has" if count == 1 else "have"
