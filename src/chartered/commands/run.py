"""`chartered run`: the recipe becomes stages, the ledger carries out what is not done, the gate has the last word."""

import json
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from filelock import FileLock, Timeout

from chartered.common.errors import UsageError, nearest
from chartered.common.files import write_whole
from chartered.common.progress import Reporter
from chartered.domains import domain_names, load_domain
from chartered.domains.checking.requirements import allow_unsafe
from chartered.pipeline.checks import check_chat, check_recipe, check_until
from chartered.pipeline.ledger import Ledger, Stage, fingerprints
from chartered.pipeline.line import Line
from chartered.pipeline.recipe import LoadedRecipe, load_recipe

if TYPE_CHECKING:
    from chartered.audit.verdict import Verdict

RECIPE = "recipe.yaml"


def carry_out(
    name: str, *, output: Path | None, until: str | None, dry_run: bool, key: Path | None, as_json: bool
) -> int:
    """Carry out a recipe, or a domain's first one; returns the exit code.

    Raises:
        CharteredError: in one sentence, whatever is not as it must be.
    """
    from chartered.audit.waivers import load_waivers

    loaded, folder = find_recipe(name)
    folder = output or folder
    reporter = Reporter()
    line = build_line(loaded, folder, reporter)
    stages = line.stages()
    check_until(until, stages)
    if line.recipe.audit.waivers:
        load_waivers(line.recipe.audit.waivers)  # an expired one is told before hours of training
    if dry_run:
        from chartered.pipeline.plan import show_plan

        show_plan(line, stages)
        return 0
    with alone(folder):
        write_whole(folder / RECIPE, _resolved(loaded))
        ledger = _carry_out(line, stages, until)
    if until is not None:
        reporter.say(f"stopped after {until}, as asked; the same command without --until goes on")
        return 0
    return _finish(line, ledger, key, as_json)


def find_recipe(name: str) -> tuple[LoadedRecipe, Path]:
    """The recipe of that path, or the first of the domain of that name; and the default run folder."""
    if name in domain_names() or ".py:" in name:
        domain = load_domain(name)
        if not domain.recipes:
            raise UsageError(f"domain {name!r} has no recipe; give the path of one.")
        first = next(iter(domain.recipes))
        loaded = load_recipe(domain.recipes[first])
        if loaded.recipe.domain == domain.name:  # a draft is known by its file alone
            loaded = loaded.model_copy(update={"recipe": loaded.recipe.model_copy(update={"domain": name})})
        return loaded, Path("runs") / f"{domain.name}-{first}"
    if not Path(name).suffix:
        raise UsageError(f"{name!r} is no installed domain and no recipe file; {nearest(name, domain_names())}")
    loaded = load_recipe(Path(name))
    return loaded, Path("runs") / f"{_plain(loaded.recipe.domain)}-{loaded.path.stem}"


def build_line(loaded: LoadedRecipe, folder: Path, reporter: Reporter) -> Line:
    """Everything checked that can be checked before the first stage: domain, names, training keys, model."""
    quiet()
    recipe = loaded.recipe
    domain = load_domain(recipe.domain)
    import torch

    from chartered.adapt.models import resolve_model
    from chartered.common.models import weights_sha256

    torch.set_num_threads(recipe.threads)
    check_recipe(loaded, domain)
    allow_unsafe(recipe.allow_unsafe_code)
    start = resolve_model(recipe.model, recipe.revision)
    if recipe.finetune or recipe.reinforce:
        check_chat(start)
    return Line(
        recipe=recipe,
        domain=domain,
        folder=folder,
        start=start,
        start_sha256=weights_sha256(start),
        reporter=reporter,
    )


def _carry_out(line: Line, stages: list[Stage], until: str | None) -> Ledger:
    ledger, prints = Ledger.open(line.folder), fingerprints(stages)
    for stage in stages:
        reasons = ledger.why_stale(stage, prints[stage.name])
        if not reasons:
            line.reporter.say(f"{stage.name}: done before")
        else:
            if reasons != ["not done yet"]:
                line.reporter.say(f"{stage.name}: stale, because {'; '.join(reasons)}")
            entry = ledger.carry_out(stage, prints[stage.name])
            line.reporter.say(f"{stage.name}: {summary(stage.name, entry.metrics)}  ({entry.seconds:.0f} s)")
        if stage.name == until:
            break
    return ledger


