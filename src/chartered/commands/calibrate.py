"""`chartered calibrate-verifier`: how often a verifier agrees with people, and how often it pays for what is wrong."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from chartered.common.errors import DataError
from chartered.common.files import read_rows, sha256_file, write_whole
from chartered.common.tables import table
from chartered.domains import Check, Domain, Problem, Verifier, load_domain
from chartered.domains.checking.pool import Pool
from chartered.domains.checking.requirements import refuse_missing, refuse_unsafe
from chartered.domains.records import read_problem, read_problems
from chartered.pipeline.calibration import fingerprints

LABELS = ("correct", "wrong")

Labelled = tuple[Problem, str, str]
"""A problem, a response to it, and what people say of it."""


def calibrate_verifier(
    path: Path, *, domain: str, problems: Path | None, output: Path | None, seconds: float, as_json: bool
) -> str:
    """Check labelled responses with a domain's verifiers, write the record, and say what it holds.

    A row has `response`, `label` (correct or wrong) and its problem: whole under `problem`, or by `id`.

    Returns:
        For each kind of problem, with 95 % Wilson intervals: accuracy (share of the labels that the verifier agrees
        with; 1 is parity), false positives (share of the wrong that it takes for correct; 0 is best) and false
        negatives (the reverse). Time-outs and errors are counted apart, and are in no share.

    Raises:
        DataError: a row that has no response, no label, or no problem.
    """
    plugin = load_domain(domain)
    rows = list(_labelled(path, _known(plugin, problems)))
    kinds = {problem.kind for problem, _, _ in rows}
    refuse_unsafe(plugin, kinds)
    refuse_missing(plugin, kinds)
    with Pool(plugin, seconds=seconds) as pool:
        checks = pool.check([(problem, response) for problem, response, _ in rows])
    target = output or path.with_suffix(".calibration.json")
    record: dict[str, Any] = {
        "domain": plugin.name, "labelled": path.name, "sha256": sha256_file(path), "kinds": _kinds(plugin, rows, checks)
    }  # fmt: skip
    write_whole(target, json.dumps(record, indent=1) + "\n")
    return json.dumps(record, indent=1) if as_json else f"{_table(record['kinds'])}\nwritten: {target}"


def _known(domain: Domain, file: Path | None) -> dict[str, Problem]:
    if file is not None:
        return {problem.id: problem for problem in read_problems(file)}
    return {problem.id: problem for problem in domain.shipped_problems()}


def _labelled(path: Path, known: Mapping[str, Problem]) -> Iterator[Labelled]:
    for number, row in read_rows(path):
        where = f"{path}, line {number}"
        if isinstance(row.get("problem"), dict):
            problem = read_problem(row["problem"], where)
        elif row.get("id") in known:
            problem = known[row["id"]]
        else:
            raise DataError(
                f"{where}: the id {row.get('id')!r:.80} is none of the {len(known)} problems'; give --problems, or the "
                "whole problem in the field 'problem'."
            )
        if not isinstance(row.get("response"), str):
            raise DataError(f"{where}: no text in the field 'response'; it holds what is checked.")
        if row.get("label") not in LABELS:
            raise DataError(f"{where}: label {row.get('label')!r:.40} is neither of {' and '.join(LABELS)}.")
        yield problem, row["response"], row["label"]


def _kinds(domain: Domain, rows: Sequence[Labelled], checks: Sequence[Check]) -> dict[str, Any]:
    found: dict[str, list[tuple[str, Check]]] = defaultdict(list)
    for (problem, _, label), check in zip(rows, checks, strict=True):
        found[problem.kind].append((label, check))
    return {kind: _of_kind(domain.verifier(kind), pairs) for kind, pairs in sorted(found.items())}


def _of_kind(verifier: Verifier, pairs: Sequence[tuple[str, Check]]) -> dict[str, Any]:
    settled = [(label == "correct", check.status == "correct") for label, check in pairs if not check.failed]
    unsettled = [check for _, check in pairs if check.failed]
    return {
        "judges": fingerprints(verifier),
        "n": len(pairs),
        "unsettled": dict(Counter(check.status for check in unsettled)),
        "example": unsettled[0].reason if unsettled else "",
        "accuracy": _share([label == said for label, said in settled]),
        "false_positives": _share([said for label, said in settled if not label]),
        "false_negatives": _share([not said for label, said in settled if label]),
    }


def _share(hits: Sequence[bool]) -> dict[str, Any]:
    from chartered.audit.statistics.proportions import wilson

    found = wilson(sum(hits), len(hits), level=0.95)
    return {
        "count": sum(hits),
        "n": len(hits),
        "share": sum(hits) / len(hits) if hits else None,
        "low": found.low if found else None,
        "high": found.high if found else None,
    }


def _table(kinds: Mapping[str, Any]) -> str:
    names = ("accuracy", "false_positives", "false_negatives")
    rows = [
        (kind, row["n"], sum(row["unsettled"].values()), *(_text(row[name]) for name in names))
        for kind, row in kinds.items()
    ]
    examples = [f"unsettled in {kind}, such as: {row['example']}" for kind, row in kinds.items() if row["example"]]
    return "\n".join([table(("kind", "n", "unsettled", *(name.replace("_", " ") for name in names)), rows), *examples])


def _text(share: Mapping[str, Any]) -> str:
    if share["share"] is None:
        return "undefined (n 0)"
    return f"{share['share']:.3f} [{share['low']:.3f}, {share['high']:.3f}] n {share['n']}"
