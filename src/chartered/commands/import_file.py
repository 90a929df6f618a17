"""`chartered import`: what would be read of a file, and the same in the project's own rows."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chartered.common.errors import UsageError, nearest

if TYPE_CHECKING:
    from chartered.common.rows import Row
    from chartered.domains import Domain, Problem, ProblemSet
    from chartered.domains.importing.problems import Reading

USES = ("problems", "recorded", "traces")
SHOWN, LONGEST = 3, 1_600
"""Examples, and characters of a turn."""
_UNNAMED = "own"


@click.command("import", short_help="Show what would be read of a file, or write it.")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option(
    "--as", "use", metavar="WHAT", help="problems, recorded, traces, or a set such as medqa.  [default: told]"
)
@click.option("--map", "columns", multiple=True, metavar="NAME=COLUMN,...", help="Where fields are; a.b is within a.")
@click.option("--part", help="Of a JSON document with several lists: which one, as in data.dev.")
@click.option(
    "--answers", type=click.Choice(["letter", "text", "index"]), help="How answers are given.  [default: told]"
)
@click.option("--index-base", type=click.IntRange(0, 1), help="From what answers count that are numbers of options.")
@click.option("--split", type=click.Choice(["train", "heldout"]), help="[default: by the name of the file]")
@click.option("--domain", help="Plugin whose verifiers check the answers.")
@click.option("--kind", help="Kind of the problems, as the plugin names it.")
@click.option("--output", type=click.Path(path_type=Path), help="Write JSON lines in the project's own fields.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def import_file(path: Path, **options: Any) -> None:
    """Show what would be read of FILE: its form, fields, what is left out and why, and three examples as asked.

    FILE is JSON of any shape, JSON lines, CSV, TSV or Parquet, also as .gz, in UTF-8 or UTF-16. Known by their fields
    are ShareGPT, messages, Alpaca, prompt and completion (traces to train on), lm-evaluation-harness samples, logs of
    inspect, and outputs of batches (recorded answers). Of any other file question, options and answer are found by
    their usual names, or by --map.

    \b
    chartered import exam.csv                                    what is it?
    chartered import exam.csv --map question=stem,answer=label
    chartered import exam.csv --map options=opa+opb+opc+opd,question=item.text
    chartered import dev.json --as medmcqa --index-base 1        a published set
    chartered import exam.csv --domain medical --kind diagnosis --output problems.jsonl

    Whether answers that are numbers count from 0 or from 1 is read off the whole file (a 0, or the number of options),
    and asked for where it shows neither. What is written with --output goes into a recipe (`data: problems: [{path:
    problems.jsonl}]`, `annotate: {traces: traces.jsonl}`) or to `chartered audit recorded:answers.jsonl`.
    """  # noqa: D301 - click keeps the lines after a real \b
    click.echo(import_of(path, **options))


def import_of(
    path: Path,
    *,
    use: str | None,
    columns: Sequence[str],
    part: str | None,
    answers: Any,
    index_base: int | None,
    split: Any,
    domain: str | None,
    kind: str | None,
    output: Path | None,
    as_json: bool,
) -> str:
    """What would be read, in words or as JSON; with `output` it is written too.

    Raises:
        CharteredError: in one sentence, whatever is not as it must be.
    """
    from chartered.common.files import write_rows
    from chartered.common.rows import parse_map
    from chartered.domains.importing.problems import FIELDS, Reading

    use = use or _usual(path, part, columns)
    known = (*FIELDS, "response", "model", "arm", "item", "target", "messages", "prompt", "completion")
    mapping = parse_map(columns, None if use == "recorded" else known)
    reading = Reading(columns=mapping, part=part, answers=answers, base=index_base, split=split)
    found, rows = _read(path, use, reading, domain, kind, output)
    if output is not None:
        write_rows(output, rows)
        click.echo(f"{len(rows)} rows written to {output}", err=True)
    return json.dumps(found, indent=1, ensure_ascii=False) if as_json else _text(path, found)


def _usual(path: Path, part: str | None, columns: Sequence[str]) -> str:
    """What a file of this form usually is."""
    from itertools import islice

    from chartered.common.rows import Records, mapped, parse_map
    from chartered.domains.importing import form_of

    mapping = parse_map(columns)
    rows = [mapped(row, mapping) for _, row in islice(Records(path, part), 200)]
    return form_of(rows).uses[0]


def _read(
    path: Path, use: str, reading: "Reading", domain: str | None, kind: str | None, output: Path | None
) -> tuple[dict[str, Any], "list[Row]"]:
    if use == "traces":
        return _traces(path, reading)
    if use == "recorded":
        return _recorded(path, reading)
    if use == "problems":
        return _problems(path, reading, domain, kind, output)
    return _published(path, _set(use, domain), reading)


def _problems(
    path: Path, reading: "Reading", domain: str | None, kind: str | None, output: Path | None
) -> tuple[dict[str, Any], "list[Row]"]:
    from chartered.domains import load_domain
    from chartered.domains.importing import Kinds, import_problems

    loaded = load_domain(domain) if domain else None
    if loaded and kind and kind not in loaded.verifiers:
        raise UsageError(f"--kind {kind}: {domain} has no such kind of problems; {nearest(kind, loaded.verifiers)}")
    named = kind or _UNNAMED
    imported = import_problems(path, Kinds(loaded.name if loaded else _UNNAMED, named, named), reading)
    if output and any(_UNNAMED in (problem.domain, problem.kind) for problem in imported.problems):
        kinds = f" ({', '.join(loaded.verifiers)})" if loaded else ""
        raise UsageError(f"--output needs --domain and --kind{kinds}: they say which verifier checks the answers.")
    found = {"notes": imported.notes, "rows": imported.rows, "dropped": imported.dropped, "first": imported.first}
    return _found("problems", found, imported.problems)


def _published(path: Path, part: "ProblemSet", reading: "Reading") -> tuple[dict[str, Any], "list[Row]"]:
    """As the loader of a published set reads it."""
    from collections import Counter

    from chartered.common.rows import Unusable
    from chartered.domains.authoring import FileProblems
    from chartered.domains.importing import distinct

    if reading.columns or reading.part or reading.answers or reading.split:
        raise UsageError(f"--as {part.name}: its fields are known; --map, --part, --answers and --split do not apply.")
    load = part.load(path)
    based = isinstance(load, FileProblems) and load.index is not None
    if reading.base is not None and not based:
        raise UsageError(f"--index-base {reading.base}: the answers of {part.name} are not numbers; leave it out.")
    notes = [f"the set {part.name} ({part.source}), licence {part.licence}"]
    if isinstance(load, FileProblems):
        load = load if reading.base is None else load.based(reading.base)
        counted = load.counted()
        notes += [f"answers are numbers, {counted.why}"] if counted else []
    results: list[Problem | Unusable] = list(load.results() if isinstance(load, FileProblems) else load)
    unused = [each for each in results if isinstance(each, Unusable)]
    dropped = Counter(each.reason for each in unused)
    kept = distinct((each for each in results if not isinstance(each, Unusable)), dropped)
    first = str(unused[0]) if unused else ""
    return _found("problems", {"notes": notes, "rows": len(results), "dropped": dropped, "first": first}, kept)


def _found(use: str, found: dict[str, Any], problems: "Sequence[Problem]") -> tuple[dict[str, Any], "list[Row]"]:
    from chartered.domains.prompts import render
    from chartered.domains.records import problem_row

    places = [place for place in (0, len(problems) // 2, len(problems) - 1) if problems]
    shown = [problems[place] for place in dict.fromkeys(places)][:SHOWN]
    examples = [{"asked": render(problem), "right": problem.answer} for problem in shown]
    splits = {name: sum(problem.split == name for problem in problems) for name in ("train", "heldout")}
    return {"use": use, **found, "kept": len(problems), "splits": splits, "examples": examples}, [
        problem_row(problem) for problem in problems
    ]


def _recorded(path: Path, reading: "Reading") -> tuple[dict[str, Any], "list[Row]"]:
    from chartered.domains.importing import Kinds
    from chartered.domains.importing.responses import import_responses

    found = import_responses(path, Kinds("recorded", "recorded", "recorded"), reading)
    rows = [row for _, row in found.rows]
    examples = [{"row": row} for row in rows[:SHOWN]]
    read = len(rows) + sum(found.dropped.values())
    counts = {"rows": read, "dropped": found.dropped, "first": found.first, "kept": len(rows)}
    return {"use": "recorded", "notes": found.notes, **counts, "examples": examples}, rows


def _traces(path: Path, reading: "Reading") -> tuple[dict[str, Any], "list[Row]"]:
    from itertools import islice

    from chartered.annotation import own_traces, sft_row
    from chartered.common.rows import Records, mapped
    from chartered.domains.importing import form_of

    records = Records(path, reading.part)
    form = form_of([mapped(row, reading.columns) for _, row in islice(records, 200)])
    traces, summary, dropped = own_traces(path, columns=reading.columns, part=reading.part)
    rows: list[Row] = [dict(sft_row(trace)) for trace in traces]
    notes = [f"{records.form}: {form.name}", "taken as they are: no verifier sees such rows"]
    counts = {"rows": summary.problems, "dropped": dropped, "first": "", "kept": len(rows)}
    return {"use": "traces", "notes": notes, **counts, "examples": [{"row": row} for row in rows[:SHOWN]]}, rows


def _set(name: str, domain: str | None) -> "ProblemSet":
    """The set of that name, of one domain or of any that is installed."""
    from chartered.domains import domain_names, load_domain

    domains: list[Domain] = [load_domain(each) for each in ([domain] if domain else domain_names())]
    sets = {part.name: part for each in reversed(domains) for part in each.problem_sets if not part.ships}
    if name not in sets:
        raise UsageError(f"--as {name}: that is neither {', '.join(USES)} nor a set; {nearest(name, (*USES, *sets))}")
    return sets[name]


def _text(path: Path, found: dict[str, Any]) -> str:
    lines = [str(path), *(f"  {note}" for note in found["notes"])]
    splits = ", ".join(f"{count} {name}" for name, count in found.get("splits", {}).items() if count)
    lines += [f"  {found['rows']} rows: {found['kept']} {found['use']}" + (f" ({splits})" if splits else "")]
    lines += [f"  left out: {count} with {reason}" for reason, count in sorted(found["dropped"].items())]
    lines += [f"  the first: {found['first']}"] if found["first"] else []
    for number, example in enumerate(found["examples"], start=1):
        lines += ["", f"--- {number} ---", *map(_shortened, _example(example))]
    return "\n".join(lines)


def _shortened(text: str) -> str:
    """A page of a contract is not shown whole; its end, where the question stands, is."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} [...] {text[-LONGEST // 2 :]}"


def _example(example: dict[str, Any]) -> list[str]:
    if "asked" in example:
        turns = example["asked"]
        named = len(turns) > 1
        asked = [f"{turn['role']}: {turn['content']}" if named else turn["content"] for turn in turns]
        return [*asked, f"=> {example['right']}"]
    return json.dumps(example["row"], ensure_ascii=False, indent=1).splitlines()
