"""Finding the names of a company in an English text; `replace` puts another name, or none, in their place.

Names, aliases, legal forms, tickers and possessives are found, longest first and in any spelling of accents and
apostrophes. What cannot be swapped safely is refused with a reason under which it is counted.

Covered: one company that is told by its names. Not covered: what else tells it (its products, people, places), other
languages, and names that the list does not have.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from chartered.audit.probes.company_names.companies import Company
from chartered.audit.probes.company_names.legal_forms import CHAIN, is_abbreviated, is_longer, is_telling
from chartered.audit.probes.company_names.ordinary_words import LONGER, WORD, acts, doubt, is_initials, is_name, is_word
from chartered.audit.probes.company_names.spellings import APOSTROPHES, HYPHENS, MARKS, folded, spelled

MentionForm = Literal["name", "full", "ticker", "aside"]
"""A name or alias; one with its legal form; a ticker; a ticker in brackets right after a name."""

_EXCHANGE = (
    r"(?i:NASDAQ|NYSE|AMEX|OTC|LSE|LON|AIM|XETRA|FRA|EPA|AMS|SIX|SWX|BME|BIT|STO|CPH|OSE|TSX|ASX|TSE|TYO|HKEX|HKG|KRX"
    r"|SSE|SZSE|NSE|BSE)"
)
# lengths are bounded, as a pattern that may run on without end takes quadratic time on hostile text
_OUTSIDE = re.compile(
    r"(?:https?://|www\.)\S+|(?<![^\s<(\[])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}|[@#]\w+"
    r"|(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63}){0,4}\.(?:com|co|org|net|io|uk|de|fr|ch|jp|cn|eu|biz)"
    r"(?![\w.]\w|\w)(?:/\S*)?",
    re.IGNORECASE,
)
"""Addresses, handles and hashtags."""
_POSSESSIVE = re.compile(rf"(?P<sign>[{APOSTROPHES}])(?:(?P<s>s)(?!\w)|(?!\w))", re.IGNORECASE)


class UnsafeNameError(Exception):
    """The name cannot be swapped safely; the message is the reason under which the item is counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """One place at which a company is named."""

    start: int
    end: int
    company: Company
    form: MentionForm
    said: str
    """The name as it stands there, without legal form and possessive."""
    possessive: str = ""
    lead: str = ""
    """Before a ticker: the dollar sign, or the exchange and its colon; with the bracket of an aside."""
    doubt: str = ""
    """Why it may be something else than the company; empty where it is clear."""


