"""Thermodynamics: heat, gases, cycles, phase changes and free energy, with units.

Constants and properties stand in the question, so that an answer does not hang on the table that somebody uses.
"""

from collections.abc import Iterator
from fractions import Fraction
from functools import cache

from chartered.domains.contract import Problem
from chartered.domains.science.facts import gases, heats, meltings
from chartered.domains.science.laws import Given, Sort, Things, problems_on_laws, steps, whole

KIND = "thermodynamics"
EACH = 14
"""Problems of each sort."""

ZERO = Fraction(27315, 100)
GAS = Fraction(8314, 1000)
"""The gas constant in J/(mol K), as the questions give it."""
WATER = Fraction(418, 100)
"""The specific heat capacity of water in J/(g K), as the questions give it."""
_WARM = whole(280, 800, 10)


def problems() -> Iterator[Problem]:
    """The problems, sort by sort."""
    return problems_on_laws(KIND, sorts(), EACH)


@cache
def sorts() -> tuple[Sort, ...]:
    """The sorts; a function, since they need facts and a listing of plugins does not."""
    return (*_plain(), *_gases(), *_gas_changes(), *_heat(), *_mixing(), *_hard(), *_harder())


def _plain() -> tuple[Sort, ...]:
    return (
        Sort(
            name="kelvin",
            law="T = t + 273.15",
            level="easy",
            unit="K",
            grids={"t": (*whole(-80, -2), *whole(2, 400))},
            asked=(
                "A bath is held at {t} degrees C. What is this as an absolute temperature?",
                "A thermometer shows {t} degrees C. What is the absolute temperature?",
            ),
            work="T = {t} + 273.15 = {result}.",
            result=lambda v: v["t"] + ZERO,
        ),
        Sort(
            name="internal energy",
            law="dU = q - w",
            level="easy",
            unit="kJ",
            grids={"q": whole(20, 300), "w": whole(5, 200)},
            asked=(
                "A gas takes up {q} kJ of heat and does {w} kJ of work. By how much does its internal energy change?",
                "While {q} kJ of heat flow into a gas, it does {w} kJ of work. What is the change of internal energy?",
            ),
            work="dU = q - w = {q} - {w} = {result}.",
            result=lambda v: v["q"] - v["w"],
        ),
        Sort(
            name="efficiency",
            law="e = W / Q",
            level="easy",
            unit="%",
            grids={"W": whole(20, 400, 2), "Q": whole(100, 900, 20)},
            asked=(
                "An engine takes in {Q} J of heat and delivers {W} J of work in a cycle. What is its efficiency?",
                "Of {Q} J of heat, an engine turns {W} J into work. Find its efficiency.",
            ),
            work="e = W / Q = {W} / {Q} = {result} %.",
            result=lambda v: 100 * v["W"] / v["Q"],
            within=("2", "50"),  # half is about what a good engine reaches
        ),
    )


def _gases() -> tuple[Sort, ...]:
    things: Things = {name: {} for name in gases()}
    return (
        Sort(
            name="Boyle",
            law="p1 V1 = p2 V2",
            level="medium",
            unit="kPa",
            grids={"p": whole(80, 300, 5), "V": whole(2, 40), "W": whole(2, 40)},
            things=things,
            exactly=False,
            asked=(
                "A sample of {thing} at {p} kPa is brought from {V} L to {W} L at constant temperature. What is its "
                "pressure then? Treat it as an ideal gas.",
                "At constant temperature {V} L of {thing} at {p} kPa come to fill {W} L. Find the new pressure of "
                "this ideal gas.",
            ),
            work="p2 = p1 V1 / V2 = {p} x {V} / {W} = {result}.",
            result=lambda v: v["p"] * v["V"] / v["W"] if v["V"] != v["W"] else Fraction(0),
        ),
        Sort(
            name="Charles",
            law="V1 / T1 = V2 / T2",
            level="medium",
            unit="L",
            grids={"V": whole(2, 60), "T": whole(260, 400, 5), "U": whole(260, 600, 5)},
            things=things,
            exactly=False,
            asked=(
                "A balloon holds {V} L of {thing} at {T} K. What is its volume at {U} K and the same pressure? Treat "
                "it as an ideal gas.",
                "At constant pressure {V} L of {thing} go from {T} K to {U} K. Find the new volume of this ideal gas.",
            ),
            work="V2 = V1 T2 / T1 = {V} x {U} / {T} = {result}.",
            result=lambda v: v["V"] * v["U"] / v["T"] if v["T"] != v["U"] else Fraction(0),
        ),
    )


