"""A small table, its scale and its signs: changes, sums, averages, and amounts in another scale. All results are exact.

No operation on the same figures is in both splits.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from chartered.domains.authoring import Level, generator, in_full, split_of, worked_problem
from chartered.domains.contract import Problem
from chartered.domains.finance.facts import DOMAIN, ONE_IN, facts

KIND = "table"
CURRENCIES = ("USD", "EUR", "GBP")
SIZES = {"thousand": Fraction(1000), "million": Fraction(10) ** 6}
NOTE = "Amounts in parentheses are negative."


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """Lines by year, in one currency and scale."""

    currency: str
    scale: str
    years: tuple[int, ...]
    lines: dict[str, tuple[int, ...]]

    @property
    def unit(self) -> str:
        return f"{self.currency} {self.scale}"

    def written(self) -> str:
        """As text, one line for each row, columns apart by a bar."""
        head = " | ".join([f"In {self.unit}", *map(str, self.years)])
        rows = [" | ".join([name, *map(bracketed, values)]) for name, values in self.lines.items()]
        signs = [NOTE] if any(value < 0 for values in self.lines.values() for value in values) else []
        return "\n".join([head, *rows, *signs])


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What is asked of a table, and the result."""

    table: Table
    asked: str
    work: str
    result: Fraction
    operands: tuple[int, ...]
    scale: str | None = None
    """Where the result is asked for in another scale than the table's."""


def problems() -> Iterator[Problem]:
    """The problems, operation by operation."""
    for name, (make, level, count) in OPERATIONS.items():
        seen: set[tuple[int, ...]] = set()
        rng = generator(KIND, name)
        while len(seen) < count:
            question = make(rng)
            key = tuple(sorted(question.operands))
            if key not in seen and question.result:
                seen.add(key)
                yield _problem(question, name, level, key)


def bracketed(value: int) -> str:
    """An amount as a financial table has it: thousands apart by a comma, a negative one in parentheses."""
    return f"({-value:,})" if value < 0 else f"{value:,}"


