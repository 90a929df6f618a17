"""A small table, its scale and its signs: changes, sums, averages, and amounts in another scale. All results are exact.

No operation on the same figures is in both splits.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from chartered.domains.authoring.splits import generator
from chartered.domains.contract import Problem
from chartered.domains.finance.making import CURRENCIES, Level, bracketed, facts, picked, plainly, problem

KIND = "table"
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
class Task:
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
            task = make(rng)
            key = tuple(sorted(task.operands))
            if key not in seen and task.result:
                seen.add(key)
                yield _problem(task, name, level, key)


def drawn(rng: Random, count: int, years: int, most: int, signed: int) -> Table:
    """A table with so many lines, `signed` of which may be below zero."""
    first = rng.randint(2015, 2023)
    names = rng.sample(facts("table")["positive"], count - signed)
    lines = {name: tuple(rng.sample(range(most // 20, most), years)) for name in names}
    for name in picked(rng, facts("table")["signed"], signed):
        lines[name] = tuple(_signed(rng, most) for _ in range(years))
    return Table(
        currency=rng.choice(CURRENCIES), scale=rng.choice(tuple(SIZES)), lines=lines,
        years=tuple(range(first, first + years)),
    )  # fmt: skip


def _signed(rng: Random, most: int) -> int:
    return rng.choice((-1, 1)) * rng.randint(most // 20, most // 2)


def _problem(task: Task, name: str, level: Level, key: Sequence[int]) -> Problem:
    unit = f"{task.table.currency} {task.scale or task.table.scale}"
    asked = f"{task.table.written()}\n{task.asked}"
    return problem(
        KIND, asked=asked, answer=plainly(task.result), work=task.work, level=level, unit=unit, facts=(name, *key)
    )  # fmt: skip


def _change(rng: Random, most: int = 200, signed: bool = False) -> Task:
    """The change of one line; of a signed one between a loss and a profit."""
    table = drawn(rng, 3, 2, most, 1 if signed else 0)
    name = list(table.lines)[-1] if signed else rng.choice(list(table.lines))
    if signed:
        first, second = table.lines[name]
        table.lines[name] = (first, second) if first * second < 0 else (first, -second)
    before, after = table.lines[name]
    (old, new), way = table.years, rng.choice(("did {} change", "did {} move"))
    way = way.format(name.lower())
    return Task(
        table=table, operands=(before, after), result=Fraction(after - before),
        asked=f"By how much {way} from {old} to {new}? A decrease is negative.",
        work=f"{name}: {before} in {old}, {after} in {new}. {after} - {_term(before)} = {after - before}.",
    )  # fmt: skip


def _swing(rng: Random) -> Task:
    return _change(rng, 600, signed=True)


def _sum(rng: Random) -> Task:
    table = drawn(rng, 3, 2, 200, 0)
    first, second = rng.sample(list(table.lines), 2)
    place = rng.randrange(2)
    a, b = table.lines[first][place], table.lines[second][place]
    year = table.years[place]
    return Task(
        table=table, operands=(a, b), result=Fraction(a + b),
        asked=f"What do {first.lower()} and {second.lower()} add up to in {year}?",
        work=f"{first} {a}, {second.lower()} {b} in {year}. {a} + {b} = {a + b}.",
    )  # fmt: skip


def _rescaled(rng: Random) -> Task:
    """One amount, asked for in the other scale."""
    table = drawn(rng, 3, 2, 3000, 1)
    name, place = rng.choice(list(table.lines)), rng.randrange(2)
    value, year = table.lines[name][place], table.years[place]
    result, other, way = _other(Fraction(value), table)
    return Task(
        table=table, operands=(value, way == "/"), result=result, scale=other,
        asked=f"What is {name.lower()} in {year}, in {table.currency} {other}? Do not round.",
        work=f"{name} in {year} is {value} {table.scale}. {value} {way} 1000 = {plainly(result)}.",
    )  # fmt: skip


def _other(value: Fraction, table: Table) -> tuple[Fraction, str, str]:
    """The value in the other scale, that scale, and the sign of the operation that leads there."""
    other = next(scale for scale in SIZES if scale != table.scale)
    return value * SIZES[table.scale] / SIZES[other], other, "/" if table.scale == "thousand" else "x"


def _net(rng: Random) -> Task:
    """The sum of all lines of a year, some below zero, in the other scale."""
    table = drawn(rng, 3, 2, 900, 2)
    place = rng.randrange(2)
    values = [line[place] for line in table.lines.values()]
    result, other, way = _other(Fraction(sum(values)), table)
    added = " + ".join([str(values[0]), *map(_term, values[1:])])
    return Task(
        table=table, operands=(*values, way == "/"), result=result, scale=other,
        asked=f"Add up all lines of {table.years[place]}. What is the total in {table.currency} {other}? Do not round.",
        work=f"{added} = {sum(values)}. {sum(values)} {way} 1000 = {plainly(result)}.",
    )  # fmt: skip


def _average(rng: Random) -> Task:
    """The mean of three years of a line with both signs; it comes out whole."""
    table = drawn(rng, 2, 3, 600, 1)
    name = list(table.lines)[-1]
    a, b, c = table.lines[name]
    b = -b if a * b > 0 else b
    c += -(a + b + c) % 3
    table.lines[name] = (a, b, c)
    return Task(
        table=table, operands=(a, b, c), result=Fraction(a + b + c, 3),
        asked=f"What is the average of {name.lower()} over the three years?",
        work=f"{a} + {_term(b)} + {_term(c)} = {a + b + c}. {a + b + c} / 3 = {(a + b + c) // 3}.",
    )  # fmt: skip


def _term(value: int) -> str:
    return f"({value})" if value < 0 else str(value)


OPERATIONS: dict[str, tuple[Callable[[Random], Task], Level, int]] = {
    "change": (_change, "easy", 42),
    "sum": (_sum, "easy", 42),
    "swing": (_swing, "medium", 40),
    "rescaled": (_rescaled, "medium", 40),
    "net": (_net, "hard", 40),
    "average": (_average, "hard", 40),
}
"""What is asked, how hard it is, and how many problems there are."""
