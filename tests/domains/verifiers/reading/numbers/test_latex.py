import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.domains.verifiers.reading.numbers.latex import unlatexed


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("$-0.16 \\mathrm{~mm}$", "-0.16 mm"),
        ("\\$70,000", "70,000"),
        ("70{,}000", "70,000"),
        ("70,\\!000", "70,000"),
        ("5\\ \\text{mg/kg}", "5 mg/kg"),
        ("12\\%", "12 %"),
        ("\\frac{1}{2}", "1/(2)"),
        ("about ~5 mg", "about ~5 mg"),  # no LaTeX: a sign for "about" stays
    ],
)
def test_a_quantity_is_plain(written: str, plain: str) -> None:
    assert unlatexed(written) == plain


@given(st.text(alphabet="\\{}$~ textmu0123456789.,^", max_size=60))
def test_no_brace_no_dollar_and_no_double_space_stays(text: str) -> None:
    found = unlatexed("{" + text)
    assert not any(mark in found for mark in ("{", "}", "$", "  ")) and found == found.strip()
