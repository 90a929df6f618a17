"""Names of companies that are ordinary words (Target, Gap, Visa, Best Buy), and whether one is a name where it stands.

Capitals tell: in a text that has some, a hit without those of the listed name is a word ("its price target"), be the
name ordinary or not. Where capitals say nothing (at the start of a sentence, in a headline) the next word may tell
("Target said"); what does not is in doubt. A name that is listed in small letters (eBay) is a name in any.
In a text without capitals every name counts but the ordinary words.
"""

import re

from chartered.audit.probes.company_names.companies import Company
from chartered.audit.probes.company_names.spellings import folded, letters
from chartered.audit.probes.swaps.grammar import FUNCTION_WORDS

WORD = "a name may be an ordinary word here"
LONGER = "a name is part of a longer name"
AROUND = 300
"""Signs around a name that tell whether it stands in a headline in capitals."""

_NOUNS = (
    "target|gap|visa|apple|shell|ford|block|square|match|zoom|chase|key|regions|citizens|travelers|coach|guess|boots|"
    "dish|fox|unity|slack|snap|oracle|alphabet|meta|caterpillar|delta|spirit|frontier|carnival|marathon|dominion|ball|"
    "crown|pool|carrier|waters|crane|ally|toast|lemonade|root|opera|compass|sage|persimmon|weir|admiral|phoenix|man|"
    "kingfisher|flutter|game|whirlpool|mohawk|monster|constellation|brown|quest|cardinal|vertex|arm|workday|adobe|"
    "cadence|micron|juniper|snowflake|box|peloton|bumble|rocket|oscar|clover|celsius|chipotle|subway|ring|nest|seat|"
    "mini|rover|dodge|ram|mustang|saturn|mercury|pioneer|diamondback|apache|casino|puma|boss|canon|brother|line|sea|"
    "tower|lotus|reliance|hero|titan|trip|amazon|intel|mars|sun|dell|church|harvest|summit|pilot|anchor|eagle|falcon|"
    "jaguar|orange|news|sprint|express|best buy|home depot|whole foods|burger king|dollar tree|dollar general|"
    "capital one|public storage|national grid|direct line|general mills|applied materials|check point|delivery hero|"
    "fast retailing|old navy|just eat|twitter|uber|rally|grab|align|affirm|discover|intuit|eternal|gas"
)
_ADJECTIVES = (
    "progressive|principal|next|three|paramount|united|american|southern|southwest|intuitive|chewy|bright|honest|beyond|"
    "popular|noble|total|continental|sharp|smart|nice|wise|imperial|lucid|signature|monday|first|general|standard"
)
ORDINARY = frozenset(f"{_NOUNS}|{_ADJECTIVES}".split("|"))
_DESCRIBING = frozenset(_ADJECTIVES.split("|"))

_SPEAKING = (
    "said says saying told tells argues argued insists insisted denies denied hopes hoped believes believed thinks "
    "apologised apologized apologises apologizes declined agrees agreed warns warned vows vowed pledges pledged "
    "unveils unveiled blames blamed sues sued hires hired executives spokesman spokeswoman spokesperson ceo cfo"
)
_SPEAKS = frozenset(_SPEAKING.split())
"""Words after a name that only somebody can have before them."""
_OWNED = frozenset({"shares", "stock", "announced", "announces", "reported", "reports", "posted", "posts"})
"""Words after a name that an adjective could describe."""
_ACTING = (
    "to cuts raises lifts beats misses sees sells buys wins loses gains falls rises jumps drops soars slumps climbs "
    "plunges surges slides tumbles pays earns keeps makes takes gets gives goes comes looks seeks faces hits opens "
    "launches expands recalls names signs expects fell rose won lost sold bought made took gave went came saw cut hit "
    "paid kept got raised lifted beat missed launched expanded opened reported posted announced expected"
)
_ACTS = _SPEAKS | _OWNED | frozenset(_ACTING.split())
"""Words after a name that make it a company's where the text is about that company."""
_DATES = (
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december"
)
_DAYS = frozenset(_DATES.split())
_OPENING = " \t\u00a0\"'(\u201c\u2018\u201d\u2019)[]"
"""Spaces, quotation marks and brackets, which may stand between a full stop and a name."""


def is_word(company: Company, form: str) -> bool:
    """Whether a form of a company's name is an ordinary word too, by its entry or by the list here."""
    return (company.word and form == company.name) or folded(form) in ORDINARY


def is_name(core: str, form: str, *, word: bool, capitals: bool) -> bool:
    """Whether a hit is written as the listed form is; `capitals` says whether the text has any.

    Initials (BP, not the unit bp) count only in capitals.
    """
    if is_initials(form):
        return core.isupper()
    if not capitals:
        return not word
    if core.isupper():
        return True
    pairs = zip(core.split(), form.split(), strict=False)
    return all(hit[0].isupper() or not listed[0].isupper() for hit, listed in pairs)


def is_initials(form: str) -> bool:
    """Whether a name is at most four letters, all capitals."""
    return form.isupper() and letters(form) <= 4


def doubt(text: str, start: int, end: int, form: str, own: frozenset[str]) -> str:
    """Why an ordinary word that is written as a name may not be the company here; empty where it is.

    `own` are the words of all its names, which do not tell a headline.
    """
    before, after = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    following = re.match(r"\s+([\w-]+)", after)
    follower = following[1] if following else ""
    telling = follower.lower() in _SPEAKS or (follower.lower() in _OWNED and folded(form) not in _DESCRIBING)
    headline = _in_headline(before, after, own)
    if not headline and not telling and re.match(r"[A-Z][a-z]", follower):
        return LONGER
    if not headline and _after_name(before):
        return LONGER
    if telling:
        return ""
    alone = " " not in form and (starts(before) or _after_colon(before))
    shouted = text[start:end].isupper() and not form.isupper()
    rated = follower.lower() in ("rating", "ratings")
    return WORD if alone or headline or shouted or rated or form.islower() else ""


def acts(text: str, end: int) -> bool:
    """Whether the text goes on after `end` as after the name of a company that it is known to be about."""
    following = re.match(r"\s+(\w+)", text[end : end + AROUND])
    return following is not None and following[1].lower() in _ACTS


def starts(before: str) -> bool:
    """Whether a sentence starts after the text."""
    rest = before.rstrip(_OPENING)
    return not rest.strip() or rest[-1] in ".?!\n"


def _after_colon(before: str) -> bool:
    rest = before.rstrip(_OPENING)
    return rest.endswith((":", ";", "|", " -", "\u2013", "\u2014"))


def _after_name(before: str) -> bool:
    """Whether a word with a capital stands right before (Times Square, Mr Ford)."""
    word = re.search(r"(?<![\w-])([A-Z][\w'’-]{0,30})\.?\s+$", before[-40:])
    if word is None or (word[0].rstrip().endswith(".") and word[1] not in ("Mr", "Mrs", "Ms", "Dr", "St")):
        return False
    return not word[1].isupper() and word[1].lower() not in FUNCTION_WORDS | _DAYS


def _in_headline(before: str, after: str, own: frozenset[str]) -> bool:
    """Whether most words around have capitals, those at the start of a sentence, initials and names set aside."""
    around = f"{before} {after}"
    others = [
        match[0]
        for match in re.finditer(r"[^\W\d_]{4,}", around)
        if not match[0].isupper() and match[0].lower() not in own and not starts(around[: match.start()])
    ]
    return sum(not word[0].islower() for word in others) > 0.6 * len(others)
