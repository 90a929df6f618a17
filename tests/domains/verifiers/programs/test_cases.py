import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartered.domains.verifiers.programs.cases import same_output


@pytest.mark.parametrize(
    ("printed", "expected", "same"),
    [
        ("1 2\n3\n", "1 2\n3", True),
        ("1  2 \n\n3\n\n", "1 2\n3\n", True),
        ("1\n2\n3", "1 2 3", True),
        ("0.3333333", "0.333333333", True),
        ("0.33333", "0.333333333", False),
        ("2", "2.0", True),
        ("1e-7", "0.0", True),
        ("1000000.5", "1000000.4", True),
        ("1000001", "1000000", False),
        ("2.0", "2", False),
        ("1000000000000001", "1000000000000000", False),
        ("YES", "Yes", False),
        ("", "1", False),
        ("1 2", "1", False),
        ("nan", "1.0", False),
        ("1_0.0", "10.0", False),
        ("inf", "inf", True),
    ],
)
def test_outputs_are_compared_word_by_word(printed: str, expected: str, same: bool) -> None:
    # 1000000.5 is off by 1e-7 of 1000000.4; whole numbers are never rounded
    assert same_output(printed, expected) is same


@given(st.lists(st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text("ab", min_size=1)))
def test_an_output_is_itself_with_other_spaces_and_not_with_a_word_more(words: list[object]) -> None:
    printed = [str(word) for word in words]
    assert same_output("\n".join(printed) + "\n", " ".join(printed))
    assert not same_output(" ".join([*printed, "0"]), " ".join(printed))


@given(st.integers(), st.integers(min_value=1))
def test_another_whole_number_is_wrong(number: int, off: int) -> None:
    assert not same_output(str(number + off), str(number))
