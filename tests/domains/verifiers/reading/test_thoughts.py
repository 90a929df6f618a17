import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.clock import in_time

from chartered.domains.verifiers.reading.thoughts import without_thoughts


@pytest.mark.parametrize(
    ("response", "said"),
    [
        ("<think>a</think>b", "b"),
        ("<THINK>\na\n</Think >\nb", "\nb"),
        ("a</think>b", "b"),  # the opening mark stands in the prompt
        ("<think>a", ""),  # cut
        ("Hello! <think>a</think>b", "Hello! b"),
        ("<think>a</think>b<think>c</think>d", "bd"),
        ("<think>a<think>b</think>c", "c"),
        ("a</think>b</think>c", "c"),
        ("<think></think>\n\nb", "\n\nb"),
        ("[THINK]a[/THINK]b", "b"),
        ("<|begin_of_thought|>a<|end_of_thought|>b", "b"),
        ("<reasoning>a</reasoning>b", "b"),
        ("<|channel|>analysis<|message|>a<|end|><|start|>assistant<|channel|>final<|message|>b", "b"),
        ("## Thinking\n\na\n\n## Final Response\n\nb", "\n\nb"),
        ("x < 3 and y > [2]", "x < 3 and y > [2]"),
        ("I think that <b>it</b> holds", "I think that <b>it</b> holds"),
    ],
)
def test_what_stands_behind_the_thoughts_is_said(response: str, said: str) -> None:
    assert without_thoughts(response) == said


@given(st.text(max_size=50).filter(lambda text: not set(text) & set("<[#\u25c1")), st.text(max_size=50))
def test_a_closed_thought_leaves_what_follows_as_it_is(thought: str, said: str) -> None:
    assert without_thoughts(f"<think>{thought}</think>{said}") == without_thoughts(said)


@pytest.mark.parametrize("unit", ["<think>", "</think>", "<", "[THINK]", "## ", "<think"])
def test_a_megabyte_of_marks_is_read_in_time(unit: str) -> None:
    with in_time():
        without_thoughts(unit * (10**6 // len(unit)))
