"""Swapping the group of the person in a text, grammar kept, or saying why that is not safe.

What a text tells of the group is swapped as a whole: by name where names of the pack's lists stand in it, by word
(pronouns, nouns, titles), by age, or by mention. A text that tells nothing gets a mention put in ("a 40-year-old Black
man"). The neutral swap changes as much and tells no group: another name of the same group, an age one year on, or a
detail. Rules, not a parser: what they cannot decide is left out and counted, and English is the only language.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chartered.audit.probes.base.insertion import after_first_sentence, pick
from chartered.audit.probes.swaps.attributes import Group, Pack
from chartered.audit.probes.swaps.grammar import (
    before_person,
    last_question,
    person_places,
    spliced,
    stem_pattern,
    word_pattern,
)
from chartered.audit.probes.swaps.names import (
    Edit,
    FoundName,
    UnsafeSwapError,
    find_names,
    name_edits,
    only_group,
)
from chartered.audit.probes.swaps.sex import gendered_words, sex_edits, sex_of

_AGE = re.compile(r"(?<![\w.])(?P<years>\d{1,3})(?=[\s-]years?[\s-]old(?![\w-]))")
_SPAN = re.compile(r"(?<![\w.])(\d{1,3})[\s-]+(?:pack-)?years?(?![\s-]old)(?!\w)")
_LONG = re.compile(r"\b(?:fifteen|twenty|thirty|forty|fifty|sixty)(?:-\w+)?\s+years?\b", re.IGNORECASE)
_ORIGIN = re.compile(r"(?:[\w-]+\s+){1,4}?(?:who (?:is|was) )?(?:originally )?from [A-Z]")
_SENTENCE_END = re.compile(r"[.?!]\s")
_IN_OPTION = re.compile(r"\b(?:years?|year-olds?|aged?)\b", re.IGNORECASE)
_PREDICATE = re.compile(r"\b(?:is|was|are|were|as)\s+$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What swaps of all attributes share."""

    people: tuple[str, ...]
    """Words for a person."""
    details: tuple[str, ...]
    """Adjectives that tell no group."""
    sentences: tuple[str, ...]
    """Irrelevant sentences, where no word for a person is found."""
    seed: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Swap:
    """One text in every group of an attribute."""

    by_group: Mapping[str, str]
    """The text of the group that it was told in is the given one, unchanged."""
    neutral: str
    own: str | None
    """The group that the given text tells; None where it tells none."""
    by_name: bool


def swap(text: str, options: Sequence[str], pack: Pack, setting: Setting, item: str) -> Swap | str:
    """The text in every group of the pack, or the reason why that is not safe."""
    try:
        _refuse_tied(text, options, pack)
        return _BY[pack.how](text, pack, setting, item)
    except UnsafeSwapError as reason:
        return str(reason)


def _refuse_tied(text: str, options: Sequence[str], pack: Pack) -> None:
    if stem_pattern(pack.tied).search("\n".join([text, *options])):
        raise UnsafeSwapError("its content is tied to the attribute")
    named = [word_pattern(_told(group)) for group in pack.groups.values()]
    listed = "\n".join(options)
    if any(pattern.search(listed) for pattern in named) or (pack.how == "years" and _IN_OPTION.search(listed)):
        raise UnsafeSwapError("an option names a group")
    if find_names(listed, pack.model_copy(update={"groups": _without_surnames(pack)})):
        raise UnsafeSwapError("an option names a person")


def _told(group: Group) -> list[str]:
    """Every word but names that tells the group."""
    words = [word for role, of in group.words.items() if role != "title" for word in of]
    adjectives = [group.say] if group.say and group.say.lower() not in group.colours else []
    return [*adjectives, *group.terms, *words, *group.plurals]


def _without_surnames(pack: Pack) -> dict[str, Group]:
    return {name: group.model_copy(update={"surnames": ()}) for name, group in pack.groups.items()}


def _by_words(text: str, pack: Pack, setting: Setting, item: str) -> Swap:
    names = find_names(text, pack)
    own = sex_of(text, pack, names)
    if own is None:
        if gendered_words(text, pack):
            raise UnsafeSwapError("a companion alone tells the group")
        return _put_in(text, pack, setting, item)
    question = text[last_question(text) :]
    nouns = [role for _, _, roles in gendered_words(question, pack) for role in roles & {"adult", "sex", "child"}]
    if nouns and len(question) < len(text):
        raise UnsafeSwapError("a group is part of what is asked")
    other = next(group for group in pack.groups if group != own)
    edits = [*sex_edits(text, pack, own, other), *name_edits(names, pack, other, setting.seed, item)]
    return Swap(
        by_group={group: text if group == own else spliced(text, edits) for group in pack.groups},
        neutral=_renamed(text, names, pack, own, setting, item) or _with_detail(text, setting, item),
        own=own,
        by_name=bool(names),
    )


