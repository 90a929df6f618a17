import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.audit.probes.company_names.companies import COMPANIES, Company, load_companies
from chartered.audit.probes.company_names.find import Names, UnsafeNameError
from chartered.audit.probes.company_names.legal_forms import CHAIN
from chartered.audit.probes.company_names.replace import Placeholder, masked, swapped

LIST = load_companies(COMPANIES)
NAMES = Names(LIST.companies)
BY = {company.name: company for company in LIST.companies}
PLACEHOLDER = Placeholder(phrase="the company", noun="company", after=())
_CHAINS = (
    "Co Ltd|Co., Ltd.|Co. Ltd.|Co.,Ltd.|CO., LTD.|Company Limited|Inc.|Inc|, Inc.|, Inc|Corp.|Corporation|plc|Plc|PLC|"
    "P.L.C.|Ltd|Limited|Group Ltd|Group plc|Holdings plc|Holdings, Inc.|Group Holding Limited|Holding N.V.|Holding AG|"
    "AG|SE|SE & Co. KGaA|AG & Co. KGaA|Inc. & Co. KG|GmbH|GmbH & Co. KG|& Co.|& Co|and Company|& Co., Inc.|S.p.A.|SpA|"
    "S.r.l.|Srl|SA|S.A.|S.A. de C.V.|S.A.B. de C.V.|SAB de CV|NV|N.V.|NV/SA|SA/NV|B.V.|BV|AB|AB (publ)|ASA|A/S|ApS|"
    "Oyj|Oy Ab|Pty Ltd|(Pty) Ltd|Pte. Ltd.|Pte Ltd|Sdn. Bhd.|Sdn Bhd|Berhad|Tbk|PJSC|K.K.|LLC|L.L.C.|LLP|LP|Ltda.|"
    "(Singapore) Pte. Ltd.|(UK) Limited"
)
CHAINS = _CHAINS.split("|")
PLAIN = [company for company in LIST.companies if not company.word]


def hidden(text: str) -> str:
    return masked(text, NAMES.find(text), PLACEHOLDER)


@given(company=st.sampled_from(PLAIN), chain=st.sampled_from(CHAINS))
def test_a_chain_of_legal_forms_goes_with_its_name(company: Company, chain: str) -> None:
    name = company.name + (chain if chain.startswith(",") else f" {chain}")
    assert hidden(f"Shares of {name} fell.") == "Shares of the company fell."
    assert hidden(f"It is said that {name} pays.") == "It is said that the company pays."
    if not chain.endswith("."):  # after a full stop an apostrophe is not a possessive in print
        assert hidden(f"The boss of {name}'s unit left.") == "The boss of the company's unit left."
    assert hidden(f"Shares fell at {name}").rstrip(".") == "Shares fell at the company"


@given(company=st.sampled_from(PLAIN), chain=st.sampled_from(CHAINS))
def test_a_legal_form_is_swapped_for_the_legal_form_of_the_other(company: Company, chain: str) -> None:
    other = BY["Toyota" if company.name != "Toyota" else "BMW"]
    name = company.name + (chain if chain.startswith(",") else f" {chain}")
    text = f"Shares of {name} fell."
    assert swapped(text, NAMES.find(text), other) == f"Shares of {other.full} fell."


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Samsung Electronics Co Ltd said so.", "The company said so."),
        ("samsung electronics co ltd said so", "The company said so"),
        ("Tesco group sales rose.", "The company group sales rose."),  # small letters: a word
        ("TESCO AS SALES FALL", "THE COMPANY AS SALES FALL"),
        ("Equinor AS, the driller, said so.", "The company, the driller, said so."),
        ("Pfizer and Company representatives met.", "The company representatives met."),
    ],
)
def test_a_legal_form_is_told_from_a_word(text: str, without: str) -> None:
    assert hidden(text) == without


@pytest.mark.parametrize(
    "text", ["Tesco Stores Ltd said so.", "Samsung Fire Marine Co., Ltd. fell.", "Sony Music Inc fell."]
)
def test_a_name_inside_that_of_another_company_is_refused(text: str) -> None:
    with pytest.raises(UnsafeNameError, match=r"^a name is part of a longer name$"):
        NAMES.find(text)


@pytest.mark.parametrize("hostile", [" Co" * 20_000, ", Inc." * 10_000, " Aa" * 20_000, " (A" * 10_000, " & " * 20_000])
def test_a_hostile_text_is_read_in_time(hostile: str) -> None:
    assert re.compile(CHAIN).match(f"{hostile}x") or True
    try:
        assert "Tesco" not in hidden(f"Tesco{hostile} and Tesco")
    except UnsafeNameError as reason:
        assert str(reason)
