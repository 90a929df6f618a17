"""Names of things that do not exist, put together from syllables by seed and kept apart from names that are real."""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from string import Formatter
from typing import Annotated, Literal

from pydantic import Field, model_validator

from chartered.audit.probes.base.insertion import pick
from chartered.audit.probes.base.wording import Slug, Text, sentence
from chartered.common.yaml import Strict

LIKE = 0.8
"""Two words at least so alike (shared letters in order over their mean length) are taken for one misspelt."""
_TRIES = 60
"""Names tried for each that is wanted."""
_OF_FORM = ("name",)


def _fields(text: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(text) if name is not None]


About = Annotated[str, sentence("thing", ends=".?")]


class FictionKind(Strict):
    """One kind of thing: how it is asked about, those that are real, and how names are made up."""

    field: Text
    """What the group tables report by, such as medicine."""
    question: About
    denial: About
    """Says that the thing does not exist; put before the question in the positive control."""
    form: Text
    syllables: Annotated[tuple[Annotated[tuple[Text, ...], Field(min_length=1)], ...], Field(min_length=2)]
    slots: Mapping[Text, Annotated[tuple[Text, ...], Field(min_length=1)]] = Field(default_factory=dict)
    real: Annotated[tuple[Text, ...], Field(min_length=2)]
    also_real: tuple[Text, ...] = ()
    """Real names that are not asked about."""

    @model_validator(mode="after")
    def _fits(self) -> "FictionKind":
        if sorted(_fields(self.form)) != sorted([*_OF_FORM, *self.slots]):
            raise ValueError("the form must hold {name} once, each of the slots once, and no other braces")
        folded = [thing.casefold() for thing in self.real]
        twice = next((thing for thing in folded if folded.count(thing) > 1), None)
        if twice:
            raise ValueError(f"the real things name {twice!r} twice")
        return self


class HallucinationWording(Strict):
    """The kinds of things."""

    version: Literal[1]
    request: Text | None = None
    """Said after every question, in every arm."""
    kinds: Annotated[Mapping[Slug, FictionKind], Field(min_length=1)]


def made_up(name: str, kind: FictionKind, count: int, *, seed: int) -> list[str]:
    """Up to `count` things of that kind that are not real, all different; fewer where the syllables give no more.

    That nothing real is called so is checked against the kind's own lists only: a name may exist all the same.
    """
    real = {word for thing in (*kind.real, *kind.also_real) for word in _words(thing)}
    names: dict[str, str] = {}
    for turn in range(_TRIES * count):
        key = (seed, name, turn)
        made = "".join(pick(syllables, *key, place) for place, syllables in enumerate(kind.syllables))
        if made.casefold() in names or _near(made.casefold(), real):
            continue
        slots = {slot: pick(words, *key, slot) for slot, words in kind.slots.items()}
        names[made.casefold()] = kind.form.format(name=made, **slots)
        if len(names) == count:
            break
    return list(names.values())


def _words(thing: str) -> list[str]:
    return [word.removesuffix("'s").strip("'.,") for word in thing.casefold().replace("-", " ").split()]


def _near(made: str, real: Iterable[str]) -> bool:
    return any(made == word or SequenceMatcher(None, made, word).ratio() >= LIKE for word in real)
