"""Every answer derived a second time, from the words of its question and by another formula."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.domains import Problem
from chartered.domains.science import domain as SCIENCE
from chartered.domains.science.laws import rounded, short_decimal

UNITS = (
    "km/h", "m/s^2", "m/s", "g/cm^3", "cm^3", "cm^2", "cm", "degrees C", "J/(mol K)", "J/(g K)", "kJ/mol", "g/mol",
    "kPa", "kJ", "mol", "kg", "mL", "K", "N", "J", "L", "g", "m", "s",
)  # fmt: skip
_GIVEN = re.compile(rf"(-?\d+(?:\.\d+)?) ({'|'.join(map(re.escape, UNITS))})(?![A-Za-z/^])")
_FIXED = re.compile(r"g = 9\.8 m/s\^2|R = 8\.314 J/\(mol K\)|334 J/g|4\.18 J/\(g K\)")


def _of(kind: str) -> list[Problem]:
    return list(SCIENCE.problem_set(kind).load(None))


def _given(problem: Problem) -> dict[str, list[float]]:
    """The values of a question by unit, in order, without the constants."""
    found: dict[str, list[float]] = {}
    for value, unit in _GIVEN.findall(_FIXED.sub("", problem.question)):
        found.setdefault(unit, []).append(float(value))
    return found


def _coefficient(question: str) -> float:
    match = re.search(r"coefficient of friction (?:is|of) (\d\.\d+)", question)
    assert match
    return float(match[1])


def _thrown(v: float, s: float) -> float:
    """The height of a level throw from its energy: (v_end^2 - v^2) / (2 g), with the speed of the fall g t."""
    end = math.hypot(v, 9.8 * s / v)
    return (end**2 - v**2) / (2 * 9.8)


Law = Callable[[Mapping[str, list[float]], str], float]
MECHANICS: Mapping[tuple[str, ...], Law] = {
    ("N", "kg", "m/s^2"): lambda g, q: g["kg"][0] / (1 / g["m/s^2"][0]),
    ("m/s^2", "N", "kg"): lambda g, q: (
        (g["N"][0] - (9.8 * g["kg"][0] * _coefficient(q) if "friction" in q else 0)) / g["kg"][0]
    ),
    ("m/s", "m", "s"): lambda g, q: (g["m"][0] / 1000) / (g["s"][0] / 3600) / 3.6,  # by km/h
    ("m", "m/s", "s"): lambda g, q: g["m/s"][0] * 3.6 / 60 * (g["s"][0] / 60) * 1000,  # by km/min
    ("kg m/s", "kg", "m/s"): lambda g, q: 2 * (g["kg"][0] * g["m/s"][0] ** 2 / 2) / g["m/s"][0],  # 2 E / v
    ("g/cm^3", "cm^3", "g"): lambda g, q: (g["g"][0] / 1000) / (g["cm^3"][0] / 1e6) / 1000,
    ("J", "kg", "m/s"): lambda g, q: (g["kg"][0] * g["m/s"][0]) ** 2 / (2 * g["kg"][0]),  # p^2 / 2m
    ("J", "kg", "m"): lambda g, q: g["kg"][0] * (2 * 9.8 * g["m"][0]) / 2,  # m v^2 / 2 of the fall
    ("m/s", "m/s", "m/s^2", "s"): lambda g, q: g["m/s"][0] + sum([g["m/s^2"][0]] * round(g["s"][0])),
    ("m", "m/s", "m/s^2", "s"): lambda g, q: g["s"][0] * (2 * g["m/s"][0] + g["m/s^2"][0] * g["s"][0]) / 2,  # mean
    ("W", "N", "m", "s"): lambda g, q: g["N"][0] * (g["m"][0] / g["s"][0]),
    ("N", "N", "cm"): lambda g, q: g["N"][0] / (g["cm"][1] / g["cm"][0]),
    ("kPa", "N", "cm^2"): lambda g, q: g["N"][0] / (g["cm^2"][0] * 1e-4) / 1000,
    ("m/s", "kg", "m/s"): lambda g, q: g["m/s"][0] + (g["m/s"][1] - g["m/s"][0]) * g["kg"][1] / sum(g["kg"]),
    ("m", "km/h", "m/s^2"): lambda g, q: (g["km/h"][0] / 3.6) * (g["km/h"][0] / 3.6 / g["m/s^2"][0]) / 2,
    ("m", "m", "m/s"): lambda g, q: _thrown(g["m/s"][0], g["m"][0]),
}
"""By the unit of the answer and those of the question in order of their names."""


def _mixed(masses: Sequence[float], at: Sequence[float], capacities: Sequence[float]) -> float:
    """The temperature at which the heat given off is the heat taken up, by halving."""
    low, high = min(at), max(at)
    for _ in range(80):
        middle = (low + high) / 2
        flow = sum(m * c * (middle - t) for m, c, t in zip(masses, capacities, at, strict=True))
        low, high = (low, middle) if flow > 0 else (middle, high)
    return low


def _metal(question: str) -> float:
    match = re.search(r"([\d.]+) (?:J/\(g K\) for the metal )?and 4\.18", question)
    assert match
    return float(match[1])


def _between(question: str) -> tuple[float, float]:
    hot, cold = map(float, re.findall(r"\d+", question)[:2])
    return hot + 273.15, cold + 273.15


THERMODYNAMICS: Mapping[tuple[str, ...], Law] = {
    ("K", "degrees C"): lambda g, q: (g["degrees C"][0] * 9 / 5 + 32 + 459.67) * 5 / 9,  # by Rankine
    ("kJ", "kJ"): lambda g, q: g["kJ"][0] - g["kJ"][1],
    ("%", "J"): lambda g, q: 100 * (1 - (g["J"][0] - g["J"][1]) / g["J"][0]),  # 1 less what is given off
    ("kPa", "L", "kPa"): lambda g, q: g["kPa"][0] / (g["L"][1] / g["L"][0]),
    ("L", "K", "L"): lambda g, q: g["L"][0] * (1 + (g["K"][1] - g["K"][0]) / g["K"][0]),
    ("kPa", "K", "L", "mol"): lambda g, q: g["mol"][0] * 8.314 * g["K"][0] / (g["L"][0] / 1000) / 1000,  # in Pa, m^3
    ("J", "L", "kPa"): lambda g, q: g["kPa"][0] * 1000 * (g["L"][1] / 1000 - g["L"][0] / 1000),
    ("kJ", "J/(g K)", "K", "g"): lambda g, q: (g["g"][0] / 1000) * g["J/(g K)"][0] * g["K"][0],
    ("kJ", "K", "g"): lambda g, q: (g["g"][0] / 1000) * 4.18 * g["K"][0],  # water, taken for the constant
    ("degrees C", "degrees C", "g"): lambda g, q: _mixed(
        g["g"], g["degrees C"], (_metal(q), 4.18) if "metal" in q or "specific" in q else (1, 1)
    ),
    ("degrees C", "J/(g K)", "degrees C", "g"): lambda g, q: _mixed(g["g"], g["degrees C"], (_metal(q), 4.18)),
    ("J/K", "K", "kJ/mol", "mol"): lambda g, q: g["mol"][0] * g["kJ/mol"][0] / (g["K"][0] / 1000),
    ("%", "degrees C"): lambda g, q: 100 * (_between(q)[0] - _between(q)[1]) / _between(q)[0],
    ("kJ", "degrees C", "g"): lambda g, q: g["g"][0] * 0.334 + g["g"][0] * 0.00418 * g["degrees C"][1],
    ("kJ/mol", "J/(mol K)", "K", "kJ/mol"): lambda g, q: (1000 * g["kJ/mol"][0] - g["K"][0] * g["J/(mol K)"][0]) / 1000,
}


@pytest.mark.parametrize(("kind", "laws"), [("mechanics", MECHANICS), ("thermodynamics", THERMODYNAMICS)])
def test_every_result_follows_from_its_question_by_another_formula(
    kind: str, laws: Mapping[tuple[str, ...], Law]
) -> None:
    used = set()
    for problem in _of(kind):
        given = _given(problem)
        key = (str(problem.unit), *sorted(given))
        used.add(key)
        assert _agrees(laws[key](given, problem.question), problem.answer), (problem.question, problem.answer)
    assert used == set(laws)


def _agrees(value: float, answer: str) -> bool:
    """Whether the answer is the value, rounded to the answer's decimals."""
    decimals = len(answer.partition(".")[2])
    return abs(value - float(answer)) <= 10.0**-decimals / 2 + 1e-9


def test_no_result_is_further_than_what_such_a_thing_does() -> None:
    for problem in _of("mechanics"):
        value = float(problem.answer)
        assert {"m/s": 50, "m/s^2": 12, "g/cm^3": 8}.get(str(problem.unit), 1e6) >= abs(value) > 0
    for problem in _of("thermodynamics"):
        if problem.unit == "%":
            assert 0 < float(problem.answer) < 100
        if problem.unit == "degrees C":
            given = _given(problem)["degrees C"]
            assert min(given) < float(problem.answer) < max(given)


@given(st.builds(Fraction, st.integers(-998_000, 998_000), st.integers(1000, 9999)))
def test_a_result_is_rounded_to_three_figures_as_python_does_or_not_asked(value: Fraction) -> None:
    said = rounded(value)
    assert said is None or float(said) == float(f"{float(value):.3g}")


def test_only_short_decimals_are_exact() -> None:
    values = ("49/4", "-3", "500", "1/3", "1/1000", "0", "100000")
    written = [short_decimal(Fraction(value)) for value in values]
    assert written == ["12.25", "-3", "500", None, None, None, None]
