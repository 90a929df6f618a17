from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from chartered.domains import Domain, load_domain
from tests.paths import ROOT

pytest_plugins = ["tests.needs", "tests.endpoints"]

settings.register_profile("chartered", deadline=None, derandomize=True)  # a busy machine is no failure
settings.load_profile("chartered")


@pytest.fixture(scope="session")
def toy_domain() -> Domain:
    """The draft plugin of `toy_domain.py`."""
    return load_domain(f"{ROOT / 'tests' / 'toy_domain.py'}:domain")


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Llama of a few thousand random weights with a byte-level tokenizer and a chat template."""
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    special = ["<|pad|>", "<|end|>", "<|user|>", "<|assistant|>"]
    letters = special + sorted(pre_tokenizers.ByteLevel.alphabet())
    raw: Any = Tokenizer(models.BPE(vocab={token: i for i, token in enumerate(letters)}, merges=[]))
    raw.pre_tokenizer, raw.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    raw.add_special_tokens(special)
    tokenizer: Any = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=raw, pad_token="<|pad|>", eos_token="<|end|>"
    )
    tokenizer.chat_template = (
        "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
        "{% if add_generation_prompt %}<|assistant|>{% endif %}"
    )
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=32, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2,
        max_position_embeddings=256, tie_word_embeddings=True, pad_token_id=0, eos_token_id=1, bos_token_id=None,
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("tiny")
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
