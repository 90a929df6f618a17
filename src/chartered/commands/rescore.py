"""`chartered rescore`: stored responses, checked again by the verifiers as they are now."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, get_args

from chartered.common.errors import DataError, UsageError
from chartered.common.files import read_rows, write_rows
from chartered.domains import Check, Problem, load_domain
from chartered.domains.checking.pool import Pool
from chartered.domains.checking.requirements import limit_programs
from chartered.domains.contract import Item, Status
from chartered.domains.records import read_problems
from chartered.domains.rewards.rollouts import rollout_row
from chartered.pipeline.line import RECIPE, ROLLOUTS, SAMPLES
from chartered.pipeline.prepare import HELDOUT, TRAIN
from chartered.pipeline.recipe import Verify, load_recipe


def rescore(path: Path, *, domain: str | None, problems: Path | None, output: Path | None, as_json: bool) -> str:
    """Check again every response of a run folder, or of one file, and write rows with the new findings.

    A file has rows with `id` (of a problem), `response`, and where it is known the `status` of before.

    Returns:
        For each file how many responses there are, how many were and are right, and what changed into what.

    Raises:
        UsageError: a file without --domain and --problems.
        DataError: a row that is no response to one of the problems.
    """
    files, name, sets, folder = _of_run(path) if path.is_dir() else _of_file(path, domain, problems)
    verify = load_recipe(path / RECIPE).recipe.verify if path.is_dir() else Verify()
    if path.is_dir():
        limit_programs(verify.programs.given)
    known = {problem.id: problem for file in sets for problem in read_problems(file)}
    with Pool(load_domain(name), seconds=verify.seconds) as pool:
        found = [_again(file, known, pool, (output or folder) / target) for file, target in files.items()]
    return json.dumps(found, indent=1) if as_json else "\n".join(map(_text, found))


def _of_run(run: Path) -> tuple[dict[Path, str], str, list[Path], Path]:
    files = [*sorted(run.glob(f"score-*/{SAMPLES}")), *run.glob(f"reinforce/{ROLLOUTS}")]
    if not files:
        raise UsageError(f"{run}: no run with stored responses; give the folder of one, or a file.")
    recipe = load_recipe(run / RECIPE).recipe
    sets = [run / "prepare" / name for name in (TRAIN, HELDOUT)]
    return {file: f"{file.parent.name}.jsonl" for file in files}, recipe.domain, sets, run / "rescored"


def _of_file(path: Path, domain: str | None, problems: Path | None) -> tuple[dict[Path, str], str, list[Path], Path]:
    if domain is None or problems is None:
        raise UsageError(f"{path}: a file of responses needs --domain and --problems; a run folder brings both.")
    return {path: f"{path.stem}.rescored.jsonl"}, domain, [problems], path.parent


def _again(file: Path, known: Mapping[str, Problem], pool: Pool, target: Path) -> dict[str, Any]:
    items, before = _responses(file, known)
    checks = pool.check(items)
    write_rows(target, (rollout_row(*item, check) for item, check in zip(items, checks, strict=True)))
    changes = Counter(
        f"{old} to {check.status}" for old, check in zip(before, checks, strict=True) if old and old != check.status
    )
    return {
        "file": str(file),
        "written": str(target),
        "before": _accuracy([Check(status=old, score=0.0) for old in before if old]),
        "now": _accuracy(checks),
        "changes": dict(changes.most_common()),
    }


def _responses(file: Path, known: Mapping[str, Problem]) -> tuple[list[Item], list[Status | None]]:
    items: list[Item] = []
    before: list[Status | None] = []
    for number, row in read_rows(file):
        place = f"{file}, line {number}"
        if row.get("id") not in known:
            raise DataError(f"{place}: the id {row.get('id')!r:.80} is none of the {len(known)} problems'; check both.")
        if not isinstance(row.get("response"), str):
            raise DataError(f"{place}: no text in the field 'response'; it holds what is checked again.")
        if row.get("status") not in (None, *get_args(Status)):
            raise DataError(f"{place}: status {row['status']!r:.40} is none of {', '.join(get_args(Status))}.")
        items.append((known[row["id"]], row["response"]))
        before.append(row.get("status"))
    return items, before


def _accuracy(checks: Sequence[Check]) -> dict[str, Any]:
    from chartered.audit.statistics.accuracy import accuracy

    return accuracy(checks)


def _text(found: Mapping[str, Any]) -> str:
    changes = ", ".join(f"{count} {change}" for change, count in found["changes"].items()) or "nothing changed"
    return (
        f"{found['file']}: right {_share(found['before'])} before, {_share(found['now'])} now; {changes}\n"
        f"  written: {found['written']}"
    )


def _share(found: Mapping[str, Any]) -> str:
    if found["accuracy"] is None:
        return "undefined (n 0)"
    return f"{found['accuracy']:.3f} [{found['low']:.3f}, {found['high']:.3f}] (n {found['n']})"
