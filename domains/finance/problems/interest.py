"""Interest: simple, compound, by days, effective rates, present values and level payments, in exact fractions.

Each question states the convention that it means (when interest is added, how many days a year has) and the rounding.
No calculation on the same figures is in both splits.
"""

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from chartered.domains.contract import Problem
from chartered.domains.finance import worked
from chartered.domains.finance.making import Level, plainly
from chartered.domains.finance.worked import Maker, Worked

KIND = "interest"
PERIODS = {2: "twice a year", 4: "four times a year", 12: "twelve times a year"}


def problems() -> Iterator[Problem]:
    """The problems, formula by formula."""
    return worked.problems(KIND, FORMULAS)


def _rate(rng: Random, least: int = 1, most: int = 12) -> Fraction:
    """A yearly rate in percent, in halves."""
    return Fraction(rng.randint(2 * least, 2 * most), 2)


def factor(rate: Fraction, periods: int = 1) -> Fraction:
    """What one unit grows to in one period, at a yearly rate in percent that is spread over so many periods."""
    return 1 + rate / (100 * periods)


def _simple(rng: Random) -> Worked:
    loan, rate, years = 100 * rng.randint(2, 30), rng.randint(2, 9), rng.randint(2, 6)
    yearly = loan * rate // 100
    return Worked(
        told=f"{loan} USD are lent for {years} years at {rate} percent simple interest a year.",
        asked="How much interest is paid in all, in USD?",
        value=Fraction(yearly * years), figures=(loan, rate, years), unit="USD",
        work=f"{loan} / 100 x {rate} = {yearly} a year. {years} x {yearly}",
    )  # fmt: skip


def _repaid(rng: Random) -> Worked:
    loan, rate, years = 100 * rng.randint(2, 30), rng.randint(2, 9), rng.randint(2, 6)
    interest = loan * rate // 100 * years
    return Worked(
        told=f"A loan of {loan} USD bears {rate} percent simple interest a year and runs for {years} years.",
        asked="What is repaid at the end with all interest, in USD?",
        value=Fraction(loan + interest), figures=(loan, rate, years), unit="USD",
        work=f"{loan} / 100 x {rate} x {years} = {interest}. {loan} + {interest}",
    )  # fmt: skip


def _compound(rng: Random) -> Worked:
    sum_, rate, years = 1000 * rng.randint(1, 20), rng.randint(2, 12), rng.choice((2, 3))
    value = sum_ * factor(Fraction(rate)) ** years
    return Worked(
        told=f"{sum_} USD are saved for {years} years at {rate} percent a year; interest is added at the end "
        "of each year.",
        asked="What is the balance at the end, in USD?",
        value=value, figures=(sum_, rate, years), unit="USD", places=2,
        work=f"{sum_} x {plainly(factor(Fraction(rate)))}^{years}",
    )  # fmt: skip


def _days(rng: Random) -> Worked:
    sum_, rate, days = 500 * rng.randint(4, 60), _rate(rng), rng.randint(10, 200)
    year = rng.choice((360, 365))
    return Worked(
        told=f"{sum_} USD earn simple interest of {plainly(rate)} percent a year for {days} days; "
        f"a year counts {year} days.",
        asked="How much interest is that, in USD?",
        value=sum_ * rate / 100 * Fraction(days, year), figures=(sum_, rate, days, year), unit="USD", places=2,
        work=f"{sum_} x {plainly(rate / 100)} x {days} / {year}",
    )  # fmt: skip


def _effective(rng: Random) -> Worked:
    rate, periods = Fraction(rng.randint(8, 72), 4), rng.choice(tuple(PERIODS))
    return Worked(
        told=f"A nominal rate of {plainly(rate)} percent a year is compounded {PERIODS[periods]}.",
        asked="What is the effective rate of a year, in percent?",
        value=100 * (factor(rate, periods) ** periods - 1), figures=(rate, periods), unit="percent", places=2,
        work=f"((1 + {plainly(rate / 100)} / {periods})^{periods} - 1) x 100",
    )  # fmt: skip


def _present(rng: Random) -> Worked:
    sum_, rate, years = 1000 * rng.randint(2, 40), _rate(rng, 2), rng.randint(2, 8)
    return Worked(
        told=f"{sum_} USD are due in {years} years. The discount rate is {plainly(rate)} percent a year, "
        "compounded once a year.",
        asked="What is the present value, in USD?",
        value=sum_ / factor(rate) ** years, figures=(sum_, rate, years), unit="USD", places=2,
        work=f"{sum_} / {plainly(factor(rate))}^{years}",
    )  # fmt: skip


def _payment(rng: Random) -> Worked:
    loan, rate, years = 1000 * rng.randint(2, 60), rng.randint(2, 12), rng.randint(2, 6)
    growth = factor(Fraction(rate))
    value = loan * (growth - 1) / (1 - growth**-years)
    return Worked(
        told=f"A loan of {loan} USD at {rate} percent a year is repaid in {years} equal payments, "
        "one at the end of each year.",
        asked="How much is one payment, in USD?",
        value=value, figures=(loan, rate, years), unit="USD", places=2,
        work=f"{loan} x {plainly(growth - 1)} / (1 - {plainly(growth)}^-{years})",
    )  # fmt: skip


FORMULAS: dict[str, tuple[Maker, Level, int]] = {
    "simple interest": (_simple, "easy", 30),
    "repayment": (_repaid, "easy", 25),
    "compound interest": (_compound, "medium", 25),
    "interest by days": (_days, "medium", 25),
    "effective rate": (_effective, "hard", 20),
    "present value": (_present, "hard", 20),
    "level payment": (_payment, "hard", 15),
}
"""The formula, how hard it is, and how many problems there are."""
