"""Every answer derived a second time, from the words of its question and by another formula."""

import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction

import pytest

from chartered.domains.science import domain as SCIENCE
from chartered.domains.science.facts import power_laws

PLANCK, LIGHT, BOLTZMANN, GAS = 6.626e-34, 2.998e8, 1.381e-23, 8.314
LAWS: Mapping[str, Callable[..., float]] = {
    "the kinetic energy of a body": lambda m, v: (m * v) ** 2 / (2 * m),
    "the momentum of a body": lambda m, v: m * v,
    "the gravitational force between two spheres": lambda m, r: 6.674e-11 * m * 5.0 / r**2,
    "the electric force between two point charges": lambda q, r: q * 1.5 / (4 * math.pi * 8.854e-12 * r * r),
    "the centripetal force on a body moving in a circle": lambda v, r: 2.0 * (v / r) ** 2 * r,
    "the power dissipated in a resistor": lambda i, r: (i * r) * i,
    "the resistance of a wire": lambda length, d: 1.7e-8 * length / (math.pi * (d / 2) ** 2),
    "the pressure of an ideal gas": lambda t, v: 2.0 * GAS * t / v,
    "the period of a simple pendulum at small swings": lambda length: 2 * math.pi * math.sqrt(length / 9.81),
    "the period of a mass on a spring": lambda m, k: 2 * math.pi * math.sqrt(m / k),
    "the power radiated by a black body": lambda a, t: 5.670e-8 * a * t**4,
    "the volume of a sphere": lambda r: 4 / 3 * math.pi * r**3,
    "the volume of a cylinder": lambda r, h: math.pi * r * r * h,
    "the laminar flow through a narrow tube": lambda r, length: math.pi * 1e3 * r**4 / (8 * 1e-3 * length),
    "the intensity of light from a point source": lambda p, r: p / (4 * math.pi * r**2),
    "the energy stored in a spring": lambda k, x: k * x * x / 2,
    "the energy stored in a capacitor": lambda c, u: (c * u) ** 2 / (2 * c),
    "the capacitance of a plate capacitor": lambda a, d: 8.854e-12 * a / d,
    "the heat needed to warm a body": lambda m, t: m * 900.0 * t,
    "the heat conducted through a wall each second": lambda a, d: 0.8 * a * 20.0 / d,
    "the time that diffusion takes": lambda x, d: x**2 / (2 * d),
    "the de Broglie wavelength of a particle": lambda m, v: PLANCK / (m * v),
    "the wavelength of a sound wave": lambda c, f: c / f,
    "the speed of waves on a string": lambda t, m: math.sqrt(t / m),
    "the root-mean-square speed of gas molecules": lambda t, m: math.sqrt(3 * GAS * t / m),
    "the braking distance of a car": lambda v, a: v * (v / a) / 2,
    "the drag on a body at high speed": lambda a, v: 0.5 * 1.2 * 0.4 * a * v * v,
    "the rate of a reaction that is second order in A and first order in B": lambda a, b: 0.3 * a * a * b,
    "the rate of a reaction that is second order in A": lambda a: 0.3 * a * a,
    "the energy of a photon": lambda f: PLANCK * LIGHT / (LIGHT / f),
    "the buoyant force on a submerged body": lambda v, rho: rho * v * 9.81,
    "the absorbance of a solution": lambda c, length: -math.log10(10 ** (-0.2 * c * length)),
}
"""The laws with constants, in the order in which the table names what they depend on."""
WORDS = {"doubled": "2", "tripled": "3", "halved": "1/2"}


def _factor(question: str, name: str) -> float:
    how = r"(doubled|tripled|halved|multiplied by \d+|reduced to 1/\d+)"
    match = re.search(rf"{re.escape(name)} is {how}", question, re.IGNORECASE)
    assert match, (question, name)
    return float(Fraction(WORDS.get(match[1], match[1].split()[-1])))


def _said(option: str) -> Fraction:
    return Fraction(1) if option == "unchanged" else Fraction(option.split()[0])


def test_every_change_is_that_of_the_law_with_its_constants() -> None:
    assert {law.result for law in power_laws()} == set(LAWS)
    for problem in SCIENCE.problem_set("scaling").load(None):
        law = max((law for law in power_laws() if law.result in problem.question), key=lambda law: len(law.result))
        start = [1.5 + 0.25 * i for i in range(len(law.by))]
        changed = [value * _factor(problem.question, name) for value, name in zip(start, law.by, strict=True)]
        ratio = LAWS[law.result](*changed) / LAWS[law.result](*start)
        fits = [option for option in problem.options if float(_said(option)) == pytest.approx(ratio)]
        assert fits == [problem.answer], (problem.question, ratio, problem.options)
        assert all((_said(o) > 1) == ("times" in o) for o in problem.options)
