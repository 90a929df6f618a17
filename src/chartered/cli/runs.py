"""Commands that train, and that check stored responses again."""

import sys
from pathlib import Path

import click


@click.command(short_help="Carry out the whole line, or go on with it.")
@click.argument("recipe", metavar="RECIPE|DOMAIN")
@click.option("--output", type=click.Path(path_type=Path), help="Run folder.  [default: runs/DOMAIN-RECIPE]")
@click.option("--until", metavar="STAGE", help="Stop after this stage.")
@click.option("--dry-run", is_flag=True, help="Show the plan, what is done or stale and why, and an estimate.")
@click.option("--key", type=click.Path(path_type=Path), help="Private key that signs the release; see `keygen`.")
@click.option("--json", "as_json", is_flag=True, help="Print the run's scores and verdict as JSON.")
def run(recipe: str, output: Path | None, until: str | None, dry_run: bool, key: Path | None, as_json: bool) -> None:
    """Carry out the whole line: data, traces, training, scores, audit, release. Stopped, the same command goes on."""
    from chartered.commands.run import carry_out

    sys.exit(carry_out(recipe, output=output, until=until, dry_run=dry_run, key=key, as_json=as_json))


@click.command(short_help="Check stored responses again.")
@click.argument("path", metavar="RUN|FILE", type=click.Path(path_type=Path))
@click.option("--domain", help="For a file: the plugin whose verifiers check.")
@click.option("--problems", type=click.Path(path_type=Path), help="For a file: its problems, as JSON lines.")
@click.option("--output", type=click.Path(path_type=Path), help="Folder.  [default: RUN/rescored, or the file's]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def rescore(path: Path, domain: str | None, problems: Path | None, output: Path | None, as_json: bool) -> None:
    """Check stored responses again after a verifier was mended: those of a RUN, or a FILE of JSON lines."""
    from chartered.commands.rescore import rescore as again

    click.echo(again(path, domain=domain, problems=problems, output=output, as_json=as_json))


COMMANDS = (run, rescore)
