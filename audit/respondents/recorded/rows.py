"""The rows of a file of recorded answers, under the names that its readers know.

A person's mapping comes first (`response=output`). Files that evaluations wrote become questions in the control arm.
Multiple choice whose options or right answers are given otherwise (columns A to D, numbers) gets options by letter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chartered.common.rows import Records, Row, mapped, plain_text
from chartered.common.rows.columns import Columns, check_columns
from chartered.domains.importing import Kinds, Reading
from chartered.domains.importing.responses import holds_responses, import_responses

_KINDS = Kinds("recorded", "recorded", "recorded")


@dataclass(frozen=True, kw_only=True)
class RecordedFile:
    """A file of recorded answers, and how a person says that it is read."""

    path: Path
    columns: Columns
    base: int | None = None
    """From what answers count that are numbers of options."""

    def rows(self) -> tuple[list[tuple[str, Row]], dict[str, int], bool]:
        """Place and row of each answer, what was left out by reason, and whether an evaluation wrote the file.

        Raises:
            DataError: the file cannot be read, or does not say how its right answers are given.
            UsageError: a mapped column is nowhere.
        """
        records = Records(self.path)
        given = [(where, mapped(row, self.columns)) for where, row in records]
        if self.columns:
            check_columns(self.columns, (row for _, row in records))
        rows = [row for _, row in given]
        otherwise = _in_arms(rows) and 2 * sum(map(_given_otherwise, rows)) > len(rows)
        if not otherwise and not holds_responses(rows[:200]):
            return given, {}, False
        reading = Reading(columns=self.columns, base=self.base)
        found = import_responses(self.path, _KINDS, reading)
        return list(found.rows), found.dropped, not otherwise


def _in_arms(rows: Sequence[Row]) -> bool:
    return bool(rows) and {"arm", "response", "question"} <= rows[0].keys()


def _given_otherwise(row: Row) -> bool:
    """Whether options stand elsewhere than in `options`, or the right answer is not given by its letter."""
    answer = plain_text(row.get("answer"))
    return "options" not in row or (answer is not None and not (len(answer) == 1 and answer.isalpha()))
