import re
import unicodedata
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chartered.audit.probes.company_names.companies import COMPANIES, Company, CompanyList, load_companies
from chartered.audit.probes.company_names.find import Names, UnsafeNameError
from chartered.audit.probes.company_names.replace import Placeholder, article_of, masked, swapped
from chartered.audit.probes.company_names.spellings import folded
from chartered.common.errors import UsageError

LIST = load_companies(COMPANIES)
NAMES = Names(LIST.companies)
BY = {company.name: company for company in LIST.companies}
PLACEHOLDER = Placeholder(phrase="the company", noun="company", after=("rival",))


def hidden(text: str, stated: str | None = None) -> str:
    return masked(text, NAMES.find(text, stated), PLACEHOLDER)


def renamed(text: str, name: str) -> str:
    return swapped(text, NAMES.find(text), BY[name])


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Tesco sales rise 4% to £2.5bn.", "The company sales rise 4% to £2.5bn."),
        ("Profit at Tesco rose. Tesco shares fell.", "Profit at the company rose. The company shares fell."),
        ("An HSBC unit was fined", "A company unit was fined"),
        ("the Tesco chief and rival Tesco", "the company chief and rival company"),
        ("Britain's Lloyds and Lloyds' plans", "Britain's company and the company's plans"),
        ("Barclays’ profit", "The company’s profit"),
        ("Shares of Apple (NASDAQ: AAPL) fell", "Shares of the company fell"),
        ("Apple's (AAPL) profit, $AAPL, AAPL", "The company's profit, the company, the company"),
        ("The deal was made by Pfizer Inc.", "The deal was made by the company."),
        ("The deal, Pfizer Inc. said", "The deal, the company said"),
        ("sales at J Sainsbury plc and Sainsbury's", "sales at the company and the company"),
        ("TESCO SHARES RISE", "THE COMPANY SHARES RISE"),
        ("tesco gains", "The company gains"),
        ("Shares of Royal Dutch Shell and of Shell", "Shares of the company and of the company"),
        ("BP gains 20 bp", "The company gains 20 bp"),
        ("Morning news: AT&T&amp; more", None),
        ("Merck KGaA falls and Merck gains", "Merck KGaA falls and the company gains"),
        ("Marks and Spencer, M&S and Marks &amp; Spencer", "The company, the company and the company"),
    ],
)
def test_every_form_of_a_name_is_masked(text: str, without: str | None) -> None:
    if without is None:
        with pytest.raises(UnsafeNameError, match="compound"):
            hidden(text)
    else:
        assert hidden(text) == without


@pytest.mark.parametrize("spelling", ["Nestlé", unicodedata.normalize("NFD", "Nestlé"), "Nestle", "NESTLÉ"])
def test_accents_may_be_composed_decomposed_or_left_out(spelling: str) -> None:
    assert hidden(f"Shares of {spelling} fell") == "Shares of the company fell"
    assert hidden(f"{spelling}'s profit") == "The company's profit"


@pytest.mark.parametrize("spelling", ["L'Oréal", "L’Oréal", "L’Oreal"])
def test_apostrophes_may_be_straight_or_curly(spelling: str) -> None:
    assert renamed(f"{spelling} fell", "Diageo") == "Diageo fell"


