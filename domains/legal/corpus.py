"""The handbook: rules in plain words, facts of the calendar, and worked examples from the training problems.

No held-out problem stands in it. The rules are those of the questions: none is the law of any place.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice

from chartered.domains.authoring import generated_corpus, generator
from chartered.domains.contract import Document, Problem
from chartered.domains.legal.dates import MONTHS, WEEKDAYS, after_days, after_months, weekday, written
from chartered.domains.legal.facts import LICENCE, facts
from chartered.domains.legal.problems import citation, clause, deadline, hearsay, jurisdiction, limitation, reporter

VERSIONS = 3
"""Tellings of the rules of each topic, in other orders."""
EXAMPLES = 40
"""Worked examples of each kind."""


def handbook() -> Iterator[Document]:
    """The documents: rules, the calendar, short names of reporters, then examples."""
    for topic, sentences in facts("handbook").items():
        for version in range(VERSIONS):
            mixed = generator("handbook", topic).sample(sentences, len(sentences))
            yield _document(topic, mixed[version:] + mixed[:version])
    for month in range(1, 13):
        yield _document("calendar", _month(month))
    for day in range(7):
        yield _document("calendar", _weekday(day))
    for name, row in facts("citation")["reporters"].items():
        yield _document("citation", _reporter(name, row["short"]))
    yield from _examples()


HANDBOOK = generated_corpus(
    "handbook",
    "rules of deadlines, limits, statements, clauses and citations in plain words, with worked examples",
    handbook,
    LICENCE,
)


def _document(topic: str, sentences: list[str]) -> Document:
    return Document(text=" ".join(sentences), source=f"legal/handbook/{topic}", licence=LICENCE)


def _month(month: int) -> list[str]:
    """How long a month is, and where periods that start in it end."""
    rng = generator("handbook", "month", month)
    first = date(2036, month, 1)
    length = (after_months(first, 1) - first).days
    name, following = MONTHS[month - 1], MONTHS[month % 12]
    length_of_month = f"{name} has {length} days{' in a leap year and 28 in any other' if month == 2 else ''}."
    days = [f"After the last day of {name} comes 1 {following}."]
    for count in rng.sample(range(3, 28), 4):
        start = after_days(first, rng.randint(0, 20))
        days.append(f"{count} days after {written(start)} is {written(after_days(start, count))}.")
    months = rng.randint(2, 9)
    return [
        length_of_month,
        *days,
        f"{months} months after {written(first)} is {written(after_months(first, months))}.",
    ]


def _weekday(number: int) -> list[str]:
    name, rng = WEEKDAYS[number], generator("handbook", "weekday", number)
    working = "is a working day" if number < 5 else "is no working day"
    sentences = [f"{name} {working}.", f"The day after a {name} is a {WEEKDAYS[(number + 1) % 7]}."]
    sentences.append(f"7, 14, 21 and 28 days after a {name} is a {name} again.")
    sentences += [f"{n} days after a {name} is a {WEEKDAYS[(number + n) % 7]}." for n in rng.sample(range(2, 40), 5)]
    day = date(2037, 5, 1) + timedelta(days=rng.randint(0, 90))
    return [*sentences, f"{written(day)} is a {weekday(day)}."]


def _reporter(name: str, short: str) -> list[str]:
    volume, page = generator("handbook", name).sample(range(1, 200), 2)
    return [
        f"The short name of the {name} is {short}.",
        f"Volume {volume} of the {name}, page {page}, is cited as {volume} {short} {page}.",
        f"In {volume} {short} {page} the number before the short name is the volume, and the one after it is the page.",
    ]


def _examples() -> Iterator[Document]:
    """Training problems told as examples, the same number of each kind."""
    for kind in (deadline, limitation, jurisdiction, hearsay, clause, citation, reporter):
        train = [problem for problem in kind.problems() if problem.split == "train"]
        chosen = generator("handbook", train[0].kind).sample(train, len(train))
        yield from map(_example, islice(chosen, EXAMPLES))


def _example(problem: Problem) -> Document:
    work = (problem.solution or "").rsplit("\n", 1)[0]
    return _document(problem.kind, [problem.question, work, f"So the answer is: {problem.answer}."])
