"""Formulas of ratios, interest and bonds again: by pattern from the text, in decimals, and year by year."""

import re
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from tests.domains.finance.questions import found_in, of

from chartered.domains import Problem
from chartered.domains.authoring import to_places


def _ratio(problem: Problem) -> Decimal:
    if found := found_in("Revenue is N and the cost of sales N", problem):
        return (1 - found[1] / found[0]) * 100
    if found := found_in("Current assets are N and current liabilities N", problem):
        return found[0] / found[1]
    if found := found_in("Revenue was N last year and is N this year. By", problem):
        return (found[1] / found[0] - 1) * 100
    if found := found_in("net result is N and equity at the end of the year N", problem):
        return found[0] / found[1] * (-100 if "net result is (" in problem.question else 100)
    if found := found_in("debt is N and equity N", problem):
        return found[0] / found[1]
    if found := found_in("assets are N of which inventories are N; current liabilities are N", problem):
        return (found[0] - found[1]) / found[2]
    if found := found_in("Revenue was N last year and is N this year; the operating result was N and is N", problem):
        return (found[3] / found[1] - found[2] / found[0]) * 10_000
    found = found_in("Revenue is N operating costs are N and interest paid is N", problem)
    assert found, problem.question
    return (found[0] - found[1]) / found[2]


def _grown(sum_: Decimal, rate: Decimal, periods: Decimal) -> Decimal:
    for _ in range(int(periods)):
        sum_ += sum_ * rate / 100
    return sum_


def _interest(problem: Problem) -> Decimal:
    if found := found_in("N USD are lent for N years at N percent simple", problem):
        return sum((found[0] * found[2] / 100 for _ in range(int(found[1]))), Decimal(0))
    if found := found_in("loan of N USD bears N percent simple interest a year and runs for N years", problem):
        return found[0] + sum((found[0] * found[1] / 100 for _ in range(int(found[2]))), Decimal(0))
    if found := found_in("N USD are saved for N years at N percent", problem):
        return _grown(found[0], found[2], found[1])
    if found := found_in("N USD earn simple interest of N percent a year for N days; a year counts N days", problem):
        return found[0] * found[1] * found[2] / (100 * found[3])
    if found := found_in("nominal rate of N percent", problem):
        times = next(
            n for words, n in {"twice": 2, "four times": 4, "twelve times": 12}.items() if words in problem.question
        )
        return _grown(Decimal(100), found[0] / times, Decimal(times)) - 100
    if found := found_in("N USD are due in N years. The discount rate is N percent", problem):
        return found[0] / _grown(Decimal(1), found[2], found[1])
    found = found_in("loan of N USD at N percent a year is repaid in N equal", problem)
    assert found, problem.question
    # of a payment of 1 a year, what is repaid is the sum of discounted payments
    repaid = sum((1 / _grown(Decimal(1), found[1], Decimal(year)) for year in range(1, int(found[2]) + 1)), Decimal(0))
    return found[0] / repaid


def _bond(problem: Problem) -> Decimal:
    if found := found_in("bond of N USD face value pays a coupon of N percent a year half", problem):
        return found[0] * found[1] / 200
    if found := found_in(
        "bond of N USD face value pays a coupon of N percent once a year and runs for N years", problem
    ):
        return found[0] * found[1] * found[2] / 100
    if found := found_in("coupon of N percent of face value a year costs N percent", problem):
        return 100 * found[0] / found[1]
    if found := found_in("bond of N USD face value pays N percent a year. N days", problem):
        return found[0] * found[1] * found[2] / 36_000
    if found := found_in("repays N USD in N years. Its yield is N percent", problem):
        return found[0] / _grown(Decimal(1), found[2], found[1])
    if found := found_in("repays N USD in N years and pays N USD at the end of each year. Its yield is N", problem):
        face, years, coupon, rate = found
        value = face  # from the end back to today: each year discounts what is due and adds its coupon before
        for _ in range(int(years)):
            value = (value + coupon) / (1 + rate / 100)
        return value
    if found := found_in("bond costs N USD. In one year it repays N USD and pays a last coupon of N", problem):
        return ((found[1] + found[2]) / found[0] - 1) * 100
    found = found_in("bond of N USD face value is quoted at N percent .* It pays N percent a year; N days", problem)
    assert found, problem.question
    return found[0] * found[1] / 100 + found[0] * found[2] * found[3] / 36_000


DERIVED = {"ratio": _ratio, "interest": _interest, "bond": _bond}


@pytest.mark.parametrize("kind", DERIVED)
def test_a_formula_gives_what_its_words_say(kind: str) -> None:
    with localcontext() as context:
        context.prec = 50
        for problem in of(kind):
            value, said = DERIVED[kind](problem), Decimal(problem.answer)
            step = Decimal(1).scaleb(int(said.as_tuple().exponent))
            assert value.quantize(step, ROUND_HALF_UP) == said, (problem, value)
            asked = re.search(r"Round to (one|two) decimals?\.$|Do not round\.$", problem.question)
            assert asked, problem.question
            places = {"one": 1, "two": 2}.get(asked[1])
            assert (value == said) if places is None else (step == Decimal(10) ** -places), problem


def test_a_level_payment_repays_its_loan() -> None:
    loans = [p for p in of("interest") if "equal payments" in p.question]
    assert len(loans) >= 10
    for problem in loans:
        found = found_in("loan of N USD at N percent a year is repaid in N equal", problem)
        assert found
        balance = found[0]
        for _ in range(int(found[2])):
            balance += balance * found[1] / 100 - Decimal(problem.answer)
        assert abs(balance) < Decimal("0.05")  # half a cent a year, with interest


def test_a_holder_who_pays_the_price_earns_the_yield() -> None:
    priced = [p for p in of("bond") if "pays" in p.question and "at the end of each year" in p.question]
    assert len(priced) >= 10
    for problem in priced:
        found = found_in("repays N USD in N years and pays N USD at the end of each year. Its yield is N", problem)
        assert found
        balance = Decimal(problem.answer)
        for _ in range(int(found[1])):
            balance += balance * found[3] / 100 - found[2]
        assert abs(balance - found[0]) < Decimal("0.02")


def test_figures_from_textbooks_of_arithmetic_come_out() -> None:
    # 1000 at 5 % for two years: 1102.50; 12 % twelve times a year: 12.68 %; par bonds cost what they repay
    from chartered.domains.finance.problems.bond import present_value
    from chartered.domains.finance.problems.interest import factor

    assert 1000 * factor(Fraction(5)) ** 2 == Fraction("1102.5")
    assert to_places(100 * (factor(Fraction(12), 12) ** 12 - 1), 2) == "12.68"
    assert present_value(Fraction(50), Fraction(1000), Fraction(5), 7) == 1000
