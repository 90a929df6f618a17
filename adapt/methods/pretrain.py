"""Continual pretraining: raw text of a domain, next-token loss, through TRL's SFTTrainer.

Texts are packed into rows of `max_length` tokens, by default the smaller of the model's context and 2,048, and do not
see each other. No token is dropped: the tokens that the trainer holds are counted against those of the corpus before
the first step, and a difference stops the stage.
"""

from collections.abc import Sequence
from typing import Any

from datasets import Dataset
from trl import SFTTrainer

from chartered.adapt import arguments
from chartered.adapt.architecture import read_architecture
from chartered.adapt.packing import keep_documents_apart
from chartered.adapt.training import Setup, seed_everything, train
from chartered.common.errors import TrainingError
from chartered.common.models import load_model, load_tokenizer


def pretrain(texts: Sequence[str], setup: Setup) -> dict[str, Any]:
    """Train on the texts; returns metrics with `tokens`, the number of tokens of one pass.

    Raises:
        TrainingError: packing lost tokens, or the loss is no number.
    """
    seed_everything(setup.seed)
    tokenizer = load_tokenizer(setup.start)
    keys = {**setup.keys, "max_length": setup.keys.get("max_length") or read_architecture(setup.start).row_length}
    trainer = SFTTrainer(
        model=load_model(setup.start),
        args=arguments.build("pretrain", keys, work=setup.work, seed=setup.seed),
        train_dataset=Dataset.from_dict({"text": list(texts)}),
        processing_class=tokenizer,
        peft_config=arguments.adapter(setup.lora),
    )
    keep_documents_apart(trainer)
    tokens = _all_tokens(texts, tokenizer)
    _check_kept(tokens, trainer)
    return {"texts": len(texts), "tokens": tokens, **train(trainer, setup)}


def _all_tokens(texts: Sequence[str], tokenizer: Any) -> int:
    """Tokens of the texts, each with its end-of-text token."""
    ended = [text if text.endswith(tokenizer.eos_token) else text + tokenizer.eos_token for text in texts]
    return sum(len(ids) for ids in tokenizer(ended)["input_ids"])


def _check_kept(tokens: int, trainer: Any) -> None:
    held = sum(len(row) for row in trainer.train_dataset["input_ids"])
    if held != tokens:
        raise TrainingError(
            f"pretrain: the trainer holds {held} of the corpus's {tokens} tokens; "
            "use packing_strategy: bfd_split, or a max_length that no text exceeds."
        )
