"""The memory that a stage takes at its peak, from the sizes of its model and the keys of its recipe, without torch.

A stage holds weights, gradients and the optimiser's state all along; to these comes the larger of what it generates
with and what it trains with. The sums are those of a Llama in transformers and TRL, layer by layer; the factors that
no sum gives were measured (`benchmarks/memory.py`: estimate and peak of a process differ by less than a factor of 1.5).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil, gcd
from typing import Any, Literal

from chartered.adapt.architecture import Architecture

StageName = Literal["pretrain", "finetune", "reinforce", "score"]

MIB = 2**20
LIBRARIES = 560 * MIB
"""Python with torch, transformers, TRL and datasets, before there is a model."""
CUDA_CONTEXT = 500 * MIB
"""What torch holds of a GPU before there is a model: a rule of thumb, not measured."""

DEFAULTS: Mapping[str, Any] = {
    "per_device_train_batch_size": 8,
    "gradient_accumulation_steps": 1,
    "num_generations": 8,
    "max_completion_length": 512,
    "beta": 0.0,
    "optim": "adamw_torch_fused",
}
"""TRL's own, so that an estimate does not need TRL; a test holds them against the installed one."""

# TRL computes logits in tiles of at most 4,096 tokens x 32,768 words (trl.kernels.chunked_logprob); the backward pass
# holds ten such tiles at once in torch, and the Triton kernel of a GPU one
_TILE_TOKENS, _TILE_WORDS = 4096, 32768
_TILES = 10
_SAMPLING = 5
"""Copies of the next token's logits, in float32, that sampling makes."""


@dataclass(frozen=True, kw_only=True)
class Workload:
    """What a stage does at once."""

    stage: StageName
    keys: Mapping[str, Any]
    """TRL's; for `score`, `batch_size` and `max_new_tokens`."""
    longest: int
    """Tokens of the longest trace or prompt; of `pretrain`, which packs, of all texts at most."""
    rows: int | None = None
    """Traces or problems that there are; None where batches are filled whatever there is."""
    lora: Mapping[str, Any] | None = None

    def __getitem__(self, key: str) -> Any:
        return self.keys.get(key, DEFAULTS.get(key))


@dataclass(frozen=True, kw_only=True)
class Need:
    """Bytes at the peak, by what they are for."""

    libraries: float
    weights: float
    training: float = 0.0
    """Gradients and the optimiser's state."""
    activations: float = 0.0
    """What a pass through the layers keeps, attention included; of generation, the cache."""
    logits: float = 0.0

    @property
    def total(self) -> float:
        """All of it."""
        return self.libraries + self.weights + self.training + self.activations + self.logits

    def __str__(self) -> str:
        parts = {
            "weights": self.weights,
            "gradients and optimiser": self.training,
            "activations": self.activations,
            "logits": self.logits,
        }
        shown = ", ".join(f"{name} {gib(part)}" for name, part in parts.items() if part >= 0.05 * self.total)
        return f"{gib(self.total)} GiB" + (f" ({shown})" if shown else "")


def gib(amount: float) -> str:
    """Bytes in GiB, with one digit after the point."""
    return f"{amount / 2**30:.1f}"


def peak(model: Architecture, work: Workload, *, gpu: bool = False) -> Need:
    """What a stage takes at its peak: of the GPU where there is one, else of this process's memory."""
    libraries = CUDA_CONTEXT if gpu else LIBRARIES
    weights = model.parameters * model.bytes
    if work.stage == "score":
        rows = _at_once(work, "batch_size")
        cache, logits = _generation(model, rows, work.longest, work["max_new_tokens"])
        return Need(libraries=libraries, weights=weights, activations=cache, logits=logits)
    activations, logits = _passes(model, work, gpu)
    gradients, moments = _trained_numbers(model, work)
    if work["gradient_accumulation_steps"] == 1:  # they take the room that the backward pass leaves
        gradients = max(0.0, gradients - activations - logits)
    if _autocast(work, gpu):
        weights += model.parameters * 2
    if work.stage == "reinforce" and work["beta"] and work.lora is None:
        weights += model.parameters * model.bytes  # the reference model; an adapter is switched off instead
    return Need(
        libraries=libraries,
        weights=weights,
        training=gradients + moments,
        activations=activations,
        logits=logits,
    )


