"""Against a forward pass of its own for each row, without any mask of ours."""

import random
from collections.abc import Callable
from typing import Any

import pytest
import torch
import transformers

from chartered.audit.respondents import scoring, tree_attention
from chartered.audit.respondents.prefix_tree import TokenRow
from chartered.audit.respondents.scoring import RowScorer
from chartered.common.errors import AuditError

SIZES: dict[str, Any] = {
    "vocab_size": 97,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
    "bos_token_id": 1,
    "eos_token_id": 2,
    "pad_token_id": 0,
}
FAMILIES: dict[str, Callable[[], Any]] = {
    "llama": lambda: transformers.LlamaForCausalLM(transformers.LlamaConfig(**SIZES)),
    "qwen2": lambda: transformers.Qwen2ForCausalLM(transformers.Qwen2Config(**SIZES)),
    "qwen3": lambda: transformers.Qwen3ForCausalLM(transformers.Qwen3Config(**SIZES, head_dim=8)),
    "mistral": lambda: transformers.MistralForCausalLM(transformers.MistralConfig(**SIZES, sliding_window=8)),
    "gemma2": lambda: transformers.Gemma2ForCausalLM(transformers.Gemma2Config(**SIZES, head_dim=8, sliding_window=8)),
    "gemma3": lambda: transformers.Gemma3ForCausalLM(
        transformers.Gemma3TextConfig(**SIZES, head_dim=8, sliding_window=8)
    ),
}
"""Windows of eight tokens, far shorter than the rows, so that a mask that forgets them is seen."""


@pytest.fixture(params=sorted(FAMILIES))
def model(request: pytest.FixtureRequest) -> Any:
    torch.manual_seed(0)
    return FAMILIES[request.param]().eval()


def vignettes(arms: int = 4, options: int = 3, length: int = 40) -> list[TokenRow]:
    """Arms that part from the item at different places, each with options of different length."""
    draw = random.Random(5)
    item = [draw.randrange(97) for _ in range(length)]
    rows = []
    for arm in range(arms):
        asked = item[: length - 5 * arm] + [draw.randrange(97) for _ in range(6)]
        for option in range(options):
            rows.append(TokenRow(tokens=[*asked, *(draw.randrange(97) for _ in range(2 + option))], start=len(asked)))
    return rows


def alone(model: Any, row: TokenRow) -> float:
    with torch.inference_mode():
        told = model(input_ids=torch.tensor([list(row.tokens)])).logits[0].log_softmax(-1)
    return sum(float(told[i - 1, row.tokens[i]]) for i in range(row.start, len(row.tokens)))


def test_a_shared_prefix_scores_as_a_row_of_its_own(model: Any) -> None:
    scorer, rows = RowScorer(model), vignettes()
    assert scorer.shares
    assert scorer.score(rows) == pytest.approx([alone(model, row) for row in rows], abs=1e-4)


def test_each_distinct_token_is_forwarded_once(model: Any) -> None:
    scorer, rows = RowScorer(model), vignettes()
    scorer.score([*rows, *rows])
    distinct = {tuple(row.tokens[:end]) for row in rows for end in range(1, len(row.tokens))}
    assert scorer.forwarded == len(distinct) < sum(len(row.tokens) for row in rows) / 3


def test_small_packs_change_no_score(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = vignettes()
    whole = RowScorer(model).score(rows)
    monkeypatch.setattr(scoring, "NODES", 60)
    monkeypatch.setattr(scoring, "LARGEST", 60)
    monkeypatch.setattr(scoring, "LOGITS", 97 * 9)
    monkeypatch.setattr(scoring, "SLICE", 97 * 2)
    assert RowScorer(model).score(rows) == pytest.approx(whole, abs=1e-4)


def test_short_stretches_change_no_score(model: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = vignettes()
    whole = RowScorer(model).score(rows)
    monkeypatch.setattr(tree_attention, "STRETCH", 7)
    assert RowScorer(model).score(rows) == pytest.approx(whole, abs=1e-4)


def test_the_model_attends_in_its_own_way_afterwards(model: Any) -> None:
    own = model.config._attn_implementation
    RowScorer(model).score(vignettes())
    assert model.config._attn_implementation == own
    with pytest.raises(RuntimeError), tree_attention.tree_attention(model):
        assert model.config._attn_implementation == f"tree_{own}"
        raise RuntimeError
    assert model.config._attn_implementation == own


def test_a_model_that_ignores_the_mask_is_found_out_and_asked_row_by_row() -> None:
    torch.manual_seed(0)
    inner = FAMILIES["llama"]().eval()

    class Deaf(torch.nn.Module):
        config, dtype, device = inner.config, inner.dtype, inner.device
        set_attn_implementation = staticmethod(inner.set_attn_implementation)

        def forward(self, input_ids: Any, attention_mask: Any = None, position_ids: Any = None, **kwargs: Any) -> Any:
            inner.set_attn_implementation("sdpa")
            return inner(input_ids=input_ids, **kwargs)

    scorer, rows = RowScorer(Deaf()), vignettes()
    assert not scorer.shares
    assert scorer.score(rows) == pytest.approx([alone(inner, row) for row in rows], abs=1e-4)


def test_a_kind_of_layer_that_takes_no_tree_mask_is_asked_row_by_row() -> None:
    torch.manual_seed(0)
    model = FAMILIES["llama"]().eval()
    model.config.layer_types = ["full_attention", "linear_attention", "full_attention", "full_attention"]
    assert not RowScorer(model).shares


def test_a_log_probability_that_is_no_number_is_told(model: Any) -> None:
    with torch.no_grad():
        next(model.parameters()).fill_(float("nan"))
    with pytest.raises(AuditError, match=r"gives a log-probability that is not a number \(nan\)"):
        RowScorer(model).score(vignettes())


def test_a_long_vignette_in_eight_arms_is_one_tree() -> None:
    torch.manual_seed(0)
    sizes = {**SIZES, "max_position_embeddings": 4096, "num_hidden_layers": 2}
    model: Any = transformers.LlamaForCausalLM(transformers.LlamaConfig(**sizes))
    model.eval()
    rows = vignettes(arms=8, options=5, length=2000)
    scorer = RowScorer(model)
    found = scorer.score(rows)
    # the arms part within the last 35 tokens of the item; each has six of its own and at most 2+3+4+5+6 in its options
    assert 2000 <= scorer.forwarded <= 2000 + 8 * (6 + 20)
    assert [found[0], found[39]] == pytest.approx([alone(model, rows[0]), alone(model, rows[39])], abs=1e-4)


def test_half_precision_shares_within_its_digits(model: Any) -> None:
    scorer, rows = RowScorer(model.bfloat16()), vignettes()
    assert scorer.shares
    assert scorer.score(rows) == pytest.approx([alone(model.float(), row) for row in rows], abs=0.25)


def test_progress_ends_at_the_number_of_rows(model: Any) -> None:
    seen: list[tuple[int, int]] = []
    RowScorer(model).score(vignettes(), lambda done, total: seen.append((done, total)))
    assert seen[-1] == (12, 12)