class Names:
    """Finds companies of a list in texts."""

    def __init__(self, companies: Sequence[Company]) -> None:
        self._owner: dict[str, Company | None] = {}
        for company in companies:
            self._owner.update(dict.fromkeys((_key(name) for name in company.unlike), None))
            self._owner.update(dict.fromkeys((_key(name) for name in company.forms), company))
        forms = [name.rstrip(".") for company in companies for name in (*company.forms, *company.unlike)]
        self._pattern = re.compile(
            rf"(?<![\w{MARKS}])(?P<core>{spelled(forms)})"
            rf"(?:(?P<plural>s)(?!\w)|(?P<legal>{CHAIN})?(?![\w{MARKS}]))",
            re.IGNORECASE,
        )
        self._tickers = {company.ticker: company for company in companies if company.ticker}
        either = "|".join(sorted(self._tickers, key=lambda ticker: (-len(ticker), ticker))) or "(?!)"
        self._marked = re.compile(rf"(?P<lead>\$|(?<!\w){_EXCHANGE}\s?:\s?)(?P<ticker>{either})(?!\w)")

    def find(self, text: str, stated: str | None = None) -> tuple[Mention, ...]:
        """Every mention of the one company that is named, or of the stated one, in order.

        Raises:
            UnsafeNameError: none is named, two are, or a mention cannot be swapped safely.
        """
        mentions = [*self._by_ticker(text), *self._by_name(text)]
        company = self._subject(mentions, stated)
        own = [each for each in mentions if each.company == company]
        if not own:
            raise UnsafeNameError("the stated company is not named in the text")
        own = _with_tickers(text, company, own)
        _refuse_doubtful(text, own, stated)
        _refuse_addresses(text, company)
        found = tuple(sorted(_apart(own), key=lambda each: each.start))
        self._refuse_words(text, company, found)
        return found

    def named(self, text: str) -> frozenset[str]:
        """Every listed company of which a name or marked ticker stands in the text, also where it may be a word."""
        return frozenset(
            company.name
            for match in self._pattern.finditer(text)
            if (company := self._owner[_key(match["core"])]) is not None
        ) | frozenset(self._tickers[match["ticker"]].name for match in self._marked.finditer(text))

    def first(self, text: str) -> Company | None:
        """The company that the text names first; where none is written as a name, whatever the capitals."""
        matches = [match for match in self._pattern.finditer(text) if self._owner[_key(match["core"])]]
        capitals = any(map(str.isupper, text))
        written = [match for match in matches if self._is_name(match, capitals)]
        return next((self._owner[_key(match["core"])] for match in [*written, *matches]), None)

    def _subject(self, mentions: Sequence[Mention], stated: str | None) -> Company:
        if stated is not None:
            company = self._owner.get(_key(stated))
            if company is None:
                raise UnsafeNameError("the stated company is not in the list")
            return company
        named = {each.company.name: each.company for each in mentions}
        if not named:
            raise UnsafeNameError("no listed company is named")
        if len(named) > 1:
            raise UnsafeNameError("two listed companies are named")
        return next(iter(named.values()))

    def _by_ticker(self, text: str) -> Iterator[Mention]:
        for match in self._marked.finditer(text):
            yield Mention(
                start=match.start(),
                end=match.end(),
                company=self._tickers[match["ticker"]],
                form="ticker",
                said=match["ticker"],
                lead=match["lead"],
                possessive="",
            )

    def _by_name(self, text: str) -> Iterator[Mention]:
        outside = [match.span() for match in _OUTSIDE.finditer(text)]
        marked = [match.span() for match in self._marked.finditer(text)]
        capitals = any(map(str.isupper, text))
        for match in self._pattern.finditer(text):
            company = self._owner[_key(match["core"])]
            inside = any(start <= match.start() < end for start, end in [*outside, *marked])
            if company is None or inside or not self._is_name(match, capitals):
                continue
            yield _mention(text, match, company)

    def _is_name(self, match: re.Match[str], capitals: bool) -> bool:
        company = self._owner[_key(match["core"])]
        if company is None:
            return False
        form = _form(match["core"], company)
        return is_name(match["core"], form, word=is_word(company, form), capitals=capitals)

    def _refuse_words(self, text: str, company: Company, found: Sequence[Mention]) -> None:
        """A name in small letters, where it is a word, would stay in the text."""
        taken = {place for each in found for place in range(each.start, each.end)}
        for match in self._pattern.finditer(text):
            core = match["core"]
            own = self._owner[_key(core)] == company and not is_initials(_form(core, company))
            if own and match.start() not in taken:
                raise UnsafeNameError("the name stands in small letters too, where it is a word")


def _key(name: str) -> str:
    return folded(name).rstrip(".")


def _form(core: str, company: Company) -> str:
    """The listed form that stands in the text in some spelling."""
    return next(each for each in company.forms if _key(each) == _key(core))


def _mention(text: str, match: re.Match[str], company: Company) -> Mention:
    start, end = match.span()
    if match["plural"]:
        raise UnsafeNameError("a name with an s may be a plural or a possessive")
    if _joined(text, start, end):
        raise UnsafeNameError("a name is part of a compound")
    full = bool(match["legal"]) or (company.full is not None and _key(match["core"]) == _key(company.full))
    end = _after_full_stop(text, start, end)
    quoted = text[start - 1 : start] in set("'‘“\"") and start > 0
    owned = _POSSESSIVE.match(text, end)
    if owned and (owned["s"] or (not quoted and match["core"][-1:].lower() == "s")):
        end = owned.end()
        possessive = owned[0]
    else:
        possessive = ""
    told = bool(possessive) or (full and is_telling(match[0]))
    return Mention(
        start=start,
        end=end,
        company=company,
        form="full" if full else "name",
        said=match["core"],
        possessive=possessive,
        doubt=_doubt(text, start, end, match["core"], company, told=told),
    )