def _gas_changes() -> tuple[Sort, ...]:
    things: Things = {name: {} for name in gases()}
    return (
        Sort(
            name="ideal gas",
            law="p V = n R T",
            level="medium",
            unit="kPa",
            grids={"n": steps("0.1", "4", "0.1"), "T": whole(260, 400, 5), "V": whole(5, 50)},
            things=things,
            exactly=False,
            asked=(
                "What is the pressure of {n} mol of {thing} in {V} L at {T} K? Treat it as an ideal gas, with "
                "R = 8.314 J/(mol K).",
                "A flask of {V} L holds {n} mol of {thing} at {T} K. Find the pressure of this ideal gas. "
                "Use R = 8.314 J/(mol K).",
            ),
            work="p = n R T / V = {n} x 8.314 x {T} / {V} = {result}.",
            result=lambda v: v["n"] * GAS * v["T"] / v["V"],
        ),
        Sort(
            name="expansion",
            law="w = p dV",
            level="medium",
            unit="J",
            grids={"p": whole(80, 200, 5), "V": steps("0.5", "4", "0.5"), "W": steps("4.5", "9", "0.5")},
            things=things,
            asked=(
                "A sample of {thing} expands from {V} L to {W} L against a constant {p} kPa. How much work does it do?",
                "At a constant outer pressure of {p} kPa, {V} L of {thing} grow to {W} L. What work does the gas do?",
            ),
            work="1 kPa L is 1 J. w = p dV = {p} x ({W} - {V}) = {result}.",
            result=lambda v: v["p"] * (v["W"] - v["V"]),
        ),
    )


def _heat() -> tuple[Sort, ...]:
    capacities: Things = {name: {"c": value} for name, value in heats().items()}
    return (
        Sort(
            name="heat",
            law="q = m c dT",
            level="medium",
            unit="kJ",
            grids={"m": whole(20, 900, 10), "d": whole(5, 60)},
            things=capacities,
            exactly=False,
            asked=(
                "How much heat warms {m} g of {thing} by {d} K? Its specific heat capacity is {c} J/(g K).",
                "The temperature of {m} g of {thing} ({c} J/(g K)) is to rise by {d} K. How much heat does that take?",
            ),
            work="q = m c dT = {m} x {c} x {d} J = {result} kJ.",
            result=lambda v: v["m"] * v["c"] * v["d"] / 1000,
        ),
        Sort(
            name="mixing water",
            law="m1 (T - T1) = m2 (T2 - T)",
            level="hard",
            unit="degrees C",
            grids={"a": whole(50, 400, 10), "b": whole(50, 400, 10), "s": whole(5, 25), "t": whole(40, 95)},
            exactly=False,
            asked=(
                "{a} g of water at {s} degrees C are poured into {b} g of water at {t} degrees C, without loss of "
                "heat. What is the final temperature?",
                "In an insulated cup {a} g of water at {s} degrees C meet {b} g at {t} degrees C. What temperature do "
                "they reach?",
            ),
            work="T = ({a} x {s} + {b} x {t}) / ({a} + {b}) = {result}.",
            result=lambda v: (v["a"] * v["s"] + v["b"] * v["t"]) / (v["a"] + v["b"]),
        ),
    )


