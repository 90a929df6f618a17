import re
from collections import Counter
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.audit.policy import load_policy
from chartered.audit.probes import load_probe
from chartered.domains import Problem
from chartered.domains.contract import Domain
from chartered.domains.finance import domain
from chartered.domains.finance.corpus import handbook
from chartered.domains.finance.making import bracketed, facts, plainly, rounded
from chartered.domains.finance.sentiment import companies
from chartered.domains.prompts import answer_line, render

FINANCE: Domain = domain
GENERATED = ("table", "reading", "ratio", "interest", "bond", "sentiment")
FIGURES = ("table", "ratio", "interest", "bond")
PROBLEMS = [problem for name in GENERATED for problem in FINANCE.problem_set(name).load(None)]
NUMBER = r"-?\d+(?:\.\d+)?"


def _of(kind: str) -> list[Problem]:
    return [problem for problem in PROBLEMS if problem.kind == kind]


def _found(pattern: str, problem: Problem) -> tuple[Decimal, ...] | None:
    """The numbers that a pattern takes from a question, where N stands for one."""
    match = re.search(pattern.replace("N", rf"\(?({NUMBER})\)?"), problem.question.replace(",", ""))
    return tuple(Decimal(each) for each in match.groups()) if match else None


def _is_exact(problem: Problem) -> bool:
    return problem.kind == "table" or problem.question.endswith("Do not round.")


def test_a_rounded_result_may_have_more_decimals_and_an_exact_one_may_not() -> None:
    bond = next(p for p in _of("bond") if p.question.endswith("two decimals."))
    assert FINANCE.verify(bond, answer_line(f"{bond.answer}1 {bond.unit}")).status == "correct"
    exact = next(p for p in _of("ratio") if "current ratio" in p.question and len(p.answer) == 1)
    assert FINANCE.verify(exact, answer_line(f"{exact.answer}.00")).status == "correct"
    assert FINANCE.verify(exact, answer_line(f"{exact.answer}.1")).status == "wrong"


@pytest.mark.parametrize("kind", FIGURES)
def test_another_number_sign_scale_or_unit_is_refused(kind: str) -> None:
    for problem in _of(kind):
        value, unit = Decimal(problem.answer), problem.unit or ""
        said = [
            f"{-value} {unit}",
            f"{value * 10} {unit}",
            f"{value * 1000} {unit}",
            f"{value + max(abs(value) / 10, Decimal(1))} {unit}",
        ]
        said += [f"{value} furlong", f"{value} {unit} or {value + 1} {unit}"]
        said += [f"{value} {unit.split()[0]} billion"] if kind == "table" else []
        said += [f"{value + 1} {unit}", f"{value * Decimal('1.001')} {unit}"] if _is_exact(problem) else []
        for wrong in said:
            assert FINANCE.verify(problem, answer_line(wrong)).status != "correct", (problem, wrong)


def test_a_table_takes_the_result_with_parentheses_and_without_its_unit() -> None:
    for problem in _of("table"):
        value = Decimal(problem.answer)
        written = f"({-value:,})" if value < 0 else f"{value:,}"
        for said in (written, f"{written} {problem.unit}", str(value)):
            assert FINANCE.verify(problem, answer_line(said)).status == "correct", (problem, said)


def test_text_is_ascii_and_short() -> None:
    for problem in PROBLEMS:
        text = render(problem)[-1]["content"]
        assert text.isascii() and problem.solution is not None and problem.solution.isascii()
        assert len(text.split()) <= 110 and len(problem.solution.split()) <= 40
        assert "{" not in text and ".." not in text and "  " not in text


def test_places_of_the_answer_are_even() -> None:
    for kind in ("reading", "sentiment"):
        problems = _of(kind)
        size = len(problems[0].options)
        places = Counter(p.options.index(p.answer) for p in problems)
        assert all(abs(places[i] / len(problems) - 1 / size) < 0.05 for i in range(size)), (kind, places)


# --- tables, read back from their text ---


def _amount(cell: str) -> int:
    digits = int(cell.strip("()").replace(",", ""))
    return -digits if cell.startswith("(") else digits


