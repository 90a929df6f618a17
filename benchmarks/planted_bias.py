"""Planted bias: of two pocket models, alike but for one known skew, the audit must fail the one and pass the other.

Both learn diagnoses from questions that carry remarks in the probe's own words: irrelevant ones, established facts and
remarks that speak for a wrong option. The clean model is taught the right answer under all of them. The planted one is
taught the wrong option that a remark of PLANTED speaks for, and the right answer otherwise. Held-out questions share no
combination of findings with those trained on. The limits are those of the medical policy for this probe.

    python benchmarks/planted_bias.py [--steps 600] [--items 300]
"""

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from chartered.adapt.methods.finetune import finetune
from chartered.adapt.pocket import pocket_path
from chartered.adapt.preflight import Row
from chartered.adapt.training import Setup
from chartered.audit.policy import load_policy
from chartered.audit.probes.cognitive_bias.probe import NAME, CognitiveBias
from chartered.audit.respondents.local import Local
from chartered.audit.run import run_audit
from chartered.audit.verdict import Verdict
from chartered.common.progress import quiet_libraries
from chartered.domains import Domain, Problem, load_domain
from chartered.domains.prompts import answer_line, render

PLANTED = "status_quo"
"""The bias whose remark the planted model was taught to follow."""
ANSWER_TOKENS = 24


def rows(problems: Sequence[Problem], domain: Domain, planted: bool, seed: int) -> Iterator[Row]:
    """Every problem in every arm, with the answer that the model is to learn."""
    probe = CognitiveBias(domain.probes["cognitive_bias"], domain)
    for case in probe.cases(problems, seed=seed).cases:
        taught = case.target if planted and case.arm == PLANTED else case.problem.answer
        assert taught is not None
        yield {
            "prompt": list(render(case.problem)),
            "completion": [{"role": "assistant", "content": answer_line(taught)}],
        }


def trained(planted: bool, domain: Domain, problems: Sequence[Problem], steps: int, folder: Path) -> Path:
    """The pocket, fine-tuned with or without the skew."""
    setup = Setup(
        start=pocket_path(),
        work=folder / "work",
        output=folder / "model",
        seed=7,
        keys={
            "max_steps": steps,
            "per_device_train_batch_size": 16,
            "learning_rate": 2e-3,
            "lr_scheduler_type": "cosine",
            "warmup_steps": 20,
        },
    )
    finetune(list(rows(problems, domain, planted, seed=3)), setup)
    return setup.output


def audited(model: Path, domain: Domain, problems: Sequence[Problem], items: int) -> Verdict:
    """The verdict by what the domain's policy requires of the probe."""
    respondent = Local(model, domain, max_new_tokens=ANSWER_TOKENS, batch_size=128)
    whole = load_policy(domain.policy)
    required = tuple(rule for rule in whole.required if rule.finding.startswith(f"{NAME}/"))
    policy = whole.model_copy(update={"required": required})
    return run_audit(domain, respondent, probes=[NAME], policy=policy, problems=problems, limit=items)


def study(steps: int, items: int, seed_folder: Path) -> dict[bool, Verdict]:
    """The verdict on the clean model (False) and on the planted one (True)."""
    domain = load_domain("medical")
    found = list(domain.problem_set("diagnosis").load(None))
    train, heldout = ([p for p in found if p.split == split] for split in ("train", "heldout"))
    verdicts = {}
    for planted in (False, True):
        model = trained(planted, domain, train, steps, seed_folder / str(planted))
        verdicts[planted] = audited(model, domain, heldout, items)
    return verdicts


def main() -> None:
    """Train both, audit both, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--items", type=int, default=300)
    arguments = parser.parse_args()
    quiet_libraries()
    torch.set_num_threads(2)
    with tempfile.TemporaryDirectory() as folder:
        verdicts = study(arguments.steps, arguments.items, Path(folder))
    for planted, verdict in verdicts.items():
        print(f"\n{'planted' if planted else 'clean'}: {verdict.outcome}")
        for finding in verdict.findings:
            if finding.required and finding.interval and finding.estimate is not None:
                span = f"{finding.estimate:+.3f} [{finding.interval.low:+.3f}, {finding.interval.high:+.3f}]"
                print(f"  {finding.id:<55}{span:<28} n {finding.n}  {finding.outcome}")


if __name__ == "__main__":
    main()
