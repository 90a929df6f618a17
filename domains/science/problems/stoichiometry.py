"""Stoichiometry from the periodic table: molar masses, amounts, composition, solutions, yields, limiting reactants.

Atomic weights are to be known, except that the easy questions on amounts give the molar mass. The results are rounded
to three digits and lie far enough from halfway that the weights of any recent table lead to them.

The split is by compound, as worked solutions tell its molar mass; yields and limits are split by reaction and mass,
and compounds of the reactions are for training alone.
"""

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from functools import cache
from itertools import islice

from chartered.domains.authoring import Level, generator, in_full, split_of, worked_problem
from chartered.domains.contract import Problem, Split
from chartered.domains.science.facts import DOMAIN, compounds, elements, reactions
from chartered.domains.science.formulas import Reaction, atoms
from chartered.domains.science.laws import ROUNDED, rounded

KIND = "stoichiometry"
_TRIES = 40
"""Draws for each problem that is wanted."""
ONE_IN = 3
"""One compound in so many is held out, of those that no reaction names."""
EACH = 34
"""Problems of each sort, and one for each compound's molar mass."""
SOLUBLE = {
    "glucose",
    "sucrose",
    "urea",
    "ammonium nitrate",
    "ammonium chloride",
    "ammonium sulfate",
    "sodium chloride",
    "sodium hydroxide",
    "sodium carbonate",
    "sodium hydrogen carbonate",
    "sodium sulfate",
    "sodium nitrate",
    "potassium chloride",
    "potassium hydroxide",
    "potassium nitrate",
    "potassium iodide",
    "potassium bromide",
}
"""Compounds of which water at room temperature dissolves the largest amount that is asked for, 1 mol/L."""


def problems() -> Iterator[Problem]:
    """The problems, sort by sort."""
    yield from _molar_masses()
    for sort in (_amounts, _masses, _shares, _solutions, _yields, _limits):
        yield from islice(_distinct(islice(sort(), _TRIES * EACH)), EACH)


@cache
def molar_mass(formula: str) -> Decimal:
    """Grams in a mole, from the abridged atomic weights."""
    return sum((elements()[symbol].weight * count for symbol, count in atoms(formula).items()), Decimal(0))


def summed(formula: str) -> str:
    """How the molar mass is found, such as `M = 2 x 1.008 + 15.999 = 18.015`."""
    terms = [(count, in_full(elements()[symbol].weight)) for symbol, count in atoms(formula).items()]
    written = " + ".join(f"{count} x {weight}" if count > 1 else weight for count, weight in terms)
    mass = in_full(molar_mass(formula))
    return f"M = {written} = {mass}" if written != mass else f"M = {mass}"


def _distinct(made: Iterator[Problem | None]) -> Iterator[Problem]:
    seen = set[str]()
    for problem in made:
        if problem is not None and problem.question not in seen:
            seen.add(problem.question)
            yield problem


def split_of_compound(formula: str) -> Split:
    """The split of every problem that needs the molar mass of the compound."""
    return "train" if formula in _in_reactions() else split_of(KIND, "compound", formula, one_in=ONE_IN)


@cache
def _in_reactions() -> frozenset[str]:
    return frozenset(formula for reaction in reactions() for formula in (*reaction.reactants, *reaction.products))


def _made(level: Level, split: Split, asked: str, work: str, exact: Fraction, unit: str) -> Problem | None:
    result = rounded(exact)
    if result is None:
        return None
    return worked_problem(
        domain=DOMAIN,
        kind=KIND,
        split=split,
        asked=f"{asked} {ROUNDED}",
        answer=result,
        work=f"{work} = {result}.",
        level=level,
        unit=unit,
    )


def _molar_masses() -> Iterator[Problem]:
    for name, formula in compounds().items():
        asked = generator(KIND, "molar mass", name).choice(
            ("What is the molar mass of {}, {}?", "Find the molar mass of {}, {}, from the periodic table.")
        )
        work = f"{summed(formula)} g/mol; to three figures, M"
        exact = Fraction(molar_mass(formula))
        made = _made("easy", split_of_compound(formula), asked.format(name, formula), work, exact, "g/mol")
        if made is not None:
            yield made


def _amounts() -> Iterator[Problem | None]:
    rng = generator(KIND, "amounts")
    while True:
        name, formula = rng.choice(list(compounds().items()))
        mass = rng.randint(2, 250)
        molar = molar_mass(formula)
        asked = f"How many moles are {mass} g of {name}? Its molar mass is {in_full(molar)} g/mol."
        work = f"n = m / M = {mass} / {in_full(molar)}"
        yield _made("easy", split_of_compound(formula), asked, work, mass / Fraction(molar), "mol")


