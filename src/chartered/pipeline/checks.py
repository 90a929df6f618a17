"""What a recipe gets wrong, told before anything is computed: names, training values, policy, probes, chat form."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chartered.common.errors import UsageError, nearest
from chartered.domains import Domain
from chartered.domains.checking.requirements import judges, refuse_missing, refuse_unsafe, runs_code
from chartered.pipeline.calibration import check_calibrated
from chartered.pipeline.ledger import Stage
from chartered.pipeline.recipe import TRAINING, Audit, LoadedRecipe, Recipe, Reinforce


def check_recipe(loaded: LoadedRecipe, domain: Domain) -> None:
    """Everything that can be checked without the model.

    Raises:
        UsageError: naming the line of what is wrong.
    """
    _check_training(loaded)
    _check_names(loaded, domain)
    _check_verifiers(loaded, domain)
    _check_audit(loaded.recipe.audit, domain)


def check_until(until: str | None, stages: Sequence[Stage]) -> None:
    """Refuse the name of a stage that the recipe does not have."""
    names = [stage.name for stage in stages]
    if until is not None and until not in names:
        raise UsageError(f"--until {until!r} is no stage of this recipe; {nearest(until, names)}")


def _check_training(loaded: LoadedRecipe) -> None:
    from chartered.adapt.arguments import check_keys, check_lora

    for stage in TRAINING:
        block = getattr(loaded.recipe, stage)
        if block is not None:
            check_keys(stage, block.keys, {key: loaded.where(f"{stage}.{key}") for key in block.keys})
        if block is not None and block.lora is not None:
            check_lora(stage, block.lora, {key: loaded.where(f"{stage}.lora.{key}") for key in block.lora})
    if loaded.recipe.pretrain and loaded.recipe.pretrain.keys.get("assistant_only_loss"):
        place = loaded.where("pretrain.assistant_only_loss")
        raise UsageError(
            f"{place}: pretrain.assistant_only_loss is true, and pretrain reads texts without turns; remove the line."
        )


def _check_names(loaded: LoadedRecipe, domain: Domain) -> None:
    """Names in the recipe that the domain must have, told before anything is computed."""
    recipe = loaded.recipe
    if recipe.pretrain and not recipe.data.corpora:
        raise UsageError(f"{loaded.where('pretrain')}: pretrain needs text; name a corpus under data.corpora.")
    for source in recipe.data.corpora:
        if source.name is not None:
            domain.corpus(source.name)
    for source in recipe.data.problems:
        if source.name is not None:
            domain.problem_set(source.name)
    if recipe.reinforce:
        _check_reinforce(loaded, recipe.reinforce, domain)


def _check_verifiers(loaded: LoadedRecipe, domain: Domain) -> None:
    """Walls for programs and figures for judges, told before a response is paid for."""
    recipe = loaded.recipe
    used = {kind: domain.verifiers[kind] for kind in _kinds(recipe, domain) if kind in domain.verifiers}
    if not recipe.allow_unsafe_code:
        refuse_unsafe(domain, used)
    refuse_missing(domain, used, recipe.verify.programs.packages)
    if recipe.reinforce:
        trained = recipe.reinforce.problems or tuple(used)
        check_calibrated(loaded, {kind: used[kind] for kind in trained if kind in used})


def _kinds(recipe: Recipe, domain: Domain) -> set[str]:
    """Kinds of the recipe's problems; of a file that is not opened yet, those that it may hold."""
    if not any(runs_code(verifier) or judges(verifier) for verifier in domain.verifiers.values()):
        return set()
    found: set[str] = set()
    for source in recipe.data.problems:
        part = domain.problem_set(source.name) if source.name is not None else None
        if part is not None and part.ships and source.path is None:
            found |= {problem.kind for problem in part.load(None)}
        else:
            found |= {part.name} if part is not None and part.name in domain.verifiers else set(domain.verifiers)
    return found


def check_chat(recipe: Recipe, start: Path) -> None:
    """Refuse a model whose chats are not trained as they are asked for, or differ from one day to the next.

    Raises:
        ModelError: saying why, and what to do.
        UsageError: a key of a training stage asks for what the model does not have.
    """
    from chartered.adapt.chat_form import chat_form
    from chartered.adapt.preflight import check_sampling, check_steady, check_training
    from chartered.common.models import load_tokenizer

    if recipe.finetune is None and recipe.reinforce is None:
        tokenizer = load_tokenizer(start)
        if tokenizer.chat_template is not None:
            check_steady(tokenizer)
        return
    form = chat_form(start, template_keys(recipe))
    check_steady(form.tokenizer)
    if recipe.finetune is not None:
        check_training(form)
    if recipe.reinforce is not None:
        check_sampling(form, recipe.reinforce.keys)


def template_keys(recipe: Recipe) -> dict[str, dict[str, Any]]:
    """TRL's keys of the stages that may give the model another template or end token, in order."""
    blocks = {"pretrain": recipe.pretrain, "finetune": recipe.finetune}
    return {stage: block.keys for stage, block in blocks.items() if block is not None}


def _check_audit(audit: Audit, domain: Domain) -> None:
    """Policy and probes can be read, told before hours of training and not after."""
    from chartered.audit.policy import load_policy
    from chartered.audit.probes.registry import load_probe
    from chartered.audit.waivers import read_waivers

    load_policy(audit.policy or domain.policy)
    probes = audit.probes or tuple(domain.probes)
    if audit.waivers:
        read_waivers(audit.waivers).check_probes(probes)
    for probe in probes:
        load_probe(probe, domain)


def _check_reinforce(loaded: LoadedRecipe, block: Reinforce, domain: Domain) -> None:
    for kind in block.problems:
        if kind not in domain.verifiers:
            place = loaded.where("reinforce.problems")
            raise UsageError(
                f"{place}: domain {domain.name!r} has no problems of kind {kind!r}; {nearest(kind, domain.verifiers)}"
            )
    for reward in block.rewards:
        if reward not in domain.rewards:
            place = loaded.where(f"reinforce.rewards.{reward}")
            raise UsageError(
                f"{place}: domain {domain.name!r} has no reward {reward!r}; {nearest(reward, domain.rewards)}"
            )
