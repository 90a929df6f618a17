"""The stages of a run as data: in which order, from which inputs, by which task."""

from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from chartered.audit.probes.registry import load_probe
from chartered.common.files import sha256_file
from chartered.domains.checking.requirements import needed
from chartered.domains.registry import plugin_sha256
from chartered.pipeline import tasks
from chartered.pipeline.ledger import Stage
from chartered.pipeline.line import BASE, Line
from chartered.pipeline.prepare import file_hashes, traces_hash

LIBRARIES = ("chartered", "torch", "transformers", "trl", "peft", "datasets")


def stages(line: Line) -> list[Stage]:
    """All stages, in order; the start model and each training stage are followed by a score."""
    found = [_prepare(line), _annotate(line), _score(line, BASE)]
    for name in line.trained:
        found += [_train(line, name), _score(line, name)]
    return [*found, _audit(line)]


def _prepare(line: Line) -> Stage:
    data = line.recipe.data
    inputs = {
        "domain": line.recipe.domain,
        "plugin": plugin_sha256(line.domain),
        "data": data.model_dump(mode="json", exclude={"heldout"}),
        "files": file_hashes(data),
        "chartered": version("chartered"),
    }
    return Stage(name="prepare", inputs=inputs, task=tasks.prepare)


def _annotate(line: Line) -> Stage:
    block = line.recipe.annotate
    # how a reply is fetched does not change it
    fetched = {"concurrency", "requests_per_minute", "base_url", "api_key_env"}
    exclude = {"teacher": fetched} if block.teacher else None
    inputs = {**block.model_dump(mode="json", exclude=exclude), **_limits(line), "chartered": version("chartered")}
    if block.traces is not None:
        inputs["rows"] = traces_hash(block.traces)
    return Stage(name="annotate", inputs=inputs, task=tasks.annotate, after=("prepare",))


def _score(line: Line, model: str) -> Stage:
    inputs = {
        **line.recipe.score.model_dump(),
        "heldout": line.recipe.data.heldout,
        **_limits(line),
        **_machine(line),
        **_start(line, model == BASE),
    }
    after = ("prepare",) if model == BASE else ("prepare", model)
    return Stage(name=f"score-{model}", inputs=inputs, task=tasks.score, after=after, model=model)


def _train(line: Line, name: str) -> Stage:
    before = line.before(name)
    inputs = {
        name: getattr(line.recipe, name).model_dump(mode="json"),
        **_template(getattr(line.recipe, name).keys),
        "seed": line.recipe.seed,
        **_machine(line),
        **(_limits(line) if name == "reinforce" else {}),
        **_start(line, before == BASE),
    }
    reads = "annotate" if name == "finetune" else "prepare"
    after = (reads,) if before == BASE else (reads, before)
    return Stage(name=name, inputs=inputs, task=tasks.TRAINING_TASKS[name], after=after, model=name)


def _template(keys: Mapping[str, Any]) -> Mapping[str, Any]:
    """Hash of the chat template that a stage brings as a file."""
    path = keys.get("chat_template_path")
    return {"chat_template": sha256_file(Path(path))} if path else {}


def _audit(line: Line) -> Stage:
    block = line.recipe.audit
    inputs = {
        **block.model_dump(mode="json"),
        "policy": sha256_file(line.policy),
        "waivers": sha256_file(block.waivers) if block.waivers else None,
        "wording": {name: sha256_file(path) for name, path in line.domain.probes.items()},
        # the gate refuses a verdict of other versions than these
        "installed": {name: load_probe(name, line.domain).wording_sha256 for name in line.probes},
        "seed": line.recipe.seed,
        "score": line.recipe.score.model_dump(),
        **_limits(line),
        **_machine(line),
        **_start(line, not line.trained or line.compared),
    }
    return Stage(name="audit", inputs=inputs, task=tasks.audit, after=("prepare", *line.trained[-1:]), model=line.last)


def _limits(line: Line) -> Mapping[str, Any]:
    """What a check depends on beside the plugin."""
    block = line.recipe.verify
    programs = {"programs": block.programs.given} if block.programs.given else {}
    return {"verify": block.model_dump(include={"seconds", "memory_mib"}), **programs, **needed(line.domain)}


def _machine(line: Line) -> Mapping[str, Any]:
    """What weights and answers depend on beside the recipe."""
    return {"threads": line.recipe.threads, "versions": {name: version(name) for name in LIBRARIES}}


def _start(line: Line, read: bool) -> Mapping[str, Any]:
    return {"start": line.start_sha256} if read else {}
