"""`chartered run`: the recipe becomes stages, the ledger carries out what is not done, the gate has the last word."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chartered.commands.release import release_run, still_missing
from chartered.common.errors import TrainingError, UsageError, nearest
from chartered.common.files import alone, write_whole
from chartered.common.progress import Reporter
from chartered.domains import domain_names, load_domain
from chartered.pipeline.checks import check_until
from chartered.pipeline.fitting import Fitting, is_out_of_memory
from chartered.pipeline.ledger import Ledger, Stage, fingerprints
from chartered.pipeline.line import RECIPE, Line, open_line
from chartered.pipeline.recipe import LoadedRecipe, load_recipe
from chartered.pipeline.turns import check_turns

if TYPE_CHECKING:
    from chartered.audit.verdict import Verdict


def carry_out(
    name: str, *, output: Path | None, until: str | None, dry_run: bool, key: Path | None, as_json: bool
) -> int:
    """Carry out a recipe, or a domain's first one; returns the exit code.

    Raises:
        CharteredError: in one sentence, whatever is not as it must be.
    """
    from chartered.audit.waivers import load_waivers
    from chartered.pipeline.stages import stages

    loaded, folder = find_recipe(name)
    folder = output or folder
    reporter = Reporter()
    line = open_line(loaded, folder, reporter)
    ordered = stages(line)
    check_until(until, ordered)
    if line.recipe.audit.waivers:
        load_waivers(line.recipe.audit.waivers)  # an expired one is told before hours of training
    if dry_run:
        from chartered.pipeline.plan import show_plan

        show_plan(line, ordered)
        return 0
    with alone(folder):
        write_whole(folder / RECIPE, _resolved(loaded))
        ledger = _carry_out(line, ordered, until)
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
        raise UsageError(f"{name!r} is neither an installed domain nor a recipe file; {nearest(name, domain_names())}")
    loaded = load_recipe(Path(name))
    return loaded, Path("runs") / f"{_plain(loaded.recipe.domain)}-{loaded.path.stem}"


def _carry_out(line: Line, stages: list[Stage], until: str | None) -> Ledger:
    ledger, prints = Ledger.open(line.folder), fingerprints(stages)
    for stage in stages:
        reasons = ledger.why_stale(stage, prints[stage.name])
        if not reasons:
            line.reporter.say(f"{stage.name}: done before")
        else:
            if reasons != ["not done yet"]:
                line.reporter.say(f"{stage.name}: stale, because {'; '.join(reasons)}")
            if ending := ledger.silent_end(stage):
                line.reporter.say(Fitting(line, line.folder / "prepare").killed(stage.name, ending))
            try:
                entry = ledger.carry_out(stage, prints[stage.name], line)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                raise TrainingError(Fitting(line, line.folder / "prepare").ran_out(stage.name)) from error
            line.reporter.say(f"{stage.name}: {summary(stage.name, entry.metrics)}  ({entry.seconds:.0f} s)")
        if stage.name == until:
            break
        if stage.name in ("prepare", "annotate"):  # now the turns and the longest rows are known
            for note in check_turns(line, line.folder / stage.name):
                line.reporter.say(note)
            left = [s.name for s in stages if ledger.why_stale(s, prints[s.name])]
            Fitting(line, line.folder / "prepare").check(left[: left.index(until) + 1] if until in left else left)
    return ledger


def summary(stage: str, metrics: Any) -> str:
    """One line on what a stage did."""
    if stage == "prepare":
        counts = f"{sum(metrics['train'].values())} problems to train on, {sum(metrics['heldout'].values())} held out"
        dropped = "".join(f", {count} dropped: {why}" for why, count in metrics["dropped"].items())
        return f"{metrics['documents']} documents, {counts}{dropped}"
    if stage.startswith("score-"):
        share = metrics["all"]
        if share["accuracy"] is None:
            return f"not scored: the verifier could judge no response ({metrics['statuses']})"
        interval = f"[{share['low']:.3f}, {share['high']:.3f}]"
        return f"{share['accuracy']:.3f} right of {share['n']} held-out problems {interval}"
    if stage == "audit":
        return str(metrics["outcome"])
    shown = ("steps", "resumed_from_step", "texts", "tokens", "traces", "too_long", "unfit", "problems", "kept")
    return ", ".join(f"{key.replace('_', ' ')} {_number(metrics[key])}" for key in shown if metrics.get(key))


def _finish(line: Line, ledger: Ledger, key: Path | None, as_json: bool) -> int:
    from chartered.audit.report.summary import reason_lines
    from chartered.audit.verdict import read_verdict
    from chartered.pipeline.scores import draw_curves, score_table

    verdict = read_verdict(line.folder / "audit" / "verdict.json")
    scores = score_table(line, ledger)
    curves = draw_curves(line, ledger)
    if as_json:
        click.echo(json.dumps({"scores": scores.rows(), "verdict": json.loads(verdict.to_json())}, indent=1))
    else:
        click.echo(scores.text())
        click.echo(f"\ntraining curves  {curves}")
        click.echo("\n".join([f"audit verdict    {verdict.outcome.upper()}", *reason_lines(verdict.reasons)]))
        click.echo(f"audit report     {line.folder / 'audit' / 'report.html'}")
    line.reporter.say(f"release          {_gate(line, verdict, key)}")
    return verdict.exit_code


def _gate(line: Line, verdict: "Verdict", key: Path | None) -> str:
    """What became of the release; a refusal for another reason than the verdict is an error."""
    from chartered.audit.release.verify import verify_release

    if verdict.outcome != "pass":
        return f"refused: the verdict is {verdict.outcome}, for the reasons above"
    earlier = line.folder / "release"
    if earlier.exists() and verify_release(earlier, signed_off=False).verdict == verdict:
        return f"{earlier} (made before, and verified)"
    made = release_run(line.folder, output=None, key=key)
    return f"{made}; {still_missing(made)}" if verdict.policy.roles else str(made)


def _resolved(loaded: LoadedRecipe) -> str:
    import yaml

    head = f"# resolved from {loaded.path.name}; defaults are filled in\n"
    return head + yaml.safe_dump(loaded.recipe.model_dump(mode="json"), sort_keys=False)


def _plain(domain: str) -> str:
    return Path(domain.rpartition(":")[0]).stem if ".py:" in domain else domain


def _number(value: Any) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
