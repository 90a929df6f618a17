"""The stages of a run, in order: what each depends on, and the work it hands to the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from chartered.common.files import sha256_file
from chartered.common.progress import Reporter
from chartered.domains.checking.guarded import Guarded, guarded
from chartered.domains.checking.pool import Pool
from chartered.domains.checking.requirements import needed
from chartered.domains.contract import Domain, Problem
from chartered.domains.records import read_problems
from chartered.domains.registry import plugin_sha256
from chartered.pipeline import tasks
from chartered.pipeline.ledger import Stage
from chartered.pipeline.prepare import HELDOUT, TRAIN, file_hashes, prepare, stratified
from chartered.pipeline.recipe import TRAINING, Recipe

LIBRARIES = ("chartered", "torch", "transformers", "trl", "peft", "datasets")


@dataclass(frozen=True, kw_only=True)
class Line:
    """Everything that the stages of one run share."""

    recipe: Recipe
    domain: Domain
    folder: Path
    start: Path
    """Folder of the model that the run starts from."""
    start_sha256: str
    reporter: Reporter

    def stages(self) -> list[Stage]:
        """All stages, in order; the start model and each training stage are followed by a score."""
        found = [self._prepare(), self._annotate(), self._score("base", self.start)]
        for name in self.trained:
            found += [self._train(name), self._score(name, self.model(name))]
        return [*found, self._audit()]

    @property
    def trained(self) -> list[str]:
        """The training stages that the recipe has."""
        return [name for name in TRAINING if getattr(self.recipe, name) is not None]

    @property
    def final(self) -> Path:
        """Folder of the run's last model."""
        return self.model(self.trained[-1]) if self.trained else self.start

    @property
    def policy(self) -> Path:
        """The policy file that the audit applies."""
        return self.recipe.audit.policy or self.domain.policy

    @property
    def probes(self) -> tuple[str, ...]:
        """The probes of the audit."""
        return self.recipe.audit.probes or tuple(self.domain.probes)

    @cached_property
    def pool(self) -> Pool:
        """Where verifiers run; its processes start when a stage first needs them."""
        block = self.recipe.verify
        return Pool(self.domain, workers=block.workers, seconds=block.seconds, memory_mib=block.memory_mib)

    @cached_property
    def guarded(self) -> Guarded:
        """The domain with verifiers that run in the pool."""
        return guarded(self.pool, self.recipe.verify.failures)

    @property
    def compared(self) -> bool:
        """Whether a probe of the audit compares with the model that the run starts from."""
        from chartered.audit.probes.registry import load_probe

        return any("base" in load_probe(name, self.domain).needs for name in self.probes)

    def model(self, stage: str) -> Path:
        """Folder of the model that a training stage makes."""
        return self.folder / stage / tasks.MODEL

    def problems(self, file: str) -> list[Problem]:
        """The problems that `prepare` wrote."""
        return list(read_problems(self.folder / "prepare" / file))

    def _prepare(self) -> Stage:
        data = self.recipe.data
        inputs = {
            "domain": self.recipe.domain,
            "plugin": plugin_sha256(self.domain),
            "data": data.model_dump(mode="json", exclude={"heldout"}),
            "files": file_hashes(data),
            "chartered": version("chartered"),
        }
        return Stage(name="prepare", inputs=inputs, work=lambda _, output: prepare(self.guarded, data, output))

    def _annotate(self) -> Stage:
        block = self.recipe.annotate

        def carry_out(_: Path, output: Path) -> dict[str, Any]:
            # replies are paid for: they stay when the stage becomes stale, and are found again by what was asked
            replies = self.folder / "replies.jsonl"
            with self.reporter.task("annotate") as report:
                return tasks.traces(self.guarded, self.problems(TRAIN)[: block.limit], block, replies, output, report)

        # how a reply is fetched does not change it
        fetched = (
            {"teacher": {"concurrency", "requests_per_minute", "base_url", "api_key_env"}} if block.teacher else None
        )
        inputs = {**block.model_dump(mode="json", exclude=fetched), **self._limits(), "chartered": version("chartered")}
        return Stage(name="annotate", inputs=inputs, work=carry_out, after=("prepare",))

    def _score(self, name: str, model: Path) -> Stage:
        block, heldout = self.recipe.score, self.recipe.data.heldout
        inputs = {
            **block.model_dump(),
            "heldout": heldout,
            **self._limits(),
            **self._machine(),
            **self._base(name == "base"),
        }

        def carry_out(_: Path, output: Path) -> dict[str, Any]:
            if name == "base":
                tasks.rehearse(self)
            with self.reporter.task(f"score {name}") as report:
                problems = stratified(self.problems(HELDOUT), heldout)
                return tasks.score(model, self.guarded, problems, block, output, report)

        after = ("prepare",) if name == "base" else ("prepare", name)
        return Stage(name=f"score-{name}", inputs=inputs, work=carry_out, after=after)

    def _train(self, name: str) -> Stage:
        block = getattr(self.recipe, name)
        before = self.trained[: self.trained.index(name)]
        start = self.model(before[-1]) if before else self.start
        inputs = {name: block.model_dump(mode="json"), "seed": self.recipe.seed, **self._machine()}
        if name == "reinforce":
            inputs |= self._limits()

        def carry_out(folder: Path, output: Path) -> dict[str, Any]:
            from chartered.adapt.training import Setup

            with self.reporter.task(name) as report:
                setup = Setup(
                    start=start,
                    work=folder,
                    output=output / tasks.MODEL,
                    seed=self.recipe.seed,
                    keys=block.keys,
                    lora=block.lora,
                    on_log=report,
                )
                return tasks.TRAINERS[name](self, setup)

        reads = "annotate" if name == "finetune" else "prepare"
        return Stage(
            name=name, inputs={**inputs, **self._base(not before)}, work=carry_out, after=(reads, *before[-1:])
        )

    def _audit(self) -> Stage:
        from chartered.audit.probes.registry import load_probe

        inputs = {
            **self.recipe.audit.model_dump(mode="json"),
            "policy": sha256_file(self.policy),
            "waivers": sha256_file(self.recipe.audit.waivers) if self.recipe.audit.waivers else None,
            "wording": {name: sha256_file(path) for name, path in self.domain.probes.items()},
            # the gate refuses a verdict of other versions than these
            "installed": {name: load_probe(name, self.domain).wording_sha256 for name in self.probes},
            "seed": self.recipe.seed,
            "score": self.recipe.score.model_dump(),
            **self._limits(),
            **self._machine(),
            **self._base(not self.trained or self.compared),
        }

        def carry_out(folder: Path, output: Path) -> dict[str, Any]:
            with self.reporter.task("audit") as report:
                return tasks.audit(self, folder, output, report)

        return Stage(name="audit", inputs=inputs, work=carry_out, after=("prepare", *self.trained[-1:]))

    def _limits(self) -> Mapping[str, Any]:
        """What a check depends on beside the plugin."""
        found = {"verify": self.recipe.verify.model_dump(include={"seconds", "memory_mib"})}
        return {**found, **needed(self.domain)}

    def _machine(self) -> Mapping[str, Any]:
        """What weights and answers depend on beside the recipe."""
        return {"threads": self.recipe.threads, "versions": {name: version(name) for name in LIBRARIES}}

    def _base(self, reads_start: bool) -> Mapping[str, Any]:
        return {"start": self.start_sha256} if reads_start else {}