def lighter(model: Architecture, work: Workload, room: float, *, gpu: bool = False) -> Workload | None:
    """A workload that fits into `room` bytes, or None where none is known.

    What changes no result comes first: smaller batches, then what is computed twice; shorter completions come last.
    """
    tried = work
    for step in (_smaller_batches, _fewer_responses, _shorter_rows, _recomputed, _adapted, _shorter_completions):
        for variant in step(tried, model):
            tried = variant
            if peak(model, variant, gpu=gpu).total <= room:
                return variant
    return None


def _trained_numbers(model: Architecture, work: Workload) -> tuple[float, float]:
    """Bytes of the gradients, and of the optimiser's state (with the adapter itself, where one is trained)."""
    optimiser = str(work["optim"])
    moments = 0 if optimiser in ("sgd", "adafactor") else 1 if "lion" in optimiser else 2
    if work.lora is not None:
        numbers = _adapter(model, work.lora)
        return numbers * 4, numbers * 4 * (1 + moments)  # peft keeps adapters in float32
    gradients = model.parameters * model.bytes + model.embedding * 4  # the head's are apart before they are added
    return gradients, model.parameters * moments * (1 if "8bit" in optimiser else model.bytes)


def _adapter(model: Architecture, lora: Mapping[str, Any]) -> int:
    """Numbers in an adapter: rank x (inputs + outputs) of every matrix that has one."""
    targets, rank = lora.get("target_modules", "all-linear"), int(lora.get("r", 8))
    everywhere = isinstance(targets, str)  # "all-linear"; a pattern is counted as if it met every matrix
    chosen = (
        size for name, size in model.matrices.items() if everywhere or name.endswith(tuple(f".{t}" for t in targets))
    )
    return rank * sum(rows + columns for rows, columns in chosen)


def _passes(model: Architecture, work: Workload, gpu: bool) -> tuple[float, float]:
    """What passes through the model take, and the logits: the larger of generating and training."""
    rows = _at_once(work, "per_device_train_batch_size")
    if work.stage == "pretrain":
        length = int(work["max_length"] or model.row_length)
        return _trained(model, work, min(rows, ceil(work.longest / length)), length, gpu)
    if work.stage == "finetune":
        return _trained(model, work, rows, min(work.longest, int(work["max_length"] or model.context)), gpu)
    new = int(work["max_completion_length"])
    trained = _trained(model, work, rows, work.longest + new, gpu)
    steps = work["steps_per_generation"] or work["gradient_accumulation_steps"]
    generated = _generation(model, int(work["generation_batch_size"] or rows * steps), work.longest, new)
    return max(trained, generated, key=sum)


def _at_once(work: Workload, key: str) -> int:
    return min(int(work[key]), int(work[key]) if work.rows is None else work.rows)


def _trained(model: Architecture, work: Workload, rows: int, length: int, gpu: bool) -> tuple[float, float]:
    """What the backward pass finds: every layer's tensors, or its input alone and one layer's tensors made anew."""
    tokens = rows * length
    layer = tokens * _kept(model, work, length, gpu)
    recomputed = work["activation_checkpointing"] or work["gradient_checkpointing"]
    layers = model.layers * (tokens * model.hidden * 4 if recomputed else layer)
    tile = min(tokens, _TILE_TOKENS) * min(model.vocabulary, _TILE_WORDS) * 4
    return layers + layer, tile * (1 if gpu else _TILES)  # the layer that is worked on is there twice


