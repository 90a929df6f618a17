"""Interest: simple, compound, by days, effective rates, present values and level payments, in exact fractions.

Each question states the convention that it means (when interest is added, how many days a year has) and the rounding.
No calculation on the same figures is in both splits.
"""

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from chartered.domains.authoring import Level, in_full
from chartered.domains.contract import Problem
from chartered.domains.finance.calculation import Calculation, Formula, calculations

KIND = "interest"
PERIODS = {2: "twice a year", 4: "four times a year", 12: "twelve times a year"}


def problems() -> Iterator[Problem]:
    """The problems, formula by formula."""
    return calculations(KIND, FORMULAS)


def _rate(rng: Random, least: int = 1, most: int = 12) -> Fraction:
    """A yearly rate in percent, in halves."""
    return Fraction(rng.randint(2 * least, 2 * most), 2)


def factor(rate: Fraction, periods: int = 1) -> Fraction:
    """What one unit grows to in one period, at a yearly rate in percent that is spread over so many periods."""
    return 1 + rate / (100 * periods)


def _simple(rng: Random) -> Calculation:
    loan, rate, years = 100 * rng.randint(2, 30), rng.randint(2, 9), rng.randint(2, 6)
    yearly = loan * rate // 100
    return Calculation(
        given=f"{loan} USD are lent for {years} years at {rate} percent simple interest a year.",
        asked="How much interest is paid in all, in USD?",
        value=Fraction(yearly * years),
        figures=(loan, rate, years),
        unit="USD",
        work=f"{loan} / 100 x {rate} = {yearly} a year. {years} x {yearly}",
    )


def _repaid(rng: Random) -> Calculation:
    loan, rate, years = 100 * rng.randint(2, 30), rng.randint(2, 9), rng.randint(2, 6)
    interest = loan * rate // 100 * years
    return Calculation(
        given=f"A loan of {loan} USD bears {rate} percent simple interest a year and runs for {years} years.",
        asked="What is repaid at the end with all interest, in USD?",
        value=Fraction(loan + interest),
        figures=(loan, rate, years),
        unit="USD",
        work=f"{loan} / 100 x {rate} x {years} = {interest}. {loan} + {interest}",
    )


def _compound(rng: Random) -> Calculation:
    principal, rate, years = 1000 * rng.randint(1, 20), rng.randint(2, 12), rng.choice((2, 3))
    value = principal * factor(Fraction(rate)) ** years
    return Calculation(
        given=f"{principal} USD are saved for {years} years at {rate} percent a year; interest is added at the end "
        "of each year.",
        asked="What is the balance at the end, in USD?",
        value=value,
        figures=(principal, rate, years),
        unit="USD",
        places=2,
        work=f"{principal} x {in_full(factor(Fraction(rate)))}^{years}",
    )


def _days(rng: Random) -> Calculation:
    principal, rate, days = 500 * rng.randint(4, 60), _rate(rng), rng.randint(10, 200)
    year = rng.choice((360, 365))
    return Calculation(
        given=f"{principal} USD earn simple interest of {in_full(rate)} percent a year for {days} days; "
        f"a year counts {year} days.",
        asked="How much interest is that, in USD?",
        value=principal * rate / 100 * Fraction(days, year),
        figures=(principal, rate, days, year),
        unit="USD",
        places=2,
        work=f"{principal} x {in_full(rate / 100)} x {days} / {year}",
    )


def _effective(rng: Random) -> Calculation:
    rate, periods = Fraction(rng.randint(8, 72), 4), rng.choice(tuple(PERIODS))
    return Calculation(
        given=f"A nominal rate of {in_full(rate)} percent a year is compounded {PERIODS[periods]}.",
        asked="What is the effective rate of a year, in percent?",
        value=100 * (factor(rate, periods) ** periods - 1),
        figures=(rate, periods),
        unit="percent",
        places=2,
        work=f"((1 + {in_full(rate / 100)} / {periods})^{periods} - 1) x 100",
    )


def _present(rng: Random) -> Calculation:
    principal, rate, years = 1000 * rng.randint(2, 40), _rate(rng, 2), rng.randint(2, 8)
    return Calculation(
        given=f"{principal} USD are due in {years} years. The discount rate is {in_full(rate)} percent a year, "
        "compounded once a year.",
        asked="What is the present value, in USD?",
        value=principal / factor(rate) ** years,
        figures=(principal, rate, years),
        unit="USD",
        places=2,
        work=f"{principal} / {in_full(factor(rate))}^{years}",
    )


def _payment(rng: Random) -> Calculation:
    loan, rate, years = 1000 * rng.randint(2, 60), rng.randint(2, 12), rng.randint(2, 6)
    growth = factor(Fraction(rate))
    value = loan * (growth - 1) / (1 - growth**-years)
    return Calculation(
        given=f"A loan of {loan} USD at {rate} percent a year is repaid in {years} equal payments, "
        "one at the end of each year.",
        asked="How much is one payment, in USD?",
        value=value,
        figures=(loan, rate, years),
        unit="USD",
        places=2,
        work=f"{loan} x {in_full(growth - 1)} / (1 - {in_full(growth)}^-{years})",
    )


FORMULAS: dict[str, tuple[Formula, Level, int]] = {
    "simple interest": (_simple, "easy", 30),
    "repayment": (_repaid, "easy", 25),
    "compound interest": (_compound, "medium", 25),
    "interest by days": (_days, "medium", 25),
    "effective rate": (_effective, "hard", 20),
    "present value": (_present, "hard", 20),
    "level payment": (_payment, "hard", 15),
}
"""The formula, how hard it is, and how many problems there are."""