@pytest.mark.parametrize(
    ("text", "name", "other"),
    [
        ("An Apple store", "Microsoft", "A Microsoft store"),
        ("A Tesco store", "Amazon", "An Amazon store"),
        ("a Tesco unit", "HSBC", "an HSBC unit"),
        ("an IBM unit", "UBS", "a UBS unit"),
        ("Tesco's profit", "Barclays", "Barclays' profit"),
        ("Barclays' profit", "Tesco", "Tesco's profit"),
        ("Tesco’s profit", "Sainsbury's", "Sainsbury's profit"),
        ("Apple Inc. said", "Microsoft", "Microsoft Corporation said"),
        ("by Tesco PLC.", "Pfizer", "by Pfizer Inc."),
        ("Exxon (NYSE: XOM) and $XOM", "Shell", "Shell (LSE: SHEL) and $SHEL"),
        ("shares of Tesco (TSCO) fell", "Samsung Electronics", "shares of Samsung Electronics fell"),
        ("TESCO GAINS", "Unilever", "UNILEVER GAINS"),
        ("tesco gains", "Unilever", "unilever gains"),
        ("NVIDIA gains", "Tesco", "Tesco gains"),
    ],
)
def test_another_name_takes_the_form_of_the_one_that_stood_there(text: str, name: str, other: str) -> None:
    assert renamed(text, name) == other


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("It rains.", "no listed company is named"),
        ("Pineapple sales and applesauce", "no listed company is named"),
        ("apple growers had a good year", "no listed company is named"),
        ("a yield of 20 bp, de novo", "no listed company is named"),
        ("Tesco and Walmart gain", "two listed companies are named"),
        ("Tesco gains; see www.tesco.com", "a name stands in an address, a handle or a hashtag"),
        ("Tesco gains; write to ir@tesco.co.uk", "a name stands in an address, a handle or a hashtag"),
        ("Tesco gains #TescoDeal", "a name stands in an address, a handle or a hashtag"),
        ("@tesco Tesco gains", "a name stands in an address, a handle or a hashtag"),
        ("A Tesco-backed start-up", "a name is part of a compound"),
        ("The ex-Tesco chief", "a name is part of a compound"),
        ("Tescos gain", "a name with an s may be a plural or a possessive"),
        ("Shell companies are banned", "a name may be an ordinary word here"),
        ("New Rules For Shell Companies", "a name may be an ordinary word here"),
        ("Profits at Shell fell as shell companies were banned", "the name stands in small letters too"),
        ("Pfizer Inc. CEO", "a full stop may end a sentence or an abbreviation"),
        ("Tesco, TSCO.L, gains", "a ticker in a form that is not known"),
        ("", "no listed company is named"),
    ],
)
def test_what_cannot_be_swapped_safely_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(UnsafeNameError, match=f"^{re.escape(reason)}"):
        NAMES.find(text)


@pytest.mark.parametrize(
    "text", ["Shell's profit fell", "Profits at Shell fell", "Shell plc fell", "Royal Dutch Shell"]
)
def test_a_name_that_is_a_word_counts_where_the_text_makes_it_clear(text: str) -> None:
    assert {mention.company.name for mention in NAMES.find(text)} == {"Shell"}


def test_the_stated_company_is_renamed_and_another_one_stays() -> None:
    assert hidden("Shell to buy stake from BP", "Shell") == "The company to buy stake from BP"
    assert hidden("Shell to buy stake from BP", "royal dutch shell") == "The company to buy stake from BP"
    with pytest.raises(UnsafeNameError, match="not in the list"):
        NAMES.find("Shell to buy BG", "BG")
    with pytest.raises(UnsafeNameError, match="not named in the text"):
        NAMES.find("Shell to buy BG", "Tesco")


@pytest.mark.parametrize("name", ["HSBC", "IBM", "SAP", "Apple", "ASML", "L'Oréal"])
def test_initials_are_spoken_letter_by_letter(name: str) -> None:
    assert article_of(name) == "an"


@pytest.mark.parametrize("name", ["UBS", "BP", "Unilever", "Tesco", "GSK", "BMW", "TotalEnergies"])
def test_other_names_take_a(name: str) -> None:
    assert article_of(name) == "a"


# no name ends in a possessive of its own, which has none besides; none is an ordinary word
PLAIN = [c for c in LIST.companies if not c.word and not c.name.endswith(("'s", "&T")) and c.full and c.ticker]
SOME = "the profit of rose 3.5% to $4bn, after 7 falls by 1,200 jobs and some £20m in 2015; sales"
WORDS = st.lists(
    st.sampled_from(SOME.split(" ")),
    max_size=6,
).map(" ".join)
FORMS = st.sampled_from(["name", "possessive", "full", "ticker", "aside", "a"])


def said(company: Company, form: str) -> str:
    name = company.name
    return {
        "name": name,
        "possessive": f"{name}'" if name.endswith("s") else f"{name}'s",
        "full": f"{company.full}, which",
        "ticker": f"${company.ticker}",
        "aside": f"{name} ({company.exchange}: {company.ticker})",
        "a": f"{article_of(name)} {name} unit",
    }[form]


@given(
    company=st.sampled_from(PLAIN), other=st.sampled_from(PLAIN), parts=st.lists(st.tuples(WORDS, FORMS), min_size=1)
)
def test_swapping_there_and_back_gives_the_text(company: Company, other: Company, parts: list[tuple[str, str]]) -> None:
    assume(company != other)
    text = " ".join(f"{words} {said(company, form)}".strip() for words, form in parts) + " rose."
    there = swapped(text, NAMES.find(text), other)
    assert company.name not in there
    assert swapped(there, NAMES.find(there), company) == text


NUMBERS = re.compile(r"[$£€]?\d[\d.,]*(?:%|bn|m)?")


