"""What the stages of one run share: recipe, domain, folder, start model, and where responses are checked."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from chartered.common.progress import Reporter, quiet_libraries
from chartered.domains import Domain, Problem, load_domain
from chartered.domains.checking.checker import Checker
from chartered.domains.checking.pool import Pool
from chartered.domains.checking.requirements import allow_unsafe, limit_programs
from chartered.domains.records import read_problems
from chartered.pipeline.checks import check_chat, check_recipe
from chartered.pipeline.recipe import TRAINING, LoadedRecipe, Recipe

TRACES, SAMPLES, ANSWERS, ROLLOUTS = "traces.jsonl", "samples.jsonl", "answers.jsonl", "rollouts.jsonl"
"""What annotate, score, audit and reinforce write into their folders."""
RECIPE = "recipe.yaml"
"""The recipe in a run folder, with its defaults filled in."""
MODEL = "model"
"""Folder of the model that a training stage makes, in the stage's own."""
BASE = "base"
"""What the start model is called beside the training stages."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """The line from a general model to an audited one."""

    recipe: Recipe
    domain: Domain
    folder: Path
    start: Path
    """Folder of the model that the run starts from."""
    start_sha256: str
    reporter: Reporter

    @property
    def trained(self) -> list[str]:
        """The training stages that the recipe has."""
        return [name for name in TRAINING if getattr(self.recipe, name) is not None]

    @property
    def last(self) -> str:
        """The last training stage, or `base`."""
        return self.trained[-1] if self.trained else BASE

    @property
    def policy(self) -> Path:
        """The policy file that the audit applies."""
        return self.recipe.audit.policy or self.domain.policy

    @property
    def probes(self) -> tuple[str, ...]:
        """The probes of the audit."""
        return self.recipe.audit.probes or tuple(self.domain.probes)

    @property
    def compared(self) -> bool:
        """Whether a probe of the audit compares with the model that the run starts from."""
        from chartered.audit.probes.registry import load_probe

        return any("base" in load_probe(name, self.domain).needs for name in self.probes)

    @cached_property
    def pool(self) -> Pool:
        """Where verifiers run; its processes start when a stage first needs them."""
        block = self.recipe.verify
        return Pool(self.domain, workers=block.workers, seconds=block.seconds, memory_mib=block.memory_mib)

    def checker(self) -> Checker:
        """A checker that counts from here on: one for each stage, since a stage must not hide another's failures."""
        block = self.recipe.verify
        stages = None if block.stages is None else frozenset(block.stages)
        return Checker(self.pool, tolerance=block.failures, stages=stages)

    def model(self, name: str) -> Path:
        """Folder of the model that a training stage makes, or of the start model for `base`."""
        return self.start if name == BASE else self.folder / name / MODEL

    def before(self, stage: str) -> str:
        """The training stage before this one, or `base`."""
        return [BASE, *self.trained][self.trained.index(stage)]

    def problems(self, file: str) -> list[Problem]:
        """The problems that `prepare` wrote."""
        return list(read_problems(self.folder / "prepare" / file))


def open_line(loaded: LoadedRecipe, folder: Path, reporter: Reporter) -> Line:
    """The line of a recipe; what can be checked before the first stage is checked: names, training keys, model.

    Raises:
        CharteredError: in one sentence, whatever is not as it must be.
    """
    quiet_libraries()
    recipe = loaded.recipe
    domain = load_domain(recipe.domain)
    import torch

    from chartered.adapt.models import resolve_model
    from chartered.common.models import weights_sha256

    torch.set_num_threads(recipe.threads)
    check_recipe(loaded, domain)
    allow_unsafe(recipe.allow_unsafe_code)
    limit_programs(recipe.verify.programs.given)
    start = resolve_model(recipe.model, recipe.revision)
    check_chat(recipe, start)
    return Line(
        recipe=recipe,
        domain=domain,
        folder=folder,
        start=start,
        start_sha256=weights_sha256(start),
        reporter=reporter,
    )
