"""Ratios of a company's accounts. Each question defines its ratio and says how to round; results are exact fractions.

No ratio of the same figures is in both splits.
"""

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from chartered.domains.authoring import Level, in_full
from chartered.domains.contract import Problem
from chartered.domains.finance.calculation import Calculation, Formula, calculations
from chartered.domains.finance.problems.table import bracketed

KIND = "ratio"


def problems() -> Iterator[Problem]:
    """The problems, ratio by ratio."""
    return calculations(KIND, RATIOS)


def _gross_margin(rng: Random) -> Calculation:
    revenue = rng.choice((50, 100, 200, 300, 400, 500))
    percent = rng.randrange(8, 92, 1 if revenue % 100 == 0 else 2)
    cost = revenue - revenue * percent // 100
    return Calculation(
        given=f"Revenue is {revenue} and the cost of sales {cost}.",
        asked="Gross margin is revenue less cost of sales, in percent of revenue. What is it?",
        value=Fraction(100 * (revenue - cost), revenue),
        figures=(revenue, cost),
        unit="percent",
        work=f"{revenue} - {cost} = {revenue - cost}. {revenue - cost} / {revenue} x 100",
    )


def _current_ratio(rng: Random) -> Calculation:
    debts, tenths = 10 * rng.randint(2, 30), rng.randint(5, 35)
    assets = debts * tenths // 10
    return Calculation(
        given=f"Current assets are {assets} and current liabilities {debts}.",
        asked="The current ratio is current assets divided by current liabilities. What is it?",
        value=Fraction(assets, debts),
        figures=(assets, debts),
        work=f"{assets} / {debts}",
    )


def _growth(rng: Random) -> Calculation:
    before, after = rng.randint(80, 900), rng.randint(80, 900)
    return Calculation(
        given=f"Revenue was {before} last year and is {after} this year.",
        asked="By what percentage did it change? A decrease is negative.",
        value=Fraction(100 * (after - before), before),
        figures=(before, after),
        unit="percent",
        places=1,
        work=f"{after} - {before} = {after - before}. {after - before} / {before} x 100",
    )


def _equity_return(rng: Random) -> Calculation:
    equity, result = rng.randint(200, 1900), rng.choice((-1, 1, 1)) * rng.randint(20, 190)
    return Calculation(
        given=f"The net result is {bracketed(result)} and equity at the end of the year {bracketed(equity)}. "
        "An amount in parentheses is a loss.",
        asked="Return on equity is the net result in percent of equity at the end of the year. What is it?",
        value=Fraction(100 * result, equity),
        figures=(result, equity),
        unit="percent",
        places=1,
        work=f"{result} / {equity} x 100",
    )


def _gearing(rng: Random) -> Calculation:
    debt, equity = rng.randint(90, 990), rng.randint(200, 900)
    return Calculation(
        given=f"Interest-bearing debt is {debt} and equity {equity}.",
        asked="The debt to equity ratio is interest-bearing debt divided by equity. What is it?",
        value=Fraction(debt, equity),
        figures=(debt, equity),
        places=2,
        work=f"{debt} / {equity}",
    )


def _quick_ratio(rng: Random) -> Calculation:
    assets, stock, debts = rng.randint(300, 990), rng.randint(40, 250), rng.randint(100, 600)
    return Calculation(
        given=f"Current assets are {assets}, of which inventories are {stock}; current liabilities are {debts}.",
        asked="The quick ratio is current assets less inventories, divided by current liabilities. What is it?",
        value=Fraction(assets - stock, debts),
        figures=(assets, stock, debts),
        places=2,
        work=f"{assets} - {stock} = {assets - stock}. {assets - stock} / {debts}",
    )


def _margin_change(rng: Random) -> Calculation:
    """All margins are tenths, fifths or quarters of a percent: whole basis points, and so is the change."""
    first, second = rng.choice((200, 400, 500)), rng.choice((250, 500, 1000))
    before, after = rng.randint(4, first // 4), rng.randint(4, second // 4)
    margins = Fraction(100 * before, first), Fraction(100 * after, second)
    change = 100 * (margins[1] - margins[0])
    return Calculation(
        given=f"Revenue was {first} last year and is {bracketed(second)} this year; "
        f"the operating result was {before} and is {after}.",
        asked="Operating margin is the operating result in percent of revenue. By how many basis points did it change? "
        "A decrease is negative; 100 basis points are one percentage point.",
        value=change,
        figures=(first, second, before, after),
        unit="basis points",
        work=f"Margins: {in_full(margins[0])} percent, then {in_full(margins[1])} percent. "
        f"({in_full(margins[1])} - {in_full(margins[0])}) x 100",
    )


def _interest_cover(rng: Random) -> Calculation:
    revenue, costs, interest = rng.randint(500, 990), rng.randint(100, 450), rng.randint(8, 90)
    return Calculation(
        given=f"Revenue is {revenue}, operating costs are ({costs}) and interest paid is ({interest}). "
        "Amounts in parentheses are subtracted.",
        asked="Interest cover is the operating result (revenue less operating costs) divided by the interest paid. "
        "What is it?",
        value=Fraction(revenue - costs, interest),
        figures=(revenue, costs, interest),
        places=1,
        work=f"{revenue} - {costs} = {revenue - costs}. {revenue - costs} / {interest}",
    )


RATIOS: dict[str, tuple[Formula, Level, int]] = {
    "gross margin": (_gross_margin, "easy", 35),
    "current ratio": (_current_ratio, "easy", 35),
    "growth": (_growth, "medium", 30),
    "return on equity": (_equity_return, "medium", 30),
    "debt to equity": (_gearing, "medium", 20),
    "quick ratio": (_quick_ratio, "hard", 20),
    "margin change": (_margin_change, "hard", 20),
    "interest cover": (_interest_cover, "hard", 20),
}
"""The ratio, how hard it is, and how many problems there are."""
