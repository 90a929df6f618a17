"""Bonds: coupons, accrued interest, current yield, prices and one-year yields, in exact fractions.

Each question states the convention that it means (coupon dates, day count, clean or full price) and the rounding. No
calculation on the same figures is in both splits.
"""

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from chartered.domains.authoring import Level, in_full
from chartered.domains.contract import Problem
from chartered.domains.finance.calculation import Calculation, Formula, calculations
from chartered.domains.finance.problems.interest import factor

KIND = "bond"


def problems() -> Iterator[Problem]:
    """The problems, formula by formula."""
    return calculations(KIND, FORMULAS)


def present_value(coupon: Fraction, face: Fraction, rate: Fraction, years: int) -> Fraction:
    """Of a bond with yearly coupons, the next one in a year, at a yield in percent compounded once a year."""
    discount = 1 / factor(rate)
    return sum((coupon * discount**year for year in range(1, years + 1)), face * discount**years)


def _half_yearly(rng: Random) -> Calculation:
    face, rate = 100 * rng.randint(2, 50), rng.choice((2, 4, 6, 8))
    return Calculation(
        given=f"A bond of {face} USD face value pays a coupon of {rate} percent a year, half of it every six months.",
        asked="How much is one half-yearly payment, in USD?",
        value=Fraction(face * rate, 200),
        figures=(face, rate),
        unit="USD",
        work=f"{face} / 100 x {rate} = {face * rate // 100} a year. {face * rate // 100} / 2",
    )


def _coupons(rng: Random) -> Calculation:
    face, rate, years = 100 * rng.randint(2, 50), rng.randint(2, 8), rng.randint(2, 9)
    yearly = face * rate // 100
    return Calculation(
        given=f"A bond of {face} USD face value pays a coupon of {rate} percent once a year and runs for {years} "
        "years.",
        asked="How much is paid in coupons in all, in USD?",
        value=Fraction(yearly * years),
        figures=(face, rate, years),
        unit="USD",
        work=f"{face} / 100 x {rate} = {yearly} a year. {years} x {yearly}",
    )


def _current_yield(rng: Random) -> Calculation:
    price, rate = Fraction(rng.randint(160, 240), 2), Fraction(rng.randint(4, 18), 2)
    return Calculation(
        given=f"A bond with a coupon of {in_full(rate)} percent of face value a year costs {in_full(price)} percent "
        "of face value.",
        asked="Current yield is the yearly coupon in percent of the price. What is it?",
        value=100 * rate / price,
        figures=(price, rate),
        unit="percent",
        places=2,
        work=f"{in_full(rate)} / {in_full(price)} x 100",
    )


def _accrued(rng: Random) -> Calculation:
    face, rate, days = 1000 * rng.randint(1, 40), Fraction(rng.randint(4, 16), 2), rng.randint(5, 175)
    return Calculation(
        given=f"A bond of {face} USD face value pays {in_full(rate)} percent a year. {days} days have passed since "
        "the last coupon; a year counts 360 days.",
        asked="How much interest has accrued, in USD?",
        value=face * rate / 100 * Fraction(days, 360),
        figures=(face, rate, days),
        unit="USD",
        places=2,
        work=f"{face} x {in_full(rate / 100)} x {days} / 360",
    )


def _zero(rng: Random) -> Calculation:
    face, rate, years = 1000 * rng.randint(1, 20), Fraction(rng.randint(2, 16), 2), rng.randint(2, 9)
    return Calculation(
        given=f"A bond without coupons repays {face} USD in {years} years. Its yield is {in_full(rate)} percent a "
        "year, compounded once a year.",
        asked="What does it cost today, in USD?",
        value=present_value(Fraction(0), Fraction(face), rate, years),
        figures=(face, rate, years),
        unit="USD",
        places=2,
        work=f"{face} / {in_full(factor(rate))}^{years}",
    )


def _price(rng: Random) -> Calculation:
    coupon, rate, years = rng.randint(10, 90), rng.randint(2, 10), rng.randint(2, 4)
    value = present_value(Fraction(coupon), Fraction(1000), Fraction(rate), years)
    growth = in_full(factor(Fraction(rate)))
    terms = [f"{coupon + (1000 if year == years else 0)} / {growth}^{year}" for year in range(1, years + 1)]
    return Calculation(
        given=f"A bond repays 1000 USD in {years} years and pays {coupon} USD at the end of each year. "
        f"Its yield is {rate} percent a year, compounded once a year.",
        asked="What does it cost today, in USD?",
        value=value,
        figures=(coupon, rate, years),
        unit="USD",
        places=2,
        work=" + ".join(terms),
    )


def _one_year_yield(rng: Random) -> Calculation:
    price, coupon = rng.randint(920, 1060), rng.randint(10, 90)
    gain = 1000 + coupon - price
    return Calculation(
        given=f"A bond costs {price} USD. In one year it repays 1000 USD and pays a last coupon of {coupon} USD.",
        asked="What is its yield to maturity, in percent? A loss is negative.",
        value=Fraction(100 * gain, price),
        figures=(price, coupon),
        unit="percent",
        places=2,
        work=f"1000 + {coupon} - {price} = {gain}. {gain} / {price} x 100",
    )


def _full_price(rng: Random) -> Calculation:
    face, clean, rate = 1000 * rng.randint(1, 20), Fraction(rng.randint(180, 220), 2), Fraction(rng.randint(2, 14), 2)
    days = rng.randint(5, 175)
    accrued = face * rate / 100 * Fraction(days, 360)
    return Calculation(
        given=f"A bond of {face} USD face value is quoted at {in_full(clean)} percent, without accrued interest. "
        f"It pays {in_full(rate)} percent a year; {days} days have passed since the last coupon and a year counts "
        "360 days.",
        asked="What does the buyer pay with accrued interest, in USD?",
        value=face * clean / 100 + accrued,
        figures=(face, clean, rate, days),
        unit="USD",
        places=2,
        work=f"{face} x {in_full(clean / 100)} + {face} x {in_full(rate / 100)} x {days} / 360",
    )


FORMULAS: dict[str, tuple[Formula, Level, int]] = {
    "half-yearly coupon": (_half_yearly, "easy", 25),
    "sum of coupons": (_coupons, "easy", 25),
    "current yield": (_current_yield, "medium", 20),
    "accrued interest": (_accrued, "medium", 20),
    "price without coupons": (_zero, "medium", 15),
    "price": (_price, "hard", 15),
    "one-year yield": (_one_year_yield, "hard", 15),
    "full price": (_full_price, "hard", 15),
}
"""The formula, how hard it is, and how many problems there are."""
