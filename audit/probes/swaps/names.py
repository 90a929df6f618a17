"""Swapping names of people: those in the lists of a pack for others of the same series, in any group."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from chartered.audit.probes.base.insertion import pick
from chartered.audit.probes.swaps.attributes import Pack
from chartered.audit.probes.swaps.grammar import like

_WORD = re.compile(r"(?<![\w-])[A-ZÀ-ÖØ-Þ][\wÀ-ÖØ-öø-ÿ]+(?![\w-])")
_TITLED = re.compile(r"(?<![\w-])(?:Mr|Mrs|Ms|Miss|Dr|Prof|Professor)\.?\s+$")

Edit = tuple[int, int, str]


class UnsafeSwapError(Exception):
    """The text cannot be swapped safely; the message is the reason under which the item is counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundName:
    """A name that stands in a text."""

    start: int
    end: int
    written: str
    group: str
    series: str
    """The series of a first name; "" for a surname."""

    @property
    def name(self) -> str:
        return self.written.capitalize()


def find_names(text: str, pack: Pack) -> list[FoundName]:
    """The first names of the pack in the text, and surnames after one of them or after a title.

    Raises:
        UnsafeSwapError: the pack has surnames, and one after a first name is none of them.
    """
    first = {n: (group, series) for group, of in pack.groups.items() for series, ns in of.names.items() for n in ns}
    last = {name: (group, "") for group, of in pack.groups.items() for name in of.surnames}
    names: list[FoundName] = []
    for match in _WORD.finditer(text):
        written = match[0]
        name = written.capitalize()
        after_first = names and names[-1].series and text[names[-1].end : match.start()] == " "
        if after_first and last and name not in last:
            raise UnsafeSwapError("a surname that is in no list")
        titled = _TITLED.search(text, 0, match.start())
        known = last.get(name) if after_first or titled else first.get(name)
        if known:
            names.append(
                FoundName(start=match.start(), end=match.end(), written=written, group=known[0], series=known[1])
            )
    return names


def name_edits(names: list[FoundName], pack: Pack, group: str, seed: int, item: str) -> list[Edit]:
    """Each name replaced by one of the group, the same name by the same, different ones by different ones.

    Raises:
        UnsafeSwapError: the names outnumber the list.
    """
    replaced: dict[tuple[str, str], str] = {}
    taken = {each.name for each in names}
    for each in names:
        key = each.series, each.name
        if key not in replaced:
            of = pack.groups[group]
            free = [name for name in (of.names[each.series] if each.series else of.surnames) if name not in taken]
            if not free:
                raise UnsafeSwapError("more names than the lists have")
            replaced[key] = pick(free, seed, item, pack.attribute, group, *key)
            taken.add(replaced[key])
    return [(each.start, each.end, like(replaced[each.series, each.name], each.written)) for each in names]


def only_group(groups: Mapping[str, object] | set[str], reason: str) -> str | None:
    """The one group among them, None where there is none.

    Raises:
        UnsafeSwapError: there are several.
    """
    if len(groups) > 1:
        raise UnsafeSwapError(reason)
    return next(iter(groups), None)
