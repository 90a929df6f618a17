"""The memory that a stage is estimated to need, against what it took.

Each stage runs for two steps in a process of its own; what it took is that process's peak of resident memory (VmHWM of
/proc/self/status) with everything in it. The rows are the longest ones of the domain, since a whole stage meets them too.

    python benchmarks/memory.py [--only TEXT]

It exits with 1 where estimate and measured peak differ by more than a factor of 1.5.
"""

import json
import re
import tempfile
from pathlib import Path
from typing import Any

MOST = 1.5
"""Factor by which an estimate may be wrong, either way."""

LORA = {"r": 8, "target_modules": "all-linear"}
GRPO = {"num_generations": 4, "learning_rate": 1e-5}
POCKET = {
    "pretrain": {"per_device_train_batch_size": 16, "max_length": 512},
    "finetune": {"per_device_train_batch_size": 64},
    "reinforce": {**GRPO, "per_device_train_batch_size": 64, "max_completion_length": 64, "beta": 0.02},
}
SMOLLM2 = {
    "pretrain": {"per_device_train_batch_size": 2, "max_length": 512},
    "finetune": {"per_device_train_batch_size": 4},
    "reinforce": {**GRPO, "per_device_train_batch_size": 4, "max_completion_length": 32, "beta": 0.02},
}
SCORE = {"pocket": {"batch_size": 128, "max_new_tokens": 48}, "smollm2": {"batch_size": 16, "max_new_tokens": 16}}


def cases() -> list[dict[str, Any]]:
    """What is measured: each stage of both models, with full weights and with an adapter."""
    found = []
    for model, stages in (("pocket", POCKET), ("smollm2", SMOLLM2)):
        for stage, keys in stages.items():
            found += [{"model": model, "stage": stage, "keys": keys, "lora": lora} for lora in (None, LORA)]
        found.append({"model": model, "stage": "score", "keys": SCORE[model], "lora": None})
    return found


def measure(case: dict[str, Any]) -> None:
    """Run one case in this process, and print what it was estimated to need and what it took, in bytes."""
    import torch

    from chartered.adapt.models import resolve_model
    from chartered.common.progress import quiet_libraries as quiet
    from chartered.domains import load_domain

    quiet()
    torch.set_num_threads(2)
    domain, start = load_domain("medical"), resolve_model(case["model"])
    problems = [p for found in domain.problem_sets if found.source == "generated" for p in found.load(None)]
    with tempfile.TemporaryDirectory() as folder:
        need = STAGES[case["stage"]](domain, problems, start, case, Path(folder))
    took = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert took is not None
    print(json.dumps([need, int(took[1]) * 1024]))


def _setup(start: Path, case: dict[str, Any], folder: Path) -> Any:
    from chartered.adapt.training import Setup

    keys = {"max_steps": 2, "logging_steps": 1, **case["keys"]}
    return Setup(start=start, work=folder / "work", output=folder / "out", seed=1, keys=keys, lora=case["lora"])


def pretrain(domain, problems, start, case, folder):
    from chartered.adapt.methods.pretrain import pretrain

    texts = [d.text for d in domain.corpora[0].load(None)]
    pretrain(texts, _setup(start, case, folder))
    return 0


def finetune(domain, problems, start, case, folder):
    from chartered.adapt.methods.finetune import finetune
    from chartered.domains.prompts import render

    problems = sorted(problems, key=lambda p: len(p.question) + len(p.solution or ""))[
        -2 * case["keys"]["per_device_train_batch_size"] :
    ]
    rows = [{"prompt": render(p), "completion": [{"role": "assistant", "content": p.solution}]} for p in problems]
    from chartered.common.models import load_tokenizer

    t = load_tokenizer(start)
    n = [len(t.apply_chat_template([*r["prompt"], *r["completion"]], return_dict=True)["input_ids"]) for r in rows]
    finetune(rows, _setup(start, case, folder))
    return max(n)


def reinforce(domain, problems, start, case, folder):
    from chartered.adapt.methods.reinforce import reinforce
    from chartered.domains.prompts import render

    problems = sorted(problems, key=lambda p: len(p.question))[-2 * case["keys"]["per_device_train_batch_size"] :]
    from chartered.common.models import load_tokenizer

    t = load_tokenizer(start)
    n = max(
        len(t.apply_chat_template(render(p), return_dict=True, add_generation_prompt=True)["input_ids"])
        for p in problems
    )
    reinforce(problems, domain, {"correct": 1.0}, _setup(start, case, folder))
    return n


def score(domain, problems, start, case, folder):
    from chartered.audit.respondents.local import Local

    problems = sorted(problems, key=lambda p: len(p.question))[-2 * case["keys"]["batch_size"] :]
    local = Local(start, domain, **case["keys"])
    n = max(len(local._chat(p, ()).tokens) for p in problems)
    local.respond(problems)
    return n


STAGES = {"pretrain": pretrain, "finetune": finetune, "reinforce": reinforce, "score": score}
