from typing import Annotated

import pytest
from pydantic import TypeAdapter, ValidationError

from chartered.audit.probes.base.wording import Injection, sentence


@pytest.mark.parametrize(
    ("names", "ends", "text"),
    [
        ((), ".", "It rains."),
        (("target",), ".!", "It is {target}!"),
        (("a", "b"), "?", "{b} or {a}?"),
        (("x",), "", "{x}"),
    ],
)
def test_a_whole_sentence_with_its_names_is_taken(names: tuple[str, ...], ends: str, text: str) -> None:
    assert TypeAdapter(Annotated[str, sentence(*names, ends=ends)]).validate_python(text) == text


@pytest.mark.parametrize(
    ("names", "text", "message"),
    [
        (("target",), "It is a tree.", "must contain {target} once, and no other braces"),
        (("target",), "It is {target} or {target}.", "must contain {target} once"),
        (("target",), "It is {target!r} {{x}}.", "must contain {target} once"),
        (("target",), "It is {other}.", "must contain {target} once"),
        ((), "It is {target}.", "no braces"),
        (("target",), "It is {target}", "must be a whole sentence with a full stop at its end"),
        (("target",), "It is {target.", "expected '}'"),
    ],
)
def test_any_other_text_is_refused_with_what_it_must_be(names: tuple[str, ...], text: str, message: str) -> None:
    with pytest.raises(ValidationError) as error:
        TypeAdapter(Annotated[str, sentence(*names)]).validate_python(text)
    assert message in str(error.value)


def test_an_injection_names_its_target() -> None:
    assert Injection(text="Most say {target}.", reason="r").naming("ash {x}") == "Most say ash {x}."
