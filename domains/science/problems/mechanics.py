"""Mechanics: one law a problem, with units; results are exact. Questions that need g give it as 9.8 m/s^2."""

from collections.abc import Iterator
from fractions import Fraction

from chartered.domains.contract import Problem
from chartered.domains.science.laws import Sort, Things, problems_on_laws, steps, whole

KIND = "mechanics"
EACH = 14
"""Problems of each sort."""

G = Fraction(98, 10)
_BODIES: Things = {name: {} for name in ("trolley", "crate", "sledge", "block", "cart")}
_VEHICLES: Things = {name: {} for name in ("car", "tram", "bus", "train", "van")}
_FAST: Things = {name: {} for name in ("car", "motorcycle", "van")}
_MASS, _TIME = whole(2, 60), whole(2, 40)

SORTS = (
    Sort(
        name="force",
        law="F = m a",
        level="easy",
        unit="N",
        grids={"m": _MASS, "a": whole(2, 12)},
        things=_BODIES,
        asked=(
            "A {thing} of {m} kg is to accelerate at {a} m/s^2. What net force does it need?",
            "What net force gives a {thing} of {m} kg an acceleration of {a} m/s^2?",
        ),
        work="F = m a = {m} x {a} = {result}.",
        result=lambda v: v["m"] * v["a"],
    ),
    Sort(
        name="acceleration",
        law="F = m a",
        level="easy",
        unit="m/s^2",
        grids={"F": whole(10, 400, 2), "m": _MASS},
        things=_BODIES,
        asked=(
            "A net force of {F} N acts on a {thing} of {m} kg. What is its acceleration?",
            "A {thing} of {m} kg is pushed with a net force of {F} N. How strongly does it accelerate?",
        ),
        work="a = F / m = {F} / {m} = {result}.",
        result=lambda v: v["F"] / v["m"],
        within=("0.1", "12"),
    ),
    Sort(
        name="speed",
        law="s = v t",
        level="easy",
        unit="m/s",
        grids={"s": whole(20, 600, 5), "t": _TIME},
        things=_VEHICLES,
        asked=(
            "A {thing} covers {s} m in {t} s. What is its average speed?",
            "In {t} s a {thing} travels {s} m. Find its average speed.",
        ),
        work="v = s / t = {s} / {t} = {result}.",
        result=lambda v: v["s"] / v["t"],
        within=("2", "35"),
    ),
    Sort(
        name="distance",
        law="s = v t",
        level="easy",
        unit="m",
        grids={"v": whole(2, 35), "t": _TIME},
        things=_VEHICLES,
        asked=(
            "A {thing} moves at a steady {v} m/s for {t} s. How far does it get?",
            "How far does a {thing} travel in {t} s at a steady {v} m/s?",
        ),
        work="s = v t = {v} x {t} = {result}.",
        result=lambda v: v["v"] * v["t"],
    ),
    Sort(
        name="momentum",
        law="p = m v",
        level="easy",
        unit="kg m/s",
        grids={"m": _MASS, "v": whole(2, 15)},
        things=_BODIES,
        asked=(
            "What is the momentum of a {thing} of {m} kg that moves at {v} m/s?",
            "A {thing} of {m} kg moves at {v} m/s. Find its momentum.",
        ),
        work="p = m v = {m} x {v} = {result}.",
        result=lambda v: v["m"] * v["v"],
    ),
    Sort(
        name="density",
        law="m = rho V",
        level="easy",
        unit="g/cm^3",
        grids={"m": whole(10, 400), "V": whole(4, 50)},
        asked=(
            "A sample has a mass of {m} g and a volume of {V} cm^3. What is its density?",
            "A stone of {m} g displaces {V} cm^3 of water. What is its density?",
        ),
        work="rho = m / V = {m} / {V} = {result}.",
        result=lambda v: v["m"] / v["V"],
        within=("1.2", "8"),  # stones, from soft coal to ore
    ),
    Sort(
        name="kinetic energy",
        law="E = m v^2 / 2",
        level="medium",
        unit="J",
        grids={"m": _MASS, "v": whole(2, 20)},
        things=_BODIES,
        asked=(
            "What is the kinetic energy of a {thing} of {m} kg at {v} m/s?",
            "A {thing} of {m} kg moves at {v} m/s. How large is its kinetic energy?",
        ),
        work="E = m v^2 / 2 = {m} x {v}^2 / 2 = {result}.",
        result=lambda v: v["m"] * v["v"] ** 2 / 2,
    ),
    Sort(
        name="potential energy",
        law="E = m g h",
        level="medium",
        unit="J",
        grids={"m": _MASS, "h": whole(2, 20)},
        things=_BODIES,
        asked=(
            "A {thing} of {m} kg is lifted by {h} m. How much potential energy does it gain? Take g = 9.8 m/s^2.",
            "How much work lifts a {thing} of {m} kg by {h} m at a steady speed? Take g = 9.8 m/s^2.",
        ),
        work="E = m g h = {m} x 9.8 x {h} = {result}.",
        result=lambda v: v["m"] * G * v["h"],
    ),
    Sort(
        name="final speed",
        law="v = u + a t",
        level="medium",
        unit="m/s",
        grids={"u": whole(2, 20), "a": steps("0.5", "4", "0.5"), "t": whole(2, 15)},
        things=_VEHICLES,
        asked=(
            "A {thing} at {u} m/s accelerates at {a} m/s^2 for {t} s. How fast is it then?",
            "A {thing} travels at {u} m/s, then gains speed at {a} m/s^2 during {t} s. What speed does it reach?",
        ),
        work="v = u + a t = {u} + {a} x {t} = {result}.",
        result=lambda v: v["u"] + v["a"] * v["t"],
        within=("3", "40"),
    ),
    Sort(
        name="displacement",
        law="s = u t + a t^2 / 2",
        level="medium",
        unit="m",
        grids={"u": whole(2, 20), "a": steps("0.5", "2.5", "0.5"), "t": whole(2, 10)},
        things=_VEHICLES,
        asked=(
            "A {thing} at {u} m/s accelerates at {a} m/s^2 for {t} s. How far does it move in that time?",
            "Starting from {u} m/s, a {thing} accelerates at {a} m/s^2 for {t} s. What distance does it cover?",
        ),
        work="s = u t + a t^2 / 2 = {u} x {t} + {a} x {t}^2 / 2 = {result}.",
        result=lambda v: v["u"] * v["t"] + v["a"] * v["t"] ** 2 / 2,
    ),
    Sort(
        name="power",
        law="P = F s / t",
        level="medium",
        unit="W",
        grids={"F": whole(20, 300, 5), "s": whole(2, 30), "t": whole(2, 20)},
        things=_BODIES,
        asked=(
            "A force of {F} N pulls a {thing} over {s} m in {t} s. What is the average power?",
            "A {thing} is pushed with {F} N over {s} m, which takes {t} s. Find the average power.",
        ),
        work="P = F s / t = {F} x {s} / {t} = {result}.",
        result=lambda v: v["F"] * v["s"] / v["t"],
    ),
    Sort(
        name="lever",
        law="F1 d1 = F2 d2",
        level="medium",
        unit="N",
        grids={"F": whole(20, 400, 10), "a": whole(10, 90, 5), "b": whole(10, 90, 5)},
        asked=(
            "A lever is pushed with {F} N at {a} cm from its pivot. What force balances it {b} cm on the other side?",
            "On a beam, {F} N act {a} cm from the pivot. Which force on the other side, at {b} cm, keeps it level?",
        ),
        work="F = {F} x {a} / {b} = {result}.",
        result=lambda v: v["F"] * v["a"] / v["b"],
    ),
    Sort(
        name="pressure",
        law="p = F / A",
        level="hard",
        unit="kPa",
        grids={"F": whole(20, 900, 5), "A": whole(4, 80)},
        asked=(
            "A force of {F} N presses on a piston of {A} cm^2. What is the pressure?",
            "What pressure does a force of {F} N make on an area of {A} cm^2?",
        ),
        work="1 N/cm^2 is 10 kPa. p = F / A = 10 x {F} / {A} = {result}.",
        result=lambda v: 10 * v["F"] / v["A"],
    ),
    Sort(
        name="collision",
        law="m1 v1 + m2 v2 = (m1 + m2) v",
        level="hard",
        unit="m/s",
        grids={"a": whole(2, 12), "u": whole(2, 12), "b": whole(2, 12), "w": whole(-8, -1)},
        asked=(
            "A cart of {a} kg at {u} m/s meets a cart of {b} kg at {w} m/s on the same track, and they stick together. "
            "What is their velocity?",
            "Two gliders, {a} kg at {u} m/s and {b} kg at {w} m/s along one line, collide and stay joined. "
            "Find their velocity.",
        ),
        work="v = ({a} x {u} + {b} x ({w})) / ({a} + {b}) = {result}.",
        result=lambda v: (v["a"] * v["u"] + v["b"] * v["w"]) / (v["a"] + v["b"]),
    ),
    Sort(
        name="friction",
        law="m a = F - mu m g",
        level="hard",
        unit="m/s^2",
        grids={"F": whole(20, 300, 2), "m": whole(2, 25), "k": steps("0.1", "0.5", "0.05")},
        things=_BODIES,
        asked=(
            "A {thing} of {m} kg slides on a level floor, pulled by {F} N; the coefficient of friction is {k}. What is "
            "its acceleration? Take g = 9.8 m/s^2.",
            "A pull of {F} N moves a {thing} of {m} kg over level ground with a coefficient of friction of {k}. Find "
            "the acceleration. Take g = 9.8 m/s^2.",
        ),
        work="a = F / m - mu g = {F} / {m} - {k} x 9.8 = {result}.",
        result=lambda v: v["F"] / v["m"] - v["k"] * G,
        within=("0.1", "12"),  # below 0 the body comes to rest, which is another problem
    ),
    Sort(
        name="braking",
        law="v^2 = 2 a s",
        level="hard",
        unit="m",
        grids={"v": whole(18, 126, 9), "a": steps("2", "9", "0.25")},
        things=_FAST,
        asked=(
            "A {thing} at {v} km/h brakes at a steady {a} m/s^2. How far does it roll until it stops?",
            "What is the braking distance of a {thing} from {v} km/h at a deceleration of {a} m/s^2?",
        ),
        work="v = {v} / 3.6 m/s; s = v^2 / (2 a) = ({v} / 3.6)^2 / (2 x {a}) = {result}.",
        result=lambda v: (v["v"] / Fraction(36, 10)) ** 2 / (2 * v["a"]),
    ),
    Sort(
        name="throw",
        law="h = g s^2 / (2 v^2)",
        level="hard",
        unit="m",
        grids={"v": whole(2, 20), "s": whole(1, 40)},
        asked=(
            "A ball is thrown level from a tower at {v} m/s and lands {s} m from its foot. From what height was it "
            "thrown? Take g = 9.8 m/s^2 and neglect the air.",
            "A stone is thrown level at {v} m/s and hits the ground {s} m further on. From what height was it thrown? "
            "Take g = 9.8 m/s^2 and neglect the air.",
        ),
        work="t = {s} / {v} s; h = g t^2 / 2 = 4.9 x ({s} / {v})^2 = {result}.",
        result=lambda v: G / 2 * (v["s"] / v["v"]) ** 2,
        within=("1", "80"),
    ),
)


def problems() -> Iterator[Problem]:
    """The problems, sort by sort."""
    return problems_on_laws(KIND, SORTS, EACH)
