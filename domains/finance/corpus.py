"""The handbook: terms of finance in prose, worked examples of the training split, and news without names.

No company is named: what a model reads over and over about a real company would stay with it. Held-out problems are
not in it.
"""

from collections.abc import Iterator

from chartered.domains.authoring import generated_corpus, generator
from chartered.domains.contract import Document, Problem
from chartered.domains.finance.facts import LICENCE, facts
from chartered.domains.finance.problems import bond, interest, ratio, sentiment, table

VERSIONS = 3
"""Tellings of each term."""
EXAMPLES = 30
"""Worked examples of each kind, from the training split."""

DEFINITION = ("{Name} is {is}.", "By {name} one means {is}.", "What is {name}? It is {is}.")
FORMULA = ("To find it, {how}.", "How it is found: {how}.", "One may {how}.")
MEANING = ("It tells {tells}.", "From it one sees {tells}.", "{Name} shows {tells}.")


def handbook() -> Iterator[Document]:
    """The documents: terms, worked examples, news."""
    for version in range(VERSIONS):
        for name, term in facts("terms").items():
            words = {"name": name, "Name": name[0].upper() + name[1:], **term}
            sentences = [part[version].format(**words) for part in (DEFINITION, FORMULA, MEANING)]
            yield _document("terms", " ".join(sentences))
    for make in (table.problems, ratio.problems, interest.problems, bond.problems):
        yield from (_example(problem) for problem in _training_problems(list(make())))
    for label in sentiment.LABELS:
        for row in facts("sentiment")[label]:
            text = row["text"].format(company="the company")
            yield _document("news", f"{text[0].upper()}{text[1:]} {row['why']}: {label}.")


HANDBOOK = generated_corpus(
    "handbook", "terms, worked examples and unnamed news, in plain sentences", handbook, LICENCE
)


def _document(topic: str, text: str) -> Document:
    return Document(text=text, source=f"finance/handbook/{topic}", licence=LICENCE)


def _training_problems(problems: list[Problem]) -> list[Problem]:
    train = [problem for problem in problems if problem.split == "train"]
    return generator("handbook", train[0].kind).sample(train, EXAMPLES)


def _example(problem: Problem) -> Document:
    work = (problem.solution or "").splitlines()[0]
    unit = f" {problem.unit}" if problem.unit else ""
    return _document(problem.kind, f"{problem.question}\n{work} The result is {problem.answer}{unit}.")
