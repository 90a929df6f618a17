"""A model with another chat template, end token or generation config, in the ways that such models differ."""

import json
import shutil
from pathlib import Path
from typing import Any

TURNS = (
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
"""As the tiny model's own: every turn between two special tokens."""

CHATML = (
    "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"
)

THINKING = (
    "{% set last = messages | length - 1 %}{% for m in messages %}<|{{ m.role }}|>\n"
    "{% if m.role == 'assistant' and loop.index0 == last %}<think>\n\n</think>\n\n{% endif %}"
    "{% set parts = m.content.split('</think>') %}{{ parts[-1].lstrip('\n') }}<|end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n"
    "{% if enable_thinking is defined and not enable_thinking %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)
"""As Qwen3 does: the last answer has a block of thoughts, the prompt only where thinking is switched off."""

TRIMMED = (
    "{% for m in messages %}<|{{ m.role }}|>\n\n{{ m.content | trim }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>\n\n{% endif %}"
)

NO_SYSTEM = "{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}" + TURNS

DEAF = TURNS.replace("messages %}", "messages if m.role != 'system' %}", 1)
"""Leaves system turns out."""

MARKED = (
    "{% for m in messages %}{% if m.role == 'assistant' %}<|assistant|>"
    "{% generation %}{{ m.content }}<|end|>{% endgeneration %}"
    "{% else %}<|{{ m.role }}|>{{ m.content }}<|end|>{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def changed(model: Path, folder: Path, template: str | None = TURNS, *, eos: Any = "as it is") -> Path:
    """A copy of a model with this template (None for no template) and end tokens of generation."""
    made = shutil.copytree(model, folder)
    (made / "chat_template.jinja").unlink(missing_ok=True)
    if template is not None:
        (made / "chat_template.jinja").write_text(template)
    if eos != "as it is":
        file = made / "generation_config.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), "eos_token_id": eos}))
    return made
