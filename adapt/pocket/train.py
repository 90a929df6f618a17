"""Training the pocket from nothing: tokenizer, then weights, from one seed.

A plain loop and not TRL, because the start from random weights wants its own order of things: documents of like
length share a batch, so that nothing is cut, glued to a stranger or padded much. Reproducible to the byte for the
same seed, versions, number of threads and kind of processor.
"""

import math
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import torch
from torch.nn import functional
from transformers import GenerationConfig, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from chartered.adapt.pocket.text import documents
from chartered.adapt.pocket.tokenizer import END, POSITIONS, train_tokenizer
from chartered.domains import load_domain
from chartered.domains.contract import Message

ECHO_BETWEEN = 20
"""One batch in so many is an echo, so that tokens which the text lacks are not left to wither."""

Encoded = tuple[list[int], list[float]]
"""The tokens of a document, and how much each counts in the loss."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """How the pocket is trained."""

    seed: int = 7
    tokens: int = 6_000_000
    """Tokens of text to train on, padding not counted."""
    batch_tokens: int = 2_000
    """Tokens a step, padding counted."""
    learning_rate: float = 3e-3
    warmup: float = 0.03
    """Share of the steps over which the learning rate rises."""
    weight_decay: float = 0.05
    prompt_weight: float = 0.2
    """What a token of a prompt counts in the loss; one of a reply counts 1."""
    hidden: int = 128
    layers: int = 4
    heads: int = 4
    intermediate: int = 384
    threads: int = 2
    device: str = "cpu"
    """Where torch computes; the shipped weights are made on the processor."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trained:
    """What came of it."""

    parameters: int
    steps: int
    tokens: int
    loss: float
    """Mean weighted loss in nats a token over the last tenth of the steps."""
    cpu_seconds: float


