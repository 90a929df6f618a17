"""Commands for those who write plugins, and `doctor`."""

import json
import sys
from pathlib import Path
from typing import Any

import click


@click.command(short_help="List the installed plugins, with licences.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def domains(as_json: bool) -> None:
    """List the installed domain plugins, what each offers and on which terms."""
    from chartered.commands.domains import describe_domains, domains_table

    found = describe_domains()
    click.echo(json.dumps(found, indent=1) if as_json else domains_table(found))


@click.command(short_help="What this machine has and lacks.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(as_json: bool) -> None:
    """Say what this machine has and lacks, what a lack means, and the command that mends it.

    Exits with 2 if something is lacking without which no run can work, else with 0.
    """
    from chartered.commands.doctor import show

    sys.exit(show(as_json=as_json))


@click.command("new-domain", short_help="Write the package of a new plugin.")
@click.argument("name")
@click.option("--output", type=click.Path(path_type=Path), help="Folder to write.  [default: chartered-NAME]")
def new_domain(name: str, output: Path | None) -> None:
    """Write the package of a new plugin NAME, which conforms and runs, to be filled with your field's problems."""
    from chartered.commands.new_domain import new_domain as write

    folder = output or Path(f"chartered-{name}")
    click.echo("\n".join(map(str, write(name, folder))))
    draft = f"{folder / f'chartered_{name}' / '__init__.py'}:domain"
    click.echo(f"next: chartered check-domain {draft}", err=True)
    click.echo(f"then: pip install -e {folder} && chartered check-domain {name}", err=True)


@click.command("check-domain", short_help="What to mend in a plugin.")
@click.argument("name", metavar="DOMAIN")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check_domain(name: str, as_json: bool) -> None:
    """Try a plugin (its name, or `file.py:object`) against the contract, and say what to mend."""
    from chartered.commands.check_domain import check_domain as check

    sys.exit(check(name, as_json=as_json))


@click.command("stress-reward", short_help="What rewards pay to tricks.")
@click.argument("name", metavar="DOMAIN")
@click.option("--reward", "rewards", multiple=True, help="Reward to try, may be repeated.  [default: all]")
@click.option("--per-kind", type=click.IntRange(min=10), default=60, show_default=True, help="Problems of each kind.")
@click.option("--all", "everything", is_flag=True, help="Show what does not pay, too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def stress_reward(name: str, rewards: tuple[str, ...], per_kind: int, everything: bool, as_json: bool) -> None:
    """Try to cheat the rewards of a plugin: empty, longest, every option named, the prompt echoed; list what pays."""
    from chartered.commands.stress import stress_reward as stress

    sys.exit(stress(name, rewards, per_kind=per_kind, everything=everything, as_json=as_json))


@click.command("calibrate-verifier", short_help="How often a verifier agrees with people.")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--domain", required=True, help="Domain plugin: a name, or file.py:object.")
@click.option("--problems", type=click.Path(path_type=Path), help="Problems of the ids.  [default: the domain's own]")
@click.option("--output", type=click.Path(path_type=Path), help="Record.  [default: FILE.calibration.json]")
@click.option("--seconds", type=click.FloatRange(min=0.1), default=120.0, show_default=True, help="For each response.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def calibrate_verifier(path: Path, **options: Any) -> None:
    """Compare a plugin's verifiers with labels that people gave: accuracy, false positives, false negatives.

    FILE holds JSON lines with `response`, `label` (correct or wrong) and the `id` of a problem or a whole `problem`.
    Verifier RL with a judge needs the record that this writes.
    """
    from chartered.commands.calibrate import calibrate_verifier as calibrate

    click.echo(calibrate(path, **options))


COMMANDS = (domains, doctor, new_domain, check_domain, stress_reward, calibrate_verifier)