def _masses() -> Iterator[Problem | None]:
    rng = generator(KIND, "masses")
    while True:
        name, formula = rng.choice(list(compounds().items()))
        amount = Decimal(rng.randint(1, 40)) / 10
        asked = f"What is the mass of {in_full(amount)} mol of {name}, {formula}?"
        work = f"{summed(formula)} g/mol. m = n M = {in_full(amount)} x {in_full(molar_mass(formula))}"
        exact = Fraction(amount * molar_mass(formula))
        yield _made("medium", split_of_compound(formula), asked, work, exact, "g")


def _shares() -> Iterator[Problem | None]:
    rng = generator(KIND, "shares")
    names = {symbol: element.name for symbol, element in elements().items()}
    while True:
        name, formula = rng.choice(list(compounds().items()))
        symbol, count = rng.choice(list(atoms(formula).items()))
        weight, molar = elements()[symbol].weight, molar_mass(formula)
        asked = f"What percentage of the mass of {name}, {formula}, is {names[symbol]}?"
        work = f"{summed(formula)} g/mol. w = 100 x {count} x {in_full(weight)} / {in_full(molar)}"
        exact = 100 * count * Fraction(weight) / Fraction(molar)
        yield _made("medium", split_of_compound(formula), asked, work, exact, "%")


def _solutions() -> Iterator[Problem | None]:
    rng = generator(KIND, "solutions")
    soluble = {name: formula for name, formula in compounds().items() if name in SOLUBLE}
    while True:
        name, formula = rng.choice(list(soluble.items()))
        concentration, volume = Decimal(rng.randint(1, 20)) / 20, rng.choice((50, 100, 200, 250, 400, 500, 750))
        solution = f"{volume} mL of a solution of {in_full(concentration)} mol/L"
        asked = f"What mass of {name}, {formula}, is needed for {solution}?"
        molar = in_full(molar_mass(formula))
        work = f"{summed(formula)} g/mol. m = c V M = {in_full(concentration)} x {volume} / 1000 x {molar}"
        exact = Fraction(concentration * molar_mass(formula)) * volume / 1000
        yield _made("medium", split_of_compound(formula), asked, work, exact, "g")


def _yields() -> Iterator[Problem | None]:
    rng = generator(KIND, "yields")
    while True:
        reaction = rng.choice(reactions())
        start, end = rng.choice(list(reaction.reactants)), rng.choice(list(reaction.products))
        mass = rng.randint(2, 120)
        asked = rng.choice(
            (
                f"{reaction.text}. What mass of {end} can be made from {mass} g of {start}, with enough of the rest?",
                f"How many grams of {end} does the complete reaction of {mass} g of {start} give? {reaction.text}.",
            )
        )
        a, b = reaction.reactants[start], reaction.products[end]
        low, high = molar_mass(start), molar_mass(end)
        known = f"M({start}) = {in_full(low)}, M({end}) = {in_full(high)} g/mol"
        work = f"{known}. m = {mass} / {in_full(low)} x {b} / {a} x {in_full(high)}"
        exact = Fraction(mass) / Fraction(low) * b / a * Fraction(high)
        yield _made("hard", split_of(KIND, reaction.text, start, mass, end), asked, work, exact, "g")


def _limits() -> Iterator[Problem | None]:
    rng = generator(KIND, "limits")
    pairs = [reaction for reaction in reactions() if len(reaction.reactants) == 2]
    while True:
        reaction = rng.choice(pairs)
        end = rng.choice(list(reaction.products))
        yield _limit(reaction, (rng.randint(5, 90), rng.randint(5, 90)), end)


def _limit(reaction: Reaction, masses: tuple[int, int], end: str) -> Problem | None:
    """The mass of a product from two masses, or None where they are nearly in proportion."""
    runs = {
        (formula, mass): Fraction(mass) / Fraction(molar_mass(formula)) / count
        for (formula, count), mass in zip(reaction.reactants.items(), masses, strict=True)
    }
    (scarce, mass), least = min(runs.items(), key=lambda item: item[1])
    if max(runs.values()) < least * Fraction(11, 10):
        return None
    (first, other), (one, two) = tuple(reaction.reactants), masses
    asked = f"{reaction.text}. What mass of {end} do {one} g of {first} and {two} g of {other} give at most?"
    count, molar = reaction.products[end], molar_mass(end)
    work = (
        f"{scarce} limits: {mass} / ({reaction.reactants[scarce]} x {in_full(molar_mass(scarce))}) mol is the smaller. "
        f"m = {mass} / ({reaction.reactants[scarce]} x {in_full(molar_mass(scarce))}) x {count} x {in_full(molar)}"
    )
    exact = least * count * Fraction(molar)
    # as for yields: what was made of 15 g of it in training is not asked again with more of the other than it needs
    return _made("hard", split_of(KIND, reaction.text, scarce, mass, end), asked, work, exact, "g")
