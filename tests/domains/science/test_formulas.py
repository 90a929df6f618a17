from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from chartered.domains.science.formulas import atoms, read_reaction


@given(
    st.lists(
        st.tuples(st.sampled_from(["H", "He", "C", "Cl", "O", "Na"]), st.integers(1, 20), st.booleans()), min_size=1
    ),
    st.integers(2, 9),
)
def test_a_formula_is_counted_as_it_was_written(parts: list[tuple[str, int, bool]], times: int) -> None:
    written, count = "", Counter[str]()
    for symbol, number, bracketed in parts:
        one = f"{symbol}{number if number > 1 else ''}"
        written += f"({one}){times}" if bracketed else one
        count[symbol] += number * (times if bracketed else 1)
    assert atoms(written) == count


@given(st.text(alphabet="HCaO()0123456789 x\u2082", max_size=30))
def test_what_is_not_a_formula_is_refused_in_a_sentence(text: str) -> None:
    try:
        assert all(count >= 0 for count in atoms(text).values())
    except ValueError as error:
        assert repr(text) in str(error)


def test_an_equation_is_read_with_its_coefficients() -> None:
    reaction = read_reaction("2 H2 + O2 -> 2 H2O")
    assert (reaction.reactants, reaction.products) == ({"H2": 2, "O2": 1}, {"H2O": 2})