def _by_years(text: str, pack: Pack, setting: Setting, item: str) -> Swap:
    matches = list(_AGE.finditer(text))
    ages = {int(match["years"]) for match in matches}
    if not ages:
        raise UnsafeSwapError("no age is given")
    if len(ages) > 1:
        raise UnsafeSwapError("two ages are given")
    age = ages.pop()
    if not 18 <= age <= 110:
        raise UnsafeSwapError("not the age of an adult")
    years = {name: group.years or 0 for name, group in pack.groups.items()}
    longest = max((int(match[1]) for match in _SPAN.finditer(text)), default=0)
    if longest > min(years.values()) - 18 or _LONG.search(text):
        raise UnsafeSwapError("a history longer than the youngest age allows")

    def aged(new: int) -> str:
        return spliced(text, [(match.start("years"), match.end("years"), str(new)) for match in matches])

    own = next((name for name, given in years.items() if given == age), None)
    return Swap(
        by_group={name: aged(given) for name, given in years.items()}, neutral=aged(age + 1), own=own, by_name=False
    )


def _by_mention(text: str, pack: Pack, setting: Setting, item: str) -> Swap:
    names = find_names(text, pack)
    mentions = list(_mentions(text, pack, setting))
    own = only_group({name.group for name in names} | {group for _, _, group in mentions}, "two groups are named")
    if own is None:
        return _put_in(text, pack, setting, item)
    if any(start >= last_question(text) > 0 for start, _, _ in mentions):
        raise UnsafeSwapError("a group is part of what is asked")
    swapped = {}
    for group, of in pack.groups.items():
        edits = name_edits(names, pack, group, setting.seed, item) if names and group != own else []
        edits += [(start, end, of.say or group) for start, end, _ in mentions if group != own]
        swapped[group] = spliced(text, edits)
    neutral = _renamed(text, names, pack, own, setting, item) or _with_detail(text, setting, item)
    return Swap(by_group=swapped, neutral=neutral, own=own, by_name=bool(names))


def _mentions(text: str, pack: Pack, setting: Setting) -> Iterator[tuple[int, int, str]]:
    """Where groups are told before a person; the same words elsewhere, but for colours, make the swap unsafe."""
    for name, group in pack.groups.items():
        for match in word_pattern([*_told(group), *group.colours]).finditer(text):
            if before_person(text, match.end(), setting.people):
                yield match.start(), match.end(), name
            elif match[0].lower() not in group.colours or _PREDICATE.search(text[: match.start()]):
                raise UnsafeSwapError("a group is named elsewhere than before a person")


def _put_in(text: str, pack: Pack, setting: Setting, item: str) -> Swap:
    place = next(person_places(text, setting.people), None)
    if place is None:
        raise UnsafeSwapError("no place to mention a group")
    if _ORIGIN.match(text, place):
        raise UnsafeSwapError("the person's origin is told")
    colours = word_pattern([colour for group in pack.groups.values() for colour in group.colours])
    if colours.search(text, *_near(text, place)):
        raise UnsafeSwapError("a word that may tell the group stands near the person")
    return Swap(
        by_group={name: _inserted(text, place, group.say or name) for name, group in pack.groups.items()},
        neutral=_with_detail(text, setting, item),
        own=None,
        by_name=False,
    )


def _near(text: str, place: int) -> tuple[int, int]:
    """The sentence up to a place."""
    return max((match.end() for match in _SENTENCE_END.finditer(text, 0, place)), default=0), place


def _inserted(text: str, place: int, adjective: str) -> str:
    return spliced(text, [(place, place, f"{adjective} ")])


def _with_detail(text: str, setting: Setting, item: str) -> str:
    place = next(person_places(text, setting.people), None)
    if place is None:
        return after_first_sentence(text, pick(setting.sentences, setting.seed, item, "sentence"))
    return _inserted(text, place, pick(setting.details, setting.seed, item, "detail"))


def _renamed(text: str, names: list[FoundName], pack: Pack, own: str, setting: Setting, item: str) -> str | None:
    """The text with other names of the same group, None where it has no names."""
    edits: list[Edit] = name_edits(names, pack, own, setting.seed, item)
    return spliced(text, edits) if edits else None


_BY = {"words": _by_words, "years": _by_years, "mention": _by_mention}
