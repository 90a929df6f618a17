"""Citations: written in the usual form from a table of short names, and checked against a table of volumes.

`citation` asks for volume, short name and first page of a made-up decision in a reporter that exists; **that such a
case exists is not said**, and most do not. `reporter` gives an invented table of series with volumes and years, and
asks which of four citations fits it. No volume and page of a reporter, and no four citations, are in both splits.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from chartered.domains.authoring.splits import LEVELS, generator
from chartered.domains.contract import Problem
from chartered.domains.legal.making import Level, aged, facts, problem

FORM, TABLE = "citation", "reporter"
EACH_FORM, EACH_TABLE = 50, 60
"""Problems of each level."""

PAGES = ((2, 9), (10, 99), (100, 900), (1000, 1400))
"""Ranges of first pages, one as often as another, so that lengths differ."""

STYLE = "Rule: A citation is the volume, the short name of the reporter and the first page, and nothing else."
FITTING = (
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


def forms() -> Iterator[Problem]:
    """Problems on writing a citation, level by level."""
    for level in LEVELS:
        for number in range(EACH_FORM):
            yield _form(generator(FORM, level, number), level)


def tables() -> Iterator[Problem]:
    """Problems on the table of series, level by level."""
    for level in LEVELS:
        for number in range(EACH_TABLE):
            yield _table(generator(TABLE, level, number), level)


def _form(rng: Random, level: Level) -> Problem:
    """Easy: the reporter's short name is given. Medium: with numbers that do not belong. Hard: of two decisions."""
    reporters = facts("citation")["reporters"]
    chosen = rng.sample(list(reporters), {"easy": 1, "medium": 3, "hard": 4}[level])
    cases = [(name, rng.randint(2, reporters[name]["volumes"]), rng.randint(2, 1200)) for name in chosen]
    short = "; ".join(f"{reporters[name]['short']} = {name}" for name in sorted(chosen))
    matters = rng.sample(facts("citation")["matters"], 2)
    told = [
        _told(rng, case, matter, level)
        for case, matter in zip(cases[: 2 if level == "hard" else 1], matters, strict=False)
    ]
    rng.shuffle(told)
    name, volume, page = cases[0]
    answer = f"{volume} {reporters[name]['short']} {page}"
    asked = f"{' '.join(told)} Short names: {short}. {STYLE} Write the citation of the decision on {matters[0]}."
    work = f"Volume {volume}, short name {reporters[name]['short']}, first page {page}."
    return problem(FORM, asked=asked, answer=answer, work=work, level=level, facts=(name, volume, page))


def _told(rng: Random, case: tuple[str, int, int], matter: str, level: Level) -> str:
    name, volume, page = case
    told = f"A decision on {matter} stands in volume {volume} of the {name}, from page {page}"
    if level == "easy":
        return f"{told}."
    docket, quoted = rng.randint(100, 999), page + rng.randint(1, 9)
    return f"{told} to page {page + rng.randint(10, 30)}; its docket number is {docket}, and page {quoted} is quoted."


def _table(rng: Random, level: Level) -> Problem:
    series, right, ruling, wrong = _options(rng, level)
    listed = "; ".join(map(str, series))
    asked = f"{aged(rng, 'client')} asks which citation can be right. Table: {listed}. {FITTING} Which citation fits?"
    volume, year = right.split()[0], right[-5:-1]
    work = (
        f"{ruling.name} has volumes 1 to {ruling.volumes} and years {ruling.years[0]} to {ruling.years[1]}; volume "
        f"{volume} and year {year} fit."
    )
    options = tuple(rng.sample([right, *wrong], 4))
    return problem(
        TABLE, asked=asked, answer=right, work=work, level=level, facts=tuple(sorted(options)), options=options
    )


def _series(rng: Random, level: Level) -> list[Series]:
    """One series of each of two reporters; medium and hard have a second one that follows on the first."""
    found = []
    for name in rng.sample(facts("citation")["invented"], 2 if level != "hard" else 1):
        begun, split = rng.randint(1880, 1930), rng.randint(1945, 1975)
        found.append(Series(name=name, volumes=rng.randint(40, 300), years=(begun, split)))
        if level != "easy":
            found.append(
                Series(name=f"{name} 2d", volumes=rng.randint(40, 300), years=(split + 1, rng.randint(1990, 2019)))
            )
    return found


def _options(rng: Random, level: Level) -> tuple[list[Series], str, Series, list[str]]:
    """The table, the citation that fits, its series, and three that do not fit.

    The right one is as often the shortest, or that of the lowest volume, as the second, third or last.
    """
    flaws = {"easy": ("volume", "unknown"), "medium": ("volume", "year", "unknown"), "hard": ("volume", "year")}[level]
    places = rng.randrange(4), rng.randrange(4)
    while True:
        series = _series(rng, level)
        right, ruling = _fitting(rng, rng.choice(series))
        wrong = [_unfit(rng, series, flaws[i % len(flaws)]) for i in range(3)]
        if _place(right, wrong, _volume) != places[0]:
            continue
        for _ in range(20):  # names may differ by more letters than pages can make up for
            right, *wrong = (_paged(rng, one) for one in (right, *wrong))
            if _place(right, wrong, len) == places[1]:
                return series, right, ruling, wrong


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
