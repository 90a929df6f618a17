"""The primer: rules and facts of the problem sets in plain sentences, and worked examples from the training problems.

No held-out problem stands in it, and no molar mass of a compound that is held out; the atomic weights are in it.
"""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from chartered.domains.authoring import generated_corpus, generator, in_full
from chartered.domains.contract import Document, Problem
from chartered.domains.science.facts import (
    LICENCE,
    PowerLaw,
    Trait,
    compounds,
    elements,
    heats,
    meltings,
    power_laws,
    primer_rules,
    quantities,
    reactions,
    traits,
)
from chartered.domains.science.formulas import Reaction, atoms
from chartered.domains.science.problems import genetics, mechanics, scaling, stoichiometry, thermodynamics, units

VERSIONS = 3
"""Tellings of the rules of each topic, in other orders."""
EXAMPLES = 30
"""Worked examples of each kind."""
_POWERS = {
    Fraction(1): "{}",
    Fraction(2): "the square of {}",
    Fraction(3): "the cube of {}",
    Fraction(4): "the fourth power of {}",
    Fraction(1, 2): "the square root of {}",
}


def primer() -> Iterator[Document]:
    """The documents: rules, facts, then examples."""
    for topic, sentences in primer_rules().items():
        for version in range(VERSIONS):
            mixed = generator("primer", topic).sample(sentences, len(sentences))
            yield _document(topic, mixed[version * 2 :] + mixed[: version * 2])
    for topic, documents in _facts().items():
        for sentences in documents:
            yield _document(topic, [sentence[0].upper() + sentence[1:] for sentence in sentences])
    for kind in (mechanics, stoichiometry, thermodynamics, genetics, units, scaling):
        yield from _examples([problem for problem in kind.problems() if problem.split == "train"])


PRIMER = generated_corpus(
    "primer",
    "rules, atomic weights, formulas, units and laws in plain sentences, with worked examples",
    primer,
    LICENCE,
)


def _document(topic: str, sentences: list[str]) -> Document:
    return Document(text=" ".join(sentences), source=f"science/primer/{topic}", licence=LICENCE)


def _facts() -> Mapping[str, Iterator[list[str]]]:
    return {
        "elements": _elements(),
        "compounds": (_compound(name, formula) for name, formula in compounds().items()),
        "reactions": map(_reaction, reactions()),
        "quantities": _quantities(),
        "laws": map(_law, power_laws()),
        "substances": _substances(),
        "traits": map(_trait, traits()),
    }


def _elements() -> Iterator[list[str]]:
    for symbol, element in elements().items():
        weight = in_full(element.weight)
        yield [
            f"The symbol of {element.name} is {symbol}.",
            f"{element.name} has the atomic weight {weight}.",
            f"A mole of {element.name} atoms, {symbol}, has a mass of {weight} g.",
        ]


def _compound(name: str, formula: str) -> list[str]:
    names = {symbol: element.name for symbol, element in elements().items()}
    parts = [f"{count} of {names[symbol]}" for symbol, count in atoms(formula).items()]
    listed = " and ".join(filter(None, (", ".join(parts[:-1]), parts[-1])))
    total = sum(atoms(formula).values())
    return [
        f"The formula of {name} is {formula}.",
        f"{formula} has {total} atoms: {listed}.",
        f"A mole of {name} has {total} mol of atoms.",
    ]


def _reaction(reaction: Reaction) -> list[str]:
    left: dict[str, int] = {}
    for formula, count in reaction.reactants.items():
        for symbol, number in atoms(formula).items():
            left[symbol] = left.get(symbol, 0) + count * number
    counted = ", ".join(f"{symbol} {count}" for symbol, count in left.items())
    (first, one), *_ = reaction.reactants.items()
    (last, other), *_ = reaction.products.items()
    return [
        f"{reaction.text} is a balanced equation.",
        f"On either side stand these atoms: {counted}.",
        f"It makes {other} mol of {last} from {one} mol of {first}.",
    ]


def _quantities() -> Iterator[list[str]]:
    for quantity in quantities():
        yield [
            f"The SI unit of {quantity.name} is the {quantity.unit}.",
            f"In base units the {quantity.unit} is {quantity.base}.",
            f"A value in {quantity.base} is a value of {quantity.name}.",
        ]


def _law(law: PowerLaw) -> list[str]:
    sentences = []
    for name, power in law.by.items():
        how = "goes with" if power > 0 else "goes inversely with"
        sentences.append(f"{law.result} {how} {_POWERS[abs(power)].format(name)}.")
        sentences.append(f"In {law.result}, the power of {name} is {power}.")
    return sentences


def _substances() -> Iterator[list[str]]:
    for name, capacity in heats().items():
        value = in_full(capacity)
        yield [
            f"The specific heat capacity of {name} is {value} J/(g K).",
            f"To warm 1 g of {name} by 1 K takes {value} J.",
        ]
    for name, (enthalpy, point) in meltings().items():
        yield [f"{name} melts at {in_full(point)} K.", f"To melt 1 mol of {name} takes {in_full(enthalpy)} kJ."]


def _trait(trait: Trait) -> list[str]:
    big, small = trait.letter, trait.letter.lower()
    return [
        f"In {trait.organism}, the allele {big} for {trait.dominant} is dominant over {small} for {trait.recessive}.",
        f"{big}{big} and {big}{small} have {trait.dominant}; {small}{small} has {trait.recessive}.",
    ]


def _examples(train: list[Problem]) -> Iterator[Document]:
    """Training problems told as examples, as many of each kind."""
    for problem in generator("primer", train[0].kind).sample(train, min(EXAMPLES, len(train))):
        work = (problem.solution or "").rsplit("\n", 1)[0]
        answer = f"{problem.answer} {problem.unit}" if problem.unit else problem.answer
        yield _document(problem.kind, [problem.question, work, f"So the answer is: {answer}."])
