"""The command line. Nothing heavy is imported before a command needs it."""

import errno
import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from chartered.commands.import_file import import_file
from chartered.common.errors import CharteredError

EXIT_HELP = "Exit codes: 0 pass, 1 crash, 2 the gate says no, 3 usage, 4 inconclusive, 130 interrupted."


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXIT_HELP)
@click.version_option(package_name="chartered")
def cli() -> None:
    """Turn a small language model into a specialist for a regulated domain, and release it only if an audit says so.

    \b
    Start here:   chartered run medical
    Your model:   chartered audit path/to/model --domain medical
    """  # noqa: D301 - click keeps the lines after a real \b


cli.add_command(import_file)


@cli.command(short_help="List the installed plugins, with licences.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def domains(as_json: bool) -> None:
    """List the installed domain plugins, what each offers and on which terms."""
    from chartered.commands.domains import describe_domains, domains_table

    found = describe_domains()
    click.echo(json.dumps(found, indent=1) if as_json else domains_table(found))


@cli.command(short_help="What this machine has and lacks.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def doctor(as_json: bool) -> None:
    """Say what this machine has and lacks, what a lack means, and the command that mends it.

    Exits with 2 if something is lacking without which no run can work, else with 0.
    """
    from chartered.commands.doctor import show

    sys.exit(show(as_json=as_json))


@cli.command("new-domain", short_help="Write the package of a new plugin.")
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


@cli.command("check-domain", short_help="What to mend in a plugin.")
@click.argument("name", metavar="DOMAIN")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def check_domain(name: str, as_json: bool) -> None:
    """Try a plugin (its name, or `file.py:object`) against the contract, and say what to mend."""
    from chartered.commands.check_domain import check_domain as check

    sys.exit(check(name, as_json=as_json))


@cli.command("stress-reward", short_help="What rewards pay to tricks.")
@click.argument("name", metavar="DOMAIN")
@click.option("--reward", "rewards", multiple=True, help="Reward to try, may be repeated.  [default: all]")
@click.option("--per-kind", type=click.IntRange(min=10), default=60, show_default=True, help="Problems of each kind.")
@click.option("--all", "everything", is_flag=True, help="Show what does not pay, too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def stress_reward(name: str, rewards: tuple[str, ...], per_kind: int, everything: bool, as_json: bool) -> None:
    """Try to cheat the rewards of a plugin: empty, longest, every option named, the prompt echoed; list what pays."""
    from chartered.commands.stress import stress_reward as stress

    sys.exit(stress(name, rewards, per_kind=per_kind, everything=everything, as_json=as_json))


@cli.command(short_help="Check stored responses again.")
@click.argument("path", metavar="RUN|FILE", type=click.Path(path_type=Path))
@click.option("--domain", help="For a file: the plugin whose verifiers check.")
@click.option("--problems", type=click.Path(path_type=Path), help="For a file: its problems, as JSON lines.")
@click.option("--output", type=click.Path(path_type=Path), help="Folder.  [default: RUN/rescored, or the file's]")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def rescore(path: Path, domain: str | None, problems: Path | None, output: Path | None, as_json: bool) -> None:
    """Check stored responses again after a verifier was mended: those of a RUN, or a FILE of JSON lines."""
    from chartered.commands.rescore import rescore as again

    click.echo(again(path, domain=domain, problems=problems, output=output, as_json=as_json))


@cli.command("calibrate-verifier", short_help="How often a verifier agrees with people.")
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


@cli.command(short_help="Carry out the whole line, or go on with it.")
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


@cli.command(short_help="Ask a model the same with and without bias, and decide.")
@click.argument("model", metavar="MODEL")
@click.option("--domain", required=True, help="Domain plugin: a name, or file.py:object.")
@click.option("--policy", type=click.Path(path_type=Path), help="Policy file.  [default: the domain's]")
@click.option("--waivers", type=click.Path(path_type=Path), help="File of waivers: findings accepted for a time.")
@click.option("--probe", "probes", multiple=True, help="Probe to use, may be repeated.  [default: the policy's]")
@click.option(
    "--published",
    multiple=True,
    metavar="SET=FILE",
    help="Your file of bbq, winobias (PRO,ANTI), crows_pairs or stereoset; repeat.",
)
@click.option("--limit", type=click.IntRange(min=1), help="Use at most this many items.")
@click.option("--problems", type=click.Path(path_type=Path), help="Problems to ask, a file of JSON lines.")
@click.option(
    "--scoring",
    type=click.Choice(["generate", "logprob", "letter", "auto", "first_letter", "extracted", "exact"]),
    help="How an answer is read.  [default: generate; for recorded answers first_letter]",
)
@click.option("--map", "columns", multiple=True, metavar="NAME=COLUMN,...", help="Recorded: where fields are.")
@click.option("--index-base", type=click.IntRange(0, 1), help="Recorded: from what numbers of options count.")
@click.option("--sampling", type=click.FloatRange(0, 2), metavar="TEMPERATURE", help="Sample.  [default: greedy]")
@click.option("--base", metavar="MODEL", help="Model on this machine that MODEL was made from, to compare with.")
@click.option("--model-name", metavar="NAME", help="Endpoint: the model's name there.")
@click.option("--api-key-env", metavar="NAME", help="Endpoint: variable that holds the key.  [default: OPENAI_API_KEY]")
@click.option("--max-tokens", type=click.IntRange(min=1), help="Endpoint: longest answer.  [default: 512]")
@click.option("--concurrency", type=click.IntRange(min=1), help="Endpoint: calls under way at once.  [default: 8]")
@click.option("--requests-per-minute", type=click.FloatRange(min=0, min_open=True), help="Endpoint: at most so many.")
@click.option("--retries", type=click.IntRange(min=0), help="Endpoint: further tries of a failed call.  [default: 10]")
@click.option("--no-temperature", is_flag=True, help="Endpoint: send no temperature; its own holds.")
@click.option("--stream", is_flag=True, help="Endpoint: ask for answers in pieces.")
@click.option("--cases", type=click.Path(path_type=Path), help="recorded: what `chartered cases` wrote, for bare ids.")
@click.option("--seed", type=click.IntRange(min=0), help="Of cases and intervals.  [default: 7, or that of the cases]")
@click.option("--output", type=click.Path(path_type=Path), help="Folder.  [default: runs/audit-MODEL]")
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
def audit(model: str, domain: str, as_json: bool, **options: Any) -> None:
    """Audit MODEL: weights, a model behind an endpoint, a Python function, or recorded answers.

    \b
    pocket, smollm2, a folder, a hub id in the cache   https://host/v1 (with --model-name)
    python:module:function, python:chat.py:function    recorded:FILE (also what `chartered cases` wrote, filled in)
    """  # noqa: D301 - click keeps the lines after a real \b
    from chartered.commands.audit import Asking, audit_model

    asking = Asking(**{name: options.pop(name) for name in Asking.__dataclass_fields__})
    sys.exit(audit_model(model, domain, as_json=as_json, asking=asking, **options))


@cli.command(short_help="An audit's cases as a file, to be asked elsewhere.")
@click.option("--domain", "domain_name", required=True, help="Domain plugin: a name, or file.py:object.")
@click.option("--policy", type=click.Path(path_type=Path), help="Policy file.  [default: the domain's]")
@click.option("--probe", "probes", multiple=True, help="Probe to use, may be repeated.  [default: the domain's]")
@click.option("--limit", type=click.IntRange(min=1), help="Use at most this many items of each probe.")
@click.option("--problems", type=click.Path(path_type=Path), help="Problems to ask, a file of JSON lines.")
@click.option("--seed", type=click.IntRange(min=0), help="Of the cases.  [default: 7]")
@click.option("--output", type=click.Path(path_type=Path), default="cases.jsonl", show_default=True, help="File.")
def cases(output: Path, **options: Any) -> None:
    """Write the cases of an audit for a system that only its owners can ask: JSON lines without the right answers.

    They send `messages` of each line in a conversation of its own and fill in `response`. Then all arms are there, and
    `chartered audit recorded:cases.jsonl --domain DOMAIN` can pass.
    """
    from chartered.commands.cases import write_cases

    click.echo(write_cases(output=output, **options), err=True)
    click.echo(output)


@cli.command(short_help="Draw the report of a verdict again.")
@click.argument("verdict", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help="Folder.  [default: the verdict's]")
@click.option("--format", "formats", default="html,pdf,md,junit", show_default=True, help="Forms, with commas.")
@click.option(
    "--trajectory", "stages", multiple=True, metavar="[STAGE=]FILE", help="Verdict of a stage, in order; repeat."
)
@click.option("--eval-results", metavar="DATASET", help="Also .eval_results for the hub, under this data set.")
def report(verdict: Path, **options: Any) -> None:
    """Draw the report of a VERDICT again: page, PDF, Markdown and JUnit; with --trajectory over several checkpoints."""
    from chartered.commands.report import draw_report

    click.echo("\n".join(map(str, draw_report(verdict, **options))))


@cli.command(short_help="Two audits side by side.")
@click.argument("first", metavar="A", type=click.Path(path_type=Path))
@click.argument("second", metavar="B", type=click.Path(path_type=Path))
@click.option("--html", type=click.Path(path_type=Path), help="Write a page.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def compare(first: Path, second: Path, html: Path | None, as_json: bool) -> None:
    """Two verdicts side by side: what was not the same, and each finding in both."""
    from chartered.commands.report import compare_files

    click.echo(compare_files(first, second, as_json=as_json, html=html))


@cli.command(short_help="Release a finished run, or refuse with reasons.")
@click.argument("run_folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help="Folder to write.  [default: RUN/release]")
@click.option("--key", type=click.Path(path_type=Path), help="Private key that signs; see `keygen`.")
def release(run_folder: Path, output: Path | None, key: Path | None) -> None:
    """Release a finished RUN, or refuse with reasons: it takes a passing verdict for exactly these weights."""
    from chartered.commands.release import release_run, still_missing

    folder = release_run(run_folder, output=output, key=key)
    click.echo(folder)
    click.echo(still_missing(folder), err=True)


@cli.command(short_help="Sign a release off, in your role.")
@click.argument("folder", metavar="RELEASE", type=click.Path(path_type=Path))
@click.option("--role", required=True, help="Role in which you sign, as the policy names it.")
@click.option("--name", required=True, help="Your name.")
@click.option("--statement", default="", help="What you want to say beside.")
@click.option("--key", type=click.Path(path_type=Path), help="Your private key; see `keygen`.")
@click.option("--public-key", type=click.Path(path_type=Path), help="Public key of the one who made the release.")
def sign(folder: Path, **options: Any) -> None:
    """Sign a RELEASE off: verify it, then add your signed statement about its verdict and every byte."""
    from chartered.commands.release import sign_folder

    click.echo(sign_folder(folder, **options))


@cli.command(short_help="Verify a release: every byte and signature.")
@click.argument("folder", metavar="RELEASE", type=click.Path(path_type=Path))
@click.option("--public-key", type=click.Path(path_type=Path), help="Public key of a signer whom you trust.")
@click.option("--trust", multiple=True, metavar="ROLE=PUBKEY", help="Key that a role must have signed with; repeat.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def verify(folder: Path, public_key: Path | None, trust: tuple[str, ...], as_json: bool) -> None:
    """Verify a RELEASE: every byte, the signatures, verdict, policy, waivers, sign-offs and expiry."""
    from chartered.commands.release import verify_folder

    click.echo(verify_folder(folder, public_key, trust, as_json=as_json))


@cli.command(short_help="Make a key pair to sign with.")
@click.argument("path", type=click.Path(path_type=Path))
def keygen(path: Path) -> None:
    """Make an Ed25519 key pair: PATH (private, readable by you alone) and PATH.pub."""
    from chartered.audit.release.signing import make_key

    make_key(path)
    click.echo(f"{path} (private: keep it to yourself)\n{path}.pub (give it to those who verify)")


def main() -> None:
    """Run the command line; a person's mistake ends in one sentence and an exit code, never a traceback."""
    os.environ.setdefault("TQDM_DISABLE", "1")  # libraries read it when they are imported; bars are ours
    try:
        code = cli(standalone_mode=False)
    except click.exceptions.Abort:
        code = _end("interrupted; what is finished is kept, and the same command goes on from here.", 130)
    except click.ClickException as error:
        error.show()
        code = 3
    except KeyboardInterrupt:
        code = _end("interrupted; what is finished is kept, and the same command goes on from here.", 130)
    except CharteredError as error:
        code = _end(str(error), error.exit_code)
    except OSError as error:
        code = _end(_about_disk(error), 1)
    sys.exit(code)


def _about_disk(error: OSError) -> str:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
    if not full and error.filename is None:
        raise error
    place = f" at {error.filename}" if error.filename else ""
    what = f"cannot write{place}" if full else f"cannot open or write {error.filename}"
    return f"{what}: {error.strerror}; what is finished is kept. Mend it and give the same command again."


def _end(message: str, code: int) -> int:
    click.echo(f"chartered: {message}", err=True)
    return code