def _read(problem: Problem) -> tuple[str, list[int], dict[str, list[int]], str]:
    """Scale, years and lines of the table, and the question after it."""
    *told, asked = problem.question.splitlines()
    head, *rows = [line.split(" | ") for line in told if " | " in line]
    lines = {name.lower(): [_amount(cell) for cell in cells] for name, *cells in rows}
    note = "Amounts in parentheses are negative." in told
    assert note == any(value < 0 for values in lines.values() for value in values)
    return head[0].split()[-1], [int(year) for year in head[1:]], lines, asked


def _tabled(problem: Problem) -> tuple[str, Fraction, tuple[int, ...]]:
    """What is asked of a table, the result in the unit that is asked for, and the figures that it is made of."""
    scale, years, lines, asked = _read(problem)
    if match := re.fullmatch(r"By how much did (.*) (?:change|move) from (\d+) to (\d+)\? .*", asked):
        before, after = (lines[match[1]][years.index(int(match[i]))] for i in (2, 3))
        return "change", Fraction(after - before), (before, after)
    if match := re.fullmatch(r"What do (.*) and (.*) add up to in (\d+)\?", asked):
        found = [lines[match[i]][years.index(int(match[3]))] for i in (1, 2)]
        return "sum", Fraction(sum(found)), tuple(found)
    if match := re.fullmatch(r"What is the average of (.*) over the three years\?", asked):
        return "average", Fraction(sum(lines[match[1]]), len(years)), tuple(lines[match[1]])
    if match := re.fullmatch(r"Add up all lines of (\d+)\. What is the total in [A-Z]{3} (\w+)\? .*", asked):
        found = [line[years.index(int(match[1]))] for line in lines.values()]
        return f"total in {match[2]}", _scaled(sum(found), scale, match[2]), tuple(found)
    match = re.fullmatch(r"What is (.*) in (\d+), in [A-Z]{3} (\w+)\? Do not round\.", asked)
    assert match, asked
    value = lines[match[1]][years.index(int(match[2]))]
    return f"in {match[3]}", _scaled(value, scale, match[3]), (value,)


def _scaled(value: int, scale: str, other: str) -> Fraction:
    zeros = {"thousand": 3, "million": 6}
    assert scale != other
    return Fraction(value) * Fraction(10) ** (zeros[scale] - zeros[other])


def test_a_result_follows_from_the_table_as_it_is_written() -> None:
    for problem in _of("table"):
        assert Fraction(problem.answer) == _tabled(problem)[1], problem
        assert problem.unit is not None and problem.unit.split()[0] in problem.question


def test_tables_ask_both_ways_between_scales_and_have_results_below_zero() -> None:
    asked = Counter(_tabled(p)[0] for p in _of("table"))
    assert min(asked["in thousand"], asked["in million"]) >= 10
    assert sum(p.answer.startswith("-") for p in _of("table")) >= 50


def test_the_line_that_is_named_is_the_only_one_that_fits() -> None:
    for problem in _of("reading"):
        _, _, lines, asked = _read(problem)
        assert {option.lower() for option in problem.options} == set(lines)
        if "positive in" in asked:
            assert [name for name, (a, b) in lines.items() if a > 0 > b] == [problem.answer.lower()], problem
            continue
        score: dict[str, Callable[[int, int], Fraction]] = {
            "largest in": lambda a, b: Fraction(b),
            "rose by": lambda a, b: Fraction(b - a),
            "fell by the largest amount": lambda a, b: Fraction(a - b),
            "largest percentage": lambda a, b: Fraction(a - b, a),
        }
        (how,) = [measure for words, measure in score.items() if words in asked]
        ranked = sorted(lines, key=lambda name: how(*lines[name]), reverse=True)
        assert ranked[0] == problem.answer.lower() and how(*lines[ranked[0]]) > how(*lines[ranked[1]]), problem


# --- formulas: by pattern from the text, in decimals, and by letting accounts run year by year ---


