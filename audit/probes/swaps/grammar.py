"""The English that a swap must get right: articles, capitals, and the place before a word for a person."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

_FUNCTION_WORDS = (
    "a an the this that these those and or but nor so yet if then than because since while when where after before "
    "until although though unless as at by for from in into of off on onto out over to toward towards under up upon "
    "with within without about above across against along among around behind below beneath beside between beyond "
    "despite during except inside near outside per through throughout via is are was were be been being am has have "
    "had having do does did can could may might must shall should will would not no also who whom whose which what why "
    "how he she it they we you i him them us me again too there here now later today yesterday either both only "
    "regarding concerning following"
)
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())
"""Words that are never the noun or adjective after a possessive."""

_COMMON_VERBS = (
    "presents comes came complains reports visits arrives undergoes underwent develops applies asks seeks sought wants "
    "works lives says said needs takes took receives feels felt becomes became begins began falls fell goes went gets "
    "got makes made sees saw tells told denies states claims holds runs owns earns pays wishes plans suffers sustains "
    "coughs faints collapses dies returns calls sits stands wakes notices experiences requires"
)
_VERBS = frozenset(_COMMON_VERBS.split())
_PLAIN = frozenset({"man", "woman", "boy", "girl", "male", "female", "gentleman", "lady"})
"""Words for a person that are not the second half of a compound."""
_VOWEL_SOUND = re.compile(r"(?:8|11(?!\d)|18(?!\d)|hour|honest|honou?r|heir)", re.IGNORECASE)
_CONSONANT_SOUND = re.compile(
    r"(?:uni(?!n|m)|use|usu|uk|ur[aeiou]|eu|ewe|one(?![a-z])|once|ouija|u\.?s)", re.IGNORECASE
)
_ARTICLE = re.compile(r"(?<![\w-])([Aa]|[Aa]n|A[Nn])(\s+)$")


def article_before(word: str) -> str:
    """`a` or `an`, by the sound with which the word (or number) starts."""
    if _VOWEL_SOUND.match(word):
        return "an"
    return "an" if word[:1].lower() in set("aeiou") and not _CONSONANT_SOUND.match(word) else "a"


def spliced(text: str, edits: Iterable[tuple[int, int, str]]) -> str:
    """The text with stretches replaced (start, end, new text), each article before one made to fit."""
    parts, done = [], 0
    for start, end, new in sorted(edits):
        before = text[done:start]
        article = _ARTICLE.search(before)
        following = new or text[end:].lstrip()
        if article and following:
            right = article_before(following)
            before = before[: article.start()] + like(right, article[1]) + article[2]
        parts += [before, new]
        done = end
    return "".join([*parts, text[done:]])


def like(word: str, model: str) -> str:
    """The word with the capitals of the one that it replaces."""
    if model.isupper() and len(model) > 1:
        return word.upper()
    return word[:1].upper() + word[1:] if model[:1].isupper() else word


def word_pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Any of the words, whole and not as part of a compound, whatever the capitals; a space may be a hyphen."""
    listed = sorted({word.lower() for word in words}, key=lambda word: (-len(word), word))
    either = "|".join(re.escape(word).replace(r"\ ", r"[\s-]").replace(r"\-", r"[\s-]") for word in listed)
    return re.compile(rf"(?<![\w-])(?:{either or '(?!)'})(?![\w-])", re.IGNORECASE)


@lru_cache(maxsize=32)
def stem_pattern(stems: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words, whatever the capitals; one that ends in `*` with any ending; a space may be a hyphen."""
    listed = [rf"{_either(stem[:-1])}\w*" if stem.endswith("*") else _either(stem) for stem in stems]
    return re.compile(rf"(?<!\w)(?:{'|'.join(listed) or '(?!)'})(?!\w)", re.IGNORECASE)


def _either(words: str) -> str:
    """A pattern for words between which a space may be a hyphen, of any length, and a hyphen a space."""
    return r"[\s\u2010-\u2013-]".join(re.escape(word) for word in re.split("[ -]", words))


@lru_cache(maxsize=32)
def _person(people: Sequence[str]) -> re.Pattern[str]:
    noun = "|".join(sorted(map(re.escape, people), key=len, reverse=True))
    stop = "|".join(sorted(FUNCTION_WORDS))
    return re.compile(
        rf"(?<![\w-])(?:an?|the)\s+(?P<before>(?:(?!(?:{stop})\b)[\w/'’-]+,?\s+){{0,5}}?)"
        rf"(?P<noun>(?:{noun})(?:\s+(?:{noun}))*)(?![\w-]|['’]\w)",
        re.IGNORECASE,
    )


@lru_cache(maxsize=32)
def _noun(people: Sequence[str]) -> re.Pattern[str]:
    noun = "|".join(sorted(map(re.escape, people), key=len, reverse=True))
    age = r"\d+[\s-](?:year|month|week|day)s?[\s-]old\s+"
    return re.compile(rf"\s+(?:{age})?(?P<noun>(?:{noun})(?:\s+(?:{noun}))*)(?![\w-])", re.IGNORECASE)


def person_places(text: str, people: tuple[str, ...]) -> Iterator[int]:
    """Where an adjective can be put: before a word for a person, itself no part of a compound noun.

    Places after "a" or "an", which bring the person in, come first.
    """
    phrases = [
        match for match in _person(people).finditer(text) if _plain(match["noun"]) or _ends_phrase(text[match.end() :])
    ]
    phrases.sort(key=lambda match: (match[0][:1] in "Tt", match.start()))
    return map(_place, phrases)


def _place(match: re.Match[str]) -> int:
    """After an age, else before what goes with the noun ("cancer patient", "software engineer")."""
    age = re.search(r"[\s-]old\s+", match["before"], re.IGNORECASE)
    if age:
        return match.start("before") + age.end()
    return match.start("noun" if _plain(match["noun"]) else "before")


def _plain(noun: str) -> bool:
    return noun.split()[-1].lower() in _PLAIN


def before_person(text: str, end: int, people: tuple[str, ...]) -> bool:
    """Whether the text goes on, after `end`, with a word for a person (an age may stand between)."""
    person = _noun(people).match(text, end)
    if person is None:
        return False
    return _plain(person["noun"]) or _ends_phrase(text[person.end() :].removeprefix("'s").removeprefix("’s"))


def _ends_phrase(rest: str) -> bool:
    """Whether the noun phrase is over, as far as the next word tells."""
    following = re.match(r"\s+([\w'’-]+)", rest)
    if not following:
        return True
    word = following[1].lower()
    return word in FUNCTION_WORDS or word in _VERBS or word.endswith(("ed", "ing", "ly"))


def last_question(text: str) -> int:
    """Where the last sentence starts when it is a question; the length of the text when it is none."""
    if not text.rstrip().endswith(("?", ":")):
        return len(text)
    starts = [match.end() for match in re.finditer(r"[.?!][\"')\]]*\s+(?=[\"'(\[]*[A-Z])", text.rstrip())]
    return starts[-1] if starts else 0