def _doubt(text: str, start: int, end: int, core: str, company: Company, *, told: bool) -> str:
    if is_longer(text, end):
        return LONGER
    form = _form(core, company)
    own = frozenset(folded(" ".join(company.forms)).split())
    return "" if told or not is_word(company, form) else doubt(text, start, end, form, own)


def _joined(text: str, start: int, end: int) -> bool:
    signs = HYPHENS + "/&+"
    before, after = text[max(0, start - 2) : start], text[end : end + 2]
    return (len(before) == 2 and before[1] in signs and before[0].isalnum()) or (
        len(after) == 2 and after[0] in signs and after[1].isalnum()
    )


def _after_full_stop(text: str, start: int, end: int) -> int:
    """Past the full stop of an abbreviated legal form; one that ends the text is left where it is."""
    if text[end : end + 1] != "." or not is_abbreviated(text[start:end]):
        return end
    rest = text[end + 1 :].lstrip(" \"')]”’")
    if rest[:1].isupper() or rest[:1] == "\n":
        raise UnsafeNameError("a full stop may end a sentence or an abbreviation")
    return end + 1 if rest else end


def _refuse_doubtful(text: str, own: Sequence[Mention], stated: str | None) -> None:
    """A word in doubt counts only where the text is about the company for sure, and goes on as after a name."""
    doubtful = [each for each in own if each.doubt]
    if any(each.doubt == LONGER for each in doubtful):
        raise UnsafeNameError(LONGER)
    sure = stated is not None or len(doubtful) < len(own)
    if not all(sure and acts(text, each.end) for each in doubtful):
        raise UnsafeNameError(WORD)


def _with_tickers(text: str, company: Company, own: list[Mention]) -> list[Mention]:
    """With the tickers in brackets after a name, and those of three letters or more that stand alone."""
    if company.ticker is None:
        return own
    if re.search(rf"(?<!\w){company.ticker}\.[A-Z]{{1,2}}\b", text):
        raise UnsafeNameError("a ticker in a form that is not known")
    ends = {each.end for each in own}
    asides = [
        _ticker(company, match, "aside")
        for match in re.finditer(rf"(?P<lead>\s?\(\s?(?:{_EXCHANGE}\s?:\s?|\$)?){company.ticker}\s?\)", text)
        if match.start() in ends
    ]
    alone = []
    if len(company.ticker) >= 3 and not text.isupper():
        pattern = rf"(?P<lead>)(?<![\w$@#]){company.ticker}(?![\w])"
        alone = [_ticker(company, match, "ticker") for match in re.finditer(pattern, text)]
    return [*asides, *own, *alone]


def _ticker(company: Company, match: re.Match[str], form: MentionForm) -> Mention:
    symbol = company.ticker or ""
    return Mention(start=match.start(), end=match.end(), company=company, form=form, said=symbol, lead=match["lead"])


def _apart(mentions: Iterable[Mention]) -> Iterator[Mention]:
    """Those that overlap no earlier one."""
    taken: set[int] = set()
    for each in mentions:
        places = range(each.start, each.end)
        if taken.isdisjoint(places):
            taken.update(places)
            yield each


def _refuse_addresses(text: str, company: Company) -> None:
    """A name in an address or a hashtag would stay in the text."""
    known = [_letters(form) for form in (*company.forms, *([company.ticker] if company.ticker else []))]
    for match in _OUTSIDE.finditer(text):
        if any(len(form) > 1 and form in _letters(match[0]) for form in known):
            raise UnsafeNameError("a name stands in an address, a handle or a hashtag")


def _letters(text: str) -> str:
    return re.sub(r"\W", "", folded(text))
