"""News about a listed company: positive, neutral or negative? Easy ones tell an event; the others compare figures.

The question says what is to be judged by, so that the label follows: good or bad for shareholders, or the reported
figure against the expected one. Every company has as many news of each label and level, in each split, as every other:
its name carries no information. No company with the same event, or the same figures, is in both splits.
"""

from collections.abc import Iterator, Mapping
from random import Random

from chartered.domains.authoring import LEVELS, Level, generator, worked_problem
from chartered.domains.contract import Problem, Split
from chartered.domains.finance.facts import DOMAIN, facts

KIND = "sentiment"
LABELS = ("positive", "neutral", "negative")
CELLS = 12
"""Problems of each company: label and level go round, four of each label and four of each level."""
FOLDS = 4
"""One cell in four is held out, another one for each company: one of each label and one of each level."""
BY_EVENT = "To shareholders of {company}, is this news positive, neutral or negative?"
BY_FORECAST = "Judged by what analysts had expected, is this news positive, neutral or negative for {company}?"


def companies() -> tuple[str, ...]:
    """The companies, by name."""
    return tuple(name for row in facts("companies")["companies"] for name in row)


def problems() -> Iterator[Problem]:
    """The problems, company by company."""
    for place, company in enumerate(companies()):
        rng = generator(KIND, company)
        events = {label: _events(label, place) for label in LABELS}
        for cell in range(CELLS):
            label, level = LABELS[(place + cell) % 3], LEVELS[cell // 4]
            split: Split = "heldout" if (place + cell) % FOLDS == 0 else "train"
            if level == "easy":
                yield _event(rng, company, label, events[label].pop(), split)
            else:
                yield _figures(rng, company, label, level, split)


def _events(label: str, place: int) -> list[Mapping[str, str]]:
    """Two events for the company at that place, so that each is told of about as many companies as every other."""
    rows = facts(KIND)[label]
    return [rows[(2 * place + i) % len(rows)] for i in range(2)]


def _event(rng: Random, company: str, label: str, event: Mapping[str, str], split: Split) -> Problem:
    asked = f"{event['text']} {BY_EVENT}".format(company=company)
    return _labelled(rng, company, label, "easy", asked, f"{event['why']}.", split)


def _figures(rng: Random, company: str, label: str, level: Level, split: Split) -> Problem:
    """A figure against a forecast: of a loss the smaller one is better; last year's figure is not a forecast."""
    shape = "medium" if level == "medium" else rng.choice(("loss", "distracted"))
    expected, gap = rng.randint(120, 800), rng.randint(10, 90)
    sign = LABELS.index("neutral") - LABELS.index(label)
    given = expected + sign * gap * (-1 if shape == "loss" else 1)
    other = expected + rng.choice((-1, 1)) * (gap + rng.randint(5, 25))
    news = rng.choice(facts(KIND)[shape]).format(company=company, given=given, expected=expected, other=other)
    asked = f"{news} {BY_FORECAST.format(company=company)}"
    return _labelled(rng, company, label, level, asked, _compared(given, expected, shape == "loss"), split)


def _compared(given: int, expected: int, loss: bool) -> str:
    noun = "A loss of " if loss else ""
    if given == expected:
        return f"{noun}{given} is just what was expected."
    way = ("larger" if given > expected else "smaller") if loss else ("more" if given > expected else "less")
    return f"{noun}{given} is {way} than the {expected} expected."


def _labelled(rng: Random, company: str, label: str, level: Level, asked: str, work: str, split: Split) -> Problem:
    return worked_problem(
        domain=DOMAIN,
        kind=KIND,
        split=split,
        asked=asked,
        answer=label,
        work=work,
        groups={"company": company},
        level=level,
        options=tuple(rng.sample(LABELS, 3)),
    )