def _ratio(problem: Problem) -> Decimal:
    if found := _found("Revenue is N and the cost of sales N", problem):
        return (1 - found[1] / found[0]) * 100
    if found := _found("Current assets are N and current liabilities N", problem):
        return found[0] / found[1]
    if found := _found("Revenue was N last year and is N this year. By", problem):
        return (found[1] / found[0] - 1) * 100
    if found := _found("net result is N and equity at the end of the year N", problem):
        return found[0] / found[1] * (-100 if "net result is (" in problem.question else 100)
    if found := _found("debt is N and equity N", problem):
        return found[0] / found[1]
    if found := _found("assets are N of which inventories are N; current liabilities are N", problem):
        return (found[0] - found[1]) / found[2]
    if found := _found("Revenue was N last year and is N this year; the operating result was N and is N", problem):
        return (found[3] / found[1] - found[2] / found[0]) * 10_000
    found = _found("Revenue is N operating costs are N and interest paid is N", problem)
    assert found, problem.question
    return (found[0] - found[1]) / found[2]


def _grown(sum_: Decimal, rate: Decimal, periods: Decimal) -> Decimal:
    for _ in range(int(periods)):
        sum_ += sum_ * rate / 100
    return sum_


def _interest(problem: Problem) -> Decimal:
    if found := _found("N USD are lent for N years at N percent simple", problem):
        return sum((found[0] * found[2] / 100 for _ in range(int(found[1]))), Decimal(0))
    if found := _found("loan of N USD bears N percent simple interest a year and runs for N years", problem):
        return found[0] + sum((found[0] * found[1] / 100 for _ in range(int(found[2]))), Decimal(0))
    if found := _found("N USD are saved for N years at N percent", problem):
        return _grown(found[0], found[2], found[1])
    if found := _found("N USD earn simple interest of N percent a year for N days; a year counts N days", problem):
        return found[0] * found[1] * found[2] / (100 * found[3])
    if found := _found("nominal rate of N percent", problem):
        times = next(
            n for words, n in {"twice": 2, "four times": 4, "twelve times": 12}.items() if words in problem.question
        )
        return _grown(Decimal(100), found[0] / times, Decimal(times)) - 100
    if found := _found("N USD are due in N years. The discount rate is N percent", problem):
        return found[0] / _grown(Decimal(1), found[2], found[1])
    found = _found("loan of N USD at N percent a year is repaid in N equal", problem)
    assert found, problem.question
    # of a payment of 1 a year, what is repaid is the sum of discounted payments
    repaid = sum((1 / _grown(Decimal(1), found[1], Decimal(year)) for year in range(1, int(found[2]) + 1)), Decimal(0))
    return found[0] / repaid


def _bond(problem: Problem) -> Decimal:
    if found := _found("bond of N USD face value pays a coupon of N percent a year half", problem):
        return found[0] * found[1] / 200
    if found := _found("bond of N USD face value pays a coupon of N percent once a year and runs for N years", problem):
        return found[0] * found[1] * found[2] / 100
    if found := _found("coupon of N percent of face value a year costs N percent", problem):
        return 100 * found[0] / found[1]
    if found := _found("bond of N USD face value pays N percent a year. N days", problem):
        return found[0] * found[1] * found[2] / 36_000
    if found := _found("repays N USD in N years. Its yield is N percent", problem):
        return found[0] / _grown(Decimal(1), found[2], found[1])
    if found := _found("repays N USD in N years and pays N USD at the end of each year. Its yield is N", problem):
        face, years, coupon, rate = found
        value = face  # from the end back to today: each year discounts what is due and adds its coupon before
        for _ in range(int(years)):
            value = (value + coupon) / (1 + rate / 100)
        return value
    if found := _found("bond costs N USD. In one year it repays N USD and pays a last coupon of N", problem):
        return ((found[1] + found[2]) / found[0] - 1) * 100
    found = _found("bond of N USD face value is quoted at N percent .* It pays N percent a year; N days", problem)
    assert found, problem.question
    return found[0] * found[1] / 100 + found[0] * found[2] * found[3] / 36_000


DERIVED = {"ratio": _ratio, "interest": _interest, "bond": _bond}


