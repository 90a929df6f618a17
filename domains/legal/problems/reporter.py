"""Which of four citations fits an invented table of series with volumes and years?

No four citations are in both splits.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from chartered.domains.authoring import LEVELS, Level, generator, split_of, worked_problem
from chartered.domains.contract import Problem
from chartered.domains.legal.facts import ONE_IN, aged, facts

KIND = "reporter"
EACH = 60
"""Problems of each level."""

PAGES = ((2, 9), (10, 99), (100, 900), (1000, 1400))
"""Ranges of first pages, one as often as another, so that lengths differ."""

RULE = (
    "Rule: A citation is volume, short name, first page and (year). It fits if the table has the series, and the "
    "volume and the year lie in the ranges of that series."
)


@dataclass(frozen=True, kw_only=True)
class Series:
    """A series of an invented reporter."""

    name: str
    volumes: int
    """Its last volume; the first is 1."""
    years: tuple[int, int]

    def __str__(self) -> str:
        return f"{self.name}, volumes 1 to {self.volumes}, years {self.years[0]} to {self.years[1]}"


def problems() -> Iterator[Problem]:
    """The problems, level by level."""
    for level in LEVELS:
        for number in range(EACH):
            yield _problem(generator(KIND, level, number), level)


def _problem(rng: Random, level: Level) -> Problem:
    table, right, series, wrong = _options(rng, level)
    listed = "; ".join(map(str, table))
    asked = f"{aged(rng, 'client')} asks which citation can be right. Table: {listed}. {RULE} Which citation fits?"
    volume, year = right.split()[0], right[-5:-1]
    options = tuple(rng.sample([right, *wrong], 4))
    return worked_problem(
        domain="legal",
        kind=KIND,
        split=split_of(KIND, *sorted(options), one_in=ONE_IN),
        asked=asked,
        answer=right,
        work=f"{series.name} has volumes 1 to {series.volumes} and years {series.years[0]} to {series.years[1]}; "
        f"volume {volume} and year {year} fit.",
        level=level,
        options=options,
    )


def _table(rng: Random, level: Level) -> list[Series]:
    """One series of each of two reporters; medium and hard have a second one that follows on the first."""
    table = []
    for name in rng.sample(facts("citation")["invented"], 2 if level != "hard" else 1):
        begun, split = rng.randint(1880, 1930), rng.randint(1945, 1975)
        table.append(Series(name=name, volumes=rng.randint(40, 300), years=(begun, split)))
        if level != "easy":
            table.append(
                Series(name=f"{name} 2d", volumes=rng.randint(40, 300), years=(split + 1, rng.randint(1990, 2019)))
            )
    return table


def _options(rng: Random, level: Level) -> tuple[list[Series], str, Series, list[str]]:
    """The table, the citation that fits, its series, and three that do not fit.

    The right one is as often the shortest, or that of the lowest volume, as the second, third or last.
    """
    flaws = {"easy": ("volume", "unknown"), "medium": ("volume", "year", "unknown"), "hard": ("volume", "year")}[level]
    places = rng.randrange(4), rng.randrange(4)
    while True:
        table = _table(rng, level)
        right, series = _fitting(rng, rng.choice(table))
        wrong = [_unfit(rng, table, flaws[i % len(flaws)]) for i in range(3)]
        if _place(right, wrong, _volume) != places[0]:
            continue
        for _ in range(20):  # names may differ by more letters than pages can make up for
            right, *wrong = (_paged(rng, one) for one in (right, *wrong))
            if _place(right, wrong, len) == places[1]:
                return table, right, series, wrong


def _place(right: str, wrong: list[str], measure: Callable[[str], int]) -> int | None:
    """How many are below the right one, or None where one of them ties with it."""
    others = [measure(one) for one in wrong]
    return None if measure(right) in others else sum(other < measure(right) for other in others)


def _volume(cited: str) -> int:
    return int(cited.split()[0])


def _fitting(rng: Random, series: Series) -> tuple[str, Series]:
    return _cited(rng, rng.randint(1, series.volumes), series.name, rng.randint(*series.years)), series


def _unfit(rng: Random, among: list[Series], flaw: str) -> str:
    """A citation with one flaw: the volume or the year lies outside its series, or there is no such series."""
    series = rng.choice(among)
    volume, year, name = rng.randint(1, series.volumes), rng.randint(*series.years), series.name
    if flaw == "volume":
        volume = series.volumes + rng.randint(5, 90)
    elif flaw == "year":
        year = rng.choice((series.years[0] - rng.randint(2, 30), series.years[1] + rng.randint(2, 30)))
    else:
        name = f"{name.removesuffix(' 2d')} 4th"
    return _cited(rng, volume, name, year)


def _cited(rng: Random, volume: int, name: str, year: int) -> str:
    return f"{volume} {name} {rng.randint(*rng.choice(PAGES))} ({year})"


def _paged(rng: Random, cited: str) -> str:
    """The citation with another first page."""
    before, _, year = cited.rsplit(" ", 2)
    return f"{before} {rng.randint(*rng.choice(PAGES))} {year}"