def summary(stage: str, metrics: Any) -> str:
    """One line on what a stage did."""
    if stage == "prepare":
        counts = f"{sum(metrics['train'].values())} problems to train on, {sum(metrics['heldout'].values())} held out"
        dropped = "".join(f", {count} dropped: {why}" for why, count in metrics["dropped"].items())
        return f"{metrics['documents']} documents, {counts}{dropped}"
    if stage.startswith("score-"):
        found = metrics["all"]
        if found["accuracy"] is None:
            return f"not scored: the verifier could judge no response ({metrics['statuses']})"
        return (
            f"{found['accuracy']:.3f} right of {found['n']} held-out problems [{found['low']:.3f}, {found['high']:.3f}]"
        )
    if stage == "audit":
        return str(metrics["outcome"])
    shown = ("steps", "resumed_from_step", "texts", "tokens", "traces", "too_long", "problems", "kept")
    return ", ".join(f"{key.replace('_', ' ')} {_number(metrics[key])}" for key in shown if metrics.get(key))


def _finish(line: Line, ledger: Ledger, key: Path | None, as_json: bool) -> int:
    from chartered.audit.verdict import read_verdict
    from chartered.pipeline.scores import draw_curves, score_table

    verdict = read_verdict(line.folder / "audit" / "verdict.json")
    table = score_table(line, ledger)
    curves = draw_curves(line, ledger)
    if as_json:
        click.echo(json.dumps({"scores": table.rows(), "verdict": json.loads(verdict.to_json())}, indent=1))
    else:
        click.echo(table.text())
        click.echo(f"\ntraining curves  {curves}")
        click.echo("\n".join([f"audit verdict    {verdict.outcome.upper()}", *reason_lines(verdict.reasons)]))
        click.echo(f"audit report     {line.folder / 'audit' / 'report.html'}")
    line.reporter.say(f"release          {_gate(line, verdict, key)}")
    return verdict.exit_code


def _gate(line: Line, verdict: "Verdict", key: Path | None) -> str:
    """What became of the release; a refusal for another reason than the verdict is an error."""
    from chartered.audit.release.verify import verify_release
    from chartered.commands.release import release_run, still_missing

    if verdict.outcome != "pass":
        return f"refused: the verdict is {verdict.outcome}, for the reasons above"
    earlier = line.folder / "release"
    if earlier.exists() and verify_release(earlier, signed_off=False).verdict == verdict:
        return f"{earlier} (made before, and verified)"
    made = release_run(line.folder, output=None, key=key)
    return f"{made}; {still_missing(made)}" if verdict.policy.roles else str(made)


def reason_lines(reasons: Sequence[str], most: int = 6) -> list[str]:
    """The first reasons as a list, and how many more there are."""
    lines = [f"  - {reason}" for reason in reasons[:most]]
    return lines + ([f"  - and {len(reasons) - most} more, in the report"] if len(reasons) > most else [])


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold a folder, so that two commands never write into one."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise UsageError(f"{folder}: another command works in this folder; wait for it or give --output.") from error
    try:
        yield
    finally:
        lock.release()


def _resolved(loaded: LoadedRecipe) -> str:
    import yaml

    head = f"# resolved from {loaded.path.name}; defaults are filled in\n"
    return head + yaml.safe_dump(loaded.recipe.model_dump(mode="json"), sort_keys=False)


def quiet() -> None:
    """Keep libraries from drawing bars of their own."""
    for name, value in {
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "TRANSFORMERS_VERBOSITY": "error",
    }.items():
        os.environ.setdefault(name, value)
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"(transformers|trl|peft|torch)\b")
    from transformers.utils import logging

    logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def _plain(domain: str) -> str:
    return Path(domain.rpartition(":")[0]).stem if ".py:" in domain else domain


def _number(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