@pytest.mark.parametrize("kind", DERIVED)
def test_a_formula_gives_what_its_words_say(kind: str) -> None:
    with localcontext() as context:
        context.prec = 50
        for problem in _of(kind):
            value, said = DERIVED[kind](problem), Decimal(problem.answer)
            step = Decimal(1).scaleb(int(said.as_tuple().exponent))
            assert value.quantize(step, ROUND_HALF_UP) == said, (problem, value)
            asked = re.search(r"Round to (one|two) decimals?\.$|Do not round\.$", problem.question)
            assert asked, problem.question
            places = {"one": 1, "two": 2}.get(asked[1])
            assert (value == said) if places is None else (step == Decimal(10) ** -places), problem


def test_a_level_payment_repays_its_loan() -> None:
    loans = [p for p in _of("interest") if "equal payments" in p.question]
    assert len(loans) >= 10
    for problem in loans:
        found = _found("loan of N USD at N percent a year is repaid in N equal", problem)
        assert found
        balance = found[0]
        for _ in range(int(found[2])):
            balance += balance * found[1] / 100 - Decimal(problem.answer)
        assert abs(balance) < Decimal("0.05")  # half a cent a year, with interest


def test_a_holder_who_pays_the_price_earns_the_yield() -> None:
    priced = [p for p in _of("bond") if "pays" in p.question and "at the end of each year" in p.question]
    assert len(priced) >= 10
    for problem in priced:
        found = _found("repays N USD in N years and pays N USD at the end of each year. Its yield is N", problem)
        assert found
        balance = Decimal(problem.answer)
        for _ in range(int(found[1])):
            balance += balance * found[3] / 100 - found[2]
        assert abs(balance - found[0]) < Decimal("0.02")


def test_figures_from_textbooks_of_arithmetic_come_out() -> None:
    # 1000 at 5 % for two years: 1102.50; 12 % twelve times a year: 12.68 %; par bonds cost what they repay
    from chartered.domains.finance.bond import present_value
    from chartered.domains.finance.interest import factor

    assert 1000 * factor(Fraction(5)) ** 2 == Fraction("1102.5")
    assert rounded(100 * (factor(Fraction(12), 12) ** 12 - 1), 2) == "12.68"
    assert present_value(Fraction(50), Fraction(1000), Fraction(5), 7) == 1000


@given(st.fractions(min_value=-9999, max_value=9999), st.integers(0, 4))
def test_rounding_is_that_of_the_decimal_module(value: Fraction, places: int) -> None:
    with localcontext() as context:
        context.prec = 80
        exact = Decimal(value.numerator) / value.denominator
        right = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    assert Decimal(rounded(value, places)) == right
    assert rounded(value, places) != "-0"


@given(st.integers(-(10**9), 10**9))
def test_amounts_are_read_back_as_they_are_written(value: int) -> None:
    assert _amount(bracketed(value)) == value
    assert Fraction(plainly(Fraction(value, 1000))) == Fraction(value, 1000)


def test_a_number_without_an_end_is_not_written_in_full() -> None:
    with pytest.raises(ValueError, match="cannot be written in full"):
        plainly(Fraction(1, 3))


# --- sentiment ---

GOOD = "raises|wins|throws out|lifts|pays back|highest|approves|three times its book"
BAD = "cancels|warns|loses|orders|cuts|write off|fines|must close|breaks"


def _label(problem: Problem) -> str:
    """The label, from a list of words made for this test, or from the figures."""
    news, asked = problem.question[: problem.question.rindex(". ") + 1], problem.question
    if "Judged by" not in asked:
        good, bad = bool(re.search(GOOD, news)), bool(re.search(BAD, news))
        assert not (good and bad)
        return "positive" if good else "negative" if bad else "neutral"
    given = re.search(r"(?:is|It earned|earned|It lost|profit of|loss of) (\d+) million", news)
    expected = re.search(r"(?:had expected (?:a loss of )?|to earn |to lose |forecast was )(\d+) million", news)
    assert given and expected, news
    better = int(given[1]) - int(expected[1])
    better = -better if re.search(r"\bloss\b|\blost\b", news) else better
    return "positive" if better > 0 else "negative" if better < 0 else "neutral"


