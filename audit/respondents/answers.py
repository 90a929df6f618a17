"""Answers on disk while an audit runs, so that one that was interrupted goes on where it stopped.

The first line says which audit the answers belong to; then one row a case, in the order in which they were asked. Rows
come in blocks that were answered together, and only whole blocks count: batches then hold the same cases as in an
audit that was never interrupted, and the answers are the same.
"""

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chartered.audit.cases import Answer, Case
from chartered.audit.verdict import RespondentInfo
from chartered.common.errors import AuditError
from chartered.common.files import write_whole
from chartered.domains.records import problem_row

SCHEMA = "chartered.answers/1"


class AnswerFile:
    """The file of the answers of one audit; `finished` holds those that an earlier try left.

    `context` says what answers depend on beside cases and respondents, such as versions: other ones start afresh.
    """

    def __init__(
        self, path: Path, cases: Sequence[Case], asked: Sequence[RespondentInfo], *, block: int, context: str
    ) -> None:
        self.path, self.block = path, block
        self.finished: list[Answer] = []
        header = {"schema": SCHEMA, "sha256": _fingerprint(cases, asked, f"{block} {context}")}
        lines = _lines(path) if path.exists() else []
        if lines and lines[0] == header:
            self.finished = self._finished(lines[1:], cases)
        elif lines:
            os.replace(path, path.with_name(f"{path.stem}-{lines[0]['sha256'][:8]}{path.suffix}"))
        rows = [_row(case, answer) for case, answer in zip(cases, self.finished, strict=False)]
        write_whole(path, "".join(_line(row) for row in [header, *rows]))

    def add(self, cases: Sequence[Case], answers: Sequence[Answer]) -> None:
        """Append a block; it is on the disk when this returns."""
        with self.path.open("a", encoding="utf-8") as file:
            file.writelines(_line(_row(case, answer)) for case, answer in zip(cases, answers, strict=True))
            file.flush()
            os.fsync(file.fileno())

    def _finished(self, rows: Sequence[dict[str, Any]], cases: Sequence[Case]) -> list[Answer]:
        whole = len(rows) if len(rows) == len(cases) else len(rows) // self.block * self.block
        answers = []
        for number, (row, case) in enumerate(zip(rows[:whole], cases, strict=False), start=2):
            if not _fits(row, case):
                raise AuditError(f"{self.path}, line {number}: not the answer that this audit wrote; remove the file.")
            scores = None if row["scores"] is None else tuple(row["scores"])
            given = {"choice": row["choice"], "response": row["response"], "scores": scores}
            answers.append(Answer(**given, remarks=tuple(row.get("remarks", ()))))
        return answers


def _fingerprint(cases: Sequence[Case], asked: Sequence[RespondentInfo], context: str) -> str:
    """Hash over everything that an answer depends on."""
    who = [info.model_dump_json() for info in asked]
    digest = hashlib.sha256(f"{who}\n{context}\n".encode())
    for case in cases:
        content = [case.item, case.variant, case.arm, case.ask, case.target, problem_row(case.problem)]
        digest.update(json.dumps(content, sort_keys=True).encode())
    return digest.hexdigest()


def _lines(path: Path) -> list[dict[str, Any]]:
    """The whole lines of an earlier try; a last one that was cut short by a kill is left out.

    Raises:
        AuditError: the file is something else.
    """
    *whole, _ = path.read_bytes().split(b"\n")
    try:
        rows = [json.loads(line) for line in whole]
    except ValueError as error:
        raise AuditError(f"{path}: not a file of answers ({error}); move it away.") from error
    if rows and not (isinstance(rows[0], dict) and rows[0].get("schema") == SCHEMA and "sha256" in rows[0]):
        raise AuditError(f"{path}: not a file of answers of an audit; move it away.")
    return rows


def _fits(row: Any, case: Case) -> bool:
    if not isinstance(row, dict) or not isinstance(row.get("response"), str) or "choice" not in row:
        return False
    remarks = row.get("remarks", [])
    if not isinstance(remarks, list) or not all(isinstance(remark, str) for remark in remarks):
        return False
    readable = row["choice"] is None or row["choice"] in case.problem.options
    named = [row.get(key) for key in ("item", "variant", "arm", "target")]
    return readable and _scores_fit(row.get("scores", "")) and named == [case.item, case.variant, case.arm, case.target]


def _scores_fit(scores: Any) -> bool:
    return scores is None or (isinstance(scores, list) and all(isinstance(score, int | float) for score in scores))


def _row(case: Case, answer: Answer) -> dict[str, Any]:
    return {
        "item": case.item,
        "variant": case.variant,
        "arm": case.arm,
        "target": case.target,
        "choice": answer.choice,
        "response": answer.response,
        "scores": answer.scores,
        **({"remarks": answer.remarks} if answer.remarks else {}),
    }


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False) + "\n"
