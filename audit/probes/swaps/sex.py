"""Swapping the sex of the one person that a text is about: pronouns, nouns, titles and names, all of them or none."""

import re

from chartered.audit.probes.swaps.attributes import COMPANIONS, PRONOUNS, Group, Pack
from chartered.audit.probes.swaps.grammar import FUNCTION_WORDS, like, word_pattern
from chartered.audit.probes.swaps.names import Edit, FoundName, UnsafeSwapError, only_group

_TITLE = "title"
# after these, "her" before a noun may be the object ("gave her aspirin") or the possessive ("gave her daughter ...")
_VERBS = (
    "give gives gave given giving offer offers offered offering show shows showed showing tell tells told telling send "
    "sends sent sending bring brings brought bringing ask asks asked asking prescribe prescribes prescribed teach "
    "teaches taught hand hands handed buy buys bought make makes made making cause causes caused causing call calls "
    "called let lets see sees saw seeing hear hears heard feel feels felt watch watches watched help helps helped "
    "helping find finds found finding get gets got getting have had leave leaves left leaving keep keeps kept pay pays "
    "paid cost costs deny denies denied grant grants granted lend lends lent owe owes wish wishes allow allows"
)
_TWO_OBJECTS = frozenset(_VERBS.split())
# after "her" these may go on with the verb ("saw her only once") or with the noun ("her only child")
_EITHER = frozenset(
    {"back", "home", "all", "most", "both", "only", "either", "too", "no"}
    | {"over", "under", "above", "below", "near", "inside", "outside", "now", "then"}
)
# after "his" these begin no noun
_AFTER_STANDING = frozenset(
    {"is", "was", "are", "were", "has", "had", "have", "will", "would", "can", "could", "may", "might", "must"}
    | {"should", "who", "that", "which", "because", "when", "while", "but", "or", "as", "than", "to", "for", "from"}
    | {"in", "on", "at", "by", "with", "since", "after", "before", "if", "so"}
)


def gendered_words(text: str, pack: Pack) -> list[tuple[re.Match[str], str, frozenset[str]]]:
    """Every word of the pack's groups in the text with its group and its possible roles."""
    gendered = []
    for name, group in pack.groups.items():
        for match in word_pattern(_written(group)).finditer(text):
            roles = frozenset(role for role, words in group.words.items() if _is(match[0], words, role))
            if roles:
                gendered.append((match, name, roles))
    return sorted(gendered, key=lambda each: each[0].start())


def sex_of(text: str, pack: Pack, names: list[FoundName]) -> str | None:
    """The group of the person that the text is about, None where no word tells.

    Raises:
        UnsafeSwapError: words tell of two people, or a pronoun may be somebody else's.
    """
    words = gendered_words(text, pack)
    groups = {group for _, group, roles in words if not roles & set(COMPANIONS)}
    own = only_group(groups | {name.group for name in names}, "two people of different groups")
    if any(word_pattern(group.plurals).search(text) for group in pack.groups.values()):
        raise UnsafeSwapError("a group is spoken of at large")
    others = [match.start() for match in word_pattern(pack.groups[own].relatives).finditer(text)] if own else []
    others += [match.start() for match, of, roles in words if of == own and roles & set(COMPANIONS)]
    last = max((match.start() for match, _, roles in words if roles & set(PRONOUNS)), default=-1)
    if last > min(others, default=len(text)):
        raise UnsafeSwapError("a pronoun may belong to a relative")
    return own


def sex_edits(text: str, pack: Pack, own: str, group: str) -> list[Edit]:
    """What to replace so that the person of the group `own` is of the other group; companions change sides too.

    Raises:
        UnsafeSwapError: it cannot be told whether a "her" is object or possessive.
    """
    gendered = gendered_words(text, pack)
    edits: list[Edit] = []
    for match, of, roles in gendered:
        target = group if of == own else own
        role = next(iter(roles)) if len(roles) == 1 else _role(text, match, roles)
        edits.append((match.start(), match.end(), like(pack.groups[target].words[role][0], match[0])))
    return edits


def _role(text: str, match: re.Match[str], roles: frozenset[str]) -> str:
    """Object or possessive ("her"), possessive or standing alone ("his"): decided by the next word, or not at all."""
    following = re.match(r"\s+([\w'’-]+)", text[match.end() :])
    after = following[1].lower() if following else ""
    if "object" in roles:
        before = re.search(r"([\w'-]+)\s+$", text[: match.start()])
        return _object_or_possessive(before[1].lower() if before else "", after)
    if not after or after in _AFTER_STANDING:
        return "standing"
    if after in FUNCTION_WORDS:
        raise UnsafeSwapError("a pronoun that can be read in two ways")
    return "possessive"


def _object_or_possessive(before: str, after: str) -> str:
    if after in _EITHER:
        raise UnsafeSwapError("a pronoun that can be read in two ways")
    if not after or after in FUNCTION_WORDS:
        return "object"
    if before in _TWO_OBJECTS or after.endswith(("ing", "ly")) or after[0].isdigit():
        raise UnsafeSwapError("a pronoun that can be read in two ways")
    return "possessive"


def _written(group: Group) -> list[str]:
    return [word for words in group.words.values() for word in words]


def _is(written: str, words: tuple[str, ...], role: str) -> bool:
    # titles have a capital: "miss" and "ms" in lower case are other words
    if role == _TITLE:
        return written in words
    return written.lower() in words