def _kept(model: Architecture, work: Workload, length: int, gpu: bool) -> float:
    """Bytes that one layer keeps of one token for the backward pass: inputs and outputs of norms, attention and MLP."""
    attention = model.heads * model.head_dim  # queries, and keys and values, which are repeated for each query head
    numbers = 6 * model.hidden + 5 * attention + 4 * model.intermediate + length  # and a row of the mask
    each = 2.6 if _autocast(work, gpu) else 2.2 if model.bytes == 2 else 4.0  # norms stay in float32
    if work.lora is not None:
        inputs = 5 * model.hidden + attention + model.intermediate  # of the seven matrices
        # a second copy of what they give was measured; what only the gains of the norms would need is not kept
        numbers += attention + 2 * model.kv_heads * model.head_dim + 2 * model.intermediate
        each_input = (4.0 if model.bytes == 2 else 0.0) + (each + 1 if work.lora.get("lora_dropout") else 0.0)
        return numbers * each + inputs * each_input
    return numbers * each


def _generation(model: Architecture, rows: int, prompt: int, new: int) -> tuple[float, float]:
    """Keys and values of every token of every row, or what reading the prompts takes; and the next token's logits."""
    cache = rows * (prompt + new) * model.layers * 2 * model.kv_heads * model.head_dim * model.bytes
    reading = rows * prompt * (4 * model.hidden + 4 * model.intermediate) * model.bytes
    return cache + reading, rows * model.vocabulary * 4 * _SAMPLING


def _autocast(work: Workload, gpu: bool) -> bool:
    """Whether layers compute in 16 bits beside weights in 32; on a GPU that is the default here."""
    return bool(work.keys.get("bf16", gpu) or work.keys.get("fp16"))


def _smaller_batches(work: Workload, model: Architecture) -> Iterator[Workload]:
    """The same rows a step in smaller portions; of `score`, fewer rows at once."""
    if work.stage == "score":
        yield from (_with(work, batch_size=rows) for rows in _halves(int(work["batch_size"]), 1))
        return
    rows, steps = int(work["per_device_train_batch_size"]), int(work["gradient_accumulation_steps"])
    generated = int(work["steps_per_generation"] or 0)  # with so many portions, groups must come out whole
    for fewer in _halves(rows, 1):
        if rows % fewer == 0 and fewer * generated % int(work["num_generations"]) == 0:
            yield _with(work, per_device_train_batch_size=fewer, gradient_accumulation_steps=rows // fewer * steps)


def _fewer_responses(work: Workload, model: Architecture) -> Iterator[Workload]:
    """Generate for one portion of a step after the other, of whole groups, and not for all of it at once."""
    if work.stage == "reinforce" and not work["generation_batch_size"]:
        rows, group = int(work["per_device_train_batch_size"]), int(work["num_generations"])
        fewest = group // gcd(rows, group)
        if fewest < (work["steps_per_generation"] or work["gradient_accumulation_steps"]):
            yield _with(work, steps_per_generation=fewest)


def _shorter_rows(work: Workload, model: Architecture) -> Iterator[Workload]:
    """Packing keeps every token at any length."""
    if work.stage == "pretrain":
        yield from (_with(work, max_length=n) for n in _halves(int(work["max_length"] or model.row_length), 256))


def _recomputed(work: Workload, model: Architecture) -> Iterator[Workload]:
    if work.stage != "score" and not (work["activation_checkpointing"] or work["gradient_checkpointing"]):
        yield _with(work, activation_checkpointing=True)


def _adapted(work: Workload, model: Architecture) -> Iterator[Workload]:
    if work.stage != "score" and work.lora is None:
        yield replace(work, lora={"r": 16})


def _shorter_completions(work: Workload, model: Architecture) -> Iterator[Workload]:
    if work.stage == "reinforce":
        yield from (_with(work, max_completion_length=n) for n in _halves(int(work["max_completion_length"]), 32))


def _halves(value: int, least: int) -> Iterator[int]:
    while value // 2 >= least:
        value //= 2
        yield value


def _with(work: Workload, **keys: Any) -> Workload:
    return replace(work, keys={**work.keys, **keys})
