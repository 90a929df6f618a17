"""Local files of published data sets, in any form that `chartered.common.rows` reads. Nothing is downloaded here.

A set on the hub changes; what was trained on must be nameable. So a person downloads a revision that they chose,
`hf download NAME --repo-type dataset --revision COMMIT`, and gives the file: its hash goes into the run's record.
"""

import re
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from chartered.common.errors import DataError, nearest
from chartered.common.rows import IndexBase, Records, Row, Unusable, index_base, missing, plain_text, whole_number
from chartered.domains.contract import Corpus, Document, Problem, ProblemSet, Split

UNFIT = "fields that do not fit the set"
MOST_UNFIT = 0.1
"""Share of rows whose fields do not fit, beyond which the file is taken for another one and refused."""
_LOCAL = "; from a local file"
_TRAIN = re.compile(r"(?<![a-z])train(?:ing)?(?![a-z])")

Converted = Iterable[Problem | Unusable]
Convert = Callable[[Row, str, Split], Converted]
"""A row, where it stands and the split of its file, to its problems."""


class Index(NamedTuple):
    """A field that holds the number of the right option."""

    field: str
    options: int


@dataclass(frozen=True, kw_only=True)
class FileProblems:
    """The problems of a file, read anew each time they are gone over; what is left out is counted in one warning."""

    path: Path | None
    hub: str
    convert: Convert
    index: Index | None = None
    """The numbers in it are made to count from 0 before a row is converted."""
    base: int | None = None
    """From what they count in the file, where a person says it."""
    rows: Callable[[], Iterable[tuple[str, Row]]] | None = None
    """What to read in place of the rows that any reader finds."""

    def __iter__(self) -> Iterator[Problem]:
        dropped: Counter[str] = Counter()
        for result in self.results():
            if isinstance(result, Unusable):
                dropped[result.reason] += 1
            else:
                yield result
        if dropped:
            counts = ", ".join(f"{count} with {reason}" for reason, count in sorted(dropped.items()))
            warnings.warn(f"{self.path}: questions left out: {counts}.", stacklevel=2)

    def results(self) -> Iterator[Problem | Unusable]:
        """Each problem, and in place of one that cannot be used the reason.

        Raises:
            DataError: the file cannot be read, does not show from what its answers count, is of another set, or none of
                its rows can be used.
        """
        split, base = split_of_file(self.path), self.counted()
        found, unused = 0, []
        for where, row in self._rows():
            for result in self._converted(row, where, split, base):
                if isinstance(result, Unusable):
                    unused.append(result)
                found += 1
                yield result
        unfit = [each for each in unused if each.reason == UNFIT]
        if len(unfit) > MOST_UNFIT * found:
            raise DataError(str(unfit[0]))
        if unused and len(unused) == found:
            raise DataError(f"none of the {found} rows can be used; the first: {unused[0]}")

    def counted(self) -> IndexBase | None:
        """From what the numbers of options count in this file; None where the set has none.

        Raises:
            DataError: the file does not show it.
        """
        if self.index is None:
            return None
        name, options = self.index
        numbers = ((where, whole_number(row.get(name))) for where, row in self._rows())
        answers = ((where, number, options) for where, number in numbers if number is not None)
        return index_base(answers, self.path, self.base)

    def based(self, base: int) -> "FileProblems":
        """The same where a person says from what the numbers count."""
        return replace(self, base=base)

    def _rows(self) -> Iterable[tuple[str, Row]]:
        return self.rows() if self.rows else read_source(self.path, self.hub)

    def _converted(self, row: Row, where: str, split: Split, base: IndexBase | None) -> Iterator[Problem | Unusable]:
        try:
            if base is not None and self.index is not None:
                row = {**row, self.index.field: _from_zero(row, self.index, base, where)}
            yield from self.convert(row, where, split)
        except Unusable as reason:
            yield reason
        except DataError as error:
            yield Unusable(UNFIT, str(error))


def _from_zero(row: Row, index: Index, base: IndexBase, where: str) -> int:
    if index.field not in row:
        raise DataError(f"{where}: there is no field {index.field!r}; {nearest(index.field, row)}")
    value = row[index.field]
    number = whole_number(value)
    if missing(value) or number == -1:
        raise Unusable("no answer (a test file)", f"{where}: there is no answer in {index.field!r}.")
    if number is None:
        raise DataError(f"{where}: the field {index.field!r} must be the number of an option, not {value!r:.40}.")
    if not 0 <= number - base.base < index.options:
        raise Unusable("an answer that is none of the options", f"{where}: {index.field!r} is {number}.")
    return number - base.base


def published(
    name: str, description: str, load: Callable[[Path | None], Iterable[Problem]], licence: str, source: str
) -> ProblemSet:
    """A set of that name on the hub, which `load` reads from a local file; its description says so."""
    return ProblemSet(name=name, description=f"{description}{_LOCAL}", licence=licence, source=source, load=load)


def published_corpus(
    name: str, description: str, load: Callable[[Path | None], Iterable[Document]], licence: str, source: str
) -> Corpus:
    """The same for a corpus."""
    return Corpus(name=name, description=f"{description}{_LOCAL}", licence=licence, source=source, load=load)


def read_source(path: Path | None, hub: str) -> Iterator[tuple[str, Row]]:
    """Where each row stands (file and line or row) and the row.

    Raises:
        DataError: no file is given, it is missing or damaged, or of a form that is not read.
    """
    if path is None:
        raise DataError(
            f"the set {hub} is not shipped; download a revision that you choose with "
            f"`hf download {hub} --repo-type dataset --revision COMMIT` and give the file as `path` in the recipe."
        )
    return iter(Records(path))


def split_of_file(path: Path | None) -> Split:
    """To train on where the file has the word "train" in its name; the problems of any other file are held out."""
    return "train" if path is not None and _TRAIN.search(path.name.lower()) else "heldout"


def read_problem_file(
    path: Path | None, hub: str, convert: Callable[[Row, str, Split], Problem], index: Index | None = None
) -> FileProblems:
    """Each row as a problem of the file's split; `index` names a field that holds the number of the right option."""
    return FileProblems(path=path, hub=hub, convert=lambda row, where, split: [convert(row, where, split)], index=index)


def read_problems_of_rows(path: Path | None, hub: str, convert: Convert) -> FileProblems:
    """As `read_problem_file`, where a row may give several problems, or none."""
    return FileProblems(path=path, hub=hub, convert=convert)


def field(row: Row, key: str, where: str) -> str:
    """The text of a field; a number counts as text.

    Raises:
        Unusable: it is empty.
        DataError: it is missing, or not text.
    """
    if key not in row:
        raise DataError(f"{where}: there is no field {key!r}; {nearest(key, row)}")
    if missing(row[key]):
        raise Unusable(f"no {key!r}", f"{where}: the field {key!r} must be text, not {row[key]!r}.")
    text = plain_text(row[key])
    if text is None:
        raise DataError(f"{where}: the field {key!r} must be text, not {row[key]!r:.60}.")
    return text
