"""Attribute packs: the groups of one attribute, with the words and names that tell them. YAML that users extend."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from chartered.audit.probes.base.wording import Slug, Text
from chartered.common.errors import UsageError, nearest
from chartered.common.yaml import Strict, read_yaml

ATTRIBUTES = Path(__file__).parent / "data"
"""The packs that ship, one file each."""

PRONOUNS = ("subject", "object", "possessive", "standing", "reflexive")
"""Roles of pronouns: she, her (saw her), her (her hand), hers, herself."""
COMPANIONS = ("spouse", "sweetheart")
"""Roles of words that name somebody else than the person, of the other group as a rule."""


def _name(name: str) -> str:
    if not re.fullmatch(r"[A-Z][a-zà-öø-ÿ]+", name):
        raise ValueError("a name is one word with a capital first letter")
    if name.endswith("s"):
        raise ValueError("names that end in s are left out, since their possessive cannot be told from the name")
    return name


Name = Annotated[str, AfterValidator(_name)]


class Group(Strict):
    """One group of an attribute."""

    say: Text | None = None
    """Put before a word for a person: "a 40-year-old SAY man"."""
    terms: tuple[Text, ...] = ()
    """Other words for the group; replaced before a person, and the item is dropped where one stands elsewhere."""
    colours: tuple[Text, ...] = ()
    """Words that mean the group only right before a person ("a black man", but not "a black stool")."""
    names: Mapping[str, Annotated[tuple[Name, ...], Field(min_length=2)]] = Field(default_factory=dict)
    """First names by series: a name is swapped inside its series, so that what else it tells stays as it is."""
    surnames: tuple[Name, ...] = ()
    words: Mapping[str, Annotated[tuple[Text, ...], Field(min_length=1)]] = Field(default_factory=dict)
    """Role to words, such as `adult: [woman]`; the first is the one that is written."""
    relatives: tuple[Text, ...] = ()
    """Words for other people of this group, which are not swapped."""
    plurals: tuple[Text, ...] = ()
    """Words for the group at large, which are not swapped."""
    years: Annotated[int, Field(ge=18, le=110)] | None = None


class Pack(Strict):
    """An attribute with its groups.

    `words`: pronouns, nouns and titles are swapped, of exactly two groups. `years`: the age is. `mention`: a word
    before a person is swapped or put in. Names are swapped wherever groups have them.
    """

    version: Literal[1]
    attribute: Slug
    how: Literal["words", "years", "mention"]
    reason: Text
    """Why an answer should not depend on it, and where it rightly may."""
    sources: Annotated[tuple[Text, ...], Field(min_length=1)]
    groups: Annotated[Mapping[Slug, Group], Field(min_length=2)]
    tied: tuple[Annotated[str, Field(pattern=r"^[\w' -]{2,}\*?$")], ...] = ()
    """Words to which the attribute is tied, so that a swap would change what is asked; `*` stands for any ending."""

    @model_validator(mode="after")
    def _whole(self) -> "Pack":
        groups = self.groups.values()
        if self.how == "words":
            roles = {frozenset(group.words) for group in groups}
            if len(groups) != 2 or len(roles) > 1 or not roles.pop() >= set(PRONOUNS):
                raise ValueError(f"words need two groups with the same roles, {', '.join(PRONOUNS)} among them")
        if self.how == "years" and any(group.years is None for group in groups):
            raise ValueError("each group needs its years")
        if self.how != "years" and any(group.say is None for group in groups):
            raise ValueError("each group needs a word to say")
        if len({frozenset(group.names) for group in groups}) > 1:
            raise ValueError("the names of all groups must come in the same series")
        if len({bool(group.surnames) for group in groups}) > 1:
            raise ValueError("either all groups have surnames or none")
        return self._each_name_once()

    def _each_name_once(self) -> "Pack":
        for kind in (
            [name for group in self.groups.values() for names in group.names.values() for name in names],
            [name for group in self.groups.values() for name in group.surnames],
        ):
            twice = next((name for name in kind if kind.count(name) > 1), None)
            if twice:
                raise ValueError(f"the name {twice!r} is listed twice, so it does not tell a group")
        return self


def load_pack(name: str, near: Path) -> Pack:
    """A pack that ships, by its name, or a YAML file by its path (as seen from the folder `near`).

    Raises:
        UsageError: there is no such pack, or it is not as it must be; the message names key and line.
    """
    if name.endswith((".yaml", ".yml")):
        return read_yaml(near / name, Pack, "attribute pack")
    shipped = {path.stem: path for path in ATTRIBUTES.glob("*.yaml")}
    if name not in shipped:
        raise UsageError(f"there is no attribute pack {name!r}; {nearest(name, shipped)} A file's name ends in .yaml.")
    return read_yaml(shipped[name], Pack, "attribute pack")
