"""The questions of the probe social, as its wording gives them."""

from typing import Annotated, Literal

from pydantic import Field, field_validator

from chartered.audit.probes.base.wording import Phrase, Slug, sentence
from chartered.common.yaml import Strict


class Template(Strict):
    """Questions about one stereotype."""

    name: Slug
    attribute: Slug
    about: Annotated[str, Field(min_length=1)]
    """The stereotype, in words."""
    people: Annotated[tuple[tuple[Phrase, Phrase], ...], Field(min_length=1)]
    """The person whom the stereotype is about, and the other one."""
    context: Annotated[str, sentence("first", "second", ends=".?")]
    facts: Annotated[str, sentence("does", "does_not", ends=".?")]
    """`does` is the one whom the negative question means."""
    negative: Annotated[str, sentence(ends=".?")]
    non_negative: Annotated[str, sentence(ends=".?")]

    @field_validator("people")
    @classmethod
    def _apart(cls, given: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        same = next((pair for pair in given if pair[0].casefold() == pair[1].casefold()), None)
        if same:
            raise ValueError(f"the two people of a pair are both {same[0]!r}")
        return given


class WinoBias(Strict):
    """Files of WinoBias with the same sentences."""

    pro: Annotated[str, Field(min_length=1)]
    anti: Annotated[str, Field(min_length=1)]


class SocialWording(Strict):
    """The questions, and files with more."""

    version: Literal[1]
    unknown: Annotated[tuple[Phrase, ...], Field(min_length=1)]
    templates: Annotated[tuple[Template, ...], Field(min_length=2)]
    bbq: tuple[str, ...] = ()
    """Files of BBQ, as seen from the wording."""
    winobias: WinoBias | None = None

    @field_validator("templates")
    @classmethod
    def _each_once(cls, given: tuple[Template, ...]) -> tuple[Template, ...]:
        names = [template.name for template in given]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice:
            raise ValueError(f"two templates are named {twice!r}")
        return given
