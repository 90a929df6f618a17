from pathlib import Path

import pytest

from chartered.common.chat import chat_text, chat_tokens
from chartered.common.errors import ModelError
from chartered.common.models import load_tokenizer

ASKED = [{"role": "user", "content": "?"}]


def test_a_question_ends_where_the_answer_is_to_begin(tiny_model: Path) -> None:
    tokenizer = load_tokenizer(tiny_model)
    assert chat_text(tokenizer, ASKED) == "<|user|>?<|end|>"
    assert chat_text(tokenizer, ASKED, asks=True) == "<|user|>?<|end|><|assistant|>"
    assert chat_text(tokenizer, ASKED, template="{{ messages[0].content }}{{ mark }}", mark="!") == "?!"
    assert chat_tokens(tokenizer, "<|user|><|end|>") == [2, 1]  # nothing is put before or behind


@pytest.mark.parametrize(
    "template", ["{% if %}", "{{ raise_exception('no system') }}", "{{ messages[9].content.x }}", "{{ 1 / 0 }}"]
)
def test_whatever_a_template_raises_is_one_sentence(tiny_model: Path, template: str) -> None:
    tokenizer = load_tokenizer(tiny_model)
    with pytest.raises(ModelError, match="the chat template refuses a chat of the turns user "):
        chat_text(tokenizer, ASKED, template=template)
