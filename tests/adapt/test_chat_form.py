import json
from pathlib import Path
from typing import Any

import pytest
from tests.adapt.templates import MARKED, TURNS, changed

from chartered.adapt.chat_form import chat_form, stop_tokens
from chartered.common.errors import ModelError, UsageError

CHAT = [{"role": "user", "content": "?"}, {"role": "assistant", "content": "!"}]


def test_end_tokens_are_those_of_generation_then_of_the_model_then_of_the_tokenizer(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"text_config": {"eos_token_id": 5}}')
    assert stop_tokens(tmp_path, 7) == {5}  # transformers makes a generation config of the model's
    (tmp_path / "generation_config.json").write_text("{}")
    assert stop_tokens(tmp_path, 7) == {7}
    assert stop_tokens(tmp_path, None) == frozenset()
    (tmp_path / "generation_config.json").write_text(json.dumps({"eos_token_id": [1, 2]}))
    assert stop_tokens(tmp_path, 7) == {1, 2}


def test_a_model_without_template_is_refused_unless_finetune_gives_it_one(tiny_model: Path, tmp_path: Path) -> None:
    model = changed(tiny_model, tmp_path / "base", None)
    with pytest.raises(ModelError, match=r"no chat template .* finetune\.chat_template_path"):
        chat_form(model)
    file = tmp_path / "mine.jinja"
    file.write_text(TURNS)
    form = chat_form(model, {"finetune": {"chat_template_path": str(file)}})
    assert form.trained(CHAT).text == "<|user|>?<|end|><|assistant|>!<|end|>"
    assert form.trained(CHAT).tokens[: len(form.asked(CHAT[:1]).tokens)] == form.asked(CHAT[:1]).tokens


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"chat_template_path": "nowhere.jinja"}, r"finetune\.chat_template_path is 'nowhere\.jinja', and there is no"),
        ({"chat_template_path": "owner/model"}, "give the template as a file"),
        ({"eos_token": "<|stop|>"}, r"finetune\.eos_token is '<\|stop\|>', which is not a token of"),
    ],
)
def test_keys_that_ask_for_what_is_not_there_are_refused(keys: Any, said: str, tiny_model: Path) -> None:
    with pytest.raises(UsageError, match=said):
        chat_form(tiny_model, {"finetune": keys})


def test_loss_on_the_assistant_alone_needs_markers_around_content_and_end(tiny_model: Path, tmp_path: Path) -> None:
    keys = {"finetune": {"assistant_only_loss": True}}
    with pytest.raises(ModelError, match=r"does not mark the assistant's turn; put \{% generation %\}"):
        chat_form(tiny_model, keys)
    short = MARKED.replace("<|end|>{% endgeneration %}", "{% endgeneration %}<|end|>", 1)
    with pytest.raises(ModelError, match="leave out the answer or the token that ends it"):
        chat_form(changed(tiny_model, tmp_path / "short", short), keys)
    form = chat_form(changed(tiny_model, tmp_path / "marked", MARKED), keys)
    # user, ?, end, assistant, !, end
    assert form.trained(CHAT).mask == [0, 0, 0, 0, 1, 1]
