"""The handbook: the facts of `data/` told in prose, several times in other words, for continued pretraining.

It tells single facts and pairs of them. Held-out problems combine facts in ways, or ask for values, that it does not
hold; the facts themselves are in it.
"""

from collections.abc import Iterator

from chartered.domains.authoring import generated_corpus, generator
from chartered.domains.contract import Document
from chartered.domains.medical.facts import (
    LICENCE,
    Analyte,
    Caution,
    Condition,
    Drug,
    analytes,
    cautions,
    conditions,
    drugs,
)

VERSIONS = 3
"""Tellings of each fact."""

FINDING = (
    "A finding of {name} is {finding}.",
    "A patient with {name} may have {finding}.",
    "Think of {name} with {finding}.",
    "One sign that points to {name} is {finding}.",
    "Typical of {name}: {finding}.",
)
PAIR = (
    "The findings {first} and {second} point to {name}.",
    "In {name} one may see {first} and {second}.",
    "A patient with {first} and {second} may have {name}.",
)
RANGE = (
    "The range of {name} in adults is {low} to {high}{unit}.",
    "{article} {name} below {low}{unit} is low.",
    "{article} {name} above {high}{unit} is high.",
    "{article} {name} between {low} and {high} is normal.",
    "When the {name} is under {low} it is called low, and when it is over {high} it is called high.",
)
DOSING = (
    "The drug {name} is used for {use}. The dose is {dose} mg/kg.",
    "Children may be given {name} for {use} at {dose} mg/kg.",
    "To find the dose of {name} in mg, multiply {dose} mg/kg by the weight in kg.",
    "For each kg of weight, {name} needs {dose} mg.",
)
AVOID = (
    "In {condition}, {drug} is avoided: it {why}.",
    "In {condition}, {drug} must not be given, because it {why}.",
    "A patient who {has} should not take {drug}.",
    "Because {drug} {why}, it is not safe in {condition}.",
)


def handbook() -> Iterator[Document]:
    """The documents, each fact in `VERSIONS` of them."""
    for version in range(VERSIONS):
        for condition in conditions():
            yield _document("diagnosis", _condition(condition, version))
        for analyte in analytes():
            yield _document("laboratory", _turned(_analyte(analyte), analyte.name, version))
        for drug in drugs():
            yield _document("dosing", _turned(_drug(drug), drug.name, version))
        for caution in cautions():
            yield _document("contraindication", _turned(_caution(caution), caution.condition, version))


HANDBOOK = generated_corpus(
    "handbook", "findings, reference ranges, doses and drugs to avoid, in plain sentences", handbook, LICENCE
)


def _document(topic: str, sentences: list[str]) -> Document:
    text = " ".join(sentence[0].upper() + sentence[1:] for sentence in sentences)
    return Document(text=text, source=f"medical/handbook/{topic}", licence=LICENCE)


def _turned(sentences: list[str], key: str, version: int) -> list[str]:
    """The sentences in an order of their own, turned by one place for each version, so that no two are alike."""
    mixed = generator("handbook", key).sample(sentences, len(sentences))
    return mixed[version:] + mixed[:version]


def _condition(condition: Condition, version: int) -> list[str]:
    rng = generator("handbook", condition.name, version)
    name, findings = condition.name, rng.sample(condition.findings, len(condition.findings))
    single = [rng.choice(FINDING).format(name=name, finding=finding) for finding in findings]
    pairs = zip(findings[::2], findings[1::2], strict=False)
    return single + [rng.choice(PAIR).format(name=name, first=first, second=second) for first, second in pairs]


def _analyte(analyte: Analyte) -> list[str]:
    limits = {"low": analyte.written(analyte.low), "high": analyte.written(analyte.high)}
    unit = f" {analyte.unit}" if analyte.unit else ""
    article = analyte.article.capitalize()
    return [template.format(name=analyte.name, article=article, unit=unit, **limits) for template in RANGE]


def _drug(drug: Drug) -> list[str]:
    return [template.format(name=drug.name, use=drug.use, dose=drug.dose) for template in DOSING]


def _caution(caution: Caution) -> list[str]:
    return [
        template.format(condition=caution.condition, drug=drug, why=why, has=caution.has)
        for drug, why in caution.avoid.items()
        for template in AVOID
    ]
