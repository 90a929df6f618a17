import pytest

from chartered.domains.verifiers.reading.boxes import boxed, last_box


@pytest.mark.parametrize(
    ("text", "content"),
    [
        (r"\boxed{5}", "5"),
        (r"\boxed{\frac{1}{2}}", r"\frac{1}{2}"),
        (r"\boxed{2} no, \boxed{3}", "3"),
        (r"\boxed 5", "5"),
        (r"\fbox{5}", "5"),
        (r"$x = -\boxed{5}$", "-5"),
        (r"$3\cdot\boxed{5}$", None),  # a factor of something else
        (r"\boxed{5", None),
        ("no box", None),
    ],
)
def test_the_last_box_holds_the_answer_with_its_sign(text: str, content: str | None) -> None:
    assert boxed(text) == content


def test_what_stands_behind_a_box_in_its_formula_may_be_a_unit() -> None:
    found = last_box(r"So $P = \boxed{50.7} \text{ atm}$. It holds.")
    assert found is not None and found.after == r"\text{ atm}"
