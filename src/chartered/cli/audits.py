"""Commands that audit and report."""

import sys
from pathlib import Path
from typing import Any

import click


@click.command(short_help="Ask a model the same with and without bias, and decide.")
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


@click.command(short_help="An audit's cases as a file, to be asked elsewhere.")
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


@click.command(short_help="Draw the report of a verdict again.")
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


@click.command(short_help="Two audits side by side.")
@click.argument("first", metavar="A", type=click.Path(path_type=Path))
@click.argument("second", metavar="B", type=click.Path(path_type=Path))
@click.option("--html", type=click.Path(path_type=Path), help="Write a page.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def compare(first: Path, second: Path, html: Path | None, as_json: bool) -> None:
    """Two verdicts side by side: what was not the same, and each finding in both."""
    from chartered.commands.report import compare_files

    click.echo(compare_files(first, second, as_json=as_json, html=html))


COMMANDS = (audit, cases, report, compare)