@given(
    company=st.sampled_from(LIST.companies), other=st.sampled_from(LIST.companies), words=st.lists(WORDS, min_size=2)
)
def test_numbers_and_units_stay_as_they_are(company: Company, other: Company, words: list[str]) -> None:
    text = f" {company.name}'s ".join(words)
    mentions = NAMES.find(text)
    without = NUMBERS.sub("", company.name + other.name)
    assert without == company.name + other.name  # no name has digits, so all numbers are the text's
    assert NUMBERS.findall(text) == NUMBERS.findall(swapped(text, mentions, other))
    assert NUMBERS.findall(text) == NUMBERS.findall(masked(text, mentions, PLACEHOLDER))


@given(
    company=st.sampled_from([c for c in LIST.companies if not c.word and c.name.isalpha()]),
    before=st.text("abcxyzé0_", min_size=1, max_size=4),
    after=st.text("abcxyzé0_", min_size=1, max_size=4),
)
def test_nothing_is_swapped_inside_other_words(company: Company, before: str, after: str) -> None:
    for inside in (f"{before}{company.name}{after}", f"{before}{company.name}", f"{company.name}x{after}"):
        text = f"{inside} and {company.name} rose"
        assert swapped(text, NAMES.find(text), BY["Tesco"] if company.name != "Tesco" else BY["BP"]).startswith(inside)


@given(st.text(max_size=200))
def test_any_text_is_renamed_or_refused(text: str) -> None:
    for given_text in (text, f"{text} Tesco {text}", f"{text}Apple{text}"):
        try:
            mentions = NAMES.find(given_text)
        except UnsafeNameError:
            continue
        assert "Tesco" not in masked(given_text, mentions, PLACEHOLDER)


@given(st.sampled_from([form for c in LIST.companies for form in c.forms]))
def test_all_spellings_of_a_name_are_one(form: str) -> None:
    assert folded(form) == folded(unicodedata.normalize("NFD", form)) == folded(form.upper().replace("'", "’"))


@pytest.mark.parametrize(
    "hostile",
    [
        "a.b-c " * 10_000,
        "www." * 5_000,
        "'" * 20_000,
        ". " * 10_000,
        ".\n " * 5_000,
        " " * 30_000,
        "a" * 30_000,
        "@" * 20_000,
        "a@" * 10_000,
        "the " * 10_000,
        "(" * 20_000,
        "x@y." * 5_000,
        "a." * 10_000,
        "Apple " * 1_000,
        "Tesco " * 1_000,
        "tesco " * 10_000,
    ],
)
def test_hostile_texts_lose_the_name_or_are_refused(hostile: str) -> None:
    text = f"{hostile} Tesco {hostile}x Tesco's"  # a reading in squared time would take minutes here
    with suppress(UnsafeNameError):
        assert "Tesco" not in masked(text, NAMES.find(text, "Tesco"), PLACEHOLDER)


def test_the_list_that_ships_is_large_and_says_where_it_is_from() -> None:
    assert len(LIST.companies) >= 60 and len({c.sector for c in LIST.companies}) >= 10
    assert len({c.country for c in LIST.companies}) >= 8 and "from memory" in LIST.source
    assert all(c.market_cap for c in LIST.companies)
    for company in LIST.companies:
        bounds = {"mega": (200, 1e9), "large": (50, 200), "mid": (0, 50)}[company.size]
        assert bounds[0] <= (company.market_cap or 0) < bounds[1], company.name


def changed(tmp_path: Path, old: str, new: str) -> CompanyList:
    text = COMPANIES.read_text()
    assert old in text
    (tmp_path / "list.yaml").write_text(text.replace(old, new, 1))
    return load_companies(tmp_path / "list.yaml")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("name: Tesco\n", "name: WALMART\n", "'walmart' stands for two companies"),
        ("name: Tesco\n", "name: 3M\n", "two letters at least"),
        ("name: Tesco\n", "name: Tes/co\n", "none of / "),
        ("ticker: TSCO", "ticker: WMT", "'WMT' stands for two companies"),
        ("ticker: TSCO", "ticker: tsco", "should match pattern"),
        ("market_cap: 31\n", "market_cap: 0\n", "greater than 0"),
        ("name: Mellibrook,", "name: Tesco,", "'tesco' stands for two companies"),
        ("sector: retail", "sector: shops", "the sector 'shops' has one company only"),
        ("\n  retail:\n", "\n  shops:\n", "the sector 'retail' has no fictitious name"),
        ("size: mega", "sise: mega", "did you mean 'size'"),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_in_a_sentence(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        changed(tmp_path, old, new)
