"""A small table and four of its lines: which one is largest, moved most, or changed sign? Multiple choice.

One line is the answer and no other comes near. No set of figures is in both splits.
"""

from collections.abc import Callable, Iterator
from fractions import Fraction
from random import Random

from chartered.domains.authoring import Level, generator, split_of, worked_problem
from chartered.domains.contract import Problem
from chartered.domains.finance.facts import DOMAIN, ONE_IN
from chartered.domains.finance.problems.table import Table, draw_table

KIND = "reading"
Scores = dict[str, Fraction]


def problems() -> Iterator[Problem]:
    """The problems, question by question."""
    for name, (asked, score, level, count) in QUESTIONS.items():
        rng = generator(KIND, name)
        places = [place for _ in range(0, count, 4) for place in rng.sample(range(4), 4)][:count]
        while places:
            table = _table(rng, name)
            scores = {line: score(*values) for line, values in table.lines.items()}
            best, second = sorted(scores.values(), reverse=True)[:2]
            if _is_clear(name, best, second):
                yield _problem(rng, table, name, asked.format(*table.years), level, scores, places.pop())


def _is_clear(name: str, best: Fraction, second: Fraction) -> bool:
    return best > 0 >= second if name == "turned" else best > 0 and best - second >= Fraction(1, 20) * abs(best)


def _table(rng: Random, name: str) -> Table:
    """Four lines; two may be below zero where signs are what is asked about."""
    return draw_table(rng, 4, 2, 900 if name in ("share", "turned") else 200, {"share": 0}.get(name, 2))


def _problem(rng: Random, table: Table, name: str, asked: str, level: Level, scores: Scores, place: int) -> Problem:
    """The problem, with the answer at that place among the options."""
    answer = max(scores, key=lambda line: scores[line])
    others = rng.sample([line for line in table.lines if line != answer], 3)
    before, after = table.lines[answer]
    old, new = table.years
    return worked_problem(
        domain=DOMAIN,
        kind=KIND,
        split=split_of(KIND, name, *sorted(table.lines.values()), one_in=ONE_IN),
        asked=f"{table.written()}\n{asked}",
        answer=answer,
        work=f"{answer}: {before} in {old}, {after} in {new}. {REASONS[name].format(before=before, after=after)}",
        level=level,
        options=(*others[:place], answer, *others[place:]),
    )


def _largest(before: int, after: int) -> Fraction:
    return Fraction(after)


def _rise(before: int, after: int) -> Fraction:
    return Fraction(after - before)


def _fall(before: int, after: int) -> Fraction:
    return Fraction(before - after)


def _turned(before: int, after: int) -> Fraction:
    """1 for a line that went from above to below zero, else 0."""
    return Fraction(before > 0 > after)


def _share(before: int, after: int) -> Fraction:
    """The fall in parts of what there was."""
    return Fraction(before - after, before)


QUESTIONS: dict[str, tuple[str, Callable[[int, int], Fraction], Level, int]] = {
    "largest": ("Which line is the largest in {1}?", _largest, "easy", 40),
    "rise": ("Which line rose by the largest amount from {0} to {1}?", _rise, "medium", 40),
    "fall": ("Which line fell by the largest amount from {0} to {1}?", _fall, "medium", 30),
    "turned": ("Which line was positive in {0} and negative in {1}?", _turned, "hard", 25),
    "share": ("Which line fell by the largest percentage from {0} to {1}?", _share, "hard", 25),
}
REASONS = {
    "largest": "No other line is above {after}.",
    "rise": "No other line rose by as much.",
    "fall": "No other line fell by as much.",
    "turned": "Only this line changed from plus to minus.",
    "share": "No other line fell by so large a part of {before}.",
}