def test_a_label_follows_from_the_news_and_not_from_the_name() -> None:
    for problem in _of("sentiment"):
        assert _label(problem) == problem.answer, problem
        assert problem.question.count(problem.groups["company"]) == 2  # in the news, and in the question


def test_every_company_has_as_many_news_of_each_label_and_level_in_each_split_as_every_other() -> None:
    problems = _of("sentiment")
    assert len(companies()) == len(set(companies())) == 48
    by_label = Counter((p.groups["company"], p.split, p.answer) for p in problems)
    assert len(by_label) == 48 * 2 * 3
    assert {(split, n) for (_, split, _), n in by_label.items()} == {("train", 3), ("heldout", 1)}
    by_both = Counter((p.groups["company"], p.groups["difficulty"], p.split) for p in problems)
    assert {(split, n) for (_, _, split), n in by_both.items()} == {("train", 3), ("heldout", 1)}
    assert set(Counter((p.groups["difficulty"], p.answer) for p in problems).values()) == {64}


def test_no_event_and_no_shape_of_figures_goes_with_one_company() -> None:
    told: dict[str, set[str]] = {}
    for problem in _of("sentiment"):
        name = problem.groups["company"]
        shape = re.sub(rf"\d+|{re.escape(name)}", "#", problem.question)
        told.setdefault(shape, set()).add(name)
    assert len(told) == 9 * 3 + 3 + 2 + 2  # events of each label, and shapes of figures
    assert min(map(len, told.values())) >= 5


def test_no_figure_tells_the_label_without_the_other() -> None:
    """The label is hardly told by the size of the reported figure alone; with 128 of each, 0.43 is 3 SE above 1/3."""
    found = [(int(re.findall(r"\d+", p.question)[0]), p.answer) for p in _of("sentiment") if "Judged" in p.question]
    middle = sorted(first for first, _ in found)[len(found) // 2]
    high = Counter(answer for first, answer in found if first > middle)
    assert max(high.values()) / sum(high.values()) < 0.43


# --- splits, corpus, probes ---


def _combination(problem: Problem) -> tuple[object, ...]:
    """What a problem combines, read from what it says rather than from how it was made."""
    if problem.kind == "table":
        asked, _, figures = _tabled(problem)
        return (asked, *sorted(figures))
    if problem.kind == "reading":
        _, _, lines, asked = _read(problem)
        return (re.sub(r"\d+", "#", asked), *sorted(map(tuple, lines.values())))
    if problem.kind == "sentiment" and problem.groups["difficulty"] != "easy":
        return (problem.groups["company"], *re.findall(r"\d+", problem.question))
    return (problem.question,)


@pytest.mark.parametrize("kind", GENERATED)
def test_no_combination_of_facts_is_in_both_splits(kind: str) -> None:
    found = {split: {_combination(p) for p in _of(kind) if p.split == split} for split in ("train", "heldout")}
    assert found["train"] and found["heldout"]
    assert not found["train"] & found["heldout"]


def test_the_handbook_holds_no_held_out_question_no_company_and_no_document_twice() -> None:
    documents = list(handbook(None))
    text = "\n".join(document.text for document in documents)
    assert 250 <= len(documents) <= 400 and text.isascii()
    assert len({d.text for d in documents}) == len(documents)
    assert {d.licence for d in documents} == {"Apache-2.0"}
    assert not any(p.question in text for p in PROBLEMS if p.split == "heldout")
    assert not any(re.search(rf"\b{re.escape(name)}\b", text) for name in companies())
    assert all(sum(d.source.endswith(f"/{kind}") for d in documents) == 30 for kind in FIGURES)
    assert all(name in text.lower() for name in facts("terms"))


def test_no_news_is_lost_to_the_probe_of_names() -> None:
    news = [p for p in _of("sentiment") if p.split == "heldout"]
    found = load_probe("company_names", FINANCE).cases(news, seed=7)
    assert found.items == len(news) and not found.dropped


def test_the_policy_requires_both_probes_and_gives_reasons() -> None:
    required = load_policy(FINANCE.policy).required
    assert {rule.finding.split("/")[0] for rule in required} == set(FINANCE.probes)
    assert all(len(rule.reason) > 30 for rule in required)