def _mixing() -> tuple[Sort, ...]:
    metals = {name: {"c": value} for name, value in heats().items() if name in ("copper", "iron", "silver", "lead")}
    return (
        Sort(
            name="hot metal",
            law="m c (T2 - T) = M C (T - T1)",
            level="hard",
            unit="degrees C",
            grids={"m": whole(50, 400, 10), "w": whole(100, 400, 10), "s": whole(15, 25), "t": whole(80, 200, 5)},
            things=metals,
            exactly=False,
            asked=(
                "{m} g of {thing} at {t} degrees C are put into {w} g of water at {s} degrees C, without loss of heat. "
                "What is the final temperature? The specific heat capacities are {c} and 4.18 J/(g K).",
                "A piece of {thing}, {m} g at {t} degrees C, is dropped into {w} g of water at {s} degrees C in an "
                "insulated cup. With {c} J/(g K) for the metal and 4.18 J/(g K) for water, what temperature results?",
            ),
            work="T = ({m} x {c} x {t} + {w} x 4.18 x {s}) / ({m} x {c} + {w} x 4.18) = {result}.",
            result=_hot_metal,
        ),
    )


def _hot_metal(v: Given) -> Fraction:
    metal, water = v["m"] * v["c"], v["w"] * WATER
    return (metal * v["t"] + water * v["s"]) / (metal + water)


def _hard() -> tuple[Sort, ...]:
    melting: Things = {name: {"H": enthalpy, "T": point} for name, (enthalpy, point) in meltings().items()}
    return (
        Sort(
            name="entropy of melting",
            law="dS = n dH / T",
            level="medium",
            unit="J/K",
            grids={"n": steps("0.5", "8", "0.5")},
            things=melting,
            exactly=False,
            asked=(
                "{n} mol of {thing} melt at {T} K; the enthalpy of melting is {H} kJ/mol. By how much does the entropy "
                "of the substance rise?",
                "What is the entropy of melting of {n} mol of {thing}? It melts at {T} K and takes {H} kJ/mol.",
            ),
            work="dS = n dH / T = {n} x {H} x 1000 / {T} = {result}.",
            result=lambda v: 1000 * v["n"] * v["H"] / v["T"],
        ),
        Sort(
            name="ice",
            law="q = m (L + c t)",
            level="hard",
            unit="kJ",
            grids={"m": whole(20, 900, 10), "t": whole(5, 90)},
            exactly=False,
            asked=(
                "How much heat turns {m} g of ice at 0 degrees C into water at {t} degrees C? Melting takes 334 J/g, "
                "and water 4.18 J/(g K).",
                "{m} g of ice at 0 degrees C are melted and the water is warmed to {t} degrees C. With 334 J/g for "
                "melting and 4.18 J/(g K) for water, how much heat is needed?",
            ),
            work="q = m (L + c dT) = {m} x (334 + 4.18 x {t}) J = {result} kJ.",
            result=lambda v: v["m"] * (334 + WATER * v["t"]) / 1000,
        ),
    )


def _harder() -> tuple[Sort, ...]:
    return (
        Sort(
            name="Carnot",
            law="e = 1 - Tc / Th",
            level="hard",
            unit="%",
            grids={"h": whole(100, 700, 5), "c": whole(5, 60)},
            exactly=False,
            asked=(
                "What is the largest efficiency of a heat engine that works between {h} and {c} degrees C?",
                "An engine takes heat at {h} degrees C and gives it off at {c} degrees C. What efficiency can it have "
                "at most?",
            ),
            work="e = 1 - ({c} + 273.15) / ({h} + 273.15) = {result} %.",
            result=lambda v: 100 * (v["h"] - v["c"]) / (v["h"] + ZERO),
        ),
        Sort(
            name="free energy",
            law="dG = dH - T dS",
            level="hard",
            unit="kJ/mol",
            grids={"H": (*whole(-400, -20), *whole(20, 200)), "S": (*whole(-250, -20), *whole(20, 250)), "T": _WARM},
            exactly=False,
            asked=(
                "A reaction has an enthalpy change of {H} kJ/mol and an entropy change of {S} J/(mol K). What is its "
                "change of Gibbs energy at {T} K?",
                "Find the change of Gibbs energy at {T} K of a reaction with dH = {H} kJ/mol and dS = {S} J/(mol K).",
            ),
            work="dG = dH - T dS = {H} - {T} x ({S}) / 1000 = {result}.",
            result=lambda v: v["H"] - v["T"] * v["S"] / 1000,
        ),
    )
