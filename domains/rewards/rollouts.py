"""Responses with their checks, on disk, so that they can be scored again after a verifier was mended."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from chartered.common.files import write_rows
from chartered.domains.contract import Check, Item, Problem


def rollout_row(problem: Problem, response: str, check: Check) -> dict[str, Any]:
    """A line of a file of rollouts."""
    return {
        "id": problem.id,
        "kind": problem.kind,
        "question": problem.question,
        "gold": problem.answer,
        "response": response,
        "status": check.status,
        "answer": check.answer,
        "reason": check.reason,
    }


class RolloutFile:
    """A file that grows while a model trains, and survives a kill but for its last line."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, items: Sequence[Item], checks: Sequence[Check]) -> None:
        """Append what was checked."""
        rows = (rollout_row(*item, check) for item, check in zip(items, checks, strict=True))
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            # a line that a kill cut short must not swallow the next one
            file.write("\n" + "\n".join(json.dumps(row) for row in rows) + "\n")

    def write(self, path: Path) -> int:
        """Each response to each problem once, in the order of their first check; returns how many.

        A stage that was killed and went on asks again what it asked since its last checkpoint.
        """
        return write_rows(path, {(row["id"], row["response"]): row for row in self._rows()}.values())

    def _rows(self) -> Iterator[dict[str, Any]]:
        for line in self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []:
            try:
                row = json.loads(line)
            except ValueError:
                continue  # blank, or cut short by a kill and asked again
            yield row