def train(plan: Plan, folder: Path, say: Callable[[str], None] = print) -> Trained:
    """Make a pocket and save it to a folder in the layout of `transformers`."""
    started = time.process_time()
    torch.manual_seed(plan.seed)
    torch.set_num_threads(plan.threads)
    tokenizer = train_tokenizer([*map(_plain, islice(documents(plan.seed), 8_000)), *domain_texts() * 3])
    model = _fresh(plan, tokenizer)
    say(f"tokenizer of {len(tokenizer)} tokens; model of {model.num_parameters():,} parameters")
    losses, seen = _fit(model, plan, _batches(tokenizer, plan), say)
    _save(model, tokenizer, folder)
    tail = losses[-max(1, len(losses) // 10) :]
    return Trained(
        parameters=model.num_parameters(),
        steps=len(losses),
        tokens=seen,
        loss=sum(tail) / len(tail),
        cpu_seconds=time.process_time() - started,
    )


def domain_texts() -> list[str]:
    """What the tokenizer alone sees of the shipped domains, so that their words are whole tokens; no weight sees it."""
    domain = load_domain("medical")
    problems = [problem for problem in domain.shipped_problems() if problem.split == "train"]
    texts = [document.text for corpus in domain.corpora for document in corpus.load(None)]
    return texts + ["\n".join((p.question, *p.options, p.solution or "")) for p in problems]


def encode(tokenizer: PreTrainedTokenizerFast, document: str | list[Message], prompt_weight: float) -> Encoded:
    """Tokens and weights: plain text ends with the end token; of a dialogue, replies count most."""
    end = tokenizer.convert_tokens_to_ids(END)
    if isinstance(document, str):
        ids = [*tokenizer.encode(document, add_special_tokens=False), end]
        return ids, [1.0] * len(ids)
    turns: Any = document
    made: Any = tokenizer.apply_chat_template(turns, return_dict=True, return_assistant_tokens_mask=True)
    return made["input_ids"], [1.0 if own else prompt_weight for own in made["assistant_masks"]]


def _plain(document: str | list[Message]) -> str:
    return document if isinstance(document, str) else "\n".join(turn["content"] for turn in document)


def _fresh(plan: Plan, tokenizer: PreTrainedTokenizerFast) -> LlamaForCausalLM:
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=plan.hidden,
        num_hidden_layers=plan.layers,
        num_attention_heads=plan.heads,
        num_key_value_heads=plan.heads,
        intermediate_size=plan.intermediate,
        max_position_embeddings=POSITIONS,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    model: LlamaForCausalLM = LlamaForCausalLM(config).to(plan.device)  # type: ignore[arg-type]
    return model


def _batches(tokenizer: PreTrainedTokenizerFast, plan: Plan) -> Iterator[list[Encoded]]:
    """Batches of documents of like length, in random order, from an endless stream, with an echo now and then."""
    rng, stream = random.Random(plan.seed), documents(plan.seed + 1)
    while True:
        pool = [encode(tokenizer, text, plan.prompt_weight) for text in islice(stream, 1000)]
        pool = sorted((one for one in pool if len(one[0]) <= POSITIONS), key=lambda one: len(one[0]))
        batches = _grouped(pool, plan.batch_tokens)
        batches += [_echo(rng, len(tokenizer), plan) for _ in range(len(batches) // ECHO_BETWEEN)]
        rng.shuffle(batches)
        yield from batches


def _echo(rng: random.Random, vocabulary: int, plan: Plan) -> list[Encoded]:
    """Rows of random tokens said twice, the second time in the loss: nothing but copying helps, so it is learnt soon.

    Plain text teaches it too, but late: it offers easier gains first (Olsson et al. 2022, In-context Learning and
    Induction Heads, on when such heads form).
    """
    length = rng.randint(6, 24)
    counts = [0.0] * length + [1.0] * length
    spoken = [rng.choices(range(vocabulary), k=length) for _ in range(max(1, plan.batch_tokens // (2 * length)))]
    return [(once + once, counts) for once in spoken]


def _grouped(pool: list[Encoded], batch_tokens: int) -> list[list[Encoded]]:
    groups: list[list[Encoded]] = [[]]
    for one in pool:  # ascending in length, so the newest sets the width
        if groups[-1] and (len(groups[-1]) + 1) * len(one[0]) > batch_tokens:
            groups.append([])
        groups[-1].append(one)
    return groups


def _fit(
    model: LlamaForCausalLM, plan: Plan, batches: Iterator[list[Encoded]], say: Callable[[str], None]
) -> tuple[list[float], int]:
    """Train until enough tokens are seen; the loss of each step, and the tokens."""
    optimizer = torch.optim.AdamW(_groups(model, plan), lr=plan.learning_rate, betas=(0.9, 0.98), fused=True)
    losses, seen, told = list[float](), 0, 0
    model.train()
    while seen < plan.tokens:
        batch = next(batches)
        for group in optimizer.param_groups:
            group["lr"] = plan.learning_rate * _pace(seen / plan.tokens, plan.warmup)
        losses.append(_step(model, optimizer, batch))
        seen += sum(len(ids) for ids, _ in batch)
        if seen >= told + plan.tokens // 20:
            told = seen
            recent = losses[-20:]
            say(f"{seen / plan.tokens:4.0%}  {seen:,} tokens  loss {sum(recent) / len(recent):.3f}")
    return losses, seen


def _groups(model: LlamaForCausalLM, plan: Plan) -> list[dict[str, object]]:
    """Matrices decay, gains do not."""
    matrices = [p for p in model.parameters() if p.ndim > 1]
    gains = [p for p in model.parameters() if p.ndim <= 1]
    return [{"params": matrices, "weight_decay": plan.weight_decay}, {"params": gains, "weight_decay": 0.0}]


def _pace(done: float, warmup: float) -> float:
    """Share of the learning rate when this share of the training is done: a rise, then half a cosine to a twentieth."""
    if done < warmup:
        return (done + 1e-3) / (warmup + 1e-3)
    return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * (done - warmup) / (1 - warmup)))


def _step(model: LlamaForCausalLM, optimizer: torch.optim.Optimizer, batch: list[Encoded]) -> float:
    width = max(len(ids) for ids, _ in batch)
    pad = model.config.pad_token_id
    # padding stands on the right, where causal attention never looks back at it: no mask, and the fast kernel
    ids = torch.tensor([ids + [pad] * (width - len(ids)) for ids, _ in batch], device=model.device)
    weights = torch.tensor([counts + [0.0] * (width - len(counts)) for _, counts in batch], device=model.device)[:, 1:]
    logits = model(input_ids=ids[:, :-1], use_cache=False).logits
    each = functional.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    loss = (each * weights.flatten()).sum() / weights.sum()
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return loss.item()


def _save(model: LlamaForCausalLM, tokenizer: PreTrainedTokenizerFast, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    model.generation_config = GenerationConfig(  # type: ignore[no-untyped-call]
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id, max_new_tokens=128
    )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    for file in folder.iterdir():  # safetensors writes for the owner alone, and a package is read by others
        file.chmod(0o644)
