"""Do the clauses of a contract make a statement true, make it false, or say nothing on it?

Clauses carry numbers or permissions, and the label is computed from these. A statement about a subject on which no
clause is shown is not mentioned; every subject has clauses and statements of its own. No pair of clause and statement
is in both splits.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from chartered.domains.authoring import Level, generator, split_of, worked_problem
from chartered.domains.contract import Problem
from chartered.domains.legal.facts import ONE_IN, aged, facts

KIND = "clause"
ENTAILED, CONTRADICTED, NOT_MENTIONED = LABELS = ("entailment", "contradiction", "not mentioned")
EACH: dict[Level, int] = {"easy": 28, "medium": 28, "hard": 28}
"""Problems of each level and label."""
SHOWN: dict[Level, int] = {"easy": 1, "medium": 3, "hard": 3}
"""Clauses of each level."""

RULE = (
    "Rule: It is entailment if the clauses make the statement true, contradiction if they make it false, and not "
    "mentioned if no clause is about its subject. Nothing else was agreed."
)


@dataclass(frozen=True, kw_only=True)
class Term:
    """A clause, a statement on its subject, and what the clause says of it."""

    subject: str
    clause: str
    statement: str
    label: str
    why: str


def problems() -> Iterator[Problem]:
    """The problems, level by level and label by label; none is there twice."""
    for level, count in EACH.items():
        for label in LABELS:
            seen: set[tuple[str, ...]] = set()
            rng = generator(KIND, level, label)
            while len(seen) < count:
                shown, stated = _terms(rng, level, label)
                key = (stated.statement, *sorted(each.clause for each in shown))
                if key not in seen:
                    seen.add(key)
                    yield _problem(rng, shown, stated, level, label)


def subjects() -> list[str]:
    """The subjects that clauses are about."""
    return [*facts("clause")["numbers"], *facts("clause")["permissions"]]


def _terms(rng: Random, level: Level, label: str) -> tuple[list[Term], Term]:
    """The clauses that are shown, and the one whose statement is asked about."""
    while True:
        chosen = rng.sample(subjects(), SHOWN[level] + 1)
        if level == "hard":  # one clause has an exception, whatever the label
            chosen = list(dict.fromkeys([*rng.sample(list(facts("clause")["numbers"]), 2), *chosen]))
        excepted = {"easy": 0, "medium": 0, "hard": 2 if label == NOT_MENTIONED else 1}[level]
        stated, *others = [_term(rng, subject, excepted=i < excepted) for i, subject in enumerate(chosen)]
        if label == NOT_MENTIONED:
            return others[: SHOWN[level]], stated
        if stated.label == label:
            return [stated, *others][: SHOWN[level]], stated


def _term(rng: Random, subject: str, *, excepted: bool) -> Term:
    numbers: Mapping[str, Any] = facts("clause")["numbers"]
    if subject in numbers:
        return (_excepted if excepted else _number)(rng, subject, numbers[subject])
    return _permission(rng, subject, facts("clause")["permissions"][subject])


def _number(rng: Random, subject: str, row: Mapping[str, Any]) -> Term:
    value, stated = rng.choice(row["values"]), rng.choice(row["values"])
    return Term(
        subject=subject,
        clause=row["clause"].format(v=f"{value:,}"),
        statement=row["statement"].format(w=f"{stated:,}"),
        label=ENTAILED if _fits(row["true"], stated, value) else CONTRADICTED,
        why=_comparison(row["true"], stated, value),
    )


def _excepted(rng: Random, subject: str, row: Mapping[str, Any]) -> Term:
    """A clause with another value for a special case; the statement fits one of the two values and not the other."""
    value, other = rng.sample(row["values"], 2)
    between = [v for v in row["values"] if _fits(row["true"], v, value) != _fits(row["true"], v, other)]
    stated, inside = rng.choice(between), rng.random() < 0.5
    ruling = other if inside else value
    case = f"The exception {'applies' if inside else 'does not apply'}."
    return Term(
        subject=subject,
        clause=f"{row['clause'].format(v=f'{value:,}')} {row['exception'].format(x=f'{other:,}')}",
        statement=row["inside" if inside else "outside"].format(w=f"{stated:,}"),
        label=ENTAILED if _fits(row["true"], stated, ruling) else CONTRADICTED,
        why=f"{case} {_comparison(row['true'], stated, ruling)}",
    )


def _permission(rng: Random, subject: str, row: Mapping[str, Any]) -> Term:
    form = rng.choice(list(_PERMISSIONS))
    clause, truths = _PERMISSIONS[form]
    stated = rng.choice(list(truths))
    return Term(
        subject=subject,
        clause=clause.format(**row),
        statement=_STATEMENTS[stated].format(**row),
        label=ENTAILED if truths[stated] else CONTRADICTED,
        why=_WHY[form],
    )


_PERMISSIONS: Mapping[str, tuple[str, Mapping[str, bool]]] = {
    "free": ("{who} may {do} without asking.", {"free": True, "consent": False, "never": False}),
    "consent": (
        "{who} may {do} only with written consent.",
        {"free": False, "consent": True, "never": False},
    ),
    "never": ("{who} must not {do}, not even with consent.", {"free": False, "consent": False, "never": True}),
}
"""Form of a clause, and which statements it makes true."""
_STATEMENTS = {
    "free": "{who} may {do} even without consent.",
    "consent": "{who} may {do} if written consent was given, and not without it.",
    "never": "{who} may {do} in no case.",
}
_WHY = {
    "free": "The clause allows it without asking.",
    "consent": "The clause allows it with written consent only.",
    "never": "The clause forbids it in every case.",
}

_FITS: Mapping[str, Callable[[int, int], bool]] = {
    "at least": lambda stated, value: stated >= value,
    "at most": lambda stated, value: stated <= value,
}


def _fits(relation: str, stated: int, value: int) -> bool:
    """Whether the statement is true: its number must be at least, or at most, that of the clause."""
    return _FITS[relation](stated, value)


def _comparison(relation: str, stated: int, value: int) -> str:
    is_so = "is" if _fits(relation, stated, value) else "is not"
    return f"{stated:,} {is_so} {relation} {value:,}."


def _problem(rng: Random, shown: list[Term], stated: Term, level: Level, label: str) -> Problem:
    listed = " ".join(f"({i}) {each.clause}" for i, each in enumerate(rng.sample(shown, len(shown)), start=1))
    opening = f"{aged(rng, 'client')} asks about a contract:"
    why = "No clause is about this." if label == NOT_MENTIONED else stated.why
    # what is not mentioned is combined with every clause; the rest with the one that decides it
    combined = sorted(each.clause for each in shown) if label == NOT_MENTIONED else [stated.clause]
    return worked_problem(
        domain="legal",
        kind=KIND,
        split=split_of(KIND, *combined, stated.statement, one_in=ONE_IN),
        asked=f'{opening} {listed} Statement: "{stated.statement}" {RULE} Which is it?',
        answer=label,
        work=why,
        level=level,
        options=tuple(rng.sample(LABELS, 3)),
    )
