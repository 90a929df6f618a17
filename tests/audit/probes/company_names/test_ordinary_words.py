import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.audit.probes.company_names.companies import COMPANIES, Company, load_companies
from chartered.audit.probes.company_names.find import Names, UnsafeNameError
from chartered.audit.probes.company_names.ordinary_words import ORDINARY, is_initials
from chartered.audit.probes.company_names.replace import Placeholder, masked

# none has `word: true`: users' own lists rarely say so
OWN = {
    "Target": "Target Corporation",
    "Gap": "Gap Inc.",
    "Visa": "Visa Inc.",
    "Ford": "Ford Motor Company",
    "Best Buy": "Best Buy Co., Inc.",
    "Progressive": "Progressive Corporation",
    "Square": None,
    "Block": "Block, Inc.",
    "eBay": "eBay Inc.",
    "easyJet": "easyJet plc",
}
COMPANY = {name: Company(name=name, full=full, sector="retail", country="us", size="mid") for name, full in OWN.items()}
LIST = load_companies(COMPANIES)
NAMES = Names((*LIST.companies, *COMPANY.values()))
PLACEHOLDER = Placeholder(phrase="the company", noun="company", after=())
NONE, WORD = "no listed company is named", "a name may be an ordinary word here"
LONGER, SMALL = "a name is part of a longer name", "the name stands in small letters too, where it is a word"


def hidden(text: str, stated: str | None = None) -> str:
    return masked(text, NAMES.find(text, stated), PLACEHOLDER)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Analysts raised its price target.", NONE),
        ("The gap between the two widened.", NONE),
        ("She needs a visa and an apple.", NONE),
        ("They had to ford a river near a square.", NONE),
        ("Analysts call the share a best buy.", NONE),
        ("A progressive block of voters bought a block of shares.", NONE),
        ("Best buy of the month: a small phone.", NONE),
        ("analysts raised the price target", NONE),
        ("Shares of tesco fell.", NONE),
        ("Target prices were raised.", WORD),
        ("Profit rose. Gap between plan and outcome: 3%.", WORD),
        ("“Visa applications are down”, she said.", WORD),
        ("News: Block trades double", WORD),
        ("Progressive taxes are planned.", WORD),
        ("Progressive shares are those that rise.", WORD),
        ("Why Target Prices Were Raised Again", WORD),
        ("The broker gave it a Best Buy rating in May.", WORD),
        ("Analysts set a TARGET for the share.", WORD),
        ("Shares of Target fell. Target prices were cut.", WORD),
        ("Crowds at Times Square were large.", LONGER),
        ("Mr Ford said no.", LONGER),
        ("Sales of the Apple Watch rose.", LONGER),
        ("He got a visa from Visa.", SMALL),
        ("Target said it met its target.", SMALL),
        ("Tesco said that tesco is a good name.", SMALL),
    ],
)
def test_a_word_is_not_taken_for_a_company(text: str, reason: str) -> None:
    with pytest.raises(UnsafeNameError, match=f"^{re.escape(reason)}"):
        NAMES.find(text)


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Shares of Target fell today.", "Shares of the company fell today."),
        ("Target said that profit rose.", "The company said that profit rose."),
        ("Gap shares fell after the results.", "The company shares fell after the results."),
        ("Visa's profit rose.", "The company's profit rose."),
        ("Gap, Inc. fell.", "The company fell."),
        ("Target Says Profit Rose Again", "The company Says Profit Rose Again"),
        ("Best Buy opens a shop.", "The company opens a shop."),  # the second capital tells
        ("In May Block said that profit rose.", "In May the company said that profit rose."),
        ("The shop sells on ebay, and eBay earns.", "The shop sells on the company, and the company earns."),
        ("EASYJET gains, Easyjet said.", "The company gains, the company said."),
        ("shares of tesco fell", "shares of the company fell"),
        ("Visa Inc. said so. Visa pays more.", "The company said so. The company pays more."),
    ],
)
def test_a_company_is_found_where_capitals_or_the_next_word_tell(text: str, without: str) -> None:
    assert hidden(text) == without


def test_a_stated_company_is_taken_where_the_text_goes_on_as_after_a_name() -> None:
    assert hidden("Target to close shops", "Target") == "The company to close shops"
    with pytest.raises(UnsafeNameError, match=WORD):
        hidden("Target prices raised", "Target")
    with pytest.raises(UnsafeNameError, match="not named in the text"):
        hidden("Analysts raised the price target.", "Target")


CAPITALISED = sorted(
    {form for c in LIST.companies for form in c.forms if form[0].isupper() and not is_initials(form)}
    | {"Target", "Gap"}
)


@given(form=st.sampled_from(CAPITALISED))
def test_no_name_in_small_letters_is_a_company_in_a_text_with_capitals(form: str) -> None:
    with pytest.raises(UnsafeNameError, match=NONE):
        NAMES.find(f"Analysts said that {form.lower()} is up.")


@given(
    word=st.sampled_from([word for word in sorted(ORDINARY) if " " not in word]),
    after=st.sampled_from(["of many kinds are sold.", "was seen.", "prices?"]),
)
def test_an_ordinary_word_at_the_start_of_a_sentence_is_left_out(word: str, after: str) -> None:
    names = Names([Company(name=word.capitalize(), sector="retail", country="us", size="mid")])
    with pytest.raises(UnsafeNameError):
        names.find(f"It rains. {word.capitalize()} {after}")


def test_a_company_that_a_model_names_is_read_as_a_name_before_a_word() -> None:
    for text, name in [
        ("With a price target of 9 it is Tesco.", "Tesco"),
        ("target", "Target"),
        ("I guess it is visa, as visa does so.", "Visa"),
    ]:
        found = NAMES.first(text)
        assert found is not None and found.name == name