def draw_table(rng: Random, count: int, years: int, most: int, signed: int) -> Table:
    """A table with so many lines, `signed` of which may be below zero."""
    first = rng.randint(2015, 2023)
    names = rng.sample(facts("table")["positive"], count - signed)
    lines = {name: tuple(rng.sample(range(most // 20, most), years)) for name in names}
    chosen = set(rng.sample(range(len(facts("table")["signed"])), signed))
    for name in (name for place, name in enumerate(facts("table")["signed"]) if place in chosen):
        lines[name] = tuple(_signed(rng, most) for _ in range(years))
    return Table(
        currency=rng.choice(CURRENCIES),
        scale=rng.choice(tuple(SIZES)),
        lines=lines,
        years=tuple(range(first, first + years)),
    )


def _signed(rng: Random, most: int) -> int:
    return rng.choice((-1, 1)) * rng.randint(most // 20, most // 2)


def _problem(question: Question, name: str, level: Level, key: Sequence[int]) -> Problem:
    table = question.table
    return worked_problem(
        domain=DOMAIN,
        kind=KIND,
        split=split_of(KIND, name, *key, one_in=ONE_IN),
        asked=f"{table.written()}\n{question.asked}",
        answer=in_full(question.result),
        work=question.work,
        level=level,
        unit=f"{table.currency} {question.scale or table.scale}",
    )


def _change(rng: Random, most: int = 200, signed: bool = False) -> Question:
    """The change of one line; of a signed one between a loss and a profit."""
    table = draw_table(rng, 3, 2, most, 1 if signed else 0)
    name = list(table.lines)[-1] if signed else rng.choice(list(table.lines))
    if signed:
        first, second = table.lines[name]
        table.lines[name] = (first, second) if first * second < 0 else (first, -second)
    before, after = table.lines[name]
    (old, new), way = table.years, rng.choice(("did {} change", "did {} move"))
    way = way.format(name.lower())
    return Question(
        table=table,
        operands=(before, after),
        result=Fraction(after - before),
        asked=f"By how much {way} from {old} to {new}? A decrease is negative.",
        work=f"{name}: {before} in {old}, {after} in {new}. {after} - {_term(before)} = {after - before}.",
    )


def _swing(rng: Random) -> Question:
    return _change(rng, 600, signed=True)


def _sum(rng: Random) -> Question:
    table = draw_table(rng, 3, 2, 200, 0)
    first, second = rng.sample(list(table.lines), 2)
    place = rng.randrange(2)
    a, b = table.lines[first][place], table.lines[second][place]
    year = table.years[place]
    return Question(
        table=table,
        operands=(a, b),
        result=Fraction(a + b),
        asked=f"What do {first.lower()} and {second.lower()} add up to in {year}?",
        work=f"{first} {a}, {second.lower()} {b} in {year}. {a} + {b} = {a + b}.",
    )


def _rescaled(rng: Random) -> Question:
    """One amount, asked for in the other scale."""
    table = draw_table(rng, 3, 2, 3000, 1)
    name, place = rng.choice(list(table.lines)), rng.randrange(2)
    value, year = table.lines[name][place], table.years[place]
    result, other, way = _other(Fraction(value), table)
    return Question(
        table=table,
        operands=(value, way == "/"),
        result=result,
        scale=other,
        asked=f"What is {name.lower()} in {year}, in {table.currency} {other}? Do not round.",
        work=f"{name} in {year} is {value} {table.scale}. {value} {way} 1000 = {in_full(result)}.",
    )


def _other(value: Fraction, table: Table) -> tuple[Fraction, str, str]:
    """The value in the other scale, that scale, and the sign of the operation that leads there."""
    other = next(scale for scale in SIZES if scale != table.scale)
    return value * SIZES[table.scale] / SIZES[other], other, "/" if table.scale == "thousand" else "x"


def _net(rng: Random) -> Question:
    """The sum of all lines of a year, some below zero, in the other scale."""
    table = draw_table(rng, 3, 2, 900, 2)
    place = rng.randrange(2)
    values = [line[place] for line in table.lines.values()]
    result, other, way = _other(Fraction(sum(values)), table)
    added = " + ".join([str(values[0]), *map(_term, values[1:])])
    return Question(
        table=table,
        operands=(*values, way == "/"),
        result=result,
        scale=other,
        asked=f"Add up all lines of {table.years[place]}. What is the total in {table.currency} {other}? Do not round.",
        work=f"{added} = {sum(values)}. {sum(values)} {way} 1000 = {in_full(result)}.",
    )


def _average(rng: Random) -> Question:
    """The mean of three years of a line with both signs; it comes out whole."""
    table = draw_table(rng, 2, 3, 600, 1)
    name = list(table.lines)[-1]
    a, b, c = table.lines[name]
    b = -b if a * b > 0 else b
    c += -(a + b + c) % 3
    table.lines[name] = (a, b, c)
    return Question(
        table=table,
        operands=(a, b, c),
        result=Fraction(a + b + c, 3),
        asked=f"What is the average of {name.lower()} over the three years?",
        work=f"{a} + {_term(b)} + {_term(c)} = {a + b + c}. {a + b + c} / 3 = {(a + b + c) // 3}.",
    )


def _term(value: int) -> str:
    return f"({value})" if value < 0 else str(value)


OPERATIONS: dict[str, tuple[Callable[[Random], Question], Level, int]] = {
    "change": (_change, "easy", 42),
    "sum": (_sum, "easy", 42),
    "swing": (_swing, "medium", 40),
    "rescaled": (_rescaled, "medium", 40),
    "net": (_net, "hard", 40),
    "average": (_average, "hard", 40),
}
"""What is asked, how hard it is, and how many problems there are."""
